"""A team at work at nine in the morning of 23 November 2026, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from casework import calendar
from casework.calendar import FrozenClock
from casework.db import Database
from tests.factories.cases import Team, local
from tests.machine import databases
from tests.machine.key_folders import KeyFolders


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    with calendar.freeze(local("2026-11-23 09:00")) as clock:
        yield clock


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def kept_db(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for the tests of a file that take all back at their end."""
    template = request.getfixturevalue(f"{request.param}_template")
    if request.param == "sqlite":
        with databases.sqlite_copy(template, tmp_path_factory.mktemp("cases")) as db:
            yield db
    else:
        with databases.postgres_copy(request.getfixturevalue("postgres_server"), template) as db:
            yield db


@pytest.fixture
def team(kept_db: Database, keys: KeyFolders, clock: FrozenClock) -> Iterator[Team]:
    """In one transaction, written out and then rolled back when the test is over."""
    with kept_db.read() as session:
        yield Team(session, keys)
        session.flush()
