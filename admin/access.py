"""Who is signed in and what they may open. A route without a mark keeps the application from starting."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from admin.means import means
from casework import trail
from casework.errors import NotAllowed, NotFound
from casework.officers import sign_in
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.officers.sign_in import SessionOver
from casework.trail import Deed

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "_allowed_to"


class RouteUnmarked(RuntimeError):
    """A route that nobody opened on purpose; the application does not start with one."""


def cookie_name() -> str:
    return "__Secure-office" if means().settings.https else "office"


def current_officer() -> Officer:
    """Whoever is signed in. Raises NotAllowed on a page that is open to all."""
    officer: Officer | None = g.get("officer")
    if officer is None:
        raise NotAllowed("nobody is signed in")
    return officer


def allow(*permissions: Permission) -> Callable[[View], View]:
    """Opens a route to officers who hold any one of `permissions`; a refusal is recorded and answered 403."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            officer = current_officer()
            if not officer.permissions & frozenset(permissions):
                _record_refusal(officer, permissions)
                raise NotAllowed("this page is not for this role")
            return view(*args, **kwargs)

        setattr(guarded, _MARK, frozenset(permissions))
        return guarded  # type: ignore[return-value]

    return mark


def open_to_all(view: View) -> View:
    """Opens a route to who is not signed in: signing in itself, static files."""
    setattr(view, _MARK, None)
    return view


def open_to_signed_in(view: View) -> View:
    """Opens a route to every officer, whatever the role: the desk, signing out."""
    setattr(view, _MARK, frozenset())
    return view


def attach(app: Flask) -> None:
    app.before_request(require_officer)


def refuse_unmarked(app: Flask) -> None:
    unmarked = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], _MARK)
    }
    if unmarked:
        raise RouteUnmarked(f"not marked @allow: {', '.join(sorted(unmarked))}")


def require_officer() -> Response | None:
    """Every route but those marked open needs a living session; a dead one leads to signing in, with why."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = _view(request.endpoint)
    if getattr(view, _MARK, frozenset()) is None:
        return None
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return _to_sign_in("")
    try:
        with means().db.read() as session:
            row = sign_in.resume(session, token)
            g.officer, g.office_session_id = row.officer, row.id
            stale = sign_in.needs_touch(row)
    except SessionOver as over:
        return _to_sign_in(str(over.facts["why"]))
    except NotFound:
        return _to_sign_in("")
    if stale:
        with means().db.begin() as session:
            sign_in.touch(session, g.office_session_id)
    return None


def _view(endpoint: str) -> Callable[..., Any]:
    return current_app.view_functions[endpoint]


def _to_sign_in(why: str) -> Response:
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.sign_in", why=why or None, next=here), 303)


def _record_refusal(officer: Officer, permissions: tuple[Permission, ...]) -> None:
    with means().db.begin() as session:
        trail.record(
            session,
            deed=Deed.REFUSED,
            by=officer,
            about=("officer", officer.id),
            facts={"permission": sorted(p.value for p in permissions), "endpoint": request.endpoint},
        )
