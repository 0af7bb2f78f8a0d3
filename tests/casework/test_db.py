"""The two doors of the database: what is committed, what is not, and who waits for whom."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from casework import db as doors
from casework.db import Database, DatabaseBusy, FileLock, after_commit
from casework.errors import Invalid, Stale, Unavailable
from casework.officers.models import Mark
from casework.tips.models import Tip
from tests.factories.tips import new_tip
from tests.machine.key_folders import KeyFolders


def marks(db: Database) -> dict[str, str]:
    with db.read() as session:
        return {row.name: row.value for row in session.scalars(select(Mark))}


def lay(db: Database, name: str, value: str = "1") -> None:
    with db.begin() as session:
        session.merge(Mark(name=name, value=value))


# ── commit and rollback ──
def test_what_was_begun_and_ended_well_is_there(db: Database) -> None:
    lay(db, "one")
    assert marks(db) == {"one": "1"}


def test_an_error_leaves_nothing_behind(db: Database) -> None:
    def fail() -> None:
        with db.begin() as session:
            session.add(Mark(name="one", value="1"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert marks(db) == {}
    lay(db, "two")
    assert marks(db) == {"two": "1"}


def test_reading_changes_nothing_even_by_mistake(db: Database) -> None:
    lay(db, "one")
    with db.read() as session:
        row = session.get_one(Mark, "one")
        row.value = "2"
        session.add(Mark(name="two", value="2"))
        session.flush()
    assert marks(db) == {"one": "1"}


def test_what_was_read_stays_readable_afterwards(db: Database) -> None:
    lay(db, "one")
    with db.read() as session:
        row = session.get_one(Mark, "one")
    with db.begin() as session:
        other = session.get_one(Mark, "one")
    assert row.value == other.value == "1"


def test_a_bell_rings_after_the_commit_and_sees_what_was_committed(db: Database) -> None:
    heard: list[dict[str, str]] = []
    with db.begin() as session:
        session.add(Mark(name="one", value="1"))
        after_commit(session, lambda: heard.append(marks(db)))
        after_commit(session, lambda: lay(db, "by a bell"))  # a bell may open a door of its own
        assert heard == []
    assert heard == [{"one": "1"}]
    assert "by a bell" in marks(db)


def test_no_bell_rings_when_nothing_was_committed(db: Database) -> None:
    heard: list[str] = []

    def ring_and(statement: str) -> None:
        with db.begin() as session:
            after_commit(session, lambda: heard.append(statement))
            session.execute(text(statement))

    with pytest.raises(DBAPIError):
        ring_and("SELECT 1 FROM nowhere")
    with pytest.raises(IntegrityError):
        ring_and("INSERT INTO duties (rule) VALUES ('x')")
    with db.read() as session:
        after_commit(session, lambda: heard.append("a reading"))
    lay(db, "next")
    assert heard == []


def test_a_broken_bell_does_not_unsay_what_is_committed(db: Database) -> None:
    heard: list[str] = []

    def broken() -> None:
        raise DatabaseBusy("the queue is away")

    with db.begin() as session:
        session.add(Mark(name="one", value="1"))
        after_commit(session, broken)
        after_commit(session, lambda: heard.append("the next one"))
    assert marks(db) == {"one": "1"}
    assert heard == ["the next one"]


# ── what ails the database, by meaning ──
def test_somebody_faster_is_told_as_stale(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        tip_id = new_tip(session, keys).id

    def decide_too_late() -> None:
        with db.begin() as session:
            tip = session.get_one(Tip, tip_id)
            session.execute(text("UPDATE tips SET version = 2"))  # as if somebody else had
            tip.decline_reason = "not_here"

    with pytest.raises(Stale):
        decide_too_late()


def test_a_value_that_the_database_cannot_hold_is_invalid(postgres_db: Database) -> None:
    for value in ("\x00", "x" * 81):
        with pytest.raises(Invalid):
            lay(postgres_db, "one", value)
    assert marks(postgres_db) == {}


def test_a_database_that_is_away_is_busy_and_not_alive(tmp_path: Path) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseBusy), away.read() as session:
        session.execute(text("SELECT 1"))
    with pytest.raises(Unavailable), away.begin() as session:
        session.execute(text("SELECT 1"))
    assert not away.is_alive()
    away.dispose()


def test_a_connection_cut_off_is_busy_and_the_next_one_is_fine(postgres_db: Database) -> None:
    with pytest.raises(DatabaseBusy), postgres_db.begin() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    lay(postgres_db, "next")
    assert marks(postgres_db) == {"next": "1"}


def test_more_askers_than_connections_are_told_that_it_is_busy(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "SQLITE_LOCK_WAIT", 0.05)
    small = Database(postgres_db.url.render_as_string(hide_password=False), pool_size=1)
    try:
        held = [small.engine.connect() for _ in range(5)]
        with pytest.raises(DatabaseBusy), small.read() as session:
            session.execute(text("SELECT 1"))
        for connection in held:
            connection.close()
    finally:
        small.dispose()


def test_a_row_that_another_holds_is_not_waited_for_for_ever(postgres_db: Database) -> None:
    lay(postgres_db, "one")

    def change() -> None:
        with postgres_db.begin() as session:
            assert session.execute(text("SHOW lock_timeout")).scalar() == "5s"
            session.execute(text("SET LOCAL lock_timeout = 50"))
            session.execute(text("UPDATE marks SET value = '2'"))

    with postgres_db.engine.connect() as other:
        other.execute(text("SELECT 1 FROM marks FOR UPDATE"))
        with pytest.raises(DatabaseBusy):
            change()
    assert marks(postgres_db) == {"one": "1"}


# ── SQLite: one writer at a time ──
def test_sqlite_is_durable_watched_and_has_its_folder_made(tmp_path: Path) -> None:
    made = Database(f"sqlite:///{tmp_path / 'var' / 'deep' / 'qingshan.db'}")
    with made.engine.connect() as connection:
        settings = {
            pragma: connection.execute(text(f"PRAGMA {pragma}")).scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert made.is_alive()
    made.dispose()


def test_eight_threads_and_two_engines_write_one_after_the_other(sqlite_db: Database) -> None:
    lay(sqlite_db, "count", "0")
    other = Database(sqlite_db.url.render_as_string())

    def count_on(db: Database) -> None:
        for _ in range(10):
            with db.begin() as session:
                row = session.get_one(Mark, "count")
                row.value = str(int(row.value) + 1)

    threads = [threading.Thread(target=count_on, args=(db,)) for db in (sqlite_db, other) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.dispose()
    assert marks(sqlite_db) == {"count": "80"}


def test_readers_do_not_wait_for_a_writer(sqlite_db: Database) -> None:
    with sqlite_db.begin() as session:
        session.add(Mark(name="one", value="1"))
        session.flush()
        assert marks(sqlite_db) == {}
    assert marks(sqlite_db) == {"one": "1"}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "SQLITE_LOCK_WAIT", 0.05)


def test_a_thread_that_does_not_get_its_turn_is_told_and_stores_nothing(
    sqlite_db: Database, impatient: None
) -> None:
    faults: list[BaseException] = []

    def write() -> None:
        try:
            lay(sqlite_db, "late")
        except DatabaseBusy as busy:
            faults.append(busy)

    with sqlite_db.begin() as session:
        session.add(Mark(name="first", value="1"))
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(timeout=10)
        assert not thread.is_alive(), "it must not hang"
    assert len(faults) == 1
    assert marks(sqlite_db) == {"first": "1"}


HOLDER = """
import sys, time
from pathlib import Path
from casework.db import FileLock
with FileLock(Path(sys.argv[1])).hold(5):
    print("held", flush=True)
    sys.stdin.read()
