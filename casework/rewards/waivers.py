"""What follows when an informant gives up: the reservation goes back, the clocks end. The worker's, from rows."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import duties, trail
from casework.duties.models import Duty
from casework.rewards import journal, rules
from casework.rewards.models import Reward
from casework.rewards.steps import add_step, hold_reward
from casework.rewards.terms import JournalKind, RewardMove
from casework.terms import DutyState
from casework.tips.models import Receipt
from casework.trail import WORKER, Deed

CLOCKS = ("reward_start", "reward_decide", "reward_claim")
_WAIVABLE = [state for state, move in rules.NEXT if move is RewardMove.WAIVE]


def waived_rewards(session: Session, limit: int = 100) -> list[int]:
    """For the sweep: rewards whose informant waived and which nobody has ended yet."""
    query = (
        select(Reward.id)
        .join(Receipt, Receipt.tip_id == Reward.tip_id)
        .where(Receipt.waived_at.is_not(None), Reward.state.in_(_WAIVABLE))
        .order_by(Reward.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def settle_waiver(session: Session, reward_id: int) -> None:
    """举报人放弃的，程序终止 (令第2号第十五条): what was reserved may be spent again. Safe to call again."""
    reward = hold_reward(session, reward_id)
    if reward.state not in _WAIVABLE:
        return
    reserved = journal.reserved_for(session, reward.id)
    facts = {"amount_fen": reserved, "journal": None}
    if reserved:
        entry = journal.post(
            session, kind=JournalKind.RELEASE, amount_fen=reserved, by=None, reward_id=reward.id
        )
        facts["journal"] = entry.number
    reward.state, reward.version = rules.after(reward.state, RewardMove.WAIVE), reward.version + 1
    for rule in CLOCKS:
        duties.cancel(session, about=("tip", reward.tip_id), rule=rule)
    add_step(session, reward, RewardMove.WAIVE, officer_id=None)
    trail.record(
        session, deed=Deed.END_WAIVED_REWARD, by=WORKER, about=("reward", reward.reward_number), facts=facts
    )


def drop_idle_clocks(session: Session) -> None:
    """Where nothing was proposed yet and the informant gave up the reward or the tip, nothing is owed any more."""
    query = (
        select(Duty.about_id)
        .join(Receipt, Receipt.tip_id == Duty.about_id)
        .where(
            Duty.about_kind == "tip",
            Duty.rule == "reward_start",
            Duty.state == DutyState.OPEN,
            Receipt.waived_at.is_not(None) | Receipt.withdrawn_at.is_not(None),
        )
    )
    for tip_id in list(session.scalars(query)):
        duties.cancel(session, about=("tip", tip_id), rule="reward_start")
