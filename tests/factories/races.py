"""Two who come at the same moment: the second begins while the first has not committed yet."""

import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from casework.db import Database

First = TypeVar("First")
Second = TypeVar("Second")


@dataclass
class Met(Generic[First, Second]):
    """What the first was answered, and the second: an answer or an error."""

    first: First
    second: Second | None = None
    error: Exception | None = None


def meet(
    db: Database, first: Callable[[Session], First], second: Callable[[Session], Second]
) -> Met[First, Second]:
    """The second waits for whatever the first holds, and finds what the first has left."""

    def follow() -> None:
        try:
            with db.begin() as session:
                met.second = second(session)
        except Exception as error:  # noqa: BLE001 - handed to the test
            met.error = error

    context = copy_context()  # a frozen clock stands still for both
    thread = threading.Thread(target=context.run, args=(follow,))
    with db.begin() as session:
        met: Met[First, Second] = Met(first(session))
        session.flush()
        thread.start()
        _wait_until_held_up(db, thread)
    thread.join(timeout=30)
    assert not thread.is_alive(), "the second hangs"
    return met


def _wait_until_held_up(db: Database, thread: threading.Thread) -> None:
    """On SQLite every writer is held up at the door; PostgreSQL tells who waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not db.is_sqlite and thread.is_alive():
        with db.read() as session:
            if session.scalar(waiting):
                return
        time.sleep(0.01)
