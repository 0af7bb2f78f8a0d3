"""启动奖励: what a concluded case owes to those who asked for a reward. While it is owed the case is not closed off.

Rewards live above cases and are not known here: the clock on the tip is all that cases leave for them.
"""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from casework import duties, policy
from casework.cases.models import Case, CaseClue
from casework.clues.models import Clue, ClueTip
from casework.clues.rules import CASE_FINDINGS
from casework.duties.models import Duty
from casework.tips.models import Receipt, Tip

RULE = "reward_start"


def owe_reward_decisions(session: Session, *, case_id: int | None = None) -> int:
    """Starts the clock on each tip of the case (of every concluded case) that never had one; answers how many.

    Not where the county has no scheme, nor where an official is involved: nobody could ever meet it.
    """
    started = Duty.rule == RULE, Duty.about_kind == "tip", Duty.about_id == Tip.id
    query = (
        select(Tip.id, Clue.category, Case.concluded_at)
        .join(Receipt, Receipt.tip_id == Tip.id)
        .join(ClueTip, ClueTip.tip_id == Tip.id)
        .join(Clue, Clue.id == ClueTip.clue_id)
        .join(CaseClue, CaseClue.clue_id == Clue.id)
        .join(Case, Case.id == CaseClue.case_id)
        .where(
            Case.concluded_at.is_not(None),
            Case.closed_off_at.is_(None),
            Clue.finding.in_(CASE_FINDINGS),
            Tip.involves_official.is_(False),
            Receipt.wants_reward.is_(True),
            Receipt.waived_at.is_(None),
            Receipt.withdrawn_at.is_(None),
            ~exists().where(*started),
        )
        .order_by(Tip.id)
    )
    if case_id is not None:
        query = query.where(Case.id == case_id)
    owed = [row for row in session.execute(query) if policy.current().scheme_for(row[1].value).decided]
    for tip_id, _category, concluded_at in owed:
        duties.owe(session, rule=RULE, about=("tip", tip_id), since=concluded_at)
    return len(owed)
