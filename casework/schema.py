"""The schema as a whole: every room's models, and bringing a database up to date."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import MetaData

from casework.db import Base, Database

if TYPE_CHECKING:  # a web process asks for the metadata only, and starts without the rest
    from alembic.config import Config

ROOMS = ("trail", "officers", "duties", "evidence", "tips", "identities", "clues", "cases", "rewards")
_MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def metadata() -> MetaData:
    """The metadata with every room's tables in it."""
    for room in ROOMS:
        importlib.import_module(f"casework.{room}.models")
    return Base.metadata


def migrate(db: Database, to: str = "head") -> None:
    """Brings the database to revision `to`. Safe to call again."""
    from alembic import command

    with db.begin() as session:
        config = _config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, to)


def revision(db: Database) -> str | None:
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(db: Database) -> bool:
    from alembic.script import ScriptDirectory

    return revision(db) == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
