"""Readings of rewards: the list with its counts, one reward with its steps, earlier amounts beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from casework import calendar
from casework.cases.models import Case
from casework.duties.models import Duty
from casework.officers.models import Officer
from casework.rewards import rules
from casework.rewards.models import Reward, RewardStep
from casework.rewards.terms import RewardMove, RewardState
from casework.terms import DutyState, IdentityKind
from casework.tips.models import Tip

PAGE = 25
EARLIER = timedelta(days=730)
MOST_EARLIER = 200
OPEN_CLOCKS = ("reward_decide", "reward_claim", "reward_collect")


@dataclass(frozen=True)
class RewardRow:
    reward_number: str
    state: RewardState
    tip_number: str
    case_number: str
    amount_fen: int
    proposed_at: datetime
    proposed_by: str
    due_at: datetime | None


@dataclass(frozen=True)
class RewardPage:
    rows: list[RewardRow]
    after: int | None
    before: int | None


@dataclass(frozen=True)
class StepRead:
    move: RewardMove
    at: datetime
    who: str
    words: str | None
    amount_fen: int


@dataclass(frozen=True)
class RewardRead:
    """All that the page of one reward shows; nothing of what the tip says."""

    reward: Reward
    tip_number: str
    identity: IdentityKind
    case_number: str
    steps: tuple[StepRead, ...]
    earlier_fen: tuple[int, ...]
    due_at: datetime | None


def reward_list(
    session: Session,
    *,
    by: Officer,
    states: Sequence[RewardState] = (),
    after: int | None = None,
    before: int | None = None,
) -> RewardPage:
    """One screen, the newest first, by keyset over the reward's own number. One statement."""
    backwards = before is not None
    due = select(func.min(Duty.due_at)).where(_clock_of(Reward.tip_id)).correlate(Reward).scalar_subquery()
    clerk = aliased(Officer)
    query = (
        select(Reward, Tip.tip_number, Case.case_number, clerk.name, due)
        .join(Tip, Tip.id == Reward.tip_id)
        .join(Case, Case.id == Reward.case_id)
        .join(clerk, clerk.id == Reward.proposed_by)
        .where(_seen_by(by))
    )
    if states:
        query = query.where(Reward.state.in_(states))
    if backwards:
        query = query.where(Reward.id > before)
    elif after is not None:
        query = query.where(Reward.id < after)
    found = session.execute(
        query.order_by(Reward.id if backwards else Reward.id.desc()).limit(PAGE + 1)
    ).all()
    more, found = len(found) > PAGE, found[:PAGE]
    ordered = list(reversed(found)) if backwards else list(found)
    has_after, has_before = (True, more) if backwards else (more, after is not None)
    return RewardPage(
        [_row(*row) for row in ordered],
        ordered[-1][0].id if ordered and has_after else None,
        ordered[0][0].id if ordered and has_before else None,
    )


def counts(session: Session, *, by: Officer) -> dict[RewardState, int]:
    """How many rewards stand in each state."""
    query = select(Reward.state, func.count()).where(_seen_by(by)).group_by(Reward.state)
    return {state: int(number) for state, number in session.execute(query)}


def read_reward(session: Session, reward: Reward) -> RewardRead:
    tip, case = session.get_one(Tip, reward.tip_id), session.get_one(Case, reward.case_id)
    return RewardRead(
        reward=reward,
        tip_number=tip.tip_number,
        identity=tip.identity,
        case_number=case.case_number,
        steps=steps_of(session, reward.id),
        earlier_fen=earlier_amounts(session, reward.scheme_key, besides=reward.id),
        due_at=session.scalar(select(func.min(Duty.due_at)).where(_clock_of(reward.tip_id))),
    )


def steps_of(session: Session, reward_id: int) -> tuple[StepRead, ...]:
    query = (
        select(RewardStep, Officer.name)
        .outerjoin(Officer, Officer.id == RewardStep.officer_id)
        .where(RewardStep.reward_id == reward_id)
        .order_by(RewardStep.id)
    )
    return tuple(
        StepRead(step.move, step.at, name or "", step.words, step.amount_fen)
        for step, name in session.execute(query)
    )


def earlier_amounts(session: Session, scheme_key: str, *, besides: int | None = None) -> tuple[int, ...]:
    """What was approved under the scheme within two years, smallest first: the scale beside a new amount."""
    query = (
        select(Reward.amount_fen)
        .where(
            Reward.scheme_key == scheme_key,
            Reward.state.in_((*rules.WITH_MONEY, RewardState.PAID)),
            Reward.proposed_at >= calendar.now() - EARLIER,
        )
        .order_by(Reward.id.desc())
        .limit(MOST_EARLIER)
    )
    if besides is not None:
        query = query.where(Reward.id != besides)
    return tuple(sorted(session.scalars(query)))


def known_reward(session: Session, tip_id: int) -> Reward | None:
    return session.scalars(select(Reward).where(Reward.tip_id == tip_id)).first()


def next_claim_end(session: Session) -> date | None:
    """The nearest last day of a reward that was approved and not claimed."""
    return session.scalar(select(func.min(Reward.claim_by)).where(Reward.state == RewardState.APPROVED))


def _seen_by(by: Officer) -> ColumnElement[bool]:
    return Reward.jurisdiction.startswith(by.jurisdiction, autoescape=True)


def _clock_of(tip_id: object) -> ColumnElement[bool]:
    return and_(
        Duty.about_kind == "tip",
        Duty.about_id == tip_id,
        Duty.rule.in_(OPEN_CLOCKS),
        Duty.state == DutyState.OPEN,
    )


def _row(reward: Reward, tip_number: str, case_number: str, clerk: str, due: datetime | None) -> RewardRow:
    return RewardRow(
        reward.reward_number,
        reward.state,
        tip_number,
        case_number,
        reward.amount_fen,
        reward.proposed_at,
        clerk,
        due,
    )
