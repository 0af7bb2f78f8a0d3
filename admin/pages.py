"""What every office page stands in: the frame's facts and the filters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app, g, url_for
from flask_babel import get_locale, gettext
from werkzeug.local import LocalProxy

from admin import navigation
from admin.chips import capped
from admin.means import means
from admin.qr import qr_code
from casework import calendar, labels, policy
from casework.labels import Standing, standing
from casework.officers.models import Officer
from casework.terms import N_, Term
from casework.trail import Deed

_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Frame:
    sections: list[navigation.Drawn]
    deadline: None
    find_url: str
    is_demo: bool


def attach(app: Flask) -> None:
    app.context_processor(facts)
    app.jinja_env.filters.update(labels.filters(gettext, language))
    app.jinja_env.filters.update(due=due, due_hours=due_hours, qr_code=qr_code, deed_label=deed_label)
    app.jinja_env.filters.update(town=town, capped=capped, policy_label=policy_label)
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


def town(code: str | None) -> str:
    """The township's name; "" for none, and for one that the county no longer has."""
    known = policy.current().region.township_by_code
    return known[code].name if code in known else ""


def policy_label(key: str, shelf: str) -> str:
    """What a screen says for a key of the policy; the key itself where the policy knows it no longer."""
    found = getattr(policy.current(), shelf).get(key)
    if found is None:
        return key
    return str(gettext(found.name if shelf == "bodies" else found.label))


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


def due_hours(due_at: datetime | None) -> Standing | None:
    """How a clock stands that runs by the hour, day and night: 剩 1 小时 20 分."""
    now = calendar.now()
    if due_at is None or now >= due_at:
        return due(due_at)
    hours, rest = divmod(due_at - now, _HOUR)
    facts = {"h": hours, "m": rest // _MINUTE}
    words = N_("剩 %(h)s 小时 %(m)s 分") if hours else N_("剩 %(m)s 分钟")
    return Standing("today", words, facts, calendar.local_day(due_at))
