"""The public application on a real database, real keys and a real folder store."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from casework.bells import Bells
from casework.db import Database
from casework.officers import actions as officers
from casework.vault.keys import reading_public_keys
from casework.vault.storage import open_store
from config.settings import Settings
from portal import create_portal
from portal.means import Means
from tests.machine.key_folders import KeyFolders
from tests.portal.citizen import Citizen

MakePortal = Callable[..., Flask]


@pytest.fixture
def make_portal(keys: KeyFolders, tmp_path: Path) -> MakePortal:
    """`make_portal(db, https=…, demo=…, **settings)`: portal and receipt keys only, as on a public machine."""

    def make(db: Database, *, https: bool = False, demo: bool = True, **changes: Any) -> Flask:
        url = "https://qingshan.example" if https else Settings.public_url
        settings = replace(Settings(), public_url=url, **changes)
        app = create_portal(
            Means(
                settings=settings,
                db=db,
                store=open_store(changes.get("evidence_url", f"file://{tmp_path / 'evidence'}")),
                bells=Bells(f"sqlite:///{tmp_path / 'queue.db'}"),
                portal_keys=keys.portal,
                receipt_keys=keys.receipt,
                is_demo=demo,
            )
        )
        app.config["FORM_MIN_SECONDS"] = 0  # a test that is about it sets it
        return app

    return make


@pytest.fixture
def portal(make_portal: MakePortal, sqlite_db: Database) -> Flask:
    """For what does not depend on the database; ask for `make_portal` and `db` where it does."""
    return make_portal(sqlite_db)


def lay_reading_key(db: Database, keys: KeyFolders) -> None:
    """What `vault init` leaves for the portal: the public half of the office's reading key."""
    with db.begin() as session:
        for number, public in reading_public_keys(keys.office).items():
            officers.publish_key(session, purpose="reading", number=number, public=public)


@pytest.fixture
def front(make_portal: MakePortal, db: Database, keys: KeyFolders) -> Flask:
    """The portal ready to receive, on both databases."""
    lay_reading_key(db, keys)
    return make_portal(db)


@pytest.fixture
def citizen(front: Flask) -> Citizen:
    return Citizen(front)


@pytest.fixture
def desk(make_portal: MakePortal, sqlite_db: Database, keys: KeyFolders) -> Flask:
    """The portal ready to receive, for what does not depend on the database."""
    lay_reading_key(sqlite_db, keys)
    return make_portal(sqlite_db)


@pytest.fixture
def villager(desk: Flask) -> Citizen:
    """A citizen before `desk`."""
    return Citizen(desk)
