"""Readings of clocks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.duties.models import Duty
from casework.terms import DutyState


@dataclass(frozen=True)
class Clock:
    """One duty as a page shows it; `rule` leads to the limit's words and article in the policy."""

    rule: str
    state: DutyState
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    assumed: bool
    officer_id: int | None


def clocks_of(session: Session, about: tuple[str, int]) -> list[Clock]:
    """Every clock of a thing, running ones first, the earliest due first."""
    query = (
        select(Duty)
        .where(Duty.about_kind == about[0], Duty.about_id == about[1])
        .order_by(Duty.due_at, Duty.id)
    )
    rows = sorted(session.scalars(query), key=lambda duty: duty.ended_at is not None)
    return [Clock(d.rule, d.state, d.started_at, d.due_at, d.ended_at, d.assumed, d.officer_id) for d in rows]


def running(session: Session, about: tuple[str, int]) -> list[Duty]:
    query = select(Duty).where(
        Duty.about_kind == about[0],
        Duty.about_id == about[1],
        Duty.state.in_((DutyState.OPEN, DutyState.PAUSED)),
    )
    return list(session.scalars(query.order_by(Duty.due_at)))
