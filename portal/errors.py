"""What went wrong, in plain words: the domain's errors and HTTP's, translated here once."""

import logging
from http import HTTPStatus

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from casework.errors import (
    CaseworkError,
    Invalid,
    NotAllowed,
    NotFound,
    Stale,
    Throttled,
    Unavailable,
    WrongState,
)
from casework.vault.storage import StoreUnavailable

log = logging.getLogger("qingshan.portal")

STATUS: dict[type[CaseworkError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    WrongState: 409,
    Stale: 409,
    Invalid: 400,
    Throttled: 429,
    Unavailable: 503,
}
# Pages of their own; any other status shows the nearest of these.
PAGES = (400, 403, 404, 405, 409, 413, 429, 500, 503)


def attach(app: Flask) -> None:
    app.register_error_handler(CSRFError, form_expired)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CaseworkError, casework_error)
    app.register_error_handler(StoreUnavailable, store_unavailable)
    app.register_error_handler(Exception, own_failure)


def form_expired(_error: CSRFError) -> tuple[str, int]:
    return page("expired", 400)


def http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    return page(str(nearest(code)), code)


def casework_error(error: CaseworkError) -> tuple[str, int]:
    code = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)
    return page(str(nearest(code)), code)


def store_unavailable(_error: StoreUnavailable) -> tuple[str, int]:
    log.error("evidence store unavailable")
    return page("503", 503)


def own_failure(error: Exception) -> tuple[str, int]:
    log_failure(error)
    return page("500", HTTPStatus.INTERNAL_SERVER_ERROR)


def log_failure(error: Exception) -> None:
    # The traceback's last place, never its values: an error's text can hold what somebody wrote.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    log.error("%s in %s at %s", type(error).__name__, request.endpoint, where)


def nearest(code: int) -> int:
    return code if code in PAGES else (500 if code >= 500 else 400)


def page(name: str, status: int) -> tuple[str, int]:
    return render_template(f"errors/portal_{name}.html"), status
