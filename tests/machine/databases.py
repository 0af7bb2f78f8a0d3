"""Fresh migrated databases: migrated once a process, then copied for each test that asks."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from casework import schema
from casework.db import Database
from tests.machine.turns import is_alive

PREFIX = "qingshan_test_"


def migrated_file(folder: Path) -> Path:
    """A migrated SQLite file, closed, so that it is whole without a write-ahead log beside it."""
    path = folder / "template.db"
    db = Database(f"sqlite:///{path}")
    schema.migrate(db)
    db.dispose()
    return path


@contextmanager
def sqlite_copy(template: Path, folder: Path) -> Iterator[Database]:
    shutil.copyfile(template, folder / "qingshan.db")
    db = Database(f"sqlite:///{folder / 'qingshan.db'}")
    try:
        yield db
    finally:
        db.dispose()


@contextmanager
def migrated_postgres(server: str) -> Iterator[str]:
    """Name of a migrated database on `server`, gone at the end."""
    drop_abandoned(server)
    with empty_postgres(server) as name:
        db = Database(sqlalchemy_url(server, name))
        schema.migrate(db)
        db.dispose()
        yield name


def drop_abandoned(server: str) -> None:
    """Databases of test runs on this machine that were killed."""
    if make_url(server).host not in (None, "127.0.0.1", "localhost"):
        return
    with psycopg.connect(server, autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        for (name,) in rows.fetchall():
            owner = name.removeprefix(PREFIX).split("_")[0]
            if owner.isdecimal() and not is_alive(int(owner)):
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )


@contextmanager
def postgres_copy(server: str, template: str) -> Iterator[Database]:
    with copied_postgres(server, template) as name:
        db = Database(sqlalchemy_url(server, name), pool_size=5)
        try:
            yield db
        finally:
            db.dispose()


@contextmanager
def copied_postgres(server: str, template: str) -> Iterator[str]:
    with _made(server, sql.SQL("TEMPLATE {}").format(sql.Identifier(template))) as name:
        yield name


@contextmanager
def empty_postgres(server: str) -> Iterator[str]:
    """Name of an empty database. Its locale is UTF-8, without which trigrams of Chinese are empty."""
    with _made(
        server, sql.SQL("TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
    ) as name:
        yield name


def sqlalchemy_url(server: str, name: str) -> str:
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


@contextmanager
def _made(server: str, how: sql.Composable) -> Iterator[str]:
    name = f"{PREFIX}{os.getpid()}_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), how))
    try:
        yield name
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
