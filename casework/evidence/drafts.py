"""Drafts: the files of a form that is not yet sent, kept by the form's digest until a tip or supplement claims them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework import calendar
from casework.db import take_turn
from casework.evidence.actions import DRAFT_LIFE, complete
from casework.evidence.arriving import ArrivingFile
from casework.evidence.models import Evidence
from casework.terms import EvidenceKind, EvidenceState, MessageSide
from casework.vault.passwords import token_digest
from casework.vault.photo_terms import PhotoRefusal

MOST = {EvidenceKind.PHOTO: 9, EvidenceKind.RECORDING: 3}
# Told to the sender at once, as a file that was not taken. One that could not be stored is no draft at all.
REFUSED = {"too_large": PhotoRefusal.TOO_LARGE, "": PhotoRefusal.DAMAGED}


@dataclass(frozen=True)
class Kept:
    """`waiting` are the photos that a worker may clean now; `surplus` the files for which there was no room."""

    rows: tuple[Evidence, ...] = ()
    surplus: int = 0

    @property
    def waiting(self) -> list[int]:
        return [row.id for row in self.rows if row.state is EvidenceState.WAITING]

    @property
    def blobs(self) -> list[str]:
        return [row.blob for row in self.rows]


def keep_drafts(
    session: Session, *, files: Iterable[tuple[EvidenceKind, str, ArrivingFile]], form_digest: bytes
) -> Kept:
    """(kind, name, sealed file) as drafts of a form. One that is too large or empty is kept as refused, without content."""
    taken, number = _taken(session, form_digest)
    rows, surplus = [], 0
    for kind, name, file in files:
        if taken[kind] >= MOST[kind]:
            surplus += 1
            continue
        row = _draft(file, kind, name, number := number + 1, form_digest)
        taken[kind] += row.state is not EvidenceState.REFUSED
        rows.append(row)
    session.add_all(rows)
    session.flush()
    for _kind, _name, file in files:
        file.kept = any(row.ref == file.ref for row in rows)
    return Kept(tuple(rows), surplus)


def drop_kept(session: Session, kept: Kept) -> list[str]:
    """Takes back what this request kept; answers the blobs to delete after the commit."""
    for row in kept.rows:
        session.delete(row)
    return kept.blobs


def hand_over(session: Session, *, form_digest: bytes, to: bytes) -> None:
    """Moves the drafts of one form to another, such as that of a supplement."""
    session.execute(
        update(Evidence)
        .where(Evidence.form_digest == form_digest)
        .values(form_digest=to)
        .execution_options(synchronize_session=False)
    )


def renew_drafts(session: Session, form_digest: bytes) -> None:
    """Two more hours for all drafts of a form, each time its page is shown again."""
    session.execute(
        update(Evidence)
        .where(Evidence.form_digest == form_digest)
        .values(expires_at=calendar.now() + DRAFT_LIFE)
        .execution_options(synchronize_session=False)
    )


def missing(session: Session, *, tickets: Iterable[str], form_digest: bytes) -> int:
    """How many of the uploads that a form names did not arrive whole, or are gone."""
    digests = {token_digest(ticket) for ticket in tickets}
    if not digests:
        return 0
    there = session.scalar(
        select(func.count())
        .select_from(Evidence)
        .where(
            Evidence.ticket_digest.in_(digests),
            Evidence.form_digest == form_digest,
            Evidence.state != EvidenceState.ARRIVING,
        )
    )
    return len(digests) - (there or 0)


def _taken(session: Session, form_digest: bytes) -> tuple[dict[EvidenceKind, int], int]:
    """How many drafts of each kind the form has, refused ones left out, and the last number given."""
    take_turn(session, form_digest)
    query = select(Evidence.kind, Evidence.state, Evidence.number).where(Evidence.form_digest == form_digest)
    rows = session.execute(query).all()
    counts = Counter(row.kind for row in rows if row.state is not EvidenceState.REFUSED)
    return {kind: counts[kind] for kind in MOST}, max((row.number for row in rows), default=0)


def _draft(file: ArrivingFile, kind: EvidenceKind, name: str, number: int, form_digest: bytes) -> Evidence:
    key_wrap, sealed_name = file.wraps(name)
    now = calendar.now()
    row = Evidence(
        ref=file.ref,
        form_digest=form_digest,
        side=MessageSide.INFORMANT,
        kind=kind,
        number=number,
        state=EvidenceState.ARRIVING,
        size_bytes=file.size_bytes,
        received_bytes=file.size_bytes,
        started_at=now,
        expires_at=now + DRAFT_LIFE,
        blob=file.blob,
        stream_head=file.head,
        key_wrap=key_wrap,
        sealed_name=sealed_name,
        removed=[],
    )
    complete(row)
    if file.fault or not file.size_bytes:
        row.state, row.refusal = EvidenceState.REFUSED, REFUSED[file.fault].value
    return row
