"""The daily cuts over a list, as parts/filter_bar.html draws them, and the words under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from admin.query import position

MOST_COUNTED = 1000


@dataclass(frozen=True)
class Chip:
    label: str
    count: str
    url: str
    on: bool
    sign: str = ""
    key: str = ""


@dataclass(frozen=True)
class Paged:
    """What stands under a list: which rows these are, and the addresses of the screens before and after."""

    shown: str
    before: str
    after: str


def capped(number: int) -> str:
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)


def paged(
    endpoint: str,
    kept: Mapping[str, str],
    *,
    rows: int,
    size: int,
    before: str | None,
    after: str | None,
    total: int | None,
) -> Paged:
    """`total` None where it was not counted; where the screen stands is told as far as addresses carry it along."""
    first = position() or (0 if before else 1)
    last = first + rows - 1
    here: dict[str, Any] = dict(kept)
    return Paged(
        shown=_shown(first, last, total),
        before=url_for(endpoint, **here | {"before": before, "from": max(first - size, 1)}) if before else "",
        after=url_for(endpoint, **here | {"after": after, "from": last + 1}) if after else "",
    )


def _shown(first: int, last: int, total: int | None) -> str:
    if not first:
        return "" if total is None else str(gettext("共 %(total)s 条", total=capped(total)))
    if total is None:
        return str(gettext("第 %(first)s–%(last)s 条", first=first, last=last))
    words = gettext("第 %(first)s–%(last)s 条，共 %(total)s 条", first=first, last=last, total=capped(total))
    return str(words)
