"""What every public request passes: marked routes, same-origin writes, headers on every answer."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest

from config import headers
from portal.means import means

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "_open_to_the_public"
_SAFE = ("GET", "HEAD", "OPTIONS")


class RouteUnmarked(RuntimeError):
    """A route that nobody opened on purpose; the application does not start with one."""


def public(view: View) -> View:
    """Opens a route to everyone, on purpose (house.md §4.11)."""
    setattr(view, _MARK, True)
    return view


def attach(app: Flask) -> None:
    app.before_request(refuse_foreign_writes)
    app.after_request(dress)


def refuse_unmarked(app: Flask) -> None:
    unmarked = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not getattr(app.view_functions[rule.endpoint], _MARK, False)
    ]
    if unmarked:
        raise RouteUnmarked(f"not marked @public: {', '.join(sorted(set(unmarked)))}")


def refuse_foreign_writes() -> None:
    """Where a browser tells who sends a form, only our own pages may (contract §2)."""
    site = request.headers.get("Sec-Fetch-Site")
    if request.method not in _SAFE and site not in (None, "same-origin", "none"):
        raise BadRequest("cross-site")


def may_use_position() -> None:
    """Called by the one page whose script may ask the device where it is."""
    g.geolocation = True


def may_show_previews() -> None:
    """Called by pages that show pictures which the browser itself made."""
    g.previews = True


def dress(response: Response) -> Response:
    """Every answer, errors included: policy headers, and no trace of anything personal in a cache."""
    for name, value in headers.every_answer(https=means().settings.https).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(
        "Content-Security-Policy", headers.content_policy(pictures_from_page=g.get("previews", False))
    )
    response.headers.setdefault(
        "Permissions-Policy", headers.permissions_policy(geolocation=g.get("geolocation", False))
    )
    response.headers.setdefault("Cache-Control", headers.NO_STORE)
    return response
