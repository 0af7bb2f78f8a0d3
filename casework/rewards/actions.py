"""What others do with a proposal: review, approve, send back, decline. Each step another person's."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, duties, policy
from casework.errors import Invalid, NotFound, Stale, WrongState
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.rewards import journal, rules
from casework.rewards.appropriations import require
from casework.rewards.candidates import candidate_for, handlers_of
from casework.rewards.models import JournalEntry, Reward
from casework.rewards.proposing import end_waiting, new_reward, refuse_above_case_cap
from casework.rewards.scheme import recompute
from casework.rewards.steps import hold_reward, note_step, reason_given, steps_taken
from casework.rewards.terms import JournalKind, RewardMove, RewardState
from casework.terms import RewardStage
from casework.tips import actions as tips
from casework.tips.models import Receipt
from casework.trail import Deed

LONGEST_DOCUMENT = 60
SENDS_BACK: dict[RewardState, Permission] = {
    RewardState.PROPOSED: Permission.REVIEW_REWARDS,
    RewardState.REVIEWED: Permission.APPROVE_REWARDS,
}
DECLINES: dict[RewardState, Permission] = SENDS_BACK | {RewardState.RETURNED: Permission.REVIEW_REWARDS}


def reward_for(session: Session, *, reward_number: str, by: Officer, lock: bool = False) -> Reward:
    """The reward, if it lies in this officer's jurisdiction. Raises NotFound otherwise, alike for unknown ones."""
    reward = session.scalars(select(Reward).where(Reward.reward_number == reward_number)).first()
    if reward is None or not reward.jurisdiction.startswith(by.jurisdiction):
        raise NotFound("reward")
    return hold_reward(session, reward.id) if lock else reward


def review(session: Session, *, reward: Reward, version: int, by: Officer, words: str = "") -> None:
    """审核: conditions, figures and fund looked at by somebody else."""
    require(by, Permission.REVIEW_REWARDS)
    state = _next(session, reward, RewardMove.REVIEW, version, by)
    _refuse_given_up(session, reward)
    reward.state, reward.version, reward.reviewed_by = state, reward.version + 1, by.id
    facts = {"amount_fen": reward.amount_fen}
    note_step(session, reward, RewardMove.REVIEW, by=by, deed=Deed.REVIEW_REWARD, words=words, facts=facts)


def approve(
    session: Session,
    *,
    reward: Reward,
    version: int,
    by: Officer,
    decision_document: str = "",
    words: str = "",
) -> None:
    """批准: the amount is reserved in the fund and the informant told, all or nothing.

    Above the ladder's first step a meeting decides, and `decision_document` names its minutes.
    Raises FundTooLow, SamePerson, Stale, WrongState, Invalid `decision_document`.
    """
    require(by, Permission.APPROVE_REWARDS)
    state = _next(session, reward, RewardMove.APPROVE, version, by)
    rules.refuse_handler(RewardMove.APPROVE, by.id, handlers_of(session, reward.tip_id, reward.case_id))
    _refuse_given_up(session, reward)
    if recompute(reward.inputs) != reward.amount_fen:
        raise WrongState("the amount does not follow from its inputs")
    reward.decision_document = _decision_document(reward, decision_document)
    _tell_to_claim(session, reward, by)
    entry = _reserve(session, reward, by)
    reward.state, reward.version, reward.approved_by = state, reward.version + 1, by.id
    facts = {"amount_fen": reward.amount_fen, "journal": entry.number}
    note_step(session, reward, RewardMove.APPROVE, by=by, deed=Deed.APPROVE_REWARD, words=words, facts=facts)


def send_back(session: Session, *, reward: Reward, version: int, reason: str, by: Officer) -> None:
    """退回: the clerk puts it forward anew, or it is declined."""
    require(by, SENDS_BACK.get(reward.state, Permission.REVIEW_REWARDS))
    reward.state = _next(session, reward, RewardMove.SEND_BACK, version, by)
    reward.version, reward.reviewed_by = reward.version + 1, None
    words = reason_given(reason)
    note_step(session, reward, RewardMove.SEND_BACK, by=by, deed=Deed.SEND_BACK_REWARD, words=words)


def decline(session: Session, *, reward: Reward, version: int, reason: str, by: Officer) -> None:
    """不予奖励, by whoever would otherwise have reviewed or approved; the informant is told."""
    require(by, DECLINES.get(reward.state, Permission.APPROVE_REWARDS))
    state = _next(session, reward, RewardMove.DECLINE, version, by)
    rules.refuse_handler(RewardMove.DECLINE, by.id, handlers_of(session, reward.tip_id, reward.case_id))
    reward.state, reward.version = state, reward.version + 1
    _end_declined(session, reward, by, reason)


