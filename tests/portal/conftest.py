"""The public application on a real database, real keys and a real folder store."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from casework.bells import Bells
from casework.db import Database
from casework.vault.storage import open_store
from config.settings import Settings
from portal import create_portal
from portal.means import Means
from tests.machine.key_folders import KeyFolders

MakePortal = Callable[..., Flask]


@pytest.fixture
def make_portal(keys: KeyFolders, tmp_path: Path) -> MakePortal:
    """`make_portal(db, https=…, demo=…)`: portal and receipt keys only, as on a public machine."""

    def make(db: Database, *, https: bool = False, demo: bool = True) -> Flask:
        settings = replace(
            Settings(), public_url="https://qingshan.example" if https else Settings.public_url
        )
        return create_portal(
            Means(
                settings=settings,
                db=db,
                store=open_store(f"file://{tmp_path / 'evidence'}"),
                bells=Bells(f"sqlite:///{tmp_path / 'queue.db'}"),
                portal_keys=keys.portal,
                receipt_keys=keys.receipt,
                is_demo=demo,
            )
        )

    return make


@pytest.fixture
def portal(make_portal: MakePortal, sqlite_db: Database) -> Flask:
    """For what does not depend on the database; ask for `make_portal` and `db` where it does."""
    return make_portal(sqlite_db)
