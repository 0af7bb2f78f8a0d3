"""Who may be given a clue, and how much each has already."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.clues.actions import is_seen
from casework.clues.models import Clue
from casework.clues.queries import loads, within
from casework.officers.models import Officer, OfficerRole, Unit
from casework.officers.queries import officers_with_role
from casework.officers.roles import Role
from casework.officers.sight import Sight
from casework.terms import ClueState

IN_HAND = (ClueState.ASSIGNED, ClueState.FOUND)


@dataclass(frozen=True)
class Handler:
    """`load` counts the clues in hand that the asker may know of."""

    officer_id: int
    username: str
    name: str
    unit: str
    load: int


def handlers(session: Session, *, sight: Sight) -> list[Handler]:
    """Whoever verifies clues of the kind that the asker sees, by unit and name. One statement.

    Whether one of them may have a certain clue, assigning decides.
    """
    roles = [Role.INVESTIGATOR] * sight.ordinary + [Role.DISCIPLINE] * sight.officials
    load = (
        select(func.count())
        .where(within(sight), Clue.handler_id == Officer.id, Clue.state.in_(IN_HAND))
        .correlate(Officer)
        .scalar_subquery()
    )
    holds_role = select(OfficerRole.officer_id).where(OfficerRole.role.in_(roles))
    query = (
        select(Officer.id, Officer.username, Officer.name, Unit.name, load)
        .join(Unit, Unit.id == Officer.unit_id)
        .where(Officer.active, Officer.id.in_(holds_role))
        .order_by(Unit.agency, Unit.code, Officer.name)
    )
    if sight.agency is not None:
        query = query.where(Officer.agency == sight.agency)
    return [Handler(*row) for row in session.execute(query)]


def handlers_of(session: Session, *, clue: Clue, sight: Sight) -> list[Handler]:
    """Those among them who may have this clue."""
    role = Role.DISCIPLINE if clue.involves_official else Role.INVESTIGATOR
    in_hand = loads(session, sight=sight)
    return [
        Handler(officer.id, officer.username, officer.name, officer.unit.name, in_hand.get(officer.id, 0))
        for officer in officers_with_role(session, role)
        if is_seen(clue, officer)
    ]
