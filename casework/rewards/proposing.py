"""提出奖励: what the clerk puts forward, checked against scheme and conditions, stored with all its inputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import calendar, duties, policy
from casework.cases.reward_clocks import owe_reward_decisions
from casework.duties.queries import running
from casework.errors import Invalid
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.rewards import rules
from casework.rewards.appropriations import require
from casework.rewards.candidates import Candidate, candidate_for
from casework.rewards.eligibility import Point, Said, points, refuse_unfit
from casework.rewards.models import Reward
from casework.rewards.scheme import SchemeTerms, amount_under, terms_of
from casework.rewards.steps import note_step, reason_given, steps_taken
from casework.rewards.terms import Agreement, RewardMove, Severity
from casework.terms import RewardStage
from casework.tips import actions as tips
from casework.tips.numbers import REWARDS, next_number
from casework.trail import Deed


@dataclass(frozen=True)
class Proposal:
    """What the clerk puts forward; `said` are the answers to the points that the system does not know."""

    base_fen: int
    uplift_percent: int
    severity: Severity
    agreement: Agreement
    reason: str
    said: Mapping[str, Said]


def propose(session: Session, *, tip_number: str, proposal: Proposal, by: Officer) -> Reward:
    """A reward for a tip that was borne out, or a returned one put forward anew.

    Raises SchemeUndecided, Invalid on the field that is wrong, WrongState when there is one already.
    """
    require(by, Permission.PROPOSE_REWARDS)
    told = candidate_for(session, tip_number=tip_number, by=by, lock=True)
    terms = terms_of(policy.current().scheme_for(told.category.value))
    reward = session.scalars(select(Reward).where(Reward.tip_id == told.tip_id).with_for_update()).first()
    state = rules.after(reward.state if reward else None, RewardMove.PROPOSE)
    if reward:
        rules.refuse_same_person(RewardMove.PROPOSE, by.id, steps_taken(session, reward.id))
    lines = points(policy.current(), told.standing(), proposal.said)
    refuse_unfit(lines)
    amount = amount_under(terms, base_fen=proposal.base_fen, uplift_percent=proposal.uplift_percent)
    refuse_above_case_cap(session, told.case_id, amount, terms.cap_fen, besides=reward)
    reward = reward or new_reward(session, told)
    reward.state, reward.version = state, reward.version + 1
    _write(reward, proposal, terms, amount, _inputs(proposal, terms, told, lines))
    reward.proposed_at, reward.proposed_by, reward.reviewed_by = calendar.now(), by.id, None
    session.add(reward)
    session.flush()
    _begin_deciding(session, reward.tip_id, reward.case_id, by)
    tips.show_reward(session, tip_id=reward.tip_id, stage=RewardStage.PROPOSED)
    facts = {
        "tip_number": told.tip_number,
        "amount_fen": amount,
        "scheme": terms.key,
        "version": terms.version,
    }
    note_step(
        session, reward, RewardMove.PROPOSE, by=by, deed=Deed.PROPOSE_REWARD, words=reward.reason, facts=facts
    )
    return reward


def new_reward(session: Session, told: Candidate) -> Reward:
    """Numbered, with nothing decided yet."""
    return Reward(
        reward_number=next_number(session, REWARDS),
        tip_id=told.tip_id,
        case_id=told.case_id,
        jurisdiction=told.jurisdiction,
        version=0,
    )


def refuse_above_case_cap(
    session: Session, case_id: int, amount_fen: int, cap_fen: int, *, besides: Reward | None
) -> None:
    """Several informants of one case share its cap (domain.md §1.6). Raises Invalid `amount_yuan`."""
    query = select(func.coalesce(func.sum(Reward.amount_fen), 0)).where(
        Reward.case_id == case_id, Reward.state.in_(rules.COUNTED)
    )
    if besides is not None:
        query = query.where(Reward.id != besides.id)
    others = int(session.scalar(query) or 0)
    if others + amount_fen > cap_fen:
        raise Invalid("amount_yuan", "above_case_cap", cap_fen=cap_fen, others_fen=others)


def _write(
    reward: Reward, proposal: Proposal, terms: SchemeTerms, amount_fen: int, inputs: dict[str, Any]
) -> None:
    reward.scheme_key, reward.scheme_version, reward.inputs = terms.key, terms.version, inputs
    reward.base_fen, reward.uplift_percent = proposal.base_fen, proposal.uplift_percent
    reward.amount_fen = amount_fen
    reward.reason = reason_given(proposal.reason)
    reward.ladder_step = policy.current().step_for(amount_fen).key


def _inputs(
    proposal: Proposal, terms: SchemeTerms, told: Candidate, lines: tuple[Point, ...]
) -> dict[str, Any]:
    """Everything the amount was judged by, as it stood on this day."""
    return {
        "terms": terms.as_inputs(),
        "base_fen": proposal.base_fen,
        "uplift_percent": proposal.uplift_percent,
        "penalty_fen": told.penalty_fen,
        "severity": proposal.severity.value,
        "agreement": proposal.agreement.value,
        "first_tip": told.first_tip,
        "points": [line.as_inputs() for line in lines],
    }


def _begin_deciding(session: Session, tip_id: int, case_id: int, by: Officer) -> None:
    about = ("tip", tip_id)
    end_waiting(session, tip_id, case_id, by)
    if not any(duty.rule == "reward_decide" for duty in running(session, about)):
        duties.owe(session, rule="reward_decide", about=about)


def end_waiting(session: Session, tip_id: int, case_id: int, by: Officer) -> None:
    """启动奖励 is met, also for a tip that was merged a moment ago and had no clock yet."""
    owe_reward_decisions(session, case_id=case_id)
    duties.meet(session, rule="reward_start", about=("tip", tip_id), by=by)
