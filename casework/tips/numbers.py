"""Numbers of things, gapless by series and year: JB-2026-0412. Not secret."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import calendar
from casework.tips.models import Counter

TIPS, CLUES, CASES, REWARDS = "JB", "QS", "AJ", "JL"


def next_number(session: Session, series: str) -> str:
    """The next number of a series in the local year; taken back if the transaction is."""
    year = calendar.today().year
    value = _count_on(session, series, year)
    if value is None:
        try:
            with session.begin_nested():
                session.add(Counter(series=series, year=year, value=1))
            value = 1
        except IntegrityError:  # somebody else began the year at the same moment
            value = _count_on(session, series, year)
    assert value is not None
    return f"{series}-{year}-{value:04d}"


def last_number(session: Session, series: str) -> int:
    value = select(Counter.value).where(Counter.series == series, Counter.year == calendar.today().year)
    return session.scalar(value) or 0


def _count_on(session: Session, series: str, year: int) -> int | None:
    return session.scalar(
        update(Counter)
        .where(Counter.series == series, Counter.year == year)
        .values(value=Counter.value + 1)
        .returning(Counter.value)
        .execution_options(synchronize_session=False)
    )
