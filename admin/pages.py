"""What every office page stands in: the frame's facts and the filters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g, url_for
from flask_babel import get_locale, gettext
from werkzeug.local import LocalProxy

from admin import navigation
from admin.means import means
from admin.qr import qr_code
from casework import calendar, labels, policy
from casework.labels import Standing, standing
from casework.officers.models import Officer
from casework.terms import Term
from casework.trail import Deed


@dataclass(frozen=True)
class Frame:
    sections: list[navigation.Drawn]
    deadline: None
    find_url: str
    is_demo: bool


def attach(app: Flask) -> None:
    app.context_processor(facts)
    app.jinja_env.filters.update(labels.filters(gettext, language))
    app.jinja_env.filters.update(due=due, qr_code=qr_code, deed_label=deed_label)
    app.jinja_env.globals.update(term_options=term_options, officer_options=officer_options)
    app.jinja_env.globals["policy"] = policy.current


def language() -> str:
    locale = get_locale()
    return locale.language if locale else "zh"


def facts() -> dict[str, Any]:
    """`officer` and `frame`, on pages of somebody who is signed in.

    The frame is drawn when a page first uses it: error pages and parts of pages ask nothing of the database.
    """
    officer = g.get("officer")
    return {} if officer is None else {"officer": officer, "frame": LocalProxy(_frame)}


def _frame() -> Frame:
    if "frame" not in g:
        with means().db.read() as session:
            sections = navigation.draw(g.officer, session)
        find = "clues.desk" if "clues.desk" in current_app.view_functions else "desk.desk"
        g.frame = Frame(sections, None, url_for(find), means().is_demo)
    drawn: Frame = g.frame
    return drawn


def deed_label(deed: str) -> str:
    return gettext(Deed(deed).label) if deed in set(Deed) else deed


def term_options(terms: Iterable[Term]) -> list[tuple[str, str]]:
    """(value, label) pairs of a select."""
    return [(term.value, gettext(term.label)) for term in terms]


def officer_options(officers: Iterable[Officer]) -> list[tuple[str, str]]:
    return [(str(officer.id), officer.name) for officer in officers]


def due(
    due_at: datetime | None, *, ended_at: datetime | None = None, paused: bool = False
) -> Standing | None:
    """A clock as the badge shows it; None when there is no clock."""
    if due_at is None:
        return None
    return standing(due_at, calendar.now(), ended_at=ended_at, paused=paused, language=language())
