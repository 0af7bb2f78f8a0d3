"""Which ledger, which half month, which place: all in the address, so that every form has one."""

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from admin.forms.fields import Choices
from admin.query import chosen
from casework import calendar, policy
from casework.errors import Invalid
from casework.ledgers.luliang import FORM
from casework.periods import ALL, Period, period_of, read_period

FORMS = (FORM,)
SHOWN_PERIODS = 24  # a year of half months


@dataclass(frozen=True)
class Asked:
    """`period` None means everything so far; `jurisdiction` "" the whole of what the officer may see."""

    form: str
    period: Period | None
    jurisdiction: str

    @property
    def code(self) -> str:
        return self.period.code if self.period else ALL

    @property
    def words(self) -> str:
        return self.period.words if self.period else str(_("到现在为止"))


def asked() -> Asked:
    """What the address asks for. Raises Invalid for a form, period or place that does not exist."""
    form = chosen("form", FORMS) or FORM
    period = read_period(request.args.get("period") or ALL)
    return Asked(form, period, _jurisdiction(request.args.get("jurisdiction", "")))


def period_choices(now: Period | None) -> Choices:
    """The last year of half months, the newest first, with the one that is asked for among them."""
    found, period = [], period_of(calendar.today())
    for _number in range(SHOWN_PERIODS):
        found.append(period)
        period = period.preceding
    if now is not None and now not in found:
        found = sorted({*found, now}, reverse=True)
    return [(ALL, str(_("到现在为止")))] + [(each.code, each.words) for each in found]


def place_choices() -> Choices:
    region = policy.current().region
    towns = [(town.code, town.name) for town in region.townships]
    return [("", str(_("全部"))), (region.county.code, region.county.name), *towns]


def _jurisdiction(code: str) -> str:
    if code and not (code.isascii() and code.isdecimal() and len(code) in (4, 6, 9)):
        raise Invalid("jurisdiction", "unknown")
    return code
