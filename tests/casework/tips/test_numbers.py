"""Numbers: without a gap, each series for itself, from one again every local year."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from casework import calendar
from casework.db import Database
from casework.tips.models import Counter
from casework.tips.numbers import CASES, CLUES, TIPS, last_number, next_number
from tests.factories.races import meet

NEW_YEARS_EVE = datetime(2026, 12, 31, 23, 59, tzinfo=calendar.LOCAL)


def take(db: Database, series: str = TIPS) -> str:
    with db.begin() as session:
        return next_number(session, series)


def test_each_series_counts_for_itself(db: Database) -> None:
    with calendar.freeze(NEW_YEARS_EVE):
        assert [take(db), take(db), take(db, CLUES), take(db), take(db, CASES)] == [
            "JB-2026-0001",
            "JB-2026-0002",
            "QS-2026-0001",
            "JB-2026-0003",
            "AJ-2026-0001",
        ]
        with db.read() as session:
            assert [last_number(session, series) for series in (TIPS, CLUES, "JL")] == [3, 1, 0]


def test_a_new_year_begins_at_midnight_in_china(db: Database) -> None:
    with calendar.freeze(NEW_YEARS_EVE) as clock:
        take(db)
        assert take(db) == "JB-2026-0002"
        clock.forward(timedelta(minutes=1))
        assert take(db) == "JB-2027-0001"
        clock.forward(timedelta(days=-1))
        assert take(db) == "JB-2026-0003"


def test_a_number_that_came_to_nothing_is_given_again(db: Database) -> None:
    def fail() -> None:
        with db.begin() as session:
            next_number(session, TIPS)
            raise ZeroDivisionError

    take(db)
    with pytest.raises(ZeroDivisionError):
        fail()
    assert take(db).endswith("-0002")


def test_two_who_begin_a_year_together_get_one_and_two(db: Database) -> None:
    met = meet(db, lambda session: next_number(session, TIPS), lambda session: next_number(session, TIPS))
    assert met.error is None
    assert (met.first[-4:], str(met.second)[-4:]) == ("0001", "0002")


def test_after_9999_numbers_grow_longer(sqlite_db: Database) -> None:
    take(sqlite_db)
    with sqlite_db.begin() as session:
        session.execute(update(Counter).values(value=9999))
    assert take(sqlite_db).endswith("-10000")
