"""Demo and service never mix: a database or key folder of one is refused by the other."""

from pathlib import Path

from sqlalchemy import inspect

from casework.db import Database
from casework.officers.queries import all_officers, mark
from casework.vault.keys import FILE, is_demo_folder
from config.settings import Settings, SettingsError

MARK = "demo"


def is_demo(settings: Settings, db: Database) -> bool:
    """The setting, or where it is silent the database's own mark."""
    return settings.demo if settings.demo is not None else _is_marked(db)


def refuse_mixed(settings: Settings, db: Database) -> None:
    """Raises SettingsError when a service meets demo data or demo keys, or the demo an office's own, or the world."""
    faults = _unfit_for_demo(settings, db) if is_demo(settings, db) else _unfit_for_service(settings, db)
    if faults:
        raise SettingsError(faults)


def _unfit_for_service(settings: Settings, db: Database) -> list[str]:
    faults = [
        f"QINGSHAN_{name} holds demo keys, which QINGSHAN_DEMO=0 refuses"
        for name, folder in _folders(settings)
        if is_demo_folder(folder)
    ]
    if _is_marked(db):
        faults.append("QINGSHAN_DATABASE_URL holds the demo story, which QINGSHAN_DEMO=0 refuses")
    return faults


def _unfit_for_demo(settings: Settings, db: Database) -> list[str]:
    faults = [
        f"QINGSHAN_{name} holds keys that were not made for the demo; QINGSHAN_DEMO=0 takes them"
        for name, folder in _folders(settings)
        if (folder / FILE).exists() and not is_demo_folder(folder)
    ]
    if not _is_marked(db) and _has_officers(db):
        faults.append("QINGSHAN_DATABASE_URL holds an office of its own; QINGSHAN_DEMO=0 takes it")
    if settings.https:
        faults.append("QINGSHAN_PUBLIC_URL is a public address and QINGSHAN_DEMO is not 0")
    return faults


def _folders(settings: Settings) -> list[tuple[str, Path]]:
    return [
        ("PORTAL_KEYS", settings.portal_keys),
        ("RECEIPT_KEYS", settings.receipt_keys),
        ("OFFICE_KEYS", settings.office_keys),
    ]


def _has_officers(db: Database) -> bool:
    if not inspect(db.engine).has_table("officers"):
        return False
    with db.read() as session:
        return bool(all_officers(session))


def _is_marked(db: Database) -> bool:
    if not inspect(db.engine).has_table("marks"):
        return False
    with db.read() as session:
        return mark(session, MARK) == "1"
