"""Working days with moved workdays, the ends of limits, and the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from casework import calendar
from casework.calendar import LOCAL, Due
from config.policy import Basis, Deadline, Mark, Source, load_book

BASIS = Basis(Source("setting", "本系统设定"), "试", Mark.ASSUMED, date(2021, 4, 30))


def rule(amount: int, unit: str, closes: time | None = time(18), rolls: bool = False) -> Deadline:
    return Deadline("x", "试", amount, unit, None if unit == "hours" else closes, rolls, "收到", "", BASIS)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=LOCAL)


# 国务院办公厅关于2026年部分节假日安排的通知（2025年11月4日）
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 3)),
        (date(2026, 2, 15), date(2026, 2, 23)),
        (date(2026, 4, 4), date(2026, 4, 6)),
        (date(2026, 5, 1), date(2026, 5, 5)),
        (date(2026, 6, 19), date(2026, 6, 21)),
        (date(2026, 9, 25), date(2026, 9, 27)),
        (date(2026, 10, 1), date(2026, 10, 7)),
    ],
)
def test_the_festivals_of_2026_are_rest_days(first: date, last: date) -> None:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert not any(calendar.is_working_day(day) for day in days)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ],
)
def test_weekend_days_moved_to_work_in_2026_are_working_days(day: date) -> None:
    assert day.weekday() >= 5
    assert calendar.is_working_day(day)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 27), 2, date(2026, 12, 1)),  # Friday: the weekend does not count
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a Saturday that is worked
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # over the Spring Festival
        (date(2026, 2, 14), 5, date(2026, 2, 28)),  # ends on a moved workday
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # National Day, then Thursday, Friday, worked Saturday
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # a Sunday that is worked
        (date(2026, 10, 3), 1, date(2026, 10, 8)),  # starting on a rest day
        (date(2026, 11, 2), 15, date(2026, 11, 23)),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: date, count: int, end: date) -> None:
    assert calendar.add_working_days(start, count) == end
    assert calendar.working_days_between(start, end) == count


def test_working_days_to_a_past_day_are_negative() -> None:
    assert calendar.working_days_between(date(2026, 11, 25), date(2026, 11, 23)) == -2
    assert calendar.working_days_between(date(2026, 11, 23), date(2026, 11, 23)) == 0


def test_working_days_are_not_counted_backward() -> None:
    with pytest.raises(ValueError, match="forward"):
        calendar.add_working_days(date(2026, 11, 23), -1)


def test_an_unknown_year_has_weekdays_and_the_festivals_that_do_not_follow_the_moon() -> None:
    assert calendar.is_known_year(2026)
    assert not calendar.is_known_year(2046)
    for rest in (date(2046, 1, 1), date(2046, 4, 4), date(2046, 5, 1), date(2046, 10, 2), date(2046, 11, 24)):
        assert not calendar.is_working_day(rest), rest
    assert calendar.is_working_day(date(2046, 10, 4))
    assert calendar.is_working_day(date(2046, 1, 2))


def test_qingming_agrees_with_every_year_the_library_knows() -> None:
    for year in range(2008, 2027):
        assert not calendar.is_working_day(calendar._qingming(year))


def test_hours_run_on_exactly_through_nights_and_holidays() -> None:
    start = local(2026, 9, 30, 23, 30, 15)
    assert calendar.due_at(rule(24, "hours"), start) == Due(start + timedelta(hours=24), assumed=False)


def test_a_limit_of_no_hours_ends_at_once() -> None:
    start = local(2026, 11, 23, 9)
    assert calendar.due_at(rule(0, "hours"), start).at == start


def test_the_starting_day_is_not_counted_even_a_minute_after_midnight() -> None:
    early, late = local(2026, 11, 23, 0, 1), local(2026, 11, 23, 23, 59)
    expected = Due(local(2026, 11, 25, 18).astimezone(UTC), assumed=False)
    assert calendar.due_at(rule(2, "working_days"), early) == expected
    assert calendar.due_at(rule(2, "working_days"), late) == expected


def test_the_day_is_that_of_china_not_of_greenwich() -> None:
    start = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # Monday the 23rd, 1 o'clock, in China
    assert calendar.due_at(rule(1, "working_days"), start).at == local(2026, 11, 24, 18)


@pytest.mark.parametrize(("rolls", "end"), [(False, date(2026, 10, 1)), (True, date(2026, 10, 8))])
def test_a_last_day_in_a_holiday_moves_only_where_the_rule_says_so(rolls: bool, end: date) -> None:
    due = calendar.due_at(rule(15, "days", rolls=rolls), local(2026, 9, 16, 10))
    assert due == Due(datetime.combine(end, time(18), LOCAL).astimezone(UTC), assumed=False)


def test_a_last_day_on_a_worked_sunday_stays() -> None:
    due = calendar.due_at(rule(4, "days", rolls=True), local(2026, 9, 16, 10))
    assert due.at == local(2026, 9, 20, 18)


def test_a_day_that_runs_to_midnight_ends_one_second_before_it() -> None:
    due = calendar.due_at(rule(3, "days", closes=time.max), local(2026, 11, 23, 10))
    assert due.at == local(2026, 11, 26, 23, 59, 59)


def test_a_limit_that_reaches_into_an_unknown_year_says_that_it_is_assumed() -> None:
    after = max(year for year in range(2020, 2100) if calendar.is_known_year(year))
    due = calendar.due_at(rule(15, "working_days"), local(after, 12, 20, 9))
    assert due.assumed
    assert due.at.year == after + 1
    assert not calendar.due_at(rule(1, "working_days"), local(after, 12, 20, 9)).assumed


def test_calendar_days_without_moving_need_no_arrangement() -> None:
    start = local(2040, 1, 1, 9)
    assert not calendar.due_at(rule(90, "days"), start).assumed
    assert calendar.due_at(rule(90, "days", rolls=True), start).assumed


def test_a_start_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        calendar.due_at(rule(1, "days"), local(2026, 11, 23).replace(tzinfo=None))


def test_every_limit_that_ships_ends_after_it_starts() -> None:
    start = local(2026, 2, 13, 17, 30)
    for limit in load_book().on(date(2026, 2, 13)).deadlines.values():
        due = calendar.due_at(limit, start)
        assert due.at.tzinfo is UTC
        assert due.at > start or limit.key == "acknowledge"


def test_the_clock_is_aware_and_in_greenwich_time() -> None:
    before = datetime.now(UTC)
    assert before <= calendar.now() <= datetime.now(UTC)
    assert calendar.now().tzinfo is UTC


def test_a_frozen_clock_stands_turns_and_is_let_go() -> None:
    with calendar.freeze(local(2026, 11, 23, 23, 30)) as clock:
        assert calendar.now() == local(2026, 11, 23, 23, 30)
        assert calendar.now().tzinfo is UTC
        assert calendar.today() == date(2026, 11, 23)
        clock.forward(timedelta(hours=1))
        assert calendar.today() == date(2026, 11, 24)
        with calendar.freeze(local(2030, 1, 1)):
            assert calendar.today() == date(2030, 1, 1)
        clock.move_to(local(2026, 12, 1))
        assert calendar.today() == date(2026, 12, 1)
    assert abs(calendar.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_clock_is_let_go_after_a_fault_too() -> None:
    with pytest.raises(RuntimeError), calendar.freeze(local(2000, 1, 1)):
        raise RuntimeError
    assert calendar.now().year > 2000


def test_a_clock_without_zone_cannot_be_frozen() -> None:
    with pytest.raises(ValueError, match="zone"), calendar.freeze(local(2026, 11, 23).replace(tzinfo=None)):
        pass


def test_china_is_eight_hours_ahead_in_summer_and_winter() -> None:
    for month in (1, 7):
        assert local(2026, month, 1).utcoffset() == timedelta(hours=8)
