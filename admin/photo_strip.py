"""Photos as the office's pages show them: the cleaned copy, whose it is, or why there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from admin.pages import language
from casework import calendar, labels
from casework.evidence.shown import FileShown
from casework.terms import EvidenceKind, EvidenceState
from casework.vault.photo_terms import PhotoRefusal


@dataclass(frozen=True)
class PhotoShown:
    """See parts/photo_strip.html."""

    state: EvidenceState
    url: str
    thumbnail_url: str
    alt: str
    words: str
    why: str


def photo_strip(
    files: Iterable[FileShown], *, tips: Mapping[int, str], names: Mapping[int, str]
) -> list[PhotoShown]:
    """`tips` are tip numbers by id, `names` officers' names; recordings are counted apart."""
    return [_shown(file, tips, names) for file in files if file.kind is EvidenceKind.PHOTO]


def recordings(files: Iterable[FileShown]) -> int:
    return sum(file.kind is EvidenceKind.RECORDING for file in files)


def _shown(file: FileShown, tips: Mapping[int, str], names: Mapping[int, str]) -> PhotoShown:
    alt = gettext("照片 %(n)s", n=file.number)
    return PhotoShown(
        state=file.state,
        url=url_for("evidence.clean", evidence_id=file.evidence_id),
        thumbnail_url=url_for("evidence.thumb", evidence_id=file.evidence_id),
        alt=alt,
        words=_whose(file, alt, tips, names),
        why=gettext(PhotoRefusal(file.refusal).label) if file.refusal in set(PhotoRefusal) else "",
    )


def _whose(file: FileShown, photo: str, tips: Mapping[int, str], names: Mapping[int, str]) -> str:
    if file.added_by is not None:
        when = labels.local_date(file.arrived_at, language(), today=calendar.today())
        return str(gettext("%(who)s，%(when)s，现场", who=names.get(file.added_by, ""), when=when))
    if file.supplement_id is not None:
        return str(gettext("补充，%(photo)s", photo=photo))
    number = tips.get(file.tip_id or 0, "").rpartition("-")[2]
    return str(gettext("举报 %(number)s，%(photo)s", number=number, photo=photo)) if number else photo