"""


FORKER = """
import os, sys
from pathlib import Path
from casework.db import DatabaseBusy, FileLock
lock = FileLock(Path(sys.argv[1]))
with lock.hold(1):
    pass
held, tried = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    with lock.hold(1):
        os.write(held[1], b".")
        os.read(tried[0], 1)
    os._exit(0)
os.read(held[0], 1)
try:
    with lock.hold(0.05):
        print("shared")
except DatabaseBusy:
    print("busy")
os.write(tried[1], b".")
os.waitpid(child, 0)
with lock.hold(1):
    print("free")
"""


@pytest.fixture
def another_writer(sqlite_db: Database) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the lock until its input ends."""
    command = [sys.executable, "-c", HOLDER, f"{sqlite_db.url.database}.lock"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_process_that_does_not_get_its_turn_is_told_and_gets_it_later(
    sqlite_db: Database, impatient: None, another_writer: "subprocess.Popen[str]"
) -> None:
    with pytest.raises(DatabaseBusy):
        lay(sqlite_db, "early")
    another_writer.communicate("")
    lay(sqlite_db, "later")
    assert marks(sqlite_db) == {"later": "1"}


def test_a_writer_that_died_holds_nothing(
    sqlite_db: Database, impatient: None, another_writer: "subprocess.Popen[str]"
) -> None:
    another_writer.kill()
    another_writer.wait()
    lay(sqlite_db, "one")
    assert marks(sqlite_db) == {"one": "1"}


def test_a_program_that_locks_the_file_itself_is_told_as_busy(sqlite_db: Database, tmp_path: Path) -> None:
    lay(sqlite_db, "one")
    with sqlite_db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    stranger = sqlite3.connect(str(sqlite_db.url.database), isolation_level=None)
    try:
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            lay(sqlite_db, "two")
    finally:
        stranger.close()
    lay(sqlite_db, "three")
    assert marks(sqlite_db) == {"one": "1", "three": "1"}


def test_a_child_of_a_fork_does_not_share_the_lock(tmp_path: Path) -> None:
    """gunicorn forks: a lock that stood on one open file would be both processes' at once."""
    command = [sys.executable, "-c", FORKER, str(tmp_path / "x.lock")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "busy\nfree\n", done.stderr


def test_a_lock_that_cannot_be_opened_is_busy(tmp_path: Path) -> None:
    with pytest.raises(DatabaseBusy), FileLock(tmp_path / "nowhere" / "x.lock").hold(1):
        pass


# ── instants ──
def test_an_instant_comes_back_aware_and_the_same(db: Database, keys: KeyFolders) -> None:
    at = datetime(2026, 11, 23, 8, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with db.begin() as session:
        tip = new_tip(session, keys)
        tip.decided_at = at
    with db.read() as session:
        read = session.get_one(Tip, tip.id).decided_at
        found = session.scalars(select(Tip.id).where(Tip.decided_at <= at, Tip.decided_at >= at)).all()
    assert read == at
    assert read is not None
    assert read.tzinfo is UTC
    assert found == [tip.id]


def test_an_instant_without_its_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="without a time zone"), db.read() as session:
        session.execute(select(Tip.id).where(Tip.received_at > datetime(2026, 11, 23)))  # noqa: DTZ001
