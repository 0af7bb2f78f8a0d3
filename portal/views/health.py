"""For the machine that watches this one: alive, and ready. JSON, no secrets, no reasons."""

import logging
from collections.abc import Callable

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from casework.vault.storage import StoreUnavailable
from portal.guard import public
from portal.means import means

pages = Blueprint("health", __name__)
log = logging.getLogger("qingshan.portal")


@pages.get("/healthz")
@public
def alive() -> Response:
    return jsonify(alive=True)


@pages.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    found = {name: _answers(name, ask) for name, ask in CHECKS.items()}
    return jsonify(ready=all(found.values()), **found), 200 if all(found.values()) else 503


def _answers(name: str, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except Exception as error:  # noqa: BLE001 - whatever ails it, the answer is "not ready"
        log.warning("not ready: %s (%s)", name, type(error).__name__)
        return False
    return True


def _database() -> None:
    with means().db.read() as session:
        session.execute(text("select 1"))


def _queue() -> None:
    means().bells.queue.pending_count()


def _store() -> None:
    if not means().store.healthy():
        raise StoreUnavailable("store")


def _keys() -> None:
    means().public_key("reading")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "queue": _queue,
    "store": _store,
    "keys": _keys,
}
