"""Demo and service never mix: a database or key folder of one is refused by the other."""

from pathlib import Path

from sqlalchemy import inspect

from casework.db import Database
from casework.officers.queries import mark
from casework.vault.keys import is_demo_folder
from config.settings import Settings, SettingsError

MARK = "demo"


def is_demo(settings: Settings, db: Database) -> bool:
    """The setting, or where it is silent the database's own mark."""
    return settings.demo if settings.demo is not None else _is_marked(db)


def refuse_mixed(settings: Settings, db: Database) -> None:
    """Raises SettingsError when QINGSHAN_DEMO=0 meets demo data or demo keys, or a public address meets them."""
    marked = [name for name, folder in _folders(settings) if is_demo_folder(folder)]
    if settings.demo is False:
        faults = [f"QINGSHAN_{name} holds demo keys, which QINGSHAN_DEMO=0 refuses" for name in marked]
        if _is_marked(db):
            faults.append("QINGSHAN_DATABASE_URL holds the demo story, which QINGSHAN_DEMO=0 refuses")
        if faults:
            raise SettingsError(faults)
    elif is_demo(settings, db) and settings.https:
        raise SettingsError(["QINGSHAN_PUBLIC_URL is a public address and QINGSHAN_DEMO is not 0"])


def _folders(settings: Settings) -> list[tuple[str, Path]]:
    return [
        ("PORTAL_KEYS", settings.portal_keys),
        ("RECEIPT_KEYS", settings.receipt_keys),
        ("OFFICE_KEYS", settings.office_keys),
    ]


def _is_marked(db: Database) -> bool:
    if not inspect(db.engine).has_table("marks"):
        return False
    with db.read() as session:
        return mark(session, MARK) == "1"
