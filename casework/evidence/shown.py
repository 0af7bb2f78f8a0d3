"""What the office sees of files: the cleaned copy, never the original; what could not be cleaned, by name only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.evidence.models import Evidence
from casework.terms import EvidenceKind, EvidenceState, MessageSide
from casework.vault.keys import OfficeKeys
from casework.vault.sealing import context, unwrap
from casework.vault.storage import Store
from casework.vault.streams import open_blob


@dataclass(frozen=True)
class FileShown:
    """One file as the office's pages list it. `refusal` is a PhotoRefusal's value."""

    evidence_id: int
    number: int
    kind: EvidenceKind
    state: EvidenceState
    refusal: str | None
    side: MessageSide
    tip_id: int | None
    supplement_id: int | None
    added_by: int | None
    arrived_at: datetime


def files_shown(
    session: Session,
    *,
    tip_ids: Sequence[int] = (),
    supplement_ids: Sequence[int] = (),
    clue_id: int | None = None,
) -> list[FileShown]:
    """Files of tips, of their supplements, and the office's own of a clue, in the order of their arrival."""
    whose: list[ColumnElement[bool]] = []
    if tip_ids:
        whose.append(Evidence.tip_id.in_(tip_ids))
    if supplement_ids:
        whose.append(Evidence.supplement_id.in_(supplement_ids))
    if clue_id is not None:
        whose.append(Evidence.clue_id == clue_id)
    if not whose:
        return []
    query = select(Evidence).where(or_(*whose), Evidence.state != EvidenceState.ARRIVING)
    return [_shown(row) for row in session.scalars(query.order_by(Evidence.id))]


def open_picture(store: Store, row: Evidence, keys: OfficeKeys, *, thumb: bool) -> bytes:
    """The cleaned copy or its thumbnail, as a JPEG. Raises NotFound where there is none, StoreUnavailable."""
    blob = row.thumb_blob if thumb else row.clean_blob
    if row.state is not EvidenceState.CLEANED or row.clean_wrap is None or blob is None:
        raise NotFound("picture")
    data_key = unwrap(row.clean_wrap, keys, context("evidence", row.ref, "clean_key"))
    return open_blob(store, blob, data_key, None, context("evidence", row.ref, "thumb" if thumb else "clean"))


def _shown(row: Evidence) -> FileShown:
    return FileShown(
        evidence_id=row.id,
        number=row.number,
        kind=row.kind,
        state=row.state,
        refusal=row.refusal,
        side=row.side,
        tip_id=row.tip_id,
        supplement_id=row.supplement_id,
        added_by=row.added_by,
        arrived_at=row.started_at,
    )
