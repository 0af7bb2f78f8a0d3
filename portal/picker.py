"""The boxes for photos: what a form has, what still fits, and what is to be said of files that were not kept."""

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.errors import Unavailable
from casework.evidence import drafts
from casework.evidence.queries import PhotoTold, drafts_of
from casework.terms import EvidenceKind, EvidenceState
from portal.arrivals import MOST, arrivals
from portal.form_key import FormKey
from portal.means import means

MOST_TICKETS = 20


def picker(key: FormKey) -> dict[str, object]:
    """For templates/parts/photo_picker.html, with the form's one-time key."""
    # A page that is asked for has a fresh form; one that is sent may have brought files, whatever its key.
    photos = [] if key.is_new and request.method == "GET" else _drafts(key)
    count = _whole(photos)
    return {
        "photos": photos,
        "room": max(0, MOST[EvidenceKind.PHOTO] - count),
        "form_key": key.token,
        "kept": _kept_words(photos) if request.method == "POST" else "",
        "file_faults": _file_faults(key) if request.method == "POST" else [],
    }


def tickets() -> list[str]:
    """The uploads that the form of this request names."""
    return request.form.getlist("ticket")[:MOST_TICKETS]


def _drafts(key: FormKey) -> list[PhotoTold]:
    """None where the database does not answer."""
    try:
        with means().db.read() as session:
            return drafts_of(session, key.digest)
    except Unavailable:
        return []


def _kept_words(photos: list[PhotoTold]) -> str:
    whole = _whole(photos)
    if not whole:
        return _("您写的都还在。")
    return ngettext("您写的都还在，%(num)s 张照片也还在。", "您写的都还在，%(num)s 张照片也还在。", whole)


def _whole(photos: list[PhotoTold]) -> int:
    return sum(p.kind is EvidenceKind.PHOTO and p.state is not EvidenceState.REFUSED for p in photos)


def _file_faults(key: FormKey) -> list[str]:
    found, told = arrivals(), []
    if found.surplus:
        told.append(_("最多 9 张照片、3 个录像录音，多出来的没有收。"))
    if found.lost:
        told.append(_("照片没存上，要重新选。也可以先不带照片交，以后再补。"))
    unfinished = _unfinished(key)
    if unfinished:
        told.append(
            ngettext("%(num)s 张照片没传完，要重新选。", "%(num)s 张照片没传完，要重新选。", unfinished)
        )
    return told


def _unfinished(key: FormKey) -> int:
    if not tickets():
        return 0
    try:
        with means().db.read() as session:
            return drafts.missing(session, tickets=tickets(), form_digest=key.digest)
    except Unavailable:
        return 0
