"""处理结果: what each agency decided, checked and added as a new whole; earlier ones stay as they were."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, duties, policy, trail
from casework.cases import rules
from casework.cases.models import Case, CaseOutcome
from casework.cases.terms import CaseMove, Restored
from casework.duties.queries import running
from casework.errors import Invalid, NotAllowed, Stale
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.terms import Agency
from casework.trail import Deed

LONGEST_REMARK = 120
LONGEST_DOCUMENT = 60
MOST_M2 = Decimal(10) ** 11
MOST = 10**15  # 分 or kg
MOST_PEOPLE = 9999
PENALTY = "penalty_decision"


@dataclass(frozen=True)
class LandAndMining:
    """What natural resources decided: areas in m², money in 分, masses in kg; None where there is nothing to say."""

    land_area_m2: Decimal | None = None
    land_class: str | None = None
    land_fine_fen: int | None = None
    restored: Restored | None = None
    restored_on: date | None = None
    mined_mass_kg: int | None = None
    confiscated_mass_kg: int | None = None
    confiscated_value_fen: int | None = None
    mining_fine_fen: int | None = None
    shut_down: bool | None = None
    penalty_document: str | None = None
    penalty_on: date | None = None
    remark: str | None = None

    agency = Agency.NATURAL_RESOURCES


@dataclass(frozen=True)
class Measures:
    """What the police did, in people."""

    administrative_detention: int | None = None
    criminal_detention: int | None = None
    arrest: int | None = None
    remark: str | None = None

    agency = Agency.PUBLIC_SECURITY


Figures = LandAndMining | Measures
_KINDS: Mapping[Agency, type[LandAndMining] | type[Measures]] = {
    Agency.NATURAL_RESOURCES: LandAndMining,
    Agency.PUBLIC_SECURITY: Measures,
}
_MOST: Mapping[str, Decimal | int] = {
    "land_area_m2": MOST_M2,
    "land_fine_fen": MOST,
    "mined_mass_kg": MOST,
    "confiscated_mass_kg": MOST,
    "confiscated_value_fen": MOST,
    "mining_fine_fen": MOST,
    "administrative_detention": MOST_PEOPLE,
    "criminal_detention": MOST_PEOPLE,
    "arrest": MOST_PEOPLE,
}


def set_outcome(session: Session, *, case: Case, figures: Figures, by: Officer, version: int) -> CaseOutcome:
    """Adds what an agency decided, whole. `version` is the number of the outcome the page showed, 0 for none.

    The same figures again give the row that is there. Raises Stale with `changed` (what somebody else
    changed meanwhile), Invalid on a field, NotAllowed, WrongState.
    """
    refuse_stranger(case, figures, by)
    state = rules.after(case.state, CaseMove.SET_OUTCOME)
    figures = checked(figures)
    newest = newest_outcome(session, case.id, figures.agency)
    if newest is not None and figures_of(newest) == figures:
        return newest
    _refuse_stale(session, case.id, figures.agency, newest, version)
    row = CaseOutcome(
        case_id=case.id,
        agency=figures.agency,
        number=version + 1,
        recorded_at=calendar.now(),
        recorded_by=by.id,
        **_values(figures),
    )
    session.add(row)
    case.state, case.version, case.updated_at = state, case.version + 1, row.recorded_at
    _run_penalty_clock(session, case, figures, by)
    changed = changed_between(figures_of(newest) if newest else None, figures)
    facts = {"agency": figures.agency.value, "number": row.number, "changed": _plain(figures, changed)}
    trail.record(session, deed=Deed.SET_OUTCOME, by=by, about=("case", case.case_number), facts=facts)
    session.flush()
    return row


def may_set(case: Case, agency: Agency, by: Officer) -> bool:
    """Each agency enters its own part only; the police do so on a case that both work on."""
    joint_enough = case.joint or agency is Agency.NATURAL_RESOURCES
    return by.may(Permission.HANDLE_CASES) and by.agency is agency and joint_enough


def refuse_stranger(case: Case, figures: Figures, by: Officer) -> None:
    if not may_set(case, figures.agency, by):
        raise NotAllowed("each agency enters its own part, the police on a joint case only")


def checked(figures: Figures) -> Figures:
    """The figures with their words trimmed. Raises Invalid on the first field that cannot be."""
    trimmed = type(figures)(**{name: _trimmed(value) for name, value in _values(figures).items()})
    for name, value in _values(trimmed).items():
        if name in _MOST and value is not None and not 0 <= value <= _MOST[name]:
            raise Invalid(name, "out_of_range", most=_MOST[name])
    if trimmed.remark and len(trimmed.remark) > LONGEST_REMARK:
        raise Invalid("remark", "too_long")
    if isinstance(trimmed, LandAndMining):
        _check_land_and_mining(trimmed)
    if all(value is None for value in _values(trimmed).values()):
        raise Invalid("outcome", "empty")
    return trimmed


def _check_land_and_mining(told: LandAndMining) -> None:
    today = calendar.today()
    if told.land_class is not None and told.land_class not in policy.current().land_classes:
        raise Invalid("land_class", "unknown")
    if told.restored_on is not None and told.restored is not Restored.YES:
        raise Invalid("restored_on", "not_restored")
    if (told.penalty_document is None) != (told.penalty_on is None):
        raise Invalid("penalty_on" if told.penalty_on is None else "penalty_document", "both_or_neither")
    if told.penalty_document and len(told.penalty_document) > LONGEST_DOCUMENT:
        raise Invalid("penalty_document", "too_long")
    for name in ("restored_on", "penalty_on"):
        day: date | None = getattr(told, name)
        if day is not None and day > today:
            raise Invalid(name, "in_the_future")


def newest_outcome(
    session: Session, case_id: int, agency: Agency, *, before: datetime | None = None
) -> CaseOutcome | None:
    """The outcome that counts: the last one of this agency, or the last before an instant."""
    query = select(CaseOutcome).where(CaseOutcome.case_id == case_id, CaseOutcome.agency == agency)
    if before is not None:
        query = query.where(CaseOutcome.recorded_at < before)
    return session.scalars(query.order_by(CaseOutcome.number.desc()).limit(1)).first()


def figures_of(row: CaseOutcome) -> Figures:
    kind = _KINDS[row.agency]
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})


def changed_between(earlier: Figures | None, later: Figures) -> list[str]:
    """Names of the fields in which two outcomes of one agency differ; all that say something when there was none."""
    return [name for name, value in _values(later).items() if value != getattr(earlier, name, None)]


def _refuse_stale(
    session: Session, case_id: int, agency: Agency, newest: CaseOutcome | None, version: int
) -> None:
    number = newest.number if newest else 0
    if number == version:
        return
    if newest is None or version > number:
        raise Stale("no such outcome was ever shown", version=number, changed=[])
    shown = session.scalars(
        select(CaseOutcome).where(
            CaseOutcome.case_id == case_id, CaseOutcome.agency == agency, CaseOutcome.number == version
        )
    ).first()
    changed = changed_between(figures_of(shown) if shown else None, figures_of(newest))
    raise Stale(
        "somebody recorded another outcome meanwhile", version=number, changed=changed, by=newest.recorded_by
    )


def _run_penalty_clock(session: Session, case: Case, figures: Figures, by: Officer) -> None:
    """行政处罚法第六十条: the ninety days end with the decision; a decision taken back lets them run on."""
    if not isinstance(figures, LandAndMining):
        return
    about = ("case", case.id)
    if figures.penalty_document is not None:
        duties.meet(session, rule=PENALTY, about=about, by=by)
    elif not any(duty.rule == PENALTY for duty in running(session, about)):
        duties.owe(session, rule=PENALTY, about=about, since=case.opened_at)


def _values(figures: Figures) -> dict[str, Any]:
    return {field.name: getattr(figures, field.name) for field in fields(figures)}


def _trimmed(value: Any) -> Any:
    return (value.strip() or None) if type(value) is str else value


def _plain(figures: Figures, changed: list[str]) -> list[str]:
    """For the trail: numbers and dates with their names; of words, that they changed."""
    told = []
    for name in changed:
        value = getattr(figures, name)
        told.append(name if type(value) is str else f"{name}:{value}")
    return told
