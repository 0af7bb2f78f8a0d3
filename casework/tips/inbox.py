"""The inbox: tips that nobody has decided on, the pressing ones on top."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from casework import calendar, trail
from casework.db import LARGEST_KEY
from casework.duties.models import Duty
from casework.officers.models import Officer
from casework.officers.sight import Sight
from casework.terms import Category, Channel, DutyState, IdentityKind, Ongoing, TipState
from casework.tips.models import Tip
from casework.tips.reading import open_tip_words
from casework.trail import Deed
from casework.vault.keys import OfficeKeys

PageQuery = Select[Tip, datetime | None, datetime | None, datetime | None]

PAGE = 25
SNIPPET = 36
MOST_COUNTED = 1000
CALL, SITE = "urgent_call", "urgent_site"


@dataclass(frozen=True)
class InboxFilter:
    """What the list is cut by; empty means everything. `due` is over or today."""

    urgent: bool = False
    due: str = ""
    channel: Channel | None = None
    category: Category | None = None


@dataclass(frozen=True)
class InboxRow:
    """`snippet` is the beginning of the tip's words; a list of them is opened as one recorded deed.

    `due_at` is the first of its clocks; `call_due_at` and `site_due_at` run for what is going on now.
    """

    tip_number: str
    received_at: datetime
    channel: Channel
    category: Category
    township: str | None
    village: str | None
    urgent: bool
    ongoing: Ongoing
    identity: IdentityKind
    wants_reward: bool
    involves_official: bool
    photo_count: int
    outside_county: bool
    due_at: datetime | None
    call_due_at: datetime | None
    site_due_at: datetime | None
    cursor: str
    snippet: str = field(repr=False)


@dataclass(frozen=True)
class InboxPage:
    rows: list[InboxRow]
    after: str | None
    before: str | None = None


@dataclass(frozen=True)
class InboxCounts:
    """Each up to a thousand and one; `channels` only where there is one."""

    all: int
    urgent: int
    over: int
    today: int
    channels: dict[Channel, int]


def within(sight: Sight) -> ColumnElement[bool]:
    """The same as Sight.covers, as a condition on tips (a tip belongs to no agency yet).

    Who sees one kind only gets one plain comparison, by which the inbox is walked along its index.
    """
    kinds = [(sight.ordinary, False), (sight.officials, True)]
    seen = [Tip.involves_official.is_(kind) for sees, kind in kinds if sees]
    where = Tip.jurisdiction.startswith(sight.jurisdiction, autoescape=True)
    return where if len(seen) == len(kinds) else and_(where, or_(false(), *seen))


def waiting(session: Session, *, sight: Sight) -> tuple[int, bool]:
    """How many tips wait (up to 1001), and whether one is past its limit. One statement."""
    found = counts(session, sight=sight)
    return found.all, found.over > 0


def counts(session: Session, *, sight: Sight) -> InboxCounts:
    """The figures over the list, in one statement over at most a thousand and one waiting tips."""
    now = calendar.now()
    tonight = calendar.end_of_day(now)
    inner = (
        select(Tip.urgent, Tip.channel, _due().label("due"))
        .where(Tip.state == TipState.NEW, within(sight))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    due = inner.c.due
    row = session.execute(
        select(
            func.count(),
            func.count().filter(inner.c.urgent),
            func.count().filter(due < now),
            func.count().filter(due.between(now, tonight)),
            *(func.count().filter(inner.c.channel == channel) for channel in Channel),
        ).select_from(inner)
    ).one()
    channels = {channel: number for channel, number in zip(Channel, row[4:], strict=True) if number}
    return InboxCounts(row[0], row[1], row[2], row[3], channels)


def inbox_page(
    session: Session,
    *,
    sight: Sight,
    keys: OfficeKeys,
    cut: InboxFilter | None = None,
    after: str = "",
    before: str = "",
) -> InboxPage:
    """One screen, pressing ones first, then in the order of receipt. One statement, by keyset."""
    backwards = bool(before)
    rows = session.execute(_page_query(sight, cut or InboxFilter(), before or after, backwards)).all()
    more, rows = len(rows) > PAGE, rows[:PAGE]
    found = [_row(*row, keys) for row in (reversed(rows) if backwards else rows)]
    if not found:
        return InboxPage([], None)
    has_next, has_previous = (True, more) if backwards else (more, bool(after))
    return InboxPage(found, found[-1].cursor if has_next else None, found[0].cursor if has_previous else None)


def glance(session: Session, *, rows: Iterable[InboxRow], by: Officer) -> None:
    """Records that these tips' first words were listed to `by`; an empty list is no deed."""
    numbers = [row.tip_number for row in rows]
    if numbers:
        trail.record(
            session, deed=Deed.GLANCE_INBOX, by=by, about=("inbox", by.jurisdiction), facts={"tips": numbers}
        )


