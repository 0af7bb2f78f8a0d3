"""Readings of files: what the citizen is told of them, and what the worker has to do."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.evidence.models import Evidence
from casework.terms import EvidenceKind, EvidenceState


@dataclass(frozen=True)
class PhotoTold:
    """A photo as its sender is told of it: number, size, state, what was removed. Never the picture."""

    number: int
    size_bytes: int
    state: EvidenceState
    removed: tuple[str, ...]
    refusal: str | None
    kind: EvidenceKind = EvidenceKind.PHOTO


def drafts_of(session: Session, form_digest: bytes) -> list[PhotoTold]:
    """Complete drafts of an unsent form, by number."""
    query = select(Evidence).where(
        Evidence.form_digest == form_digest, Evidence.state != EvidenceState.ARRIVING
    )
    return [told_of(row) for row in session.scalars(query.order_by(Evidence.number))]


def photos_of_tip(session: Session, tip_id: int) -> list[PhotoTold]:
    return [told_of(row) for row in session.scalars(_of_tip(tip_id))]


def photos_of_supplements(session: Session, supplement_ids: list[int]) -> dict[int, list[PhotoTold]]:
    """The photos of each supplement, by its id, in their order."""
    query = select(Evidence).where(Evidence.supplement_id.in_(supplement_ids)).order_by(Evidence.number)
    told: dict[int, list[PhotoTold]] = {number: [] for number in supplement_ids}
    for row in session.scalars(query):
        if row.supplement_id is not None:
            told[row.supplement_id].append(told_of(row))
    return told


def waiting_ids(session: Session, limit: int = 50) -> list[int]:
    """Photos that no worker has cleaned yet, oldest first; those tried too often come last."""
    query = (
        select(Evidence.id)
        .where(Evidence.state == EvidenceState.WAITING, Evidence.kind == EvidenceKind.PHOTO)
        .order_by(Evidence.tries, Evidence.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def _of_tip(tip_id: int):  # type: ignore[no-untyped-def]
    return select(Evidence).where(Evidence.tip_id == tip_id).order_by(Evidence.number)


def told_of(row: Evidence) -> PhotoTold:
    return PhotoTold(row.number, row.size_bytes, row.state, tuple(row.removed), row.refusal, row.kind)
