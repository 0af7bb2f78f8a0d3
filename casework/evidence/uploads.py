"""Resumable uploads: one piece at a time, each durable before it is acknowledged, whoever else may be sending."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from casework import calendar
from casework.errors import AlreadyDone, NotFound, Stale, WrongState
from casework.evidence.actions import Arriving, find_draft
from casework.evidence.models import Evidence
from casework.evidence.queries import PhotoTold, told_of
from casework.terms import EvidenceState
from casework.vault.keys import PortalKeys
from casework.vault.passwords import token_digest

# Longer than any store may take (storage_s3: two tries of 23 s), so that two never write one place.
LONGEST_WRITE = timedelta(seconds=90)


@dataclass(frozen=True)
class Standing:
    """How far an upload has come, and what its sender is told of it."""

    size_bytes: int
    received_bytes: int
    expires_at: datetime | None
    told: PhotoTold


def upload_standing(session: Session, *, ticket: str) -> Standing:
    """Raises NotFound for tickets that are unknown, expired, or already part of a tip."""
    row = session.scalars(select(Evidence).where(Evidence.ticket_digest == token_digest(ticket))).first()
    if row is None:
        raise NotFound("ticket")
    return Standing(row.size_bytes, row.received_bytes, row.expires_at, told_of(row))


def hold_upload(
    session: Session, *, ticket: str, offset: int, draft_keys: PortalKeys
) -> tuple[Arriving, datetime]:
    """The upload, held for one piece at `offset`, and until when; commit before storing the piece.

    Of two requests at once one holds it, so that a piece that was acknowledged is never overwritten.
    Raises NotFound, WrongState (another offset), AlreadyDone (it is complete), Stale (held by another).
    """
    until = calendar.now() + LONGEST_WRITE
    held = session.execute(
        update(Evidence)
        .where(
            Evidence.ticket_digest == token_digest(ticket),
            Evidence.state == EvidenceState.ARRIVING,
            Evidence.received_bytes == offset,
            or_(Evidence.held_until.is_(None), Evidence.held_until < calendar.now()),
        )
        .values(held_until=until)
        .execution_options(synchronize_session=False)
    )
    arriving = find_draft(session, ticket=ticket, draft_keys=draft_keys)
    if held.rowcount == 1:  # type: ignore[attr-defined]
        return arriving, until
    if arriving.received_bytes >= arriving.size_bytes:
        raise AlreadyDone("the upload is complete")
    if arriving.received_bytes != offset:
        raise WrongState("the upload has moved on", offset=arriving.received_bytes)
    raise Stale("another piece is being stored")


def release_upload(session: Session, *, evidence_id: int, held_until: datetime) -> None:
    """After a piece that could not be stored: it may be sent again at once."""
    session.execute(
        update(Evidence)
        .where(Evidence.id == evidence_id, Evidence.held_until == held_until)
        .values(held_until=None)
        .execution_options(synchronize_session=False)
    )
