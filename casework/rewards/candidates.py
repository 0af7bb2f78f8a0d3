"""Which tips may be rewarded, and what the system knows of each: concluded cases, borne-out clues, their tips."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.cases.models import Case, CaseClue
from casework.clues.models import Clue, ClueTip
from casework.errors import NotFound
from casework.officers.models import Officer
from casework.rewards.eligibility import Standing
from casework.rewards.models import Reward
from casework.terms import Category, Finding, IdentityKind, SubjectKind
from casework.tips.models import Receipt, Tip


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
