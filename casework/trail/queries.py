"""Readings of the trail, newest first, by keyset."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.trail.actors import ActorKind
from casework.trail.models import BlockEntry, Entry

PAGE = 50


@dataclass(frozen=True)
class EntryRow:
    id: int
    at: datetime
    deed: str
    actor_kind: ActorKind
    actor_id: int | None
    about_kind: str
    about_ref: str
    facts: dict[str, Any]
    digest: str
    block: int | None


@dataclass(frozen=True)
class EntryPage:
    rows: list[EntryRow]
    after: int | None


def entries(
    session: Session,
    *,
    after: int | None = None,
    deed: str = "",
    actor_id: int | None = None,
    about: str = "",
) -> EntryPage:
    """One screen; `after` is the number of the last entry seen, `about` a number such as QS-2026-0001."""
    query = (
        select(Entry, BlockEntry.block_id)
        .outerjoin(BlockEntry, BlockEntry.entry_id == Entry.id)
        .order_by(Entry.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(Entry.id < after)
    if deed:
        query = query.where(Entry.deed == deed)
    if actor_id is not None:
        query = query.where(Entry.actor_id == actor_id, Entry.actor_kind == ActorKind.OFFICER)
    if about:
        query = query.where(Entry.about_ref == about)
    found = session.execute(query).all()
    rows = [_row(entry, block) for entry, block in found[:PAGE]]
    return EntryPage(rows, rows[-1].id if len(found) > PAGE else None)


def _row(entry: Entry, block: int | None) -> EntryRow:
    return EntryRow(
        id=entry.id,
        at=entry.at,
        deed=entry.deed,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        about_kind=entry.about_kind,
        about_ref=entry.about_ref,
        facts=entry.facts,
        digest=entry.digest.hex()[:12],
        block=block,
    )
