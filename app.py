"""Composition root: settings → database → two Flask applications. The only file that knows both surfaces.

`app:app` serves both (the office under /admin); `app:portal_app` and `app:admin_app` serve one
each, so that the public machine need not carry the office or its keys.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from casework import policy, schema
from casework.bells import Bells
from casework.db import Database
from casework.demo_mark import is_demo, refuse_mixed
from casework.vault import keys
from casework.vault.storage import Store, open_store
from config.logging import set_up_logging
from config.settings import Settings, load_settings

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@cache
def ground() -> tuple[Settings, Database, Store, Bells]:
    """What both surfaces stand on. Policy is read here, so that a fault in it keeps them from starting."""
    settings = load_settings()
    set_up_logging()
    policy.current()
    schema.metadata()  # foreign keys name tables of rooms that one surface alone does not import
    db = Database(settings.database_url)
    refuse_mixed(settings, db)
    return settings, db, open_store(settings.evidence_url, settings.s3), Bells(settings.queue_url)


@cache
def make_portal() -> Wsgi:
    """Reads portal and receipt keys; the office folder need not exist on this machine."""
    from portal import create_portal
    from portal.means import Means

    settings, db, store, bells = ground()
    return create_portal(
        Means(
            settings=settings,
            db=db,
            store=store,
            bells=bells,
            portal_keys=keys.load_portal_keys(settings.portal_keys),
            receipt_keys=keys.load_receipt_keys(settings.receipt_keys),
            is_demo=is_demo(settings, db),
        )
    )


@cache
def make_admin() -> Wsgi:
    from admin import create_admin
    from admin.means import Means

    settings, db, store, bells = ground()
    return create_admin(
        Means(
            settings=settings,
            db=db,
            store=store,
            bells=bells,
            office_keys=keys.load_office_keys(settings.office_keys),
            receipt_keys=keys.load_receipt_keys(settings.receipt_keys),
            is_demo=is_demo(settings, db),
        )
    )


@cache
def make_both() -> Wsgi:
    portal, admin = make_portal(), make_admin()

    def both(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        chosen = admin if path == "/admin" or path.startswith("/admin/") else portal
        return chosen(environ, start_response)

    return both


_MAKERS = {"app": make_both, "portal_app": make_portal, "admin_app": make_admin}


def __getattr__(name: str) -> Wsgi:
    """Applications are made when a server asks for one, so that commands start without them."""
    if name in _MAKERS:
        return _MAKERS[name]()
    raise AttributeError(name)


if __name__ == "__main__":
    from admin.commands import commands

    commands()
