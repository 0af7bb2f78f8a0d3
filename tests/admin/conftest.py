"""The office on a real database, with units of config/agencies.toml and officers as tests ask for them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from casework.db import Database
from tests.factories.office import Office
from tests.machine.key_folders import KeyFolders

MakeOffice = Callable[..., Office]


@pytest.fixture
def make_office(keys: KeyFolders, tmp_path: Path) -> MakeOffice:
    """`make_office(db)`: the office's application over that database."""

    def make(db: Database, *, https: bool = False) -> Office:
        return Office(db, keys, tmp_path, https=https)

    return make


@pytest.fixture
def office(db: Database, make_office: MakeOffice) -> Office:
    """On SQLite and on PostgreSQL."""
    return make_office(db)


@pytest.fixture
def sqlite_office(sqlite_db: Database, make_office: MakeOffice) -> Office:
    """For what does not depend on the database."""
    return make_office(sqlite_db)
