"""A duty's clock as a page tells it: how it stands, what the limit is and where it is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext

from admin.pages import due, due_hours, language
from casework import calendar, labels, policy
from casework.duties.queries import Clock
from casework.labels import Standing
from casework.terms import N_, DutyState
from config.policy import Deadline, UnknownKey

_HOUR = timedelta(hours=1)
_AMOUNTS = {"hours": N_("%(n)s 小时"), "days": N_("%(n)s 日"), "working_days": N_("%(n)s 个工作日")}


@dataclass(frozen=True)
class ClockShown:
    """See parts/clock.html. `over` and `done` tell which panel it belongs in."""

    rule: str
    due: Standing
    limit: str
    article: str
    used: int | None
    allowed: int | None
    assumed: bool
    over: bool
    done: bool
    cancelled: bool


def clocks_shown(clocks: Iterable[Clock]) -> list[ClockShown]:
    return [_shown(clock) for clock in clocks]


def _shown(clock: Clock) -> ClockShown:
    now, ended = calendar.now(), clock.ended_at
    try:
        rule = policy.book().on(calendar.local_day(clock.started_at)).deadlines[clock.rule]
    except UnknownKey:
        rule = None
    cancelled = clock.state is DutyState.CANCELLED
    hourly = rule is not None and rule.unit == "hours"
    paused = clock.state is DutyState.PAUSED
    stands = (
        due_hours(clock.due_at)
        if hourly and ended is None
        else due(clock.due_at, ended_at=ended, paused=paused)
    )
    assert stands is not None
    used, allowed = _used(rule, clock, ended or now) if rule is not None and not cancelled else (None, None)
    return ClockShown(
        rule=clock.rule,
        due=stands,
        limit=_limit(rule, clock),
        article=rule.basis.cited if rule is not None else "",
        used=used,
        allowed=allowed,
        assumed=clock.assumed and ended is None,
        over=ended is None and not paused and now >= clock.due_at,
        done=ended is not None,
        cancelled=cancelled,
    )


def _limit(rule: Deadline | None, clock: Clock) -> str:
    """核查 15 个工作日，11月26日 18:00 到期."""
    when = labels.local_time(clock.due_at, language(), today=calendar.today())
    if rule is None:
        return str(gettext("%(when)s 到期", when=when))
    amount = gettext(_AMOUNTS[rule.unit], n=rule.amount)
    return str(
        gettext("%(what)s %(amount)s，%(when)s 到期", what=gettext(rule.label), amount=amount, when=when)
    )


def _used(rule: Deadline, clock: Clock, until: datetime) -> tuple[int, int]:
    if rule.unit == "hours":
        return max(0, (until - clock.started_at) // _HOUR), rule.amount
    start, end = calendar.local_day(clock.started_at), calendar.local_day(until)
    if rule.unit == "working_days":
        return max(0, calendar.working_days_between(start, end)), rule.amount
    return max(0, (end - start).days), rule.amount
