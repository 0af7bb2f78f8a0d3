"""Fixtures for all tests: real databases, real keys, a real browser. What they stand on is tests/machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from casework.db import Database
from tests import machine
from tests.machine import databases, redis_server
from tests.machine.kept_postgres import KeptPostgres
from tests.machine.key_folders import KeyFolders
from tests.machine.product import Product, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.migrated_file(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """libpq URL of a server on which databases may be made."""
    return machine.postgres_url()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    with databases.migrated_postgres(postgres_server) as name:
        yield name


@pytest.fixture
def sqlite_db(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    with databases.sqlite_copy(sqlite_template, tmp_path) as db:
        yield db


@pytest.fixture(scope="session")
def kept_postgres(postgres_server: str, postgres_template: str) -> Iterator[KeptPostgres]:
    kept = KeptPostgres(postgres_server, postgres_template)
    yield kept
    kept.close()


@pytest.fixture
def postgres_db(postgres_server: str, kept_postgres: KeptPostgres) -> Iterator[Database]:
    db = Database(databases.sqlalchemy_url(postgres_server, kept_postgres.fresh()), pool_size=5)
    yield db
    db.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def db(request: pytest.FixtureRequest) -> Database:
    """A fresh, migrated database; each test that asks runs on SQLite and on PostgreSQL."""
    found: Database = request.getfixturevalue(f"{request.param}_db")
    return found


@pytest.fixture
def db_url(db: Database) -> str:
    """For tests that hand the database to another process."""
    return db.url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolders:
    """Portal, receipt and office keys, made once; do not rotate these."""
    return KeyFolders(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def redis_url() -> str:
    """A Redis database that is empty now and nobody else's."""
    url = machine.redis_url()
    redis_server.empty(url)
    return url


@pytest.fixture
def product(db_url: str, tmp_path: Path) -> Iterator[Product]:
    """`app.py run` with the demo story, on SQLite and on PostgreSQL. Settings of its own: `machine.product.running`."""
    with running(db_url, tmp_path / "var") as started:
        yield started


@pytest.fixture(scope="session")
def shared_product(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One for all tests that only look, with the demo story, on SQLite."""
    folder = tmp_path_factory.mktemp("product")
    with databases.sqlite_copy(sqlite_template, folder) as db:
        url = db.url.render_as_string(hide_password=False)
    with running(url, folder / "var") as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium; tests open contexts of their own: `browser.new_context(...)`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=machine.path_of("chromium"), args=["--no-sandbox", "--lang=zh-CN"]
        )
        yield chromium
        chromium.close()
