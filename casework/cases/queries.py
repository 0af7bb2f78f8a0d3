"""Readings of cases: the list and its counts, through the officer's sight; the outcome that counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from casework import calendar
from casework.cases.models import Case, CaseClue, CaseOutcome
from casework.cases.terms import CaseState
from casework.clues.models import Clue
from casework.clues.queries import within as clues_within
from casework.clues.rules import CASE_FINDINGS
from casework.duties.models import Duty
from casework.officers.sight import Sight
from casework.terms import Agency, Category, ClueState, DutyState

PAGE = 25
MOST_COUNTED = 1000
SOON = timedelta(days=7)
LIVING = (CaseState.OPEN, CaseState.CONCLUDED)


@dataclass(frozen=True)
class CaseFilter:
    """What the list is cut by; empty means everything that is not closed off. `due` is over or soon."""

    state: CaseState | None = None
    township: str | None = None
    lead_agency: Agency | None = None
    joint: bool = False
    due: str = ""
    words: str = ""
    closed: bool = False


@dataclass(frozen=True)
class CaseRow:
    case_number: str
    state: CaseState
    summary: str
    subject_name: str
    category: Category
    township: str | None
    village: str | None
    lead_agency: Agency
    joint: bool
    clue_count: int
    fine_fen: int | None
    next_due_at: datetime | None
    opened_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class CasePage:
    rows: list[CaseRow]
    after: str | None
    before: str | None


def within(sight: Sight) -> ColumnElement[bool]:
    """The same as Sight.covers, as a condition on cases; a joint one is seen by both agencies."""
    ordinary: ColumnElement[bool] = and_(Case.involves_official.is_(False), _true(sight.ordinary))
    if sight.agency is not None:
        ordinary = and_(ordinary, or_(Case.joint, Case.lead_agency == sight.agency))
    official = and_(Case.involves_official.is_(True), _true(sight.officials))
    return and_(Case.jurisdiction.startswith(sight.jurisdiction, autoescape=True), or_(ordinary, official))


def latest(
    agency: Agency, *, before: datetime | None = None
) -> tuple[type[CaseOutcome], ColumnElement[bool]]:
    """The outcome of an agency that counts (or counted before an instant), and how it joins to Case."""
    row, other = aliased(CaseOutcome), aliased(CaseOutcome)
    number = select(func.max(other.number)).where(other.case_id == Case.id, other.agency == agency)
    if before is not None:
        number = number.where(other.recorded_at < before)
    newest = number.correlate(Case).scalar_subquery()
    return row, and_(row.case_id == Case.id, row.agency == agency, row.number == newest)


def case_list(
    session: Session, *, sight: Sight, cut: CaseFilter, after: str = "", before: str = ""
) -> CasePage:
    """One screen, the newest first, by keyset over the case's own number. One statement."""
    backwards = bool(before)
    query = _list_query(sight, cut)
    cursor = before or after
    if cursor.isascii() and cursor.isdecimal() and len(cursor) < 19:
        query = query.where(Case.id > int(cursor) if backwards else Case.id < int(cursor))
    found = session.execute(query.order_by(Case.id if backwards else Case.id.desc()).limit(PAGE + 1)).all()
    more, found = len(found) > PAGE, found[:PAGE]
    ordered = list(reversed(found)) if backwards else list(found)
    if not ordered:
        return CasePage([], None, None)
    has_next, has_previous = (True, more) if backwards else (more, bool(cursor))
    last, first = str(ordered[-1][0].id), str(ordered[0][0].id)
    return CasePage(
        [_case_row(*row) for row in ordered], last if has_next else None, first if has_previous else None
    )


