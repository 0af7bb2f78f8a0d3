"""Binding entries into blocks, signing the day's last one, and checking it all again."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import calendar
from casework.trail.models import Block, BlockEntry, Entry
from casework.vault.digests import (
    GENESIS,
    anchor_holds,
    anchor_public,
    block_digest,
    entry_digest,
    sign_anchor,
)
from casework.vault.keys import OfficeKeys

# Numbers can be given out of order by parallel transactions; this many back are looked at again.
LOOK_BACK = 10_000
LATEST_BINDING = timedelta(minutes=10)
MOST_ANCHORS = 40


@dataclass(frozen=True)
class Fault:
    kind: str
    number: int


@dataclass(frozen=True)
class Verdict:
    entries: int
    blocks: int
    unbound: int
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


def seal_block(session: Session) -> Block | None:
    """Binds all entries that lie in no block yet; None when there are none. One sealer at a time.

    `previous` is unique, so of two sealers that meet the second fails and tries again in a minute.
    """
    last = session.scalars(select(Block).order_by(Block.id.desc()).limit(1)).first()
    horizon = last.last_entry_id - LOOK_BACK if last else 0
    loose = session.execute(
        select(Entry.id, Entry.digest)
        .outerjoin(BlockEntry, BlockEntry.entry_id == Entry.id)
        .where(Entry.id > horizon, BlockEntry.entry_id.is_(None))
        .order_by(Entry.id)
    ).all()
    if not loose:
        return None
    previous = last.digest if last else GENESIS
    block = Block(
        sealed_at=calendar.now(),
        entry_count=len(loose),
        last_entry_id=max(loose[-1].id, last.last_entry_id if last else 0),
        previous=previous,
        digest=block_digest(previous, ((row.id, row.digest) for row in loose)),
    )
    session.add(block)
    session.flush()
    session.add_all(BlockEntry(entry_id=row.id, block_id=block.id) for row in loose)
    return block


def write_anchor(session: Session, *, keys: OfficeKeys, folder: Path) -> Path | None:
    """Signs the last block of each finished day that has no anchor yet; answers the newest file written."""
    written = None
    for day, block in reversed(_days_without_anchor(session, folder)):
        words = _anchor_words(day, block)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        body = {
            "words": words.decode(),
            "signature": sign_anchor(keys.anchor, words).hex(),
            "public_key": anchor_public(keys.anchor).hex(),
        }
        written = _anchor_path(folder, day)
        part = written.with_suffix(".part")
        part.write_text(json.dumps(body, indent=1), encoding="utf-8")
        part.replace(written)  # whole or not at all: nothing is written over it later
    return written


def verify(
    session: Session,
    *,
    anchors: Path | None = None,
    public_key: bytes | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> Verdict:
    """Recomputes every entry's and block's digest and every anchor's signature, from first to last."""
    faults: list[Fault] = []
    entries = blocks = 0
    previous, digests_by_block = GENESIS, {}
    for block in session.scalars(select(Block).order_by(Block.id).execution_options(yield_per=500)):
        if block.previous != previous:
            faults.append(Fault("block_chain", block.id))
        bound = []
        for entry in _entries_of(session, block):
            if entry_digest(entry.fields()) != entry.digest:
                faults.append(Fault("entry_changed", entry.id))
            bound.append((entry.id, entry_digest(entry.fields())))
        if len(bound) != block.entry_count or block_digest(block.previous, bound) != block.digest:
            faults.append(Fault("block_changed", block.id))
        previous = block.digest
        digests_by_block[block.id] = block.digest
        blocks, entries = blocks + 1, entries + len(bound)
        progress(entries)
    unbound, late = _unbound(session)
    faults += late
    if anchors is not None:
        faults += _check_anchors(anchors, digests_by_block, public_key)
    return Verdict(entries + unbound, blocks, unbound, tuple(faults))


def _entries_of(session: Session, block: Block) -> Iterator[Entry]:
    query = (
        select(Entry)
        .join(BlockEntry, BlockEntry.entry_id == Entry.id)
        .where(BlockEntry.block_id == block.id)
        .order_by(Entry.id)
    )
    yield from session.scalars(query)


def _unbound(session: Session) -> tuple[int, list[Fault]]:
    """Entries in no block: a few fresh ones are normal, an old one is a fault."""
    query = (
        select(Entry)
        .outerjoin(BlockEntry, BlockEntry.entry_id == Entry.id)
        .where(BlockEntry.entry_id.is_(None))
        .order_by(Entry.id)
    )
    count, faults = 0, []
    for entry in session.scalars(query):
        count += 1
        if entry_digest(entry.fields()) != entry.digest:
            faults.append(Fault("entry_changed", entry.id))
        elif entry.at < calendar.now() - LATEST_BINDING:
            faults.append(Fault("entry_unbound", entry.id))
    return count, faults


def _days_without_anchor(session: Session, folder: Path) -> list[tuple[date, Block]]:
    """Finished days with their last blocks, from yesterday back to the newest anchor, at most forty.

    Block by block from the newest: a worker that asks every minute reads no more than today's.
    """
    found: list[tuple[date, Block]] = []
    before = calendar.today()
    while len(found) < MOST_ANCHORS:
        midnight = datetime.combine(before, time.min, calendar.LOCAL)
        query = select(Block).where(Block.sealed_at < midnight).order_by(Block.id.desc()).limit(1)
        block = session.scalars(query).first()
        if block is None:
            break
        before = calendar.local_day(block.sealed_at)
        if _anchor_path(folder, before).exists():
            break
        found.append((before, block))
    return found


def _anchor_path(folder: Path, day: date) -> Path:
    return folder / f"{day.isoformat()}.json"


def _anchor_words(day: date, block: Block) -> bytes:
    return f"qingshan trail {day.isoformat()} block {block.id} {block.digest.hex()}".encode()


def _check_anchors(folder: Path, digests: dict[int, bytes], public_key: bytes | None) -> list[Fault]:
    faults = []
    for path in sorted(folder.glob("*.json")):
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            words, signature = str(body["words"]), bytes.fromhex(body["signature"])
            key = public_key or bytes.fromhex(body["public_key"])
            _, _, day, _, number, digest = words.split()
            holds = anchor_holds(key, words.encode(), signature) and path.stem == day
            block = int(number)
        except (ValueError, KeyError, TypeError):
            faults.append(Fault("anchor_damaged", int("".join(filter(str.isdecimal, path.stem)) or 0)))
            continue
        if not holds:
            faults.append(Fault("anchor_signature", block))
        elif digests.get(block, b"").hex() != digest:
            faults.append(Fault("anchor_block", block))
    return faults


def entry_count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Entry)) or 0


def sealed_until(session: Session) -> datetime | None:
    return session.scalar(select(func.max(Block.sealed_at)))
