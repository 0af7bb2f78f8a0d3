"""Time: the clock, working days of the Chinese calendar, and the instant at which a limit ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

import chinese_calendar
from chinese_calendar import constants as _arrangements

from config.policy.deadlines import Deadline

# China has kept one zone without summer time since 1992, so no tzdata is needed.
LOCAL = timezone(timedelta(hours=8), "CST")

_DAY = timedelta(days=1)
_KNOWN = range(min(_arrangements.holidays).year, max(_arrangements.holidays).year + 1)
_FIXED_FESTIVALS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


# ── the clock ──
class FrozenClock:
    """The time inside `freeze`; `move_to` and `forward` turn it."""

    def __init__(self, at: datetime) -> None:
        self.at = _aware(at)

    def move_to(self, at: datetime) -> None:
        self.at = _aware(at)

    def forward(self, step: timedelta) -> None:
        self.at += step


_frozen: ContextVar[FrozenClock | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """This instant, aware, UTC. The only place where the product asks what time it is."""
    clock = _frozen.get()
    return datetime.now(UTC) if clock is None else clock.at


def today() -> date:
    """The day in China."""
    return local_day(now())


def local_day(at: datetime) -> date:
    """The day in China on which an instant falls."""
    return at.astimezone(LOCAL).date()


def end_of_day(at: datetime) -> datetime:
    """The last second of the day in China on which an instant falls; aware, UTC."""
    return datetime.combine(local_day(at), time(23, 59, 59), LOCAL).astimezone(UTC)


@contextmanager
def freeze(at: datetime) -> Iterator[FrozenClock]:
    """Stands the clock still, for tests and for telling the demo story. Threads started inside keep real time."""
    clock = FrozenClock(at)
    token = _frozen.set(clock)
    try:
        yield clock
    finally:
        _frozen.reset(token)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone: datetime(..., tzinfo=calendar.LOCAL)")
    return at.astimezone(UTC)


# ── working days ──
def is_known_year(year: int) -> bool:
    """Whether the State Council's arrangement of that year, with its moved workdays, is in the library."""
    return year in _KNOWN


@lru_cache(
    maxsize=8192
)  # the library's own look-up is slow, and a list of late clues asks for every day between
def is_working_day(day: date) -> bool:
    """In an unknown year: Monday to Friday but for festivals whose date does not hang on the moon."""
    if is_known_year(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED_FESTIVALS and day != _qingming(day.year)


def add_working_days(start: date, count: int) -> date:
    """The `count`th working day after `start`, which itself is not counted (民法典第二百零一条)."""
    if count < 0:
        raise ValueError("working days are counted forward")
    day = start
    while count:
        day += _DAY
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative when `end` lies before `start`.

    So `working_days_between(day, add_working_days(day, n)) == n`, and an overdue limit counts below nought.
    """
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + _DAY * step) for step in range(1, (end - start).days + 1))


def is_assumed(start: date, end: date) -> bool:
    """Whether counting from `start` to `end` touches a year whose arrangement is not known: say so aloud."""
    return any(not is_known_year(year) for year in range(min(start, end).year, max(start, end).year + 1))


def _qingming(year: int) -> date:
    """清明 by the usual century formula; it follows the sun, so it needs no arrangement. Good for 2000–2099."""
    short = year % 100
    return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)


# ── when a limit ends ──
@dataclass(frozen=True)
class Due:
    """When a limit ends (aware, UTC). `assumed`: it rests on a year whose holidays are not yet known."""

    at: datetime
    assumed: bool


def due_at(rule: Deadline, start: datetime) -> Due:
    """The end of `rule` for something that began at `start` (aware).

    Hours run on exactly; days and working days are counted from the day after the start
    (民法典第二百零一条); a last day that is a rest day moves only where the rule says so (第二百零三条).
    """
    if rule.unit == "hours":
        return Due(_aware(start) + timedelta(hours=rule.amount), assumed=False)
    first = local_day(_aware(start))
    if rule.unit == "working_days":
        last = add_working_days(first, rule.amount)
        return Due(_closing(last, rule), is_assumed(first, last))
    last = fallen = first + _DAY * rule.amount
    while rule.rolls and not is_working_day(last):
        last += _DAY
    return Due(_closing(last, rule), rule.rolls and is_assumed(fallen, last))


def _closing(day: date, rule: Deadline) -> datetime:
    hour = (rule.closes or time.max).replace(microsecond=0)  # to midnight is 23:59:59 of that day
    return datetime.combine(day, hour, LOCAL).astimezone(UTC)
