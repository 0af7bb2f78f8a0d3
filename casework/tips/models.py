"""Tips, receipts, steps, messages, supplements.

`tips` and `supplements` are sealed: the portal inserts and cannot read back. `receipts`
and what hangs on them is all that the portal may read (confidentiality.md, "Things").
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, BigKey
from casework.terms import (
    Category,
    Channel,
    Datum,
    Disguise,
    IdentityKind,
    Ongoing,
    PointSource,
    RewardStage,
    Stage,
    SubjectKind,
    TermColumn,
    TipState,
)


class Counter(Base):
    """The last number given in a series and year: JB (tips), QS (clues), AJ (cases), JL (rewards)."""

    __tablename__ = "counters"

    series: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int]


class Tip(Base):
    __tablename__ = "tips"
    __table_args__ = (
        CheckConstraint("point_source = 'map' or longitude is null", name="point_is_from_map"),
        CheckConstraint("(longitude is null) = (latitude is null)", name="point_whole"),
        Index("ix_tips_inbox", "state", "involves_official", "urgent", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    tip_number: Mapped[str] = mapped_column(String(16), unique=True)
    received_at: Mapped[datetime]
    channel: Mapped[Channel] = mapped_column(TermColumn(Channel))
    state: Mapped[TipState] = mapped_column(TermColumn(TipState))
    version: Mapped[int] = mapped_column(default=1)

    category: Mapped[Category] = mapped_column(TermColumn(Category))
    jurisdiction: Mapped[str] = mapped_column(String(9))
    township: Mapped[str | None] = mapped_column(String(9))
    village: Mapped[str | None] = mapped_column(String(60))
    cell: Mapped[str | None] = mapped_column(String(24))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    datum: Mapped[Datum | None] = mapped_column(TermColumn(Datum))
    point_source: Mapped[PointSource | None] = mapped_column(TermColumn(PointSource))
    outside_county: Mapped[bool] = mapped_column(default=False)
    ongoing: Mapped[Ongoing] = mapped_column(TermColumn(Ongoing))
    urgent: Mapped[bool]
    subject_kind: Mapped[SubjectKind] = mapped_column(TermColumn(SubjectKind))
    mineral: Mapped[str | None] = mapped_column(String(24))
    land_class: Mapped[str | None] = mapped_column(String(24))
    disguise: Mapped[Disguise | None] = mapped_column(TermColumn(Disguise))
    happened_on: Mapped[date | None]
    identity: Mapped[IdentityKind] = mapped_column(TermColumn(IdentityKind))
    wants_reward: Mapped[bool]
    involves_official: Mapped[bool]
    photo_count: Mapped[int]
    entered_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))

    key_wrap: Mapped[bytes | None] = mapped_column(LargeBinary)
    on_shelf: Mapped[bool] = mapped_column(default=False, index=True)
    sealed_words: Mapped[bytes] = mapped_column(LargeBinary)

    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    decline_reason: Mapped[str | None] = mapped_column(String(32))
    handed_on_to: Mapped[str | None] = mapped_column(String(32))

    # Every UPDATE names the version it read: of two officers at once the slower one is told (Stale).
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Receipt(Base):
    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    tip_id: Mapped[int] = mapped_column(BigKey, ForeignKey("tips.id"), unique=True)
    tip_number: Mapped[str] = mapped_column(String(16), unique=True)
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    form_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    content_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    key_version: Mapped[int]
    informant_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    received_at: Mapped[datetime]
    stage: Mapped[Stage] = mapped_column(TermColumn(Stage))
    answer_by: Mapped[date | None]
    photo_count: Mapped[int]
    wants_reward: Mapped[bool]
    pin_hash: Mapped[str | None] = mapped_column(String(160))
    pin_failures: Mapped[int] = mapped_column(default=0)
    pin_locked_until: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    waived_at: Mapped[datetime | None]
    reward_stage: Mapped[RewardStage] = mapped_column(TermColumn(RewardStage), default=RewardStage.NONE)
    reward_amount_fen: Mapped[int | None] = mapped_column(BigKey)
    reward_claim_by: Mapped[date | None]


class ReceiptStep(Base):
    """A stage the informant was shown, and when; `note` is a code that the page turns into words."""

    __tablename__ = "receipt_steps"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    receipt_id: Mapped[int] = mapped_column(BigKey, ForeignKey("receipts.id"), index=True)
    stage: Mapped[Stage] = mapped_column(TermColumn(Stage))
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(String(40))


class Message(Base):
    """Words of the office to the informant, sealed to both sides."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    receipt_id: Mapped[int] = mapped_column(BigKey, ForeignKey("receipts.id"), index=True)
    tip_id: Mapped[int] = mapped_column(BigKey, ForeignKey("tips.id"), index=True)
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    asks: Mapped[bool] = mapped_column(default=False)
    for_informant: Mapped[bytes] = mapped_column(LargeBinary)
    for_office: Mapped[bytes] = mapped_column(LargeBinary)


class Supplement(Base):
    """What the informant added later: sealed like the tip."""

    __tablename__ = "supplements"
    __table_args__ = (UniqueConstraint("form_digest"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    tip_id: Mapped[int] = mapped_column(BigKey, ForeignKey("tips.id"), index=True)
    received_at: Mapped[datetime]
    form_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    photo_count: Mapped[int]
    key_wrap: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_words: Mapped[bytes] = mapped_column(LargeBinary)


class SupplementMark(Base):
    """That something was added and when, for the portal, which cannot read `supplements`."""

    __tablename__ = "supplement_marks"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    receipt_id: Mapped[int] = mapped_column(BigKey, ForeignKey("receipts.id"), index=True)
    form_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    received_at: Mapped[datetime]
    photo_count: Mapped[int]
    has_words: Mapped[bool]
