"""One case whole: its test, its clues, every outcome ever recorded, its clocks, and what is still owed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from casework.cases.models import Case, CaseClue, CaseElement, CaseOutcome
from casework.cases.outcomes import Figures, changed_between, figures_of
from casework.cases.terms import Element
from casework.clues.models import Clue, ClueTip
from casework.duties.models import Duty
from casework.duties.queries import Clock, clocks_of
from casework.officers.models import Officer
from casework.officers.sight import Sight
from casework.terms import Agency, ClueState, DutyState, Finding

RUNNING = (DutyState.OPEN, DutyState.PAUSED)


@dataclass(frozen=True)
class GatheredClue:
    """`seen`: this officer may open it; `tips` how many people told of it."""

    clue_number: str
    summary: str
    state: ClueState
    finding: Finding | None
    finding_facts: str | None
    tips: int
    seen: bool


@dataclass(frozen=True)
class Recorded:
    """One outcome as it was recorded, and the names of what it changed against the one before it."""

    number: int
    agency: Agency
    recorded_at: datetime
    recorded_by: str
    figures: Figures
    changed: tuple[str, ...]


@dataclass(frozen=True)
class OpenDuty:
    rule: str
    about_kind: str
    due_at: datetime
    paused: bool


@dataclass(frozen=True)
class CaseRead:
    """All that the page of one case shows. `names` are those of the officers who acted, by id."""

    case: Case
    elements: tuple[tuple[Element, str], ...]
    clues: tuple[GatheredClue, ...]
    recorded: tuple[Recorded, ...]
    clocks: tuple[Clock, ...]
    owed: tuple[OpenDuty, ...]
    names: dict[int, str]

    def newest(self, agency: Agency) -> Recorded | None:
        """What counts for an agency now."""
        return next((row for row in reversed(self.recorded) if row.agency is agency), None)


def read_case(session: Session, *, case: Case, sight: Sight) -> CaseRead:
    """One case whole: its test, clues, every outcome ever recorded, clocks, and what is still owed."""
    clues = _gathered_clues(session, case.id, sight)
    outcomes = session.scalars(
        select(CaseOutcome).where(CaseOutcome.case_id == case.id).order_by(CaseOutcome.id)
    ).all()
    acted = (case.opened_by, case.concluded_by, case.closed_off_by, case.archived_by)
    names = _names(session, [*acted, *(row.recorded_by for row in outcomes)])
    elements = session.scalars(select(CaseElement).where(CaseElement.case_id == case.id))
    basis = {row.element: row.basis for row in elements}
    return CaseRead(
        case=case,
        elements=tuple((element, basis[element]) for element in Element if element in basis),
        clues=clues,
        recorded=_recorded(outcomes, names),
        clocks=tuple(clocks_of(session, ("case", case.id))),
        owed=tuple(open_duties(session, case.id)),
        names=names,
    )


def open_duties(session: Session, case_id: int) -> list[OpenDuty]:
    """Every running clock on the case, on its clues and on their tips: 销号 waits for all of them."""
    clues = select(CaseClue.clue_id).where(CaseClue.case_id == case_id)
    tips = select(ClueTip.tip_id).where(ClueTip.clue_id.in_(clues))
    query = (
        select(Duty)
        .where(
            Duty.state.in_(RUNNING),
            or_(
                and_(Duty.about_kind == "case", Duty.about_id == case_id),
                and_(Duty.about_kind == "clue", Duty.about_id.in_(clues)),
                and_(Duty.about_kind == "tip", Duty.about_id.in_(tips)),
            ),
        )
        .order_by(Duty.due_at, Duty.id)
    )
    return [
        OpenDuty(duty.rule, duty.about_kind, duty.due_at, duty.state is DutyState.PAUSED)
        for duty in session.scalars(query)
    ]


def _gathered_clues(session: Session, case_id: int, sight: Sight) -> tuple[GatheredClue, ...]:
    tips = select(func.count()).where(ClueTip.clue_id == Clue.id).correlate(Clue).scalar_subquery()
    query = select(Clue, tips).join(CaseClue, CaseClue.clue_id == Clue.id).where(CaseClue.case_id == case_id)
    return tuple(
        GatheredClue(
            clue_number=clue.clue_number,
            summary=clue.summary,
            state=clue.state,
            finding=clue.finding,
            finding_facts=clue.finding_facts,
            tips=count,
            seen=sight.covers(
                jurisdiction=clue.jurisdiction, involves_official=clue.involves_official, agency=clue.agency
            ),
        )
        for clue, count in session.execute(query.order_by(Clue.id))
    )


def _recorded(outcomes: Iterable[CaseOutcome], names: dict[int, str]) -> tuple[Recorded, ...]:
    told, earlier = [], dict[Agency, Figures]()
    for row in outcomes:
        figures = figures_of(row)
        changed = tuple(changed_between(earlier.get(row.agency), figures))
        told.append(
            Recorded(row.number, row.agency, row.recorded_at, names[row.recorded_by], figures, changed)
        )
        earlier[row.agency] = figures
    return tuple(told)


def _names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {officer_id for officer_id in ids if officer_id is not None}
    rows = session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(wanted)))
    return {row.id: row.name for row in rows}
