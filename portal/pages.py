"""What every citizen page stands in: the frame's facts, the filters, the static files."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_skeleton
from flask import Flask
from flask_babel import get_locale, gettext

from casework import calendar, policy
from casework.terms import Term
from portal import assets, photos
from portal.display import display
from portal.means import means
from portal.outline import outline

MEGABYTE = 1024 * 1024


def attach(app: Flask) -> None:
    assets.attach(app)
    app.context_processor(facts)
    app.jinja_env.globals["outline"] = outline
    app.jinja_env.filters.update(
        label=label,
        day=day,
        moment=moment,
        size=size,
        yuan=yuan,
        cleaning=photos.cleaning,
        refusal=photos.refusal,
    )


def facts() -> dict[str, Any]:
    """What templates/portal/frame.html needs beside the page's own values."""
    return {
        "site": policy.current().site,
        "display": display(),
        "is_demo": means().is_demo,
        "display_form": "",
    }


def label(term: Term) -> str:
    return gettext(term.label)


def day(when: date | datetime, *, year: bool = False) -> str:
    """12月11日; with the year when it is not this one, or when asked for."""
    local = when.astimezone(calendar.LOCAL).date() if isinstance(when, datetime) else when
    skeleton = "yMMMd" if year or local.year != calendar.today().year else "MMMd"
    return str(format_skeleton(skeleton, local, locale=get_locale()))


def moment(when: datetime) -> str:
    return f"{day(when)} {when.astimezone(calendar.LOCAL):%H:%M}"


def size(count: int) -> str:
    """Of a file, in 兆; people know that word from their phone bills."""
    if count < MEGABYTE // 10:
        return str(gettext("不到 0.1 兆"))
    return str(gettext("%(n)s 兆", n=f"{count / MEGABYTE:.1f}"))


def yuan(amount_fen: int) -> str:
    whole, rest = divmod(amount_fen, 100)
    return gettext("%(n)s 元", n=f"{whole:,}" if not rest else f"{whole:,}.{rest:02d}")
