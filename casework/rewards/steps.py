"""What was done to a reward, by whom, in which words: kept beside it and noted in the trail."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, trail
from casework.errors import Invalid
from casework.officers.models import Officer
from casework.rewards.models import Reward, RewardStep
from casework.rewards.terms import RewardMove
from casework.tips.models import Receipt
from casework.trail import Deed

LONGEST_REASON = 1000


def hold_reward(session: Session, reward_id: int) -> Reward:
    """The reward, locked; its receipt first, as everywhere, so that two never wait for each other."""
    reward = session.get_one(Reward, reward_id)
    session.execute(select(Receipt.id).where(Receipt.tip_id == reward.tip_id).with_for_update())
    session.refresh(reward, with_for_update=True)
    return reward


def steps_taken(session: Session, reward_id: int) -> dict[RewardMove, frozenset[int]]:
    """Who took which step of this reward, rounds that were sent back among them."""
    taken: dict[RewardMove, frozenset[int]] = {}
    rows = session.execute(
        select(RewardStep.move, RewardStep.officer_id).where(RewardStep.reward_id == reward_id)
    )
    for move, officer_id in rows:
        if officer_id is not None:
            taken[move] = taken.get(move, frozenset()) | {officer_id}
    return taken


def add_step(
    session: Session, reward: Reward, move: RewardMove, *, officer_id: int | None, words: str = ""
) -> None:
    session.add(
        RewardStep(
            reward_id=reward.id,
            at=calendar.now(),
            move=move,
            officer_id=officer_id,
            amount_fen=reward.amount_fen,
            words=words.strip() or None,
        )
    )


def note_step(
    session: Session,
    reward: Reward,
    move: RewardMove,
    *,
    by: Officer,
    deed: Deed,
    words: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """The step beside the reward, and the deed in the trail, which holds no words."""
    if len(words) > LONGEST_REASON:
        raise Invalid("reason", "too_long")
    add_step(session, reward, move, officer_id=by.id, words=words)
    trail.record(session, deed=deed, by=by, about=("reward", reward.reward_number), facts=facts)


def reason_given(typed: str) -> str:
    """The reason, blanks taken off its ends. Raises Invalid `reason`."""
    words = typed.strip()
    if not words or len(words) > LONGEST_REASON:
        raise Invalid("reason", "empty" if not words else "too_long")
    return words
