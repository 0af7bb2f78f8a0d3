"""Half-month periods and when their returns are due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from casework.calendar import LOCAL
from casework.errors import Invalid
from casework.periods import Period, period_of, read_period


@pytest.mark.parametrize(
    ("code", "first", "last", "due"),
    [
        ("2026-11a", date(2026, 11, 1), date(2026, 11, 15), (2026, 11, 15)),
        ("2026-11b", date(2026, 11, 16), date(2026, 11, 30), (2026, 11, 30)),
        ("2026-10b", date(2026, 10, 16), date(2026, 10, 31), (2026, 10, 30)),
        ("2026-02b", date(2026, 2, 16), date(2026, 2, 28), (2026, 2, 28)),
        ("2028-02b", date(2028, 2, 16), date(2028, 2, 29), (2028, 2, 29)),
    ],
)
def test_a_period_has_its_days_and_its_hour(
    code: str, first: date, last: date, due: tuple[int, int, int]
) -> None:
    period = read_period(code)
    assert period is not None
    assert (period.code, period.first, period.last) == (code, first, last)
    assert period.due_at == datetime(*due, 18, tzinfo=LOCAL)
    assert period.due_at.tzinfo is UTC


def test_every_instant_belongs_to_exactly_one_period() -> None:
    period = Period(2026, 11, "a")
    assert period.ends_at == period.following.begins_at
    assert period.holds(period.begins_at)
    assert not period.holds(period.ends_at)
    assert period.following.holds(period.ends_at)


def test_periods_follow_each_other_through_the_year() -> None:
    period, seen = Period(2025, 12, "b"), []
    for _ in range(25):
        seen.append(period)
        assert period.following.preceding == period
        period = period.following
    assert period == Period(2027, 1, "a")
    assert seen == sorted(seen)


def test_a_day_knows_its_period() -> None:
    assert period_of(date(2026, 11, 15)).code == "2026-11a"
    assert period_of(date(2026, 11, 16)).code == "2026-11b"
    assert period_of(date(2026, 3, 1) - timedelta(days=1)).code == "2026-02b"


def test_all_is_no_period_and_nonsense_is_refused() -> None:
    assert read_period("all") is None
    for code in ("", "2026-11", "2026-13a", "2026-00b", "2026-11c", "2026-11a ", "２０２６-11a", "1926-11a"):
        with pytest.raises(Invalid):
            read_period(code)


def test_a_period_is_named_in_words() -> None:
    assert Period(2026, 11, "a").words == "2026年11月上半月"
    assert Period(2026, 2, "b").words == "2026年2月下半月"
