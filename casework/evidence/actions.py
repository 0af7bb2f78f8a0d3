"""Files arriving piece by piece, sealed while they arrive; drafts claimed by a tip or thrown away."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import calendar, trail
from casework.db import take_turn
from casework.errors import Invalid, NotFound, WrongState
from casework.evidence.models import Evidence
from casework.terms import EvidenceKind, EvidenceState, MessageSide
from casework.trail import Deed
from casework.vault.keys import PortalKeys
from casework.vault.passwords import token_digest
from casework.vault.sealing import (
    PublicKey,
    context,
    new_data_key,
    new_ref,
    seal_words,
    unwrap_draft,
    wrap_for_draft,
    wrap_for_office,
)
from casework.vault.storage import new_blob_name
from casework.vault.streams import new_stream_head

MOST_PHOTOS = 9
MOST_BYTES = 20 * 1024 * 1024
MOST_DRAFT_BYTES = 200 * 1024 * 1024  # of one form
DRAFT_LIFE = timedelta(hours=2)


@dataclass(frozen=True)
class Arriving:
    """What the portal needs to seal the next piece; the key never leaves the process."""

    evidence_id: int
    blob: str
    data_key: bytes = field(repr=False)
    head: bytes = field(repr=False)
    about: bytes
    size_bytes: int
    received_bytes: int


def seal_context(ref: str) -> bytes:
    return context("evidence", ref, "original")


def start_draft(
    session: Session,
    *,
    ticket: str | None,
    form_digest: bytes | None,
    size_bytes: int,
    file_name: str,
    reading: PublicKey,
    draft_keys: PortalKeys | None,
    kind: EvidenceKind = EvidenceKind.PHOTO,
    side: MessageSide = MessageSide.INFORMANT,
) -> Arriving:
    """A place for a file of `size_bytes`. Raises Invalid `photos` too_large, empty or too_many.

    `draft_keys` lets a resumable upload go on in another request; without them the file must
    arrive whole in this one.
    """
    if not 0 < size_bytes <= MOST_BYTES:
        raise Invalid("photos", "empty" if size_bytes <= 0 else "too_large")
    number = next_draft_number(session, form_digest, kind) if form_digest is not None else 1
    ref, data_key, head = new_ref(), new_data_key(), new_stream_head()
    wrap_about = context("evidence", ref, "key")
    row = Evidence(
        ref=ref,
        ticket_digest=token_digest(ticket) if ticket else None,
        form_digest=form_digest,
        side=side,
        kind=kind,
        number=number,
        state=EvidenceState.ARRIVING,
        size_bytes=size_bytes,
        received_bytes=0,
        started_at=calendar.now(),
        expires_at=calendar.now() + DRAFT_LIFE,
        blob=new_blob_name(),
        stream_head=head,
        draft_wrap=wrap_for_draft(data_key, draft_keys.draft, wrap_about) if draft_keys else None,
        key_wrap=wrap_for_office(data_key, reading, wrap_about),
        sealed_name=seal_words(data_key, file_name[:200], context("evidence", ref, "name")),
        removed=[],
    )
    session.add(row)
    session.flush()
    return Arriving(row.id, row.blob, data_key, head, seal_context(ref), size_bytes, 0)


def find_draft(session: Session, *, ticket: str, draft_keys: PortalKeys) -> Arriving:
    """The incomplete upload behind a ticket, ready for its next piece. Raises NotFound."""
    row = _by_ticket(session, ticket)
    data_key = b""
    if row.draft_wrap is not None:
        data_key = unwrap_draft(row.draft_wrap, draft_keys.draft, context("evidence", row.ref, "key"))
    return Arriving(
        row.id, row.blob, data_key, row.stream_head, seal_context(row.ref), row.size_bytes, row.received_bytes
    )


def note_received(
    session: Session, *, evidence_id: int, offset: int, received: int, held_until: datetime | None = None
) -> bool:
    """Moves an upload on from `offset` by `received` bytes that are durable; True when it is complete.

    Raises WrongState when another request moved it meanwhile, or took it over after `held_until`
    (uploads.hold_upload): the client asks for the offset again.
    """
    moved = session.execute(
        update(Evidence)
        .where(
            Evidence.id == evidence_id,
            Evidence.state == EvidenceState.ARRIVING,
            Evidence.received_bytes == offset,
            Evidence.size_bytes >= offset + received,
            Evidence.held_until.is_(None) if held_until is None else Evidence.held_until == held_until,
        )
        .values(received_bytes=offset + received, held_until=None)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongState("the upload has moved on")
    row = session.get(Evidence, evidence_id, populate_existing=True)
    assert row is not None
    if row.received_bytes < row.size_bytes:
        return False
    complete(row)
    return True


def complete(row: Evidence) -> None:
    """From here on only the office can open it."""
    row.state = EvidenceState.WAITING if row.kind is EvidenceKind.PHOTO else EvidenceState.CLEANED
    row.completed_at = calendar.now()
    row.draft_wrap = None


def keep_whole(session: Session, *, arriving: Arriving) -> None:
    """Marks a file that arrived in one request as complete."""
    row = session.get(Evidence, arriving.evidence_id)
    if row is None:
        raise NotFound("draft")
    row.received_bytes = row.size_bytes
    complete(row)


def drop_draft(session: Session, *, form_digest: bytes, number: int) -> str | None:
    """Takes a photo back before sending; answers the blob to delete after the commit."""
    row = session.scalars(
        select(Evidence).where(
            Evidence.form_digest == form_digest, Evidence.number == number, Evidence.tip_id.is_(None)
        )
    ).first()
    if row is None or row.supplement_id is not None:
        return None
    session.delete(row)
    return row.blob


def drop_ticket(session: Session, *, ticket: str) -> str | None:
    row = _by_ticket(session, ticket)
    if row.tip_id is not None or row.supplement_id is not None:
        return None
    session.delete(row)
    return row.blob


def complete_drafts(session: Session, *, form_digest: bytes) -> list[Evidence]:
    """The drafts of a form that arrived whole, held for this transaction.

    One that never arrived whole is left to expire: one bad file never costs the tip.
    """
    query = (
        select(Evidence)
        .where(
            Evidence.form_digest == form_digest,
            Evidence.tip_id.is_(None),
            Evidence.supplement_id.is_(None),
            Evidence.state != EvidenceState.ARRIVING,
        )
        .order_by(Evidence.number, Evidence.id)
        .with_for_update()
    )
    return list(session.scalars(query))


def claim_drafts(
    drafts: list[Evidence], *, tip_id: int | None = None, supplement_id: int | None = None
) -> None:
    """Makes `complete_drafts` part of a tip or supplement."""
    for number, row in enumerate(drafts, 1):
        row.tip_id, row.supplement_id, row.number = tip_id, supplement_id, number
        row.form_digest, row.ticket_digest, row.expires_at = None, None, None


def throw_away_expired(session: Session) -> list[str]:
    """Deletes drafts that no form claimed in time; answers their blobs, to be deleted after the commit."""
    rows = session.scalars(
        select(Evidence)
        .where(Evidence.expires_at.is_not(None), Evidence.expires_at < calendar.now())
        .limit(500)
        .with_for_update(skip_locked=True)  # a form may claim one at this very moment
    ).all()
    blobs = [blob for row in rows for blob in (row.blob, row.clean_blob, row.thumb_blob) if blob]
    for row in rows:
        session.delete(row)
    if rows:
        trail.record(
            session,
            deed=Deed.DELETE_DRAFTS,
            by=trail.WORKER,
            about=("evidence", "drafts"),
            facts={"count": len(rows)},
        )
    return blobs


def _by_ticket(session: Session, ticket: str) -> Evidence:
    row = session.scalars(select(Evidence).where(Evidence.ticket_digest == token_digest(ticket))).first()
    if row is None:
        raise NotFound("ticket")
    return row


def next_draft_number(session: Session, form_digest: bytes, kind: EvidenceKind = EvidenceKind.PHOTO) -> int:
    """Raises Invalid `photos` too_many (of this kind) or too_large (all of them together)."""
    take_turn(session, form_digest)  # photos of one form arrive side by side
    rows = session.execute(
        select(Evidence.number, Evidence.kind, Evidence.state, Evidence.size_bytes).where(
            Evidence.form_digest == form_digest
        )
    ).all()
    if sum(row.kind is kind and row.state is not EvidenceState.REFUSED for row in rows) >= MOST_PHOTOS:
        raise Invalid("photos", "too_many")
    if sum(row.size_bytes for row in rows) > MOST_DRAFT_BYTES:
        raise Invalid("photos", "too_large")
    return max((row.number for row in rows), default=0) + 1
