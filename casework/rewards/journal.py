"""The fund's journal. Every entry moves an amount from one account to another, so it balances by construction.

Balances are sums of entries and stored nowhere. Whoever moves money holds the fund's row first;
triggers refuse what would take an account below zero (migrations/versions/0003_rewards.py).
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import calendar
from casework.errors import FundTooLow, Invalid
from casework.officers.models import Officer
from casework.rewards.models import Fund, JournalEntry
from casework.rewards.terms import Account, JournalKind

FUND = "rewards"

WAYS: dict[JournalKind, tuple[Account, Account]] = {
    JournalKind.APPROPRIATE: (Account.TREASURY, Account.AVAILABLE),
    JournalKind.RESERVE: (Account.AVAILABLE, Account.RESERVED),
    JournalKind.RELEASE: (Account.RESERVED, Account.AVAILABLE),
    JournalKind.PAY_OUT: (Account.RESERVED, Account.PAID),
}


@dataclass(frozen=True)
class Balances:
    """Whole 分. `held_fen` is what lies in the bank: what may be spent and what is promised."""

    appropriated_fen: int
    available_fen: int
    reserved_fen: int
    paid_fen: int

    @property
    def held_fen(self) -> int:
        return self.available_fen + self.reserved_fen


def hold_fund(session: Session) -> Fund:
    """The fund's row, locked until this transaction ends: movers of money take turns here."""
    held = select(Fund).where(Fund.key == FUND).with_for_update()
    fund = session.scalars(held).first()
    if fund is None:
        try:
            with session.begin_nested():
                session.add(Fund(key=FUND, opened_at=calendar.now()))
        except IntegrityError:  # somebody else opened it at the same moment
            pass
        fund = session.scalars(held).one()
    return fund


def post(
    session: Session,
    *,
    kind: JournalKind,
    amount_fen: int,
    by: Officer | None,
    document: str | None = None,
    reward_id: int | None = None,
    appropriation_id: int | None = None,
    confirmed_by: int | None = None,
) -> JournalEntry:
    """Adds one entry. Raises FundTooLow when the account it takes from holds less.

    What is taken out of `reserved` must have been reserved for the same reward.
    """
    if amount_fen <= 0:
        raise Invalid("amount", "not_positive")
    fund = hold_fund(session)
    source, target = WAYS[kind]
    there = _takeable(session, source, reward_id)
    if there is not None and there < amount_fen:
        raise FundTooLow(f"{source} holds less", there_fen=there, asked_fen=amount_fen)
    last = session.scalar(select(func.max(JournalEntry.number)).where(JournalEntry.fund_id == fund.id)) or 0
    entry = JournalEntry(
        fund_id=fund.id,
        number=last + 1,
        at=calendar.now(),
        kind=kind,
        from_account=source,
        to_account=target,
        amount_fen=amount_fen,
        document=document,
        appropriation_id=appropriation_id,
        reward_id=reward_id,
        entered_by=by.id if by else None,
        confirmed_by=confirmed_by,
    )
    session.add(entry)
    session.flush()
    return entry


def balances(session: Session) -> Balances:
    """What every account holds now: sums over the whole journal."""
    row = session.execute(
        select(
            *(
                _sum_of(account)
                for account in (Account.TREASURY, Account.AVAILABLE, Account.RESERVED, Account.PAID)
            )
        ).select_from(JournalEntry)
    ).one()
    treasury, available, reserved, paid = (int(value or 0) for value in row)
    return Balances(-treasury, available, reserved, paid)


def reserved_for(session: Session, reward_id: int) -> int:
    """What is still promised to one reward."""
    query = select(_sum_of(Account.RESERVED)).where(JournalEntry.reward_id == reward_id)
    return int(session.scalar(query) or 0)


def _takeable(session: Session, account: Account, reward_id: int | None) -> int | None:
    """What may be taken out of an account; None where there is no end (the treasury lies outside)."""
    if account is Account.TREASURY:
        return None
    if account is Account.RESERVED:
        assert reward_id is not None
        return reserved_for(session, reward_id)
    return balances(session).available_fen


def _sum_of(account: Account) -> ColumnElement[int]:
    return func.sum(
        case(
            (JournalEntry.to_account == account, JournalEntry.amount_fen),
            (JournalEntry.from_account == account, -JournalEntry.amount_fen),
            else_=0,
        )
    )
