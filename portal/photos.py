"""What a citizen is told of a photo: what was found in it and removed, or why it was not kept."""

from flask_babel import gettext

from casework.evidence.queries import PhotoTold
from casework.terms import N_

# The words for what casework.vault.images reports as removed, in the order in which they matter to people.
REMOVED = {
    "position": N_("位置"),
    "taken_at": N_("拍照时间"),
    "device": N_("手机型号"),
    "thumbnail": N_("藏着的小图"),
    "other": N_("别的附带信息"),
}
REFUSALS = {
    "not_a_photo": N_("这不是照片，或者文件坏了。别的内容都留着"),
    "too_large": N_("照片太大。别的内容都留着"),
    "too_many_pixels": N_("照片太大。别的内容都留着"),
}
REFUSED = N_("没法把它清干净，所以不用它。别的内容都留着")


def cleaning(photo: PhotoTold) -> str:
    known = [gettext(words) for code, words in REMOVED.items() if code in photo.removed]
    if set(photo.removed) - REMOVED.keys() and gettext(REMOVED["other"]) not in known:
        known.append(gettext(REMOVED["other"]))
    if not known:
        return gettext("没有发现位置和手机型号")
    return gettext("已清除：%(what)s", what=gettext("、").join(known))


def refusal(photo: PhotoTold) -> str:
    return gettext(REFUSALS.get(photo.refusal or "", REFUSED))
