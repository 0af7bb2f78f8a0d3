"""What every office page stands in: the frame's facts and the filters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g, url_for
from flask_babel import get_locale, gettext

from admin import navigation
from admin.means import means
from casework import calendar, labels, policy
from casework.labels import Standing, standing


@dataclass(frozen=True)
class Frame:
    sections: list[navigation.Drawn]
    deadline: None
    find_url: str
    is_demo: bool


def attach(app: Flask) -> None:
    app.context_processor(facts)
    app.jinja_env.filters.update(labels.filters(gettext, language))
    app.jinja_env.filters["due"] = due
    app.jinja_env.globals["policy"] = policy.current


def language() -> str:
    locale = get_locale()
    return locale.language if locale else "zh"


def facts() -> dict[str, Any]:
    """`officer` and `frame`, on pages of somebody who is signed in; error pages do without."""
    officer = g.get("officer")
    if officer is None:
        return {}
    if "frame" not in g:
        with means().db.read() as session:
            sections = navigation.draw(officer, session)
        find = "clues.desk" if "clues.desk" in current_app.view_functions else "desk.desk"
        g.frame = Frame(sections, None, url_for(find), means().is_demo)
    return {"officer": officer, "frame": g.frame}


def due(due_at: datetime | None, *, ended_at: datetime | None = None, paused: bool = False) -> Standing | None:
    """A clock as the badge shows it; None when there is no clock."""
    if due_at is None:
        return None
    return standing(due_at, calendar.now(), ended_at=ended_at, paused=paused, language=language())
