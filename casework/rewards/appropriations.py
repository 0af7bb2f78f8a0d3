"""拨款: a leader enters what the treasury has sent, another officer confirms it; only then it counts."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casework import calendar, trail
from casework.errors import Invalid, NotAllowed, NotFound, SamePerson, WrongState
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.rewards import journal
from casework.rewards.models import Appropriation, JournalEntry
from casework.rewards.terms import AppropriationKind, AppropriationState, JournalKind
from casework.trail import Deed

LONGEST_DOCUMENT = 60
# Ten digits of 分 and more are typing slips in a county's fund, not money.
MOST_FEN = 100_000_000_00


def appropriate(
    session: Session, *, kind: AppropriationKind, amount_fen: int, document_number: str, by: Officer
) -> Appropriation:
    """Enters money that has arrived, with the number of its document. Raises Invalid, NotAllowed."""
    require(by, Permission.APPROPRIATE)
    document = document_number.strip()
    if not 0 < amount_fen <= MOST_FEN:
        raise Invalid("amount_yuan", "not_positive" if amount_fen <= 0 else "too_much")
    if not document or len(document) > LONGEST_DOCUMENT:
        raise Invalid("document_number", "empty" if not document else "too_long")
    journal.hold_fund(session)  # two leaders with the same paper take turns
    if session.scalar(_live_with(document)) is not None:
        raise Invalid("document_number", "taken")
    entered = Appropriation(
        kind=kind,
        state=AppropriationState.ENTERED,
        amount_fen=amount_fen,
        document_number=document,
        entered_at=calendar.now(),
        entered_by=by.id,
    )
    session.add(entered)
    session.flush()
    trail.record(
        session,
        deed=Deed.APPROPRIATE,
        by=by,
        about=("appropriation", entered.id),
        facts={"amount_fen": amount_fen},
    )
    return entered


def confirm_appropriation(session: Session, *, appropriation_id: int, by: Officer) -> JournalEntry:
    """The second pair of eyes: from here on the money counts. Raises SamePerson, WrongState."""
    found = _open(session, appropriation_id, by)
    found.state, found.decided_at, found.decided_by = AppropriationState.CONFIRMED, calendar.now(), by.id
    entry = journal.post(
        session,
        kind=JournalKind.APPROPRIATE,
        amount_fen=found.amount_fen,
        by=session.get_one(Officer, found.entered_by),
        document=found.document_number,
        appropriation_id=found.id,
        confirmed_by=by.id,
    )
    trail.record(
        session,
        deed=Deed.CONFIRM_APPROPRIATION,
        by=by,
        about=("appropriation", found.id),
        facts={"amount_fen": found.amount_fen, "journal": entry.number},
    )
    return entry


def refuse_appropriation(session: Session, *, appropriation_id: int, by: Officer) -> None:
    """What was entered wrongly never counts; its document may be entered again."""
    found = _open(session, appropriation_id, by)
    found.state, found.decided_at, found.decided_by = AppropriationState.REFUSED, calendar.now(), by.id
    trail.record(session, deed=Deed.REFUSE_APPROPRIATION, by=by, about=("appropriation", found.id))


def require(by: Officer, permission: Permission) -> None:
    """The route asked already; actions ask again, because commands and jobs have no routes."""
    if not by.may(permission):
        raise NotAllowed(f"needs {permission}")


def _open(session: Session, appropriation_id: int, by: Officer) -> Appropriation:
    require(by, Permission.CONFIRM_APPROPRIATIONS)
    found = session.get(Appropriation, appropriation_id, with_for_update=True)
    if found is None:
        raise NotFound("appropriation")
    if found.state is not AppropriationState.ENTERED:
        raise WrongState("decided already", state=found.state.value)
    if found.entered_by == by.id:
        raise SamePerson("who entered it does not confirm it")
    return found


def _live_with(document: str) -> Select[int]:
    return select(Appropriation.id).where(
        Appropriation.document_number == document, Appropriation.state != AppropriationState.REFUSED
    )
