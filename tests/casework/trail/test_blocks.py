"""Blocks and anchors: whatever somebody with the database in their hands changes is found."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from casework import calendar, trail
from casework.db import Database
from casework.trail import WORKER, Deed, blocks
from casework.trail.blocks import Verdict
from casework.trail.models import Block, BlockEntry, Entry
from casework.vault.digests import GENESIS, anchor_public, block_digest, entry_digest
from tests.machine.key_folders import KeyFolders

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=calendar.LOCAL)


def record(db: Database, *numbers: int) -> None:
    for number in numbers:
        with db.begin() as session:
            trail.record(session, deed=Deed.SIGN_OUT, by=WORKER, about=("officer", number))


def seal(db: Database) -> Block | None:
    with db.begin() as session:
        return blocks.seal_block(session)


def verify(db: Database, anchors: Path | None = None, public_key: bytes | None = None) -> Verdict:
    with db.read() as session:
        return blocks.verify(session, anchors=anchors, public_key=public_key)


def faults(db: Database, anchors: Path | None = None, public_key: bytes | None = None) -> set[str]:
    return {fault.kind for fault in verify(db, anchors, public_key).faults}


def unguard(db: Database) -> None:
    """As whoever owns the database could: away with the triggers."""
    with db.begin() as session:
        for table in ("trail_entries", "trail_blocks", "trail_block_entries"):
            names = ("no_update", "no_delete") if db.is_sqlite else ("no_change", "no_truncate")
            for name in names:
                session.execute(
                    text(f"DROP TRIGGER {table}_{name}" + ("" if db.is_sqlite else f" ON {table}"))
                )


def three_blocks(db: Database) -> Database:
    """Three blocks of two entries, in hands that can change them."""
    for number in (1, 3, 5):
        record(db, number, number + 1)
        assert seal(db)
    assert verify(db) == Verdict(entries=6, blocks=3, unbound=0, faults=())
    unguard(db)
    return db


@pytest.fixture
def trail_db(sqlite_db: Database) -> Database:
    return three_blocks(sqlite_db)


def forge(db: Database, *changes: str) -> None:
    with db.begin() as session:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for change in changes:
            session.execute(text(change))


# ── binding ──
def test_nothing_to_bind_makes_no_block(db: Database) -> None:
    assert seal(db) is None
    record(db, 1)
    assert seal(db)
    assert seal(db) is None


def test_a_block_binds_what_lies_loose_and_names_the_block_before(db: Database) -> None:
    record(db, 1, 2)
    first = seal(db)
    record(db, 3)
    second = seal(db)
    assert first is not None
    assert second is not None
    assert (first.previous, first.entry_count) == (GENESIS, 2)
    assert (second.previous, second.entry_count) == (first.digest, 1)
    assert verify(db).holds


def test_an_entry_that_was_committed_late_is_bound_by_the_next_block(postgres_db: Database) -> None:
    """Numbers are given before the commit: a slow transaction may come with a number below the last block's."""
    slow = postgres_db.begin()
    session = slow.__enter__()
    trail.record(session, deed=Deed.SIGN_OUT, by=WORKER, about=("officer", 1))
    session.flush()
    record(postgres_db, 2)
    first = seal(postgres_db)
    slow.__exit__(None, None, None)
    second = seal(postgres_db)
    assert first is not None
    assert second is not None
    assert (first.last_entry_id, second.entry_count, second.last_entry_id) == (2, 1, 2)
    assert verify(postgres_db).holds


def test_of_two_sealers_that_meet_one_binds_and_the_other_finds_nothing(postgres_db: Database) -> None:
    record(postgres_db, 1)
    faster = postgres_db.begin()
    assert blocks.seal_block(faster.__enter__())

    def meet() -> None:
        with postgres_db.begin() as session:
            loose = session.scalars(select(Entry.id)).all()
            faster.__exit__(None, None, None)
            session.add(Block(
                sealed_at=calendar.now(), entry_count=len(loose), last_entry_id=1, previous=GENESIS, digest=b"x" * 32
            ))  # fmt: skip

    with pytest.raises(IntegrityError):
        meet()
    assert seal(postgres_db) is None
    assert verify(postgres_db).blocks == 1


def test_fresh_entries_may_lie_loose_and_old_ones_may_not(db: Database) -> None:
    record(db, 1)
    assert verify(db) == Verdict(entries=1, blocks=0, unbound=1, faults=())
    with calendar.freeze(calendar.now() + timedelta(minutes=11)):
        assert faults(db) == {"entry_unbound"}
        seal(db)
        assert verify(db).holds


# ── tampering ──
def test_a_changed_entry_is_found(trail_db: Database) -> None:
    forge(trail_db, "UPDATE trail_entries SET about_ref = '9' WHERE id = 3")
    verdict = verify(trail_db)
    assert {(fault.kind, fault.number) for fault in verdict.faults} == {
        ("entry_changed", 3),
        ("block_changed", 2),
    }