def _page_query(sight: Sight, cut: InboxFilter, cursor: str, backwards: bool) -> PageQuery:
    """Pressing and other tips are each walked along the index, then laid one after the other."""
    which = [
        _walk(sight, cut, cursor, pressing=pressing, backwards=backwards)
        for pressing in ((True,) if cut.urgent else (True, False))
    ]
    picked = union_all(*(select(part.c.id) for part in which)).subquery()
    order = (Tip.urgent.asc(), Tip.id.desc()) if backwards else (Tip.urgent.desc(), Tip.id.asc())
    return (
        select(Tip, _due(), _due(CALL), _due(SITE))
        .where(Tip.id.in_(select(picked.c.id)))
        .order_by(*order)
        .limit(PAGE + 1)
    )


def _walk(sight: Sight, cut: InboxFilter, cursor: str, *, pressing: bool, backwards: bool):  # type: ignore[no-untyped-def]
    query = (
        select(Tip.id)
        .where(Tip.state == TipState.NEW, Tip.urgent.is_(pressing), within(sight))
        .where(*_conditions(cut), _beyond(cursor, pressing, backwards))
    )
    return query.order_by(Tip.id.desc() if backwards else Tip.id.asc()).limit(PAGE + 1).subquery()


def _conditions(cut: InboxFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if cut.channel is not None:
        found.append(Tip.channel == cut.channel)
    if cut.category is not None:
        found.append(Tip.category == cut.category)
    now = calendar.now()
    if cut.due == "over":
        found.append(_due() < now)
    elif cut.due == "today":
        found.append(_due().between(now, calendar.end_of_day(now)))
    return found


def _due(rule: str = "") -> ScalarSelect[datetime]:
    """When the first of a tip's open clocks ends, or the clock of one rule."""
    query = select(func.min(Duty.due_at)).where(
        Duty.about_kind == "tip", Duty.about_id == Tip.id, Duty.state == DutyState.OPEN
    )
    if rule:
        query = query.where(Duty.rule == rule)
    return query.correlate(Tip).scalar_subquery()


def _beyond(cursor: str, pressing: bool, backwards: bool) -> ColumnElement[bool]:
    """Which of the pressing, or of the others, lie beyond a cursor such as 1~204; what is no cursor is ignored."""
    side, _, number = cursor.partition("~")
    if side not in ("0", "1") or not (number.isascii() and number.isdecimal()):
        return true()
    at_pressing, tip_id = side == "1", int(number[:20])
    if tip_id > LARGEST_KEY:
        return true()
    if at_pressing == pressing:
        return Tip.id < tip_id if backwards else Tip.id > tip_id
    # The other half lies wholly beyond the cursor, or wholly before it.
    return true() if pressing == backwards else false()


def _row(
    tip: Tip,
    due_at: datetime | None,
    call_due_at: datetime | None,
    site_due_at: datetime | None,
    keys: OfficeKeys,
) -> InboxRow:
    words = " ".join(open_tip_words(tip, keys).narrative.split())
    return InboxRow(
        tip_number=tip.tip_number,
        received_at=tip.received_at,
        channel=tip.channel,
        category=tip.category,
        township=tip.township,
        village=tip.village,
        urgent=tip.urgent,
        ongoing=tip.ongoing,
        identity=tip.identity,
        wants_reward=tip.wants_reward,
        involves_official=tip.involves_official,
        photo_count=tip.photo_count,
        outside_county=tip.outside_county,
        due_at=due_at,
        call_due_at=call_due_at,
        site_due_at=site_due_at,
        cursor=f"{int(tip.urgent)}~{tip.id}",
        snippet=words if len(words) <= SNIPPET else words[:SNIPPET] + "…",
    )
