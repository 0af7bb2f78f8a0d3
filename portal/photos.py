"""What a citizen is told of a photo: what was found in it and removed, or why it was not kept."""

from flask_babel import gettext

from casework.evidence.queries import PhotoTold
from casework.terms import N_
from casework.vault.photo_terms import MetadataKind, PhotoRefusal

# What can lead to a person, by name and in the order in which it matters; the rest in one word.
NAMED = {
    MetadataKind.POSITION: N_("位置"),
    MetadataKind.TAKEN_AT: N_("拍照时间"),
    MetadataKind.DEVICE: N_("手机型号"),
    MetadataKind.SERIAL: N_("机器编号"),
    MetadataKind.OWNER: N_("机主名字"),
    MetadataKind.EMBEDDED_THUMBNAIL: N_("藏着的小图"),
}
THE_REST = N_("别的附带信息")
REFUSALS = {
    PhotoRefusal.NOT_A_PHOTO: N_("这不是照片。别的内容都留着"),
    PhotoRefusal.DAMAGED: N_("文件坏了。别的内容都留着"),
    PhotoRefusal.TOO_LARGE: N_("照片太大。别的内容都留着"),
    PhotoRefusal.TOO_MANY_PIXELS: N_("照片太大。别的内容都留着"),
}
NOT_CLEAN = N_("没法清干净，所以不给人看。别的内容都留着")


def cleaning(photo: PhotoTold) -> str:
    """已清除：位置、手机型号."""
    removed = {MetadataKind(code) for code in photo.removed}
    words = [gettext(word) for kind, word in NAMED.items() if kind in removed]
    if removed - NAMED.keys():
        words.append(gettext(THE_REST))
    if not words:
        return str(gettext("没有发现位置和手机型号"))
    return str(gettext("已清除：%(what)s", what=gettext("、").join(words)))


def refusal(photo: PhotoTold) -> str:
    known = {kind.value: words for kind, words in REFUSALS.items()}
    return str(gettext(known.get(photo.refusal or "", NOT_CLEAN)))
