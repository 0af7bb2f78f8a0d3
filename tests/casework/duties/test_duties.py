"""Clocks: they run, stop, run on and end; nothing ends twice, and what the calendar did not know is said."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import calendar, duties
from casework.db import Database
from casework.duties.actions import move
from casework.duties.queries import clocks_of, running
from casework.errors import WrongState
from casework.officers.roles import Role
from casework.terms import DutyState
from tests.factories.officers import officer

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=calendar.LOCAL)
TIP, CLUE = ("tip", 1), ("clue", 1)


@pytest.fixture
def session(sqlite_db: Database) -> Iterator[Session]:
    with calendar.freeze(MONDAY), sqlite_db.begin() as session:
        yield session


def rules(session: Session, about: tuple[str, int]) -> list[str]:
    return [duty.rule for duty in running(session, about)]


def test_a_clock_runs_to_what_the_policy_says(session: Session) -> None:
    triage = duties.owe(session, rule="triage", about=TIP)
    call = duties.owe(session, rule="urgent_call", about=TIP, since=MONDAY - timedelta(hours=1))
    assert triage.due_at == datetime(2026, 11, 25, 18, 0, tzinfo=calendar.LOCAL)
    assert call.due_at == MONDAY + timedelta(hours=1)
    assert not triage.assumed
    assert rules(session, TIP) == ["urgent_call", "triage"], "the earliest due first"


def test_a_year_whose_holidays_are_unknown_is_said_aloud(session: Session) -> None:
    assert duties.owe(session, rule="triage", about=TIP, since=MONDAY.replace(year=2050)).assumed


def test_meeting_ends_the_clocks_of_one_rule_and_tells_who(session: Session) -> None:
    by = officer(session, Role.TRIAGE)
    for rule in ("triage", "urgent_call", "urgent_call"):
        duties.owe(session, rule=rule, about=TIP)
    duties.owe(session, rule="urgent_call", about=CLUE)
    duties.meet(session, rule="urgent_call", about=TIP, by=by)
    assert rules(session, TIP) == ["triage"]
    assert rules(session, CLUE) == ["urgent_call"]
    told = [(clock.rule, clock.state, clock.ended_at) for clock in clocks_of(session, TIP)]
    assert told == [
        ("triage", DutyState.OPEN, None),
        ("urgent_call", DutyState.MET, MONDAY),
        ("urgent_call", DutyState.MET, MONDAY),
    ]


def test_what_has_ended_is_not_ended_again(session: Session) -> None:
    duties.owe(session, rule="triage", about=TIP)
    duties.meet(session, rule="triage", about=TIP)
    with calendar.freeze(MONDAY + timedelta(days=1)):
        duties.meet(session, rule="triage", about=TIP)
        duties.cancel(session, about=TIP)
    (clock,) = clocks_of(session, TIP)
    assert (clock.state, clock.ended_at) == (DutyState.MET, MONDAY)


def test_cancelling_ends_all_or_those_of_one_rule(session: Session) -> None:
    for rule in ("triage", "urgent_call", "urgent_site"):
        duties.owe(session, rule=rule, about=TIP)
    duties.cancel(session, about=TIP, rule="triage")
    assert rules(session, TIP) == ["urgent_call", "urgent_site"]
    duties.cancel(session, about=TIP)
    assert rules(session, TIP) == []
    assert {clock.state for clock in clocks_of(session, TIP)} == {DutyState.CANCELLED}


def test_a_stopped_clock_runs_on_with_what_was_left(db: Database) -> None:
    with calendar.freeze(MONDAY) as clock, db.begin() as session:
        duty = duties.owe(session, rule="urgent_site", about=CLUE)
        clock.forward(timedelta(hours=4))
        duties.pause(session, duty=duty)
        assert rules(session, CLUE) == ["urgent_site"], "stopped is not ended"
        clock.forward(timedelta(days=3))
        duties.resume(session, duty=duty)
        assert duty.due_at - calendar.now() == timedelta(hours=20)
        duties.pause(session, duty=duty)
        duties.meet(session, rule="urgent_site", about=CLUE)
        assert (duty.state, duty.paused_at) == (DutyState.MET, None)


def test_only_a_running_clock_stops_and_only_a_stopped_one_runs_on(session: Session) -> None:
    duty = duties.owe(session, rule="verify", about=CLUE)
    with pytest.raises(WrongState):
        duties.resume(session, duty=duty)
    duties.pause(session, duty=duty)
    with pytest.raises(WrongState):
        duties.pause(session, duty=duty)
    duties.cancel(session, about=CLUE)
    for act in (duties.pause, duties.resume):
        with pytest.raises(WrongState):
            act(session, duty=duty)


def test_running_clocks_are_handed_on_and_ended_ones_stay(session: Session) -> None:
    for rule in ("triage", "urgent_call", "urgent_site"):
        duties.owe(session, rule=rule, about=TIP)
    duties.meet(session, rule="urgent_call", about=TIP)
    move(session, rules=("urgent_call", "urgent_site"), about=TIP, to=CLUE)
    assert (rules(session, TIP), rules(session, CLUE)) == (["triage"], ["urgent_site"])
    assert len(clocks_of(session, TIP)) == 2


def test_an_end_has_its_moment_and_a_moment_is_an_end(db: Database) -> None:
    def end_without_moment() -> None:
        with db.begin() as session:
            duties.owe(session, rule="triage", about=TIP).state = DutyState.MET

    with pytest.raises(IntegrityError):
        end_without_moment()