def decline_candidate(session: Session, *, tip_number: str, reason: str, by: Officer) -> Reward:
    """不予奖励 before anything was put forward: what fails a condition is decided too, with a reason."""
    require(by, Permission.APPROVE_REWARDS)
    told = candidate_for(session, tip_number=tip_number, by=by, lock=True)
    if session.scalar(select(Reward.id).where(Reward.tip_id == told.tip_id)) is not None:
        raise WrongState("there is a proposal already")
    rules.refuse_handler(RewardMove.DECLINE, by.id, handlers_of(session, told.tip_id, told.case_id))
    scheme = policy.current().scheme_for(told.category.value)
    reward = new_reward(session, told)
    reward.state = rules.after(None, RewardMove.DECLINE)
    reward.scheme_key, reward.scheme_version = scheme.key, scheme.basis.valid_from.isoformat()
    reward.base_fen = reward.amount_fen = reward.uplift_percent = 0
    reward.inputs, reward.ladder_step, reward.reason = {"first_tip": told.first_tip}, "", reason_given(reason)
    reward.proposed_at, reward.proposed_by = calendar.now(), by.id
    session.add(reward)
    session.flush()
    end_waiting(session, reward.tip_id, reward.case_id, by)
    _end_declined(session, reward, by, reason)
    return reward


def _next(session: Session, reward: Reward, move: RewardMove, version: int, by: Officer) -> RewardState:
    """Raises Stale, WrongState or SamePerson; answers the state that the move leads to."""
    if reward.version != version:
        raise Stale("the reward was changed meanwhile", version=reward.version)
    state = rules.after(reward.state, move)
    rules.refuse_same_person(move, by.id, steps_taken(session, reward.id))
    return state


def _refuse_given_up(session: Session, reward: Reward) -> None:
    """Holds the receipt until the end of the transaction, so that a waiver cannot slip in between."""
    receipt = session.scalars(select(Receipt).where(Receipt.tip_id == reward.tip_id).with_for_update()).one()
    if receipt.waived_at is not None:
        raise WrongState("the informant waived the reward", state="waived")
    if receipt.withdrawn_at is not None:
        raise WrongState("the informant withdrew the tip", state="withdrawn")


def _tell_to_claim(session: Session, reward: Reward, by: Officer) -> None:
    duties.meet(session, rule="reward_decide", about=("tip", reward.tip_id), by=by)
    clock = duties.owe(session, rule="reward_claim", about=("tip", reward.tip_id))
    reward.claim_by = calendar.local_day(clock.due_at)
    tips.show_reward(
        session,
        tip_id=reward.tip_id,
        stage=RewardStage.APPROVED,
        amount_fen=reward.amount_fen,
        claim_by=reward.claim_by,
    )


def _reserve(session: Session, reward: Reward, by: Officer) -> JournalEntry:
    journal.hold_fund(session)  # two approvers of one case take turns from here on
    cap = reward.inputs["terms"]["cap_fen"]
    refuse_above_case_cap(session, reward.case_id, reward.amount_fen, cap, besides=reward)
    return journal.post(
        session,
        kind=JournalKind.RESERVE,
        amount_fen=reward.amount_fen,
        by=session.get_one(Officer, reward.proposed_by),
        document=reward.decision_document,
        reward_id=reward.id,
        confirmed_by=by.id,
    )


def _decision_document(reward: Reward, typed: str) -> str | None:
    document = typed.strip()
    first = next(iter(policy.current().ladder.values()))
    step = policy.current().step_for(reward.amount_fen)
    reward.ladder_step = step.key
    if step.key != first.key and not document:
        raise Invalid("decision_document", "empty")
    if len(document) > LONGEST_DOCUMENT:
        raise Invalid("decision_document", "too_long")
    return document or None


def _end_declined(session: Session, reward: Reward, by: Officer, reason: str) -> None:
    duties.meet(session, rule="reward_decide", about=("tip", reward.tip_id), by=by)
    if tips.receipt_of(session, reward.tip_id).waived_at is None:
        tips.show_reward(session, tip_id=reward.tip_id, stage=RewardStage.DECLINED)
    words = reason_given(reason)
    note_step(session, reward, RewardMove.DECLINE, by=by, deed=Deed.DECLINE_REWARD, words=words)
