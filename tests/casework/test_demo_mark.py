"""Demo and service never mix, whichever way round."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework.db import Database
from casework.demo_mark import MARK, is_demo, refuse_mixed
from casework.officers.actions import set_mark
from casework.officers.roles import Role
from casework.vault.keys import make_keys
from config.settings import Settings, SettingsError
from tests.factories.officers import officer

PUBLIC: dict[str, Any] = {"public_url": "https://jubao.example"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(
        Settings(),
        portal_keys=tmp_path / "portal",
        receipt_keys=tmp_path / "receipt",
        office_keys=tmp_path / "office",
    )


def keys(settings: Settings, *, demo: bool) -> None:
    for kind in ("portal", "receipt", "office"):
        make_keys(kind, getattr(settings, f"{kind}_keys"), demo=demo)


def mark(db: Database) -> None:
    with db.begin() as session:
        set_mark(session, MARK, "1")


def faults(settings: Settings, db: Database) -> list[str]:
    try:
        refuse_mixed(settings, db)
    except SettingsError as error:
        return [fault.split()[0].removeprefix("QINGSHAN_") for fault in error.faults]
    return []


def test_the_setting_decides_and_where_it_is_silent_the_database(
    sqlite_db: Database, settings: Settings
) -> None:
    assert not is_demo(settings, sqlite_db)
    mark(sqlite_db)
    assert is_demo(settings, sqlite_db)
    assert not is_demo(replace(settings, demo=False), sqlite_db)


def test_before_the_first_migration_nothing_is_marked(tmp_path: Path, settings: Settings) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert not is_demo(settings, empty)
    for demo in (None, True, False):
        assert faults(replace(settings, demo=demo), empty) == []
    empty.dispose()


@pytest.mark.parametrize("demo", [None, False])
def test_a_service_refuses_demo_keys(demo: bool | None, sqlite_db: Database, settings: Settings) -> None:
    keys(settings, demo=True)
    assert faults(replace(settings, demo=demo), sqlite_db) == ["PORTAL_KEYS", "RECEIPT_KEYS", "OFFICE_KEYS"]


def test_a_service_refuses_the_demo_story(db: Database, settings: Settings) -> None:
    keys(settings, demo=False)
    mark(db)
    assert faults(replace(settings, demo=False), db) == ["DATABASE_URL"]


def test_the_demo_refuses_an_offices_own_keys_and_data(sqlite_db: Database, settings: Settings) -> None:
    keys(settings, demo=False)
    with sqlite_db.begin() as session:
        officer(session, Role.TRIAGE)
    told = faults(replace(settings, demo=True), sqlite_db)
    assert told == ["PORTAL_KEYS", "RECEIPT_KEYS", "OFFICE_KEYS", "DATABASE_URL"]


@pytest.mark.parametrize("demo", [None, True])
def test_the_demo_is_not_shown_to_the_world(
    demo: bool | None, sqlite_db: Database, settings: Settings
) -> None:
    keys(settings, demo=True)
    mark(sqlite_db)
    assert faults(replace(settings, demo=demo), sqlite_db) == []
    assert faults(replace(settings, demo=demo, **PUBLIC), sqlite_db) == ["PUBLIC_URL"]


def test_a_service_and_a_demo_that_are_all_of_a_piece_start(sqlite_db: Database, settings: Settings) -> None:
    keys(settings, demo=False)
    with sqlite_db.begin() as session:
        officer(session, Role.TRIAGE)
    for demo in (None, False):
        assert faults(replace(settings, demo=demo, **PUBLIC), sqlite_db) == []