@pytest.mark.parametrize(
    "column, value", [("deed", "'sign_in'"), ("actor_id", "1"), ("facts", "'{\"a\": 1}'")]
)
def test_every_column_of_an_entry_counts(trail_db: Database, column: str, value: str) -> None:
    forge(trail_db, f"UPDATE trail_entries SET {column} = {value} WHERE id = 1")
    assert "entry_changed" in faults(trail_db)


def test_an_entry_moved_in_time_is_found(trail_db: Database) -> None:
    with trail_db.begin() as session:
        session.execute(update(Entry).where(Entry.id == 1).values(at=NOON))
    assert "entry_changed" in faults(trail_db)


def test_an_entry_changed_together_with_its_digest_is_found_in_its_block(trail_db: Database) -> None:
    with trail_db.begin() as session:
        entry = session.get_one(Entry, 3)
        entry.about_ref = "9"
        entry.digest = entry_digest(entry.fields())
    assert faults(trail_db) == {"block_changed"}


def test_a_deleted_entry_is_found(trail_db: Database) -> None:
    forge(
        trail_db,
        "DELETE FROM trail_block_entries WHERE entry_id = 4",
        "DELETE FROM trail_entries WHERE id = 4",
    )
    assert faults(trail_db) == {"block_changed"}


def test_a_deleted_entry_whose_bond_was_left_is_found(trail_db: Database) -> None:
    forge(trail_db, "DELETE FROM trail_block_entries WHERE entry_id = 4")
    assert faults(trail_db) == {"block_changed"}
    with calendar.freeze(calendar.now() + timedelta(minutes=11)):
        assert "entry_unbound" in faults(trail_db)


def test_an_entry_moved_to_another_block_is_found(trail_db: Database) -> None:
    forge(trail_db, "UPDATE trail_block_entries SET block_id = 3 WHERE entry_id = 4")
    assert {f.number for f in verify(trail_db).faults if f.kind == "block_changed"} == {2, 3}


def test_an_entry_slipped_into_a_block_is_found(trail_db: Database) -> None:
    record(trail_db, 7)
    forge(trail_db, "INSERT INTO trail_block_entries (entry_id, block_id) VALUES (7, 2)")
    assert faults(trail_db) == {"block_changed"}


def test_swapped_blocks_are_found(trail_db: Database) -> None:
    forge(
        trail_db,
        "UPDATE trail_blocks SET id = 99 WHERE id = 2",
        "UPDATE trail_blocks SET id = 2 WHERE id = 3",
        "UPDATE trail_blocks SET id = 3 WHERE id = 99",
        "UPDATE trail_block_entries SET block_id = 5 - block_id WHERE block_id IN (2, 3)",
    )
    assert faults(trail_db) == {"block_chain"}


def test_a_block_taken_out_of_the_middle_is_found(trail_db: Database) -> None:
    forge(
        trail_db,
        "DELETE FROM trail_entries WHERE id IN (SELECT entry_id FROM trail_block_entries WHERE block_id = 2)",
        "DELETE FROM trail_block_entries WHERE block_id = 2",
        "DELETE FROM trail_blocks WHERE id = 2",
    )
    assert faults(trail_db) == {"block_chain"}


def test_postgresql_reads_the_same_out_of_the_same_forgeries(postgres_db: Database) -> None:
    three_blocks(postgres_db)
    forgeries = {
        "UPDATE trail_entries SET facts = '{\"a\": 1}' WHERE id = 3": {"entry_changed", "block_changed"},
        "UPDATE trail_entries SET at = at + interval '1 microsecond' WHERE id = 3": {
            "entry_changed",
            "block_changed",
        },
        "DELETE FROM trail_block_entries WHERE entry_id = 4": {"block_changed"},
        "UPDATE trail_block_entries SET block_id = 3 WHERE entry_id = 4": {"block_changed"},
        "UPDATE trail_blocks SET id = 9 WHERE id = 1": {"block_chain", "block_changed"},
    }
    for forgery, found in forgeries.items():
        with postgres_db.read() as session:  # and rolled back again
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(forgery))
            assert {fault.kind for fault in blocks.verify(session).faults} == found, forgery
    assert verify(postgres_db).holds


# ── anchors ──
@pytest.fixture
def anchored(trail_db: Database, keys: KeyFolders, tmp_path: Path) -> tuple[Database, Path]:
    """The trail, and the anchor of its day, written the day after."""
    folder = tmp_path / "anchors"
    with calendar.freeze(calendar.now() + timedelta(days=1)), trail_db.read() as session:
        assert blocks.write_anchor(session, keys=keys.office, folder=folder)
    return trail_db, folder


