"""The schema as a whole: every room's models, and bringing a database up to date."""

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from casework.db import Base, Database

ROOMS = ("trail", "officers", "duties", "evidence", "tips", "identities", "clues", "cases", "rewards")
_MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def metadata() -> MetaData:
    """The metadata with every room's tables in it."""
    for room in ROOMS:
        importlib.import_module(f"casework.{room}.models")
    return Base.metadata


def migrate(db: Database, to: str = "head") -> None:
    """Brings the database to revision `to`. Safe to call again."""
    with db.begin() as session:
        config = _config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, to)


def revision(db: Database) -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(db: Database) -> bool:
    return revision(db) == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
