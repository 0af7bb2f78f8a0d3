"""Hearing the SQL that reaches a database, for query budgets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from casework.db import Database

_AROUND = ("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """The statements meanwhile, without the words that open and close transactions."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(_AROUND):
            heard.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
