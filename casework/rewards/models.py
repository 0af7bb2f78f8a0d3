"""The fund and its journal, rewards and their steps, claims, payouts.

The office owns every table here but `reward_claims`, which the portal writes and reads.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, BigKey
from casework.rewards.terms import (
    Account,
    AppropriationKind,
    AppropriationState,
    JournalKind,
    RewardMove,
    RewardState,
)
from casework.terms import TermColumn

_LIVE = text("state <> 'refused'")
_INTO = (
    "(kind = 'appropriate' and from_account = 'treasury' and to_account = 'available')"
    " or (kind = 'reserve' and from_account = 'available' and to_account = 'reserved')"
    " or (kind = 'release' and from_account = 'reserved' and to_account = 'available')"
    " or (kind = 'pay_out' and from_account = 'reserved' and to_account = 'paid')"
)


class Fund(Base):
    """The row that whoever moves money holds while doing so; its balances are sums of journal entries."""

    __tablename__ = "funds"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    opened_at: Mapped[datetime]


class Appropriation(Base):
    """Money that a leader says has arrived; it counts from the day an approver confirms it."""

    __tablename__ = "appropriations"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("decided_by <> entered_by", name="two_people"),
        CheckConstraint(
            "(state = 'entered') = (decided_by is null) and (decided_by is null) = (decided_at is null)",
            name="decided_whole",
        ),
        # The same document entered twice would count the same money twice.
        Index(
            "uq_appropriations_live_document",
            "document_number",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[AppropriationKind] = mapped_column(TermColumn(AppropriationKind))
    state: Mapped[AppropriationState] = mapped_column(TermColumn(AppropriationState))
    amount_fen: Mapped[int] = mapped_column(BigKey)
    document_number: Mapped[str] = mapped_column(String(60))
    entered_at: Mapped[datetime]
    entered_by: Mapped[int] = mapped_column(BigKey, ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))


class JournalEntry(Base):
    """One move of money from one account to another: it cannot but balance. Only added, never changed."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        UniqueConstraint("fund_id", "number"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint(_INTO, name="accounts"),
        CheckConstraint(
            "(kind = 'appropriate') = (appropriation_id is not null)"
            " and (kind = 'appropriate') = (reward_id is null)",
            name="about",
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    fund_id: Mapped[int] = mapped_column(BigKey, ForeignKey("funds.id"))
    # Without gaps within a fund, so that one taken out would be missed.
    number: Mapped[int] = mapped_column(BigKey)
    at: Mapped[datetime]
    kind: Mapped[JournalKind] = mapped_column(TermColumn(JournalKind))
    from_account: Mapped[Account] = mapped_column(TermColumn(Account, name="from_account"))
    to_account: Mapped[Account] = mapped_column(TermColumn(Account, name="to_account"))
    amount_fen: Mapped[int] = mapped_column(BigKey)
    document: Mapped[str | None] = mapped_column(String(60))
    appropriation_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("appropriations.id"), unique=True)
    reward_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("rewards.id"), index=True)
    # Nobody where the machine acted: a reservation that goes back after a waiver.
    entered_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    confirmed_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))


class Reward(Base):
    """One reward for one tip. `inputs` holds all that the amount was judged by, as it stood then."""

    __tablename__ = "rewards"
    __table_args__ = (
        CheckConstraint("amount_fen > 0 or (amount_fen = 0 and state = 'declined')", name="amount"),
        CheckConstraint("uplift_percent between 0 and 100", name="uplift"),
        CheckConstraint("reviewed_by <> proposed_by", name="reviewer_apart"),
        CheckConstraint("approved_by <> proposed_by and approved_by <> reviewed_by", name="approver_apart"),
        CheckConstraint(
            "paid_by <> proposed_by and paid_by <> reviewed_by and paid_by <> approved_by", name="payer_apart"
        ),
        CheckConstraint(
            "state not in ('approved', 'claimed', 'paid')"
            " or (reviewed_by is not null and approved_by is not null and claim_by is not null)",
            name="approved_whole",
        ),
        CheckConstraint("(state = 'paid') = (paid_by is not null)", name="paid_whole"),
        Index("ix_rewards_list", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    reward_number: Mapped[str] = mapped_column(String(16), unique=True)
    tip_id: Mapped[int] = mapped_column(BigKey, ForeignKey("tips.id"), unique=True)
    case_id: Mapped[int] = mapped_column(BigKey, ForeignKey("cases.id"), index=True)
    jurisdiction: Mapped[str] = mapped_column(String(9))
    state: Mapped[RewardState] = mapped_column(TermColumn(RewardState))
    version: Mapped[int] = mapped_column(default=1)

    scheme_key: Mapped[str] = mapped_column(String(32))
    scheme_version: Mapped[str] = mapped_column(String(10))
    inputs: Mapped[dict[str, Any]]
    base_fen: Mapped[int] = mapped_column(BigKey)
    uplift_percent: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigKey)
    reason: Mapped[str] = mapped_column(Text)
    ladder_step: Mapped[str] = mapped_column(String(32))
    decision_document: Mapped[str | None] = mapped_column(String(60))

    proposed_at: Mapped[datetime]
    proposed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("officers.id"))
    reviewed_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    approved_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    paid_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    claim_by: Mapped[date | None]


class RewardStep(Base):
    """What was done to a reward, by whom, with what words; rounds that were sent back stay. Only added."""

    __tablename__ = "reward_steps"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    reward_id: Mapped[int] = mapped_column(BigKey, ForeignKey("rewards.id"), index=True)
    at: Mapped[datetime]
    move: Mapped[RewardMove] = mapped_column(TermColumn(RewardMove))
    officer_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    amount_fen: Mapped[int] = mapped_column(BigKey)
    words: Mapped[str | None] = mapped_column(Text)


class RewardClaim(Base):
    """The informant's claim, and later their payout number, sealed to their own key. The portal's table."""

    __tablename__ = "reward_claims"
    __table_args__ = (CheckConstraint("(sealed_number is null) = (issued_at is null)", name="issued_whole"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    receipt_id: Mapped[int] = mapped_column(BigKey, ForeignKey("receipts.id"), unique=True)
    method: Mapped[str] = mapped_column(String(32))
    counter: Mapped[str] = mapped_column(String(32))
    claimed_at: Mapped[datetime]
    sealed_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime | None]


class Payout(Base):
    """What the cashier works with: a number's digest and an amount."""

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint(
            "(paid_at is null) = (paid_by is null) and (paid_at is null) = (voucher_number is null)",
            name="paid_whole",
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigKey, ForeignKey("reward_claims.id"), unique=True)
    reward_id: Mapped[int] = mapped_column(BigKey, ForeignKey("rewards.id"), unique=True)
    number_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    amount_fen: Mapped[int] = mapped_column(BigKey)
    issued_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    paid_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    voucher_number: Mapped[str | None] = mapped_column(String(60), unique=True)


class PayoutCounter(Base):
    """Wrong payout numbers that one cashier typed; reset by a right one."""

    __tablename__ = "payout_counters"

    officer_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("officers.id"), primary_key=True, autoincrement=False
    )
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
