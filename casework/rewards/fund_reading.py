"""Readings of the fund: its figures, its journal with running balances, and whether the books are right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from casework import calendar
from casework.officers.models import Officer
from casework.rewards import rules
from casework.rewards.journal import Balances, balances
from casework.rewards.models import Appropriation, JournalEntry, Reward
from casework.rewards.queries import next_claim_end
from casework.rewards.terms import Account, AppropriationKind, AppropriationState, JournalKind

PAGE = 25


@dataclass(frozen=True)
class FundFigures:
    """`promised` rewards wait to be claimed or paid; `paid_fen` and `paid` are those of this local year."""

    balances: Balances
    promised: int
    next_claim_end: date | None
    paid_fen: int
    paid: int


@dataclass(frozen=True)
class Line:
    """One entry, and what bank and free money stood at after it. Amounts are whole 分; change is of `reserved`."""

    number: int
    at: datetime
    kind: JournalKind
    appropriation: AppropriationKind | None
    document: str | None
    reward_number: str | None
    received_fen: int
    paid_fen: int
    change_fen: int
    held_fen: int
    available_fen: int
    entered_by: str
    confirmed_by: str


@dataclass(frozen=True)
class JournalPage:
    lines: list[Line]
    after: int | None
    before: int | None
    count: int


@dataclass(frozen=True)
class Waiting:
    """An appropriation that nobody has confirmed yet."""

    id: int
    kind: AppropriationKind
    amount_fen: int
    document_number: str
    entered_at: datetime
    entered_by: int
    who: str


def figures(session: Session) -> FundFigures:
    promised = select(func.count()).where(Reward.state.in_(rules.WITH_MONEY)).select_from(Reward)
    paid_fen, paid = session.execute(
        select(func.coalesce(func.sum(JournalEntry.amount_fen), 0), func.count()).where(
            JournalEntry.kind == JournalKind.PAY_OUT, JournalEntry.at >= _new_year()
        )
    ).one()
    return FundFigures(
        balances=balances(session),
        promised=session.scalar(promised) or 0,
        next_claim_end=next_claim_end(session),
        paid_fen=int(paid_fen),
        paid=int(paid),
    )


def journal_page(
    session: Session,
    *,
    kinds: Sequence[JournalKind] = (),
    after: int | None = None,
    before: int | None = None,
) -> JournalPage:
    """One screen, the newest first, by keyset over the entry's number; balances are sums over all before it."""
    running = _running().subquery()
    entered, confirmed = aliased(Officer), aliased(Officer)
    query = (
        select(
            JournalEntry,
            running.c.held,
            running.c.available,
            Reward.reward_number,
            Appropriation.kind,
            entered.name,
            confirmed.name,
        )
        .join(running, running.c.id == JournalEntry.id)
        .outerjoin(Reward, Reward.id == JournalEntry.reward_id)
        .outerjoin(Appropriation, Appropriation.id == JournalEntry.appropriation_id)
        .outerjoin(entered, entered.id == JournalEntry.entered_by)
        .outerjoin(confirmed, confirmed.id == JournalEntry.confirmed_by)
    )
    chosen = [JournalEntry.kind.in_(kinds)] if kinds else []
    backwards = before is not None
    if backwards:
        query = query.where(JournalEntry.number > before)
    elif after is not None:
        query = query.where(JournalEntry.number < after)
    order = JournalEntry.number if backwards else JournalEntry.number.desc()
    found = session.execute(query.where(*chosen).order_by(order).limit(PAGE + 1)).all()
    more, found = len(found) > PAGE, found[:PAGE]
    ordered = list(reversed(found)) if backwards else list(found)
    has_after, has_before = (True, more) if backwards else (more, after is not None)
    return JournalPage(
        [_line(*row) for row in ordered],
        ordered[-1][0].number if ordered and has_after else None,
        ordered[0][0].number if ordered and has_before else None,
        session.scalar(select(func.count()).select_from(JournalEntry).where(*chosen)) or 0,
    )


def waiting(session: Session) -> list[Waiting]:
    query = (
        select(Appropriation, Officer.name)
        .join(Officer, Officer.id == Appropriation.entered_by)
        .where(Appropriation.state == AppropriationState.ENTERED)
        .order_by(Appropriation.id)
    )
    return [
        Waiting(a.id, a.kind, a.amount_fen, a.document_number, a.entered_at, a.entered_by, name)
        for a, name in session.execute(query)
    ]


def faults(session: Session) -> list[str]:
    """What is wrong with the books; empty when every sum agrees. Codes: gap, negative, promised, paid."""
    found, now = [], balances(session)
    last, count = session.execute(select(func.max(JournalEntry.number), func.count())).one()
    if (last or 0) != count:
        found.append("gap")
    running = _running().subquery()
    lowest = session.execute(select(func.min(running.c.available), func.min(running.c.held))).one()
    if min(now.reserved_fen, now.available_fen, *(value or 0 for value in lowest)) < 0:
        found.append("negative")
    if now.reserved_fen != _sum_of_rewards(session, rules.WITH_MONEY):
        found.append("promised")
    if now.paid_fen != _sum_of_rewards(session, rules.SPENT):
        found.append("paid")
    return found


def _sum_of_rewards(session: Session, states: frozenset[object]) -> int:
    return int(session.scalar(select(func.sum(Reward.amount_fen)).where(Reward.state.in_(states))) or 0)


def _running() -> Select[int, int, int]:
    """For each entry, what lay in the bank and what was free right after it."""
    free = case(
        (JournalEntry.to_account == Account.AVAILABLE, JournalEntry.amount_fen),
        (JournalEntry.from_account == Account.AVAILABLE, -JournalEntry.amount_fen),
        else_=0,
    )
    bank = case(
        (JournalEntry.from_account == Account.TREASURY, JournalEntry.amount_fen),
        (JournalEntry.to_account == Account.PAID, -JournalEntry.amount_fen),
        else_=0,
    )
    return select(JournalEntry.id, _so_far(bank).label("held"), _so_far(free).label("available"))


def _so_far(part: ColumnElement[int]) -> ColumnElement[int]:
    return func.sum(part).over(partition_by=JournalEntry.fund_id, order_by=JournalEntry.number)


def _line(
    entry: JournalEntry,
    held: int,
    available: int,
    reward_number: str | None,
    kind: AppropriationKind | None,
    entered: str | None,
    confirmed: str | None,
) -> Line:
    into, out_of = entry.to_account is Account.RESERVED, entry.from_account is Account.RESERVED
    return Line(
        number=entry.number,
        at=entry.at,
        kind=entry.kind,
        appropriation=kind,
        document=entry.document,
        reward_number=reward_number,
        received_fen=entry.amount_fen if entry.from_account is Account.TREASURY else 0,
        paid_fen=entry.amount_fen if entry.to_account is Account.PAID else 0,
        change_fen=entry.amount_fen * (into - out_of),
        held_fen=int(held),
        available_fen=int(available),
        entered_by=entered or "",
        confirmed_by=confirmed or "",
    )


def _new_year() -> datetime:
    return datetime(calendar.today().year, 1, 1, tzinfo=calendar.LOCAL)
