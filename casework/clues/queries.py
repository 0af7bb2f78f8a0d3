"""Readings of clues: desk and counts. Every one of them looks through the officer's sight."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from casework import calendar
from casework.clues.models import Clue, ClueTip
from casework.db import LARGEST_KEY
from casework.officers.models import Officer
from casework.officers.sight import Sight
from casework.terms import Agency, Category, ClueState

PAGE = 25
MOST_COUNTED = 1000
OPEN_STATES = (
    ClueState.REGISTERED,
    ClueState.ASSIGNED,
    ClueState.FOUND,
    ClueState.IN_CASE,
    ClueState.CONCLUDED,
)


# In these words, because the index of the desk is kept for them (models.py).
IS_OPEN: ColumnElement[bool] = Clue.state != literal_column("'closed_off'")


@dataclass(frozen=True)
class DeskFilter:
    """What the desk is cut by; empty means everything. `due` is over, today, soon or none."""

    state: ClueState | None = None
    category: Category | None = None
    township: str | None = None
    agency: Agency | None = None
    handler_id: int | None = None
    unassigned: bool = False
    due: str = ""
    words: str = ""
    closed: bool = False


@dataclass(frozen=True)
class DeskRow:
    clue_number: str
    state: ClueState
    version: int
    category: Category
    agency: Agency
    township: str | None
    village: str | None
    summary: str
    urgent: bool
    tip_count: int
    handler_id: int | None
    handler: str | None
    next_due_at: datetime | None
    next_due_paused: bool
    updated_at: datetime
    cursor: str


@dataclass(frozen=True)
class DeskPage:
    rows: list[DeskRow]
    after: str | None
    before: str | None


@dataclass(frozen=True)
class Count:
    """A capped count: `more` says that there are more than `shown`."""

    shown: int
    more: bool


def within(sight: Sight) -> ColumnElement[bool]:
    """The same as Sight.covers, as a condition on clues.

    Who sees one kind only gets one plain comparison, by which the desk is walked along its index.
    """
    seen: list[ColumnElement[bool]] = []
    if sight.ordinary:
        ordinary = Clue.involves_official.is_(False)
        seen.append(ordinary if sight.agency is None else and_(ordinary, Clue.agency == sight.agency))
    if sight.officials:
        seen.append(Clue.involves_official.is_(True))
    return and_(Clue.jurisdiction.startswith(sight.jurisdiction), or_(false(), *seen))


def desk(
    session: Session, *, sight: Sight, cut: DeskFilter, sort: str = "due", after: str = "", before: str = ""
) -> DeskPage:
    """One screen of the desk, by keyset. `sort` is due, newest or updated; cursors come from a DeskPage.

    One statement: names and tip counts are joined. A cursor that is none shows the first screen.
    """
    backwards = bool(before)
    key, descending = _SORTS.get(sort, _SORTS["due"])
    cursor = before or after
    if key is _DUE:
        query = _desk_query().where(Clue.id.in_(_by_clock(sight, cut, cursor, backwards)))
    else:
        query = _desk_query().where(within(sight), *_conditions(cut))
        query = query.where(_beyond(key, cursor, descending != backwards)) if cursor else query
    order = (key.desc(), Clue.id.desc()) if descending != backwards else (key.asc(), Clue.id.asc())
    found = session.execute(query.add_columns(key.label("sort_key")).order_by(*order).limit(PAGE + 1)).all()
    more, found = len(found) > PAGE, found[:PAGE]
    rows = [_desk_row(*row) for row in (reversed(found) if backwards else found)]
    if not rows:
        return DeskPage([], None, None)
    has_next = more if not backwards else True
    has_previous = bool(after) if not backwards else more
    return DeskPage(rows, rows[-1].cursor if has_next else None, rows[0].cursor if has_previous else None)


def count(session: Session, *, sight: Sight, cut: DeskFilter) -> Count:
    """How many, up to a thousand; beyond that the page says 1000+ (performance.md: cap counts)."""
    number = session.scalar(select(_capped(sight, cut))) or 0
    return Count(min(number, MOST_COUNTED), number > MOST_COUNTED)


def chips(session: Session, *, sight: Sight, cut: DeskFilter | None = None) -> dict[str, int]:
    """Counts for the daily cuts of the desk in one statement, each up to a thousand and one.

    With `cut`, `shown` counts what that cut leaves.
    """
    cuts = {
        "all": DeskFilter(),
        "over": DeskFilter(due="over"),
        "today": DeskFilter(due="today"),
        "soon": DeskFilter(due="soon"),
        "unassigned": DeskFilter(unassigned=True),
        "mine": DeskFilter(handler_id=sight.officer_id),
    }
    same = {each: name for name, each in cuts.items()}
    if cut is not None and cut not in same:
        cuts["shown"] = cut
    figures = select(*(_capped(sight, each).label(name) for name, each in cuts.items()))
    found = dict(session.execute(figures).mappings().one())
    return found if cut is None else {"shown": found[same.get(cut, "shown")], **found}


def tips_of(session: Session, clue_id: int) -> list[ClueTip]:
    return list(session.scalars(select(ClueTip).where(ClueTip.clue_id == clue_id).order_by(ClueTip.tip_id)))


def clue_of_tip(session: Session, tip_id: int) -> Clue | None:
    return session.scalars(
        select(Clue).join(ClueTip, ClueTip.clue_id == Clue.id).where(ClueTip.tip_id == tip_id)
    ).first()


def loads(session: Session, *, sight: Sight) -> dict[int, int]:
    """How many open clues each handler has that the asker may know of, for the choice of whom to give one more."""
    rows = session.execute(
        select(Clue.handler_id, func.count())
        .where(within(sight), Clue.handler_id.is_not(None))
        .where(Clue.state.in_((ClueState.ASSIGNED, ClueState.FOUND)))
        .group_by(Clue.handler_id)
    )
    return {handler: number for handler, number in rows if handler is not None}


# A clue without a clock sorts after all that have one.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_DUE = func.coalesce(Clue.next_due_at, _NEVER)
_SORTS: dict[str, tuple[ColumnElement[datetime], bool]] = {
    "due": (_DUE, False),
    "newest": (Clue.registered_at, True),  # type: ignore[dict-item]
    "updated": (Clue.updated_at, True),  # type: ignore[dict-item]
}


def _capped(sight: Sight, cut: DeskFilter) -> ScalarSelect[int]:
    inner = select(Clue.id).where(within(sight), *_conditions(cut)).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(inner).scalar_subquery()


def _desk_query() -> Select[Clue, str | None, int]:
    tip_count = select(func.count()).where(ClueTip.clue_id == Clue.id).correlate(Clue).scalar_subquery()
    return select(Clue, Officer.name, tip_count).outerjoin(Officer, Officer.id == Clue.handler_id)


def _by_clock(sight: Sight, cut: DeskFilter, cursor: str, backwards: bool) -> Select[int]:
    """Clues with a clock and those without are each walked along the index, then laid one after the other."""
    at = cursor.rpartition("~")[0]
    clocked = select(Clue.id).where(Clue.next_due_at.is_not(None))
    plain = select(Clue.id).where(Clue.next_due_at.is_(None))
    if cursor and at.startswith(str(_NEVER.year)):
        clocked = clocked if backwards else clocked.where(false())
        plain = plain.where(_beyond(_DUE, cursor, backwards))
    elif cursor:
        clocked = clocked.where(_beyond(Clue.next_due_at, cursor, backwards))  # type: ignore[arg-type]
        plain = plain.where(false()) if backwards else plain
    way = (Clue.next_due_at.desc(), Clue.id.desc()) if backwards else (Clue.next_due_at, Clue.id)
    parts = [
        part.where(within(sight), *_conditions(cut)).order_by(*way).limit(PAGE + 1).subquery()
        for part in (clocked, plain)
    ]
    picked = union_all(*(select(part.c.id) for part in parts)).subquery()
    return select(picked.c.id)


def _conditions(cut: DeskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if cut.state is not None:
        found.append(Clue.state == cut.state)
    elif not cut.closed:
        found.append(IS_OPEN)
    for column, value in (
        (Clue.category, cut.category),
        (Clue.township, cut.township),
        (Clue.agency, cut.agency),
        (Clue.handler_id, cut.handler_id),
    ):
        if value is not None:
            found.append(column == value)
    if cut.unassigned:
        found.append(Clue.handler_id.is_(None))
    if cut.due:
        found.append(_due_condition(cut.due))
    if cut.words:
        found.append(_words_condition(cut.words))
    return found


def _due_condition(due: str) -> ColumnElement[bool]:
    now = calendar.now()
    tonight = calendar.end_of_day(now)
    spans: dict[str, ColumnElement[bool]] = {
        "over": Clue.next_due_at < now,
        "today": and_(Clue.next_due_at >= now, Clue.next_due_at <= tonight),
        "soon": and_(Clue.next_due_at > tonight, Clue.next_due_at <= now + timedelta(days=3)),
        "none": Clue.next_due_at.is_(None),
    }
    return spans.get(due, true())


def _words_condition(words: str) -> ColumnElement[bool]:
    """Number, village, subject or the officer's summary; the tip's own words are searched elsewhere."""
    wanted = words.strip()
    columns = (Clue.clue_number, Clue.village, Clue.subject_name, Clue.summary, Clue.place)
    return or_(*(column.icontains(wanted, autoescape=True) for column in columns))


def _beyond(key: ColumnElement[datetime], cursor: str, descending: bool) -> ColumnElement[bool]:
    at, _, number = cursor.rpartition("~")
    try:
        moment, clue_id = datetime.fromisoformat(at).astimezone(UTC), int(number)
    except (ValueError, OverflowError):
        return true()
    if not 0 < clue_id <= LARGEST_KEY:
        return true()
    if descending:
        return or_(key < moment, and_(key == moment, Clue.id < clue_id))
    return or_(key > moment, and_(key == moment, Clue.id > clue_id))


def _desk_row(clue: Clue, handler: str | None, tips: int, key: datetime) -> DeskRow:
    return DeskRow(
        clue_number=clue.clue_number,
        state=clue.state,
        version=clue.version,
        category=clue.category,
        agency=clue.agency,
        township=clue.township,
        village=clue.village,
        summary=clue.summary,
        urgent=clue.urgent,
        tip_count=tips,
        handler_id=clue.handler_id,
        handler=handler,
        next_due_at=clue.next_due_at,
        next_due_paused=clue.next_due_paused,
        updated_at=clue.updated_at,
        cursor=f"{key.isoformat()}~{clue.id}",
    )
