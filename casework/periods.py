"""Half-month periods of the returns to the city: 2026-11a is the 1st to the 15th, 2026-11b the rest."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from casework.calendar import LOCAL
from casework.errors import Invalid

ALL = "all"
_CODE = re.compile(r"(?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])(?P<half>[ab])", re.ASCII)
_CLOSES = time(18)


@dataclass(frozen=True, order=True)
class Period:
    year: int
    month: int
    half: str

    @property
    def code(self) -> str:
        return f"{self.year}-{self.month:02}{self.half}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1 if self.half == "a" else 16)

    @property
    def last(self) -> date:
        return date(self.year, self.month, 15 if self.half == "a" else self._month_ends)

    @property
    def begins_at(self) -> datetime:
        """The first instant (aware, UTC)."""
        return _midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """The first instant that no longer belongs to it."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def due_at(self) -> datetime:
        """交自然资字〔2021〕62号 六（五）：每月15、30日18时前。No moving for holidays; 二月没有三十日，取月末。"""
        day = 15 if self.half == "a" else min(30, self._month_ends)
        return datetime.combine(date(self.year, self.month, day), _CLOSES, LOCAL).astimezone(UTC)

    @property
    def words(self) -> str:
        return f"{self.year}年{self.month}月{'上' if self.half == 'a' else '下'}半月"

    @property
    def following(self) -> "Period":
        return period_of(self.last + timedelta(days=1))

    @property
    def preceding(self) -> "Period":
        return period_of(self.first - timedelta(days=1))

    def holds(self, at: datetime) -> bool:
        return self.begins_at <= at < self.ends_at

    @property
    def _month_ends(self) -> int:
        return monthrange(self.year, self.month)[1]


def period_of(day: date) -> Period:
    """The period in which a day falls."""
    return Period(day.year, day.month, "a" if day.day <= 15 else "b")


def read_period(code: str) -> Period | None:
    """'2026-11a' to a Period, 'all' to None. Raises Invalid for anything else."""
    if code == ALL:
        return None
    found = _CODE.fullmatch(code)
    if found is None:
        raise Invalid("period", "unknown_period")
    return Period(int(found["year"]), int(found["month"]), found["half"])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LOCAL).astimezone(UTC)
