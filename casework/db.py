"""The database: one engine, two doors. `begin()` writes and commits; `read()` never does."""

import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from casework.errors import Invalid, Stale, Unavailable

log = logging.getLogger("qingshan.db")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite grows a rowid only on INTEGER keys; PostgreSQL should have room for more.
LARGEST_KEY = 2**63 - 1
BigKey = BigInteger().with_variant(Integer(), "sqlite")

SQLITE_LOCK_WAIT = 5.0  # seconds a writer waits for its turn before the page asks to try again


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps it as naive UTC, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: Instant, dict[str, Any]: JSON, list[str]: JSON}


class DatabaseBusy(Unavailable):
    """The database is locked or gone. Nothing was stored."""

    code = "database_busy"


class FileLock:
    """One writer at a time among all threads and processes that open this SQLite file.

    SQLite's own waiting polls and starves under eight writing threads (docs/benchmarks.md);
    a thread lock in front of an advisory file lock gives each its turn.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = threading.Lock()

    @contextmanager
    def hold(self, wait: float) -> Iterator[None]:
        until = time.monotonic() + wait
        if not self._threads.acquire(timeout=wait):
            raise DatabaseBusy("another writer in this process holds the lock")
        try:
            # Opened anew each time: a descriptor from before a fork would share its lock with the child.
            fd = self._open()
            try:
                self._take(fd, until)
                yield
            finally:
                fcntl.flock(fd, fcntl.LOCK_UN)
                os.close(fd)
        finally:
            self._threads.release()

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseBusy("the lock file cannot be opened") from error

    def _take(self, fd: int, until: float) -> None:
        pause = 0.0005
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > until:
                    raise DatabaseBusy("another process holds the lock") from None
                time.sleep(pause)
                pause = min(pause * 2, 0.01)


class Database:
    """Engine and sessions for one URL. Doors (views, commands, jobs) are the only callers."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite_engine() if self.is_sqlite else self._server_engine(pool_size)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, autoflush=True)
        self._lock = FileLock(Path(f"{self.url.database}.lock")) if self.is_sqlite else None

    def _sqlite_engine(self) -> Engine:
        assert self.url.database
        Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url, connect_args={"check_same_thread": False, "timeout": SQLITE_LOCK_WAIT}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _server_engine(self, pool_size: int) -> Engine:
        return create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=4,
            pool_pre_ping=False,
            pool_recycle=600,
            pool_timeout=SQLITE_LOCK_WAIT,
            connect_args={"connect_timeout": 5, "options": "-c lock_timeout=5000 -c statement_timeout=30000"},
        )

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A writing transaction: commits at the end, rolls back on any error.

        Raises DatabaseBusy when the database is locked or away, Stale when somebody else changed
        a row meanwhile; nothing is stored then. Functions handed to `after_commit(session, ...)`
        run once the commit has succeeded, when the next writer may already write.
        """
        with _translated(), self._turn(), self._sessions() as session:
            if self.is_sqlite:
                session.connection(execution_options={"qingshan_write": True})
            yield session
            session.commit()
            bells: list[Callable[[], None]] = session.info.pop("after_commit", [])
        for bell in bells:
            _ring(bell)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A reading transaction: closed without commit, so nothing read here can be changed by mistake.

        What was loaded stays readable afterwards; a rollback would empty it.
        """
        with _translated(), self._sessions() as session:
            yield session

    def _turn(self) -> AbstractContextManager[None]:
        return nullcontext() if self._lock is None else self._lock.hold(SQLITE_LOCK_WAIT)

    def is_alive(self) -> bool:
        try:
            with self.read() as session:
                session.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001 - whatever is wrong, the answer is no
            return False
        return True

    def dispose(self) -> None:
        self.engine.dispose()


def after_commit(session: Session, bell: Callable[[], None]) -> None:
    """Run `bell` when this transaction has been committed, and not otherwise (house.md §4.9)."""
    session.info.setdefault("after_commit", []).append(bell)


def take_turn(session: Session, name: bytes) -> None:
    """Of all transactions that take a turn of this name (8 bytes or more), one goes on and the others wait.

    On SQLite writers take turns anyway. For what no row stands for yet: the second click of a form.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(name[:8], "big", signed=True))))


def _ring(bell: Callable[[], None]) -> None:
    """What is committed stays true whatever a bell does, so the door must not tell of a failure."""
    try:
        bell()
    except Exception as error:  # noqa: BLE001 - the sweep finds the work that the bell would have told of
        log.warning("a bell failed after the commit: %s", type(error).__name__)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: SQLAlchemy's begin event does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    write = connection.get_execution_options().get("qingshan_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseBusy("every connection is taken") from error
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            raise  # a fault in the statement itself, which trying again does not mend
        raise DatabaseBusy("the database did not answer") from error
    except StaleDataError as error:
        raise Stale("somebody else changed it meanwhile") from error
    except DataError as error:
        raise Invalid("value", "unfit") from error  # a NUL in a text, a number or a word too long
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseBusy("the connection was lost") from error
        raise
