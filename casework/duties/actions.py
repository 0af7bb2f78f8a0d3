"""Starting, pausing and ending clocks. What a clock counts to comes from config/deadlines.toml."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import calendar, policy
from casework.duties.models import Duty
from casework.duties.queries import running
from casework.errors import WrongState
from casework.officers.models import Officer
from casework.terms import DutyState

About = tuple[str, int]


def owe(
    session: Session,
    *,
    rule: str,
    about: About,
    since: datetime | None = None,
    officer_id: int | None = None,
    unit_id: int | None = None,
) -> Duty:
    """Starts the clock of `rule` on a thing. `assumed` is set when the calendar did not know the year."""
    started = since or calendar.now()
    due = calendar.due_at(policy.current().deadlines[rule], started)
    duty = Duty(
        rule=rule,
        about_kind=about[0],
        about_id=about[1],
        state=DutyState.OPEN,
        started_at=started,
        due_at=due.at,
        assumed=due.assumed,
        officer_id=officer_id,
        unit_id=unit_id,
    )
    session.add(duty)
    return duty


def meet(session: Session, *, rule: str, about: About, by: Officer | None = None) -> None:
    """Ends every open clock of `rule` on a thing as done; none being open is no error."""
    _end(session, rule, about, DutyState.MET, by)


def cancel(session: Session, *, about: About, rule: str | None = None, by: Officer | None = None) -> None:
    """Ends clocks that no longer apply: all of a thing's, or those of one rule."""
    _end(session, rule, about, DutyState.CANCELLED, by)


def pause(session: Session, *, duty: Duty) -> None:
    """Stops a clock, such as while an appraisal runs (公安机关办理行政案件程序规定 第一百六十五条)."""
    if duty.state is not DutyState.OPEN:
        raise WrongState("only a running clock stops")
    duty.state, duty.paused_at = DutyState.PAUSED, calendar.now()


def resume(session: Session, *, duty: Duty) -> None:
    """Lets a stopped clock run on; the time it stood is added to what is left."""
    if duty.state is not DutyState.PAUSED or duty.paused_at is None:
        raise WrongState("this clock is not stopped")
    duty.due_at += calendar.now() - duty.paused_at
    duty.state, duty.paused_at = DutyState.OPEN, None


def move(session: Session, *, rules: tuple[str, ...], about: About, to: About) -> None:
    """Hands running clocks from a tip on to the clue it became."""
    for duty in running(session, about):
        if duty.rule in rules:
            duty.about_kind, duty.about_id = to


def _end(session: Session, rule: str | None, about: About, state: DutyState, by: Officer | None) -> None:
    for duty in running(session, about):
        if rule is None or duty.rule == rule:
            duty.state, duty.ended_at, duty.paused_at = state, calendar.now(), None
            duty.ended_by = by.id if by else None
