"""吕梁市严厉打击非法采矿占地专项行动台账: sixteen columns over cases, for a half month or for all so far.

A half month holds the cases about which something was decided or that were concluded in it, with the figures
as they stood at its end; so a form read again later is the same form (docs/decisions/0012-ledger-periods.md).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework import policy
from casework.cases.models import Case, CaseOutcome
from casework.cases.queries import latest, within
from casework.cases.terms import Restored
from casework.cases.units import mu_of, tonnes_of, yuan_of
from casework.ledgers.doubts import Doubt, doubts_of
from casework.officers.sight import Sight
from casework.periods import Period
from casework.terms import Agency, SubjectKind
from config.policy import Policy

FORM = "luliang"
CHUNK = 500


@dataclass(frozen=True)
class Cut:
    """Which cases: those `sight` shows, within `jurisdiction` (a division-code prefix), in `period` or so far."""

    sight: Sight
    period: Period | None = None
    jurisdiction: str = ""


@dataclass(frozen=True)
class LuliangRow:
    """One line of the form in the units it is written in: 亩, 元, 吨, 人; None where the form stays empty.

    `new` says that nothing was decided about the case before this period; `doubts` is for the office only.
    """

    number: int
    case_number: str
    county: str
    subject: str
    place: str
    mineral: str
    land_mu: Decimal | None
    land_fine_yuan: Decimal | None
    restored: bool | None
    mined_tonnes: Decimal | None
    confiscated_tonnes: Decimal | None
    mining_fine_yuan: Decimal | None
    shut_down: bool | None
    administrative_detention: int | None
    criminal_detention: int | None
    arrest: int | None
    remark: str
    new: bool
    doubts: tuple[Doubt, ...]
    cursor: str


@dataclass(frozen=True)
class Totals:
    """Sums outside the form, which has no such line; in the units of the form."""

    rows: int
    land_mu: Decimal
    land_fine_yuan: Decimal
    mined_tonnes: Decimal
    confiscated_tonnes: Decimal
    mining_fine_yuan: Decimal
    administrative_detention: int
    criminal_detention: int
    arrest: int


def lines(session: Session, cut: Cut, *, after: str = "", limit: int | None = None) -> Iterator[LuliangRow]:
    """The form's lines in the order in which the cases were opened, read in pieces.

    `after` is the cursor of a line: the numbers run on from there. One statement.
    """
    case_id, number = _read_cursor(after)
    query = _joined(cut)[2].where(Case.id > case_id).order_by(Case.id).limit(limit)
    told = query.add_columns(_first_recorded()).execution_options(yield_per=CHUNK)
    shelf = policy.current()
    for row in session.execute(told):
        number += 1
        yield _line(shelf, cut, *row, number=number)


def totals(session: Session, cut: Cut) -> Totals:
    """The sums over all lines of the form. One statement."""
    nr, ps, joined = _joined(cut)
    row = session.execute(
        joined.with_only_columns(
            func.count(Case.id),
            func.sum(nr.land_area_m2),
            func.sum(nr.land_fine_fen),
            func.sum(nr.mined_mass_kg),
            func.sum(nr.confiscated_mass_kg),
            func.sum(nr.mining_fine_fen),
            func.sum(ps.administrative_detention),
            func.sum(ps.criminal_detention),
            func.sum(ps.arrest),
        )
    ).one()
    count, land, land_fine, mined, confiscated, mining_fine, *people = (value or 0 for value in row)
    return Totals(
        count,
        mu_of(Decimal(land)),
        yuan_of(int(land_fine)),
        tonnes_of(int(mined)),
        tonnes_of(int(confiscated)),
        yuan_of(int(mining_fine)),
        *(int(value) for value in people),
    )


_Outcome = type[CaseOutcome]


def _joined(cut: Cut) -> tuple[_Outcome, _Outcome, Select[Case, CaseOutcome, CaseOutcome]]:
    before = cut.period.ends_at if cut.period else None
    nr, nr_joins = latest(Agency.NATURAL_RESOURCES, before=before)
    ps, ps_joins = latest(Agency.PUBLIC_SECURITY, before=before)
    query = (
        select(Case, nr, ps)
        .select_from(Case)
        .outerjoin(nr, nr_joins)
        .outerjoin(ps, ps_joins)
        .where(
            within(cut.sight),
            Case.jurisdiction.startswith(cut.jurisdiction, autoescape=True),
            or_(nr.id.is_not(None), ps.id.is_not(None)),
        )
    )
    return nr, ps, query.where(_moved_in(cut.period)) if cut.period else query


def _moved_in(period: Period) -> ColumnElement[bool]:
    span = period.begins_at, period.ends_at
    row = aliased(CaseOutcome)
    decided = select(row.id).where(
        row.case_id == Case.id, row.recorded_at >= span[0], row.recorded_at < span[1]
    )
    concluded = and_(Case.concluded_at >= span[0], Case.concluded_at < span[1])
    return or_(decided.correlate(Case).exists(), concluded)


def _first_recorded() -> ColumnElement[datetime]:
    row = aliased(CaseOutcome)
    return select(func.min(row.recorded_at)).where(row.case_id == Case.id).correlate(Case).scalar_subquery()


def _line(
    shelf: Policy,
    cut: Cut,
    case: Case,
    nr: CaseOutcome | None,
    ps: CaseOutcome | None,
    first_at: datetime,
    *,
    number: int,
) -> LuliangRow:
    area = nr.land_area_m2 if nr else None
    mineral = shelf.minerals.get(case.mineral or "")
    return LuliangRow(
        number=number,
        case_number=case.case_number,
        county=county_of(shelf, case.jurisdiction),
        subject=_subject(case),
        place=place_of(shelf, case),
        mineral=mineral.label if mineral else "",
        land_mu=None if area is None else mu_of(area),
        land_fine_yuan=_converted(nr, "land_fine_fen", yuan_of),
        restored=_restored(nr),
        mined_tonnes=_converted(nr, "mined_mass_kg", tonnes_of),
        confiscated_tonnes=_converted(nr, "confiscated_mass_kg", tonnes_of),
        mining_fine_yuan=_converted(nr, "mining_fine_fen", yuan_of),
        shut_down=nr.shut_down if nr else None,
        administrative_detention=ps.administrative_detention if ps else None,
        criminal_detention=ps.criminal_detention if ps else None,
        arrest=ps.arrest if ps else None,
        remark="；".join(row.remark for row in (nr, ps) if row is not None and row.remark),
        new=cut.period is None or first_at >= cut.period.begins_at,
        doubts=doubts_of(nr, ps),
        cursor=f"{case.id}~{number}",
    )


def county_of(shelf: Policy, jurisdiction: str) -> str:
    """县市区 of a division code; a case that lies in several counties is the city's."""
    region, code = shelf.region, jurisdiction[:6]
    if code == region.county.code:
        return region.county.name
    known = {county.code: county.name for county in region.counties}
    known |= {county.code: county.name for county in region.neighbours}
    return known.get(code, region.city_name)


def place_of(shelf: Policy, case: Case) -> str:
    """Town, village and place in the officer's words, each said once."""
    town = shelf.region.township_by_code.get(case.township or "")
    said = ""
    for part in (case.place or "", case.village or "", town.name if town else ""):
        if part and not said.startswith(part):
            said = part + said
    return said


def _subject(case: Case) -> str:
    return case.subject_name or {SubjectKind.PERSON: "个人"}.get(case.subject_kind, "")


def _converted(row: CaseOutcome | None, name: str, convert: Callable[[int], Decimal]) -> Decimal | None:
    value: int | None = getattr(row, name) if row else None
    return None if value is None else convert(value)


def _restored(row: CaseOutcome | None) -> bool | None:
    return None if row is None or row.restored is None else row.restored is Restored.YES


def _read_cursor(after: str) -> tuple[int, int]:
    case_id, _, number = after.partition("~")
    parts = (case_id, number)
    if not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
        return 0, 0
    return int(case_id), int(number)
