"""Which tips may be rewarded, and what the system knows of each: concluded cases, borne-out clues, their tips.

What involves an official is not among them: it is for role `discipline` alone, and no reward clerk may learn of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from casework.cases.models import Case, CaseClue
from casework.cases.outcomes import newest_outcome
from casework.clues.models import Clue, ClueTip
from casework.clues.rules import CASE_FINDINGS
from casework.errors import NotFound
from casework.officers.models import Officer
from casework.rewards.eligibility import Standing
from casework.rewards.models import Reward
from casework.terms import Agency, Category, Finding, IdentityKind, SubjectKind
from casework.tips.models import Receipt, Tip
from casework.trail import ActorKind, Deed
from casework.trail.models import Entry

# Reading, assigning and closing off are not handling: a leader who hands work out may still decide on money.
HANDLING = (
    Deed.RECEIVE_TIP,
    Deed.DECLINE_TIP,
    Deed.REGISTER_CLUE,
    Deed.MERGE_TIP,
    Deed.EDIT_CLUE,
    Deed.CALL_INFORMED,
    Deed.VISIT_SITE,
    Deed.ADD_EVIDENCE,
    Deed.FIND,
    Deed.CONCLUDE_CLUE,
    Deed.SEND_MESSAGE,
    Deed.OPEN_CASE,
    Deed.JOIN_CLUE,
    Deed.SET_OUTCOME,
    Deed.CONCLUDE_CASE,
)


@dataclass(frozen=True)
class Candidate:
    """One tip of one case, with nothing of what the tip says. `first_tip`: an earlier tip's number, or empty."""

    tip_id: int
    tip_number: str
    received_at: datetime
    identity: IdentityKind
    jurisdiction: str
    category: Category
    subject_kind: SubjectKind
    clue_number: str
    finding: Finding | None
    case_id: int
    case_number: str
    concluded_at: datetime | None
    penalty_fen: int
    first_tip: str
    wants_reward: bool
    withdrawn: bool

    def standing(self) -> Standing:
        return Standing(
            finding=self.finding,
            subject_kind=self.subject_kind,
            concluded=self.concluded_at is not None,
            first_tip=self.first_tip,
            wants_reward=self.wants_reward,
            withdrawn=self.withdrawn,
        )


def candidate_for(session: Session, *, tip_number: str, by: Officer, lock: bool = False) -> Candidate:
    """One tip. Raises NotFound for one outside the officer's jurisdiction, or without a case.

    `lock` holds its receipt, so that two clerks cannot propose for it at once, nor the informant give up between.
    """
    query = _of_cases(by).where(Tip.tip_number == tip_number)
    row = session.execute(query.with_for_update(of=Receipt) if lock else query).first()
    if row is None:
        raise NotFound("candidate")
    return _candidate(session, row)


def candidates(session: Session, *, by: Officer, limit: int = 100) -> list[Candidate]:
    """Tips of concluded cases that were borne out, want a reward, and have none yet; the oldest first."""
    query = (
        _of_cases(by)
        .outerjoin(Reward, Reward.tip_id == Tip.id)
        .where(Reward.id.is_(None), *_ready())
        .order_by(Case.concluded_at, Tip.id)
        .limit(limit)
    )
    return [_candidate(session, row) for row in session.execute(query)]


def penalty_of(session: Session, case_id: int) -> int:
    """罚没收入 in 分: fines and what was confiscated, by the outcome that counts now."""
    told = newest_outcome(session, case_id, Agency.NATURAL_RESOURCES)
    if told is None:
        return 0
    return sum(part or 0 for part in (told.land_fine_fen, told.mining_fine_fen, told.confiscated_value_fen))


def handlers_of(session: Session, tip_id: int, case_id: int) -> frozenset[int]:
    """Every officer who handled the tip, its clue or the case: by their own columns, and by the trail for those
    who handled it earlier."""
    clues = select(CaseClue.clue_id).where(CaseClue.case_id == case_id)
    columns = select(Clue.registered_by, Clue.handler_id, Clue.found_by).where(Clue.id.in_(clues))
    found: set[int | None] = {officer_id for row in session.execute(columns) for officer_id in row}
    tip, case = session.get_one(Tip, tip_id), session.get_one(Case, case_id)
    found.update((tip.entered_by, tip.decided_by, case.opened_by, case.concluded_by))
    found.update(_in_the_trail(session, tip, case))
    return frozenset(officer_id for officer_id in found if officer_id is not None)


def _in_the_trail(session: Session, tip: Tip, case: Case) -> set[int | None]:
    gathered = (
        select(Clue.clue_number)
        .join(CaseClue, CaseClue.clue_id == Clue.id)
        .where(CaseClue.case_id == case.id)
    )
    numbers = [tip.tip_number, case.case_number, *session.scalars(gathered)]
    query = select(Entry.actor_id).where(
        Entry.actor_kind == ActorKind.OFFICER,
        Entry.about_kind.in_(("tip", "clue", "case")),
        Entry.about_ref.in_(numbers),
        Entry.deed.in_([deed.value for deed in HANDLING]),
    )
    return set(session.scalars(query))


def _of_cases(by: Officer) -> Select[Tip, Receipt, Clue, Case]:
    return (
        select(Tip, Receipt, Clue, Case)
        .join(Receipt, Receipt.tip_id == Tip.id)
        .join(ClueTip, ClueTip.tip_id == Tip.id)
        .join(Clue, Clue.id == ClueTip.clue_id)
        .join(CaseClue, CaseClue.clue_id == Clue.id)
        .join(Case, Case.id == CaseClue.case_id)
        .where(
            Tip.involves_official.is_(False),
            Clue.involves_official.is_(False),
            Clue.jurisdiction.startswith(by.jurisdiction, autoescape=True),
        )
    )


def _ready() -> tuple[Any, ...]:
    return (
        Case.concluded_at.is_not(None),
        Clue.finding.in_(CASE_FINDINGS),
        Receipt.wants_reward.is_(True),
        Receipt.waived_at.is_(None),
        Receipt.withdrawn_at.is_(None),
    )


def _candidate(session: Session, row: Row[Tip, Receipt, Clue, Case]) -> Candidate:
    tip, receipt, clue, case = row
    return Candidate(
        tip_id=tip.id,
        tip_number=tip.tip_number,
        received_at=tip.received_at,
        identity=tip.identity,
        jurisdiction=clue.jurisdiction,
        category=clue.category,
        subject_kind=clue.subject_kind,
        clue_number=clue.clue_number,
        finding=clue.finding,
        case_id=case.id,
        case_number=case.case_number,
        concluded_at=case.concluded_at,
        penalty_fen=penalty_of(session, case.id),
        first_tip=_first_tip(session, case.id, tip.id),
        wants_reward=receipt.wants_reward and receipt.waived_at is None,
        withdrawn=receipt.withdrawn_at is not None,
    )


def _first_tip(session: Session, case_id: int, tip_id: int) -> str:
    """The number of an earlier tip about the same case that still stands (令第2号第十条: 按登记时间, 以最先举报的为准)."""
    query = (
        select(Tip.tip_number)
        .join(Receipt, Receipt.tip_id == Tip.id)
        .join(ClueTip, ClueTip.tip_id == Tip.id)
        .join(CaseClue, CaseClue.clue_id == ClueTip.clue_id)
        .where(CaseClue.case_id == case_id, Tip.id < tip_id, Receipt.withdrawn_at.is_(None))
        .where(Tip.involves_official.is_(False))
        .order_by(Tip.id)
        .limit(1)
    )
    return session.scalar(query) or ""
