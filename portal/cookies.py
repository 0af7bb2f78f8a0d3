"""Sealed cookies: what the browser carries for us and cannot read. Names bound to the host over https."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from casework.vault import tokens
from casework.vault.tokens import TokenBad
from portal.display import cookie
from portal.means import means


def put(response: Response, name: str, value: dict[str, Any], *, life: int) -> None:
    """For `life` seconds; the browser forgets it then, and so do we."""
    sealed = tokens.seal_for_browser(means().portal_keys.cookie, name, value)
    https = means().settings.https
    response.set_cookie(
        cookie(name), sealed, max_age=life, secure=https, httponly=True, samesite="Strict", path="/"
    )


def read(name: str, *, life: int) -> dict[str, Any] | None:
    """None where there is none, where it is too old, and where it is not ours: all alike."""
    try:
        sealed = request.cookies[cookie(name)]
        return tokens.open_from_browser(means().portal_keys.cookie, name, sealed, max_age=life)
    except (KeyError, TokenBad):
        return None


def drop(response: Response, name: str) -> None:
    https = means().settings.https
    response.delete_cookie(cookie(name), path="/", secure=https, httponly=True, samesite="Strict")
