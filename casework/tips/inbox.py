"""The inbox: tips that nobody has decided on, the pressing ones on top."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from casework import calendar
from casework.duties.models import Duty
from casework.officers.sight import Sight
from casework.terms import Category, Channel, DutyState, IdentityKind, Ongoing, TipState
from casework.tips.models import Tip
from casework.tips.reading import open_tip_words
from casework.vault.keys import OfficeKeys

PAGE = 25
SNIPPET = 36


@dataclass(frozen=True)
class InboxRow:
    """`snippet` is the beginning of the tip's words; a list of them is opened as one recorded deed."""

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
    photo_count: int
    outside_county: bool
    due_at: datetime | None
    cursor: str
    snippet: str = field(repr=False)


@dataclass(frozen=True)
class InboxPage:
    rows: list[InboxRow]
    after: str | None


def within(sight: Sight) -> ColumnElement[bool]:
    """The same as Sight.covers, as a condition on tips (a tip belongs to no agency yet)."""
    ordinary = and_(Tip.involves_official.is_(False), _true(sight.ordinary))
    official = and_(Tip.involves_official.is_(True), _true(sight.officials))
    return and_(Tip.jurisdiction.startswith(sight.jurisdiction), or_(ordinary, official))


def waiting(session: Session, *, sight: Sight) -> tuple[int, bool]:
    """How many tips wait (up to 1001), and whether one is past its limit. One statement."""
    inner = (
        select(Tip.id, func.min(Duty.due_at).label("due_at"))
        .outerjoin(Duty, _clock_of_tip())
        .where(Tip.state == TipState.NEW, within(sight))
        .group_by(Tip.id)
        .limit(1001)
        .subquery()
    )
    row = session.execute(
        select(func.count(), func.count().filter(inner.c.due_at < calendar.now())).select_from(inner)
    ).one()
    return row[0], row[1] > 0


def inbox_page(
    session: Session,
    *,
    sight: Sight,
    keys: OfficeKeys,
    after: str = "",
    channel: Channel | None = None,
    urgent: bool = False,
    category: Category | None = None,
) -> InboxPage:
    """One screen, pressing ones first, then in the order of receipt. One statement."""
    first_due = func.min(Duty.due_at).label("due_at")
    query = (
        select(Tip, first_due)
        .outerjoin(Duty, _clock_of_tip())
        .where(Tip.state == TipState.NEW, within(sight))
        .group_by(Tip.id)
        .order_by(Tip.urgent.desc(), Tip.id)
        .limit(PAGE + 1)
    )
    if channel is not None:
        query = query.where(Tip.channel == channel)
    if category is not None:
        query = query.where(Tip.category == category)
    if urgent:
        query = query.where(Tip.urgent.is_(True))
    if after:
        query = query.where(_beyond(after))
    found = session.execute(query).all()
    rows = [_row(tip, due_at, keys) for tip, due_at in found[:PAGE]]
    return InboxPage(rows, rows[-1].cursor if len(found) > PAGE else None)


def _clock_of_tip() -> ColumnElement[bool]:
    return and_(Duty.about_kind == "tip", Duty.about_id == Tip.id, Duty.state == DutyState.OPEN)


def _beyond(cursor: str) -> ColumnElement[bool]:
    pressing, _, number = cursor.partition("~")
    if pressing not in ("0", "1") or not number.isdecimal():
        return true()
    tip_id = int(number)
    if pressing == "1":
        return or_(and_(Tip.urgent.is_(True), Tip.id > tip_id), Tip.urgent.is_(False))
    return and_(Tip.urgent.is_(False), Tip.id > tip_id)


def _row(tip: Tip, due_at: datetime | None, keys: OfficeKeys) -> InboxRow:
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
        photo_count=tip.photo_count,
        outside_county=tip.outside_county,
        due_at=due_at,
        cursor=f"{int(tip.urgent)}~{tip.id}",
        snippet=words if len(words) <= SNIPPET else words[:SNIPPET] + "…",
    )


def _true(value: bool) -> ColumnElement[bool]:
    return true() if value else ~true()
