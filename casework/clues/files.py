"""Which files an officer may see: those of the tips and clues that they may know of, and no others."""

from sqlalchemy.orm import Session

from casework.clues.actions import is_seen
from casework.clues.models import Clue
from casework.clues.queries import clue_of_tip
from casework.errors import NotFound
from casework.evidence.models import Evidence
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.officers.sight import sight_of
from casework.tips.models import Supplement, Tip

About = tuple[str, str]


def file_for(session: Session, *, evidence_id: int, by: Officer) -> tuple[Evidence, About]:
    """The file's row, and the tip or clue as which it is seen. Raises NotFound, alike for unknown ones."""
    row = session.get(Evidence, evidence_id)
    if row is None:
        raise NotFound("evidence")
    tip = _tip(session, row)
    clue = session.get(Clue, row.clue_id) if row.clue_id is not None else None
    if tip is not None and _sees_tip(by, tip):
        return row, ("tip", tip.tip_number)
    if tip is not None:
        clue = clue_of_tip(session, tip.id)
    if clue is None or not sees_clue(by, clue):
        raise NotFound("evidence")
    return row, ("clue", clue.clue_number)


def _tip(session: Session, row: Evidence) -> Tip | None:
    if row.supplement_id is not None:
        supplement = session.get(Supplement, row.supplement_id)
        return session.get(Tip, supplement.tip_id) if supplement is not None else None
    return session.get(Tip, row.tip_id) if row.tip_id is not None else None


def _sees_tip(by: Officer, tip: Tip) -> bool:
    return by.may(Permission.READ_INBOX) and sight_of(by).covers(
        jurisdiction=tip.jurisdiction, involves_official=tip.involves_official
    )


def sees_clue(by: Officer, clue: Clue) -> bool:
    return by.may(Permission.READ_CLUES) and is_seen(clue, by)