def rebuild(db: Database) -> None:
    """What a forger who knows the way would do: every digest anew, so that the chain holds in itself."""
    with db.begin() as session:
        previous = GENESIS
        for block in session.scalars(select(Block).order_by(Block.id)):
            bound = session.scalars(
                select(Entry).join(BlockEntry).where(BlockEntry.block_id == block.id).order_by(Entry.id)
            ).all()
            for entry in bound:
                entry.digest = entry_digest(entry.fields())
            block.previous, block.entry_count = previous, len(bound)
            block.digest = block_digest(previous, ((e.id, e.digest) for e in bound))
            previous = block.digest


def test_a_chain_forged_anew_is_found_by_its_anchor(
    anchored: tuple[Database, Path], keys: KeyFolders
) -> None:
    db, folder = anchored
    public = anchor_public(keys.office.anchor)
    assert verify(db, folder, public).holds
    forge(db, "UPDATE trail_entries SET about_ref = '9' WHERE id = 1")
    rebuild(db)
    assert verify(db).holds, "without the anchor nothing shows"
    assert faults(db, folder, public) == {"anchor_block"}


def test_a_chain_cut_short_is_found_by_its_anchor(anchored: tuple[Database, Path]) -> None:
    db, folder = anchored
    forge(
        db,
        "DELETE FROM trail_entries WHERE id > 4",
        "DELETE FROM trail_block_entries WHERE block_id = 3",
        "DELETE FROM trail_blocks WHERE id = 3",
    )
    assert verify(db).holds
    assert faults(db, folder) == {"anchor_block"}


Change = Callable[[dict[str, str]], object]


@pytest.mark.parametrize(
    "change, kind",
    [
        (lambda body: body.update(words=body["words"].replace("block 3", "block 2")), "anchor_signature"),
        (lambda body: body.update(signature="00" * 64), "anchor_signature"),
        (lambda body: body.update(signature="zz"), "anchor_damaged"),
        (lambda body: body.update(words="short"), "anchor_damaged"),
        (lambda body: body.pop("signature"), "anchor_damaged"),
    ],
)
def test_a_changed_anchor_is_found(anchored: tuple[Database, Path], change: Change, kind: str) -> None:
    db, folder = anchored
    (path,) = folder.glob("*.json")
    body = json.loads(path.read_text(encoding="utf-8"))
    change(body)
    path.write_text(json.dumps(body), encoding="utf-8")
    assert faults(db, folder) == {kind}


def test_an_anchor_torn_or_renamed_is_found(anchored: tuple[Database, Path]) -> None:
    db, folder = anchored
    (path,) = folder.glob("*.json")
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[:40], encoding="utf-8")
    assert faults(db, folder) == {"anchor_damaged"}
    path.write_text(whole, encoding="utf-8")
    path.rename(folder / "2026-01-01.json")
    assert faults(db, folder) == {"anchor_signature"}


def test_an_anchor_signed_by_somebody_else_is_found(
    anchored: tuple[Database, Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    db, folder = anchored
    others = KeyFolders(tmp_path_factory.mktemp("others"))
    assert faults(db, folder, anchor_public(others.office.anchor)) == {"anchor_signature"}


def test_each_finished_day_has_one_anchor_and_none_is_written_over(
    sqlite_db: Database, keys: KeyFolders, tmp_path: Path
) -> None:
    folder = tmp_path / "anchors"

    def write() -> list[str]:
        with sqlite_db.read() as session:
            blocks.write_anchor(session, keys=keys.office, folder=folder)
        return sorted(path.name for path in folder.glob("*"))

    with calendar.freeze(NOON) as clock:
        for days in (0, 0, 1, 3):  # nothing happens on the second day after
            clock.move_to(NOON + timedelta(days=days))
            record(sqlite_db, days)
            seal(sqlite_db)
        assert write() == ["2026-11-20.json", "2026-11-21.json"]
        kept = (folder / "2026-11-20.json").read_bytes()
        clock.forward(timedelta(days=1))
        assert write() == ["2026-11-20.json", "2026-11-21.json", "2026-11-23.json"]
        assert (folder / "2026-11-20.json").read_bytes() == kept
        assert verify(sqlite_db, folder, anchor_public(keys.office.anchor)).holds
        words = json.loads((folder / "2026-11-20.json").read_text())["words"]
        assert words.startswith("qingshan trail 2026-11-20 block 2 "), "the last block of its day"


def test_a_day_ends_at_midnight_in_china(sqlite_db: Database, keys: KeyFolders, tmp_path: Path) -> None:
    with calendar.freeze(datetime(2026, 11, 20, 23, 59, tzinfo=calendar.LOCAL)) as clock:
        record(sqlite_db, 1)
        seal(sqlite_db)
        with sqlite_db.read() as session:
            assert blocks.write_anchor(session, keys=keys.office, folder=tmp_path) is None
            clock.forward(timedelta(minutes=2))
            written = blocks.write_anchor(session, keys=keys.office, folder=tmp_path)
    assert written is not None
    assert written.name == "2026-11-20.json"