def chips(session: Session, *, sight: Sight) -> dict[str, int]:
    """Counts for the daily cuts in one statement, over at most twenty thousand cases."""
    now = calendar.now()
    inner = (
        select(Case.state, _next_due().label("due"))
        .where(within(sight))
        .order_by(Case.id.desc())
        .limit(20 * MOST_COUNTED)
        .subquery()
    )
    living = inner.c.state.in_(LIVING)
    row = session.execute(
        select(
            func.count().filter(living).label("all"),
            func.count().filter(inner.c.state == CaseState.OPEN).label("open"),
            func.count().filter(living, inner.c.due < now).label("over"),
            func.count().filter(living, inner.c.due >= now, inner.c.due <= now + SOON).label("soon"),
            func.count().filter(inner.c.state == CaseState.CONCLUDED).label("concluded"),
            func.count().filter(~living).label("closed"),
        ).select_from(inner)
    ).one()
    return {name: int(number) for name, number in row._asdict().items()}


def case_number_of(session: Session, clue_id: int) -> str | None:
    """The number of the case a clue lies in, for the clue's own page."""
    query = select(Case.case_number).join(CaseClue, CaseClue.case_id == Case.id)
    return session.scalar(query.where(CaseClue.clue_id == clue_id))


def openable(session: Session, *, sight: Sight, beside: Clue, limit: int = 8) -> list[Clue]:
    """Other clues that were borne out and lie in no case, for who opens one over `beside`; its own village first."""
    same_village = and_(Clue.township == beside.township, Clue.village == beside.village)
    query = (
        select(Clue)
        .where(
            clues_within(sight),
            Clue.state == ClueState.FOUND,
            Clue.finding.in_(CASE_FINDINGS),
            Clue.involves_official == beside.involves_official,
            Clue.id != beside.id,
        )
        .order_by(case((same_village, 0), else_=1), Clue.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def _next_due() -> ScalarSelect[datetime]:
    return (
        select(func.min(Duty.due_at))
        .where(Duty.about_kind == "case", Duty.about_id == Case.id, Duty.state == DutyState.OPEN)
        .correlate(Case)
        .scalar_subquery()
    )


def _list_query(sight: Sight, cut: CaseFilter) -> Select[Case, int, int | None, int | None, datetime | None]:
    decided, joins = latest(Agency.NATURAL_RESOURCES)
    clue_count = select(func.count()).where(CaseClue.case_id == Case.id).correlate(Case).scalar_subquery()
    return (
        select(Case, clue_count, decided.land_fine_fen, decided.mining_fine_fen, _next_due())
        .outerjoin(decided, joins)
        .where(within(sight), *_conditions(cut))
    )


def _case_row(
    case: Case, clues: int, land_fine: int | None, mining_fine: int | None, due: datetime | None
) -> CaseRow:
    fines = [fine for fine in (land_fine, mining_fine) if fine is not None]
    return CaseRow(
        case_number=case.case_number,
        state=case.state,
        summary=case.summary,
        subject_name=case.subject_name,
        category=case.category,
        township=case.township,
        village=case.village,
        lead_agency=case.lead_agency,
        joint=case.joint,
        clue_count=clues,
        fine_fen=sum(fines) if fines else None,
        next_due_at=due,
        opened_at=case.opened_at,
        updated_at=case.updated_at,
    )


def _conditions(cut: CaseFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if cut.state is not None:
        found.append(Case.state == cut.state)
    elif cut.closed:
        found.append(Case.state.not_in(LIVING))
    elif not cut.words:
        found.append(Case.state.in_(LIVING))
    if cut.township:
        found.append(Case.township == cut.township)
    if cut.lead_agency is not None:
        found.append(Case.lead_agency == cut.lead_agency)
    if cut.joint:
        found.append(Case.joint.is_(True))
    if cut.due:
        found.append(_due_condition(cut.due))
    if cut.words.strip():
        columns = (Case.case_number, Case.subject_name, Case.summary, Case.village, Case.place)
        found.append(or_(*(column.icontains(cut.words.strip(), autoescape=True) for column in columns)))
    return found


def _due_condition(due: str) -> ColumnElement[bool]:
    now = calendar.now()
    spans = {"over": Duty.due_at < now, "soon": Duty.due_at.between(now, now + SOON)}
    owed = select(Duty.id).where(
        Duty.about_kind == "case",
        Duty.about_id == Case.id,
        Duty.state == DutyState.OPEN,
        spans.get(due, true()),
    )
    return owed.correlate(Case).exists()


def _true(value: bool) -> ColumnElement[bool]:
    return true() if value else false()
