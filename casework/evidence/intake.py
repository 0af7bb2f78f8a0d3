"""Files that arrive whole in one request: sealed at once, with nothing in clear on any disk."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import calendar
from casework.db import after_commit
from casework.errors import Invalid
from casework.evidence import actions
from casework.evidence.arriving import ArrivingFile
from casework.evidence.models import Evidence
from casework.terms import EvidenceKind, EvidenceState, MessageSide
from casework.vault.sealing import PublicKey
from casework.vault.storage import Store
from casework.vault.streams import seal_blob


def take_whole(
    session: Session,
    *,
    store: Store,
    data: bytes,
    file_name: str,
    reading: PublicKey,
    form_digest: bytes | None = None,
    clue_id: int | None = None,
    added_by: int | None = None,
    side: MessageSide = MessageSide.INFORMANT,
    kind: EvidenceKind = EvidenceKind.PHOTO,
) -> int:
    """Seals and stores one file, answers its evidence id. Raises Invalid `photos`, StoreUnavailable.

    For an officer's own photos give `clue_id` and `added_by`; they are kept at once, not drafts.
    """
    arriving = actions.start_draft(
        session,
        ticket=None,
        form_digest=form_digest,
        size_bytes=len(data),
        file_name=file_name,
        reading=reading,
        draft_keys=None,
        kind=kind,
        side=side,
    )
    seal_blob(store, arriving.blob, data, arriving.data_key, arriving.head, arriving.about)
    actions.keep_whole(session, arriving=arriving)
    row = session.get(Evidence, arriving.evidence_id)
    assert row is not None
    if clue_id is not None:
        row.clue_id, row.added_by, row.expires_at = clue_id, added_by, None
    return row.id


def keep_for_clue(
    session: Session, *, file: ArrivingFile, file_name: str, clue_id: int, added_by: int
) -> int:
    """A sealed file of the office's own, at once part of a clue; answers its id. Raises Invalid `photos`."""
    last = session.scalar(select(func.max(Evidence.number)).where(Evidence.clue_id == clue_id)) or 0
    row = _row(file, file_name, MessageSide.OFFICE, last + 1)
    row.clue_id, row.added_by = clue_id, added_by
    return _keep(session, file, row)


def _keep(session: Session, file: ArrivingFile, row: Evidence) -> int:
    session.add(row)
    session.flush()
    after_commit(session, file.keep)
    return row.id


def _row(
    file: ArrivingFile,
    file_name: str,
    side: MessageSide,
    number: int,
) -> Evidence:
    if file.fault or not file.size_bytes:
        raise Invalid("photos", file.fault or "empty")
    key_wrap, sealed_name = file.wraps(file_name)
    now = calendar.now()
    return Evidence(
        ref=file.ref,
        side=side,
        kind=EvidenceKind.PHOTO,
        number=number,
        state=EvidenceState.WAITING,
        size_bytes=file.size_bytes,
        received_bytes=file.size_bytes,
        started_at=now,
        completed_at=now,
        blob=file.blob,
        stream_head=file.head,
        key_wrap=key_wrap,
        sealed_name=sealed_name,
        removed=[],
    )
