"""Cases, the clues they gather, the five-element test, and outcomes that are only ever added.

A case holds the officer's own plain words, confirmed when it is opened; nothing here comes from a tip.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Dialect, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from casework.cases.terms import CaseState, Element, Restored
from casework.db import Base, BigKey
from casework.terms import Agency, Category, SubjectKind, TermColumn

_LAND_AND_MINING = (
    "land_area_m2",
    "land_class",
    "land_fine_fen",
    "restored",
    "restored_on",
    "mined_mass_kg",
    "confiscated_mass_kg",
    "confiscated_value_fen",
    "mining_fine_fen",
    "shut_down",
    "penalty_document",
    "penalty_on",
)
_MEASURES = ("administrative_detention", "criminal_detention", "arrest")
_AMOUNTS = ("land_area_m2", "land_fine_fen", "mined_mass_kg", "confiscated_mass_kg", "confiscated_value_fen",
            "mining_fine_fen", *_MEASURES)  # fmt: skip


class SquareMetres(TypeDecorator[Decimal]):
    """m² to the hundredth, exact. SQLite holds it as a float; twelve digits before the point come back whole."""

    impl = Numeric(14, 2, asdecimal=False)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> float | None:
        return None if value is None else float(value)

    def process_result_value(self, value: float | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(f"{value:.2f}")


class Case(Base):
    __tablename__ = "cases"
    __table_args__ = (
        # The county's form counts police measures beside what natural resources decided, so a case that
        # the police lead is always worked on by both.
        CheckConstraint("lead_agency = 'natural_resources' or joint", name="police_lead_is_joint"),
        CheckConstraint("(concluded_at is null) = (concluded_by is null)", name="concluded_whole"),
        CheckConstraint("(state = 'open') = (concluded_at is null)", name="concluded_state"),
        CheckConstraint("(closed_off_at is null) = (closed_off_by is null)", name="closed_off_whole"),
        CheckConstraint(
            "(state in ('closed_off', 'archived')) = (closed_off_at is not null)", name="closed_state"
        ),
        CheckConstraint("closed_off_by <> concluded_by", name="closed_off_by_another"),
        CheckConstraint("(state = 'archived') = (archived_at is not null)", name="archived_state"),
        CheckConstraint("(archived_at is null) = (archived_by is null)", name="archived_whole"),
        Index("ix_cases_list", "involves_official", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_number: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[CaseState] = mapped_column(TermColumn(CaseState))
    version: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(BigKey, ForeignKey("officers.id"))
    updated_at: Mapped[datetime]

    lead_agency: Mapped[Agency] = mapped_column(TermColumn(Agency))
    joint: Mapped[bool]
    involves_official: Mapped[bool]
    jurisdiction: Mapped[str] = mapped_column(String(9), index=True)

    category: Mapped[Category] = mapped_column(TermColumn(Category))
    summary: Mapped[str] = mapped_column(String(200))
    subject_kind: Mapped[SubjectKind] = mapped_column(TermColumn(SubjectKind))
    subject_name: Mapped[str] = mapped_column(String(120))
    mineral: Mapped[str | None] = mapped_column(String(24))
    township: Mapped[str | None] = mapped_column(String(9))
    village: Mapped[str | None] = mapped_column(String(60))
    place: Mapped[str | None] = mapped_column(String(200))

    concluded_at: Mapped[datetime | None]
    concluded_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    closed_off_at: Mapped[datetime | None]
    closed_off_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))


class CaseClue(Base):
    """Which clues a case gathers; a clue lies in one case at most."""

    __tablename__ = "case_clues"

    clue_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("clues.id"), primary_key=True, autoincrement=False
    )
    case_id: Mapped[int] = mapped_column(BigKey, ForeignKey("cases.id"), index=True)
    joined_at: Mapped[datetime]
    joined_by: Mapped[int] = mapped_column(BigKey, ForeignKey("officers.id"))


class CaseElement(Base):
    """What one element of the five-element test rests on, in the officer's words. Only added."""

    __tablename__ = "case_elements"

    case_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("cases.id"), primary_key=True, autoincrement=False
    )
    element: Mapped[Element] = mapped_column(TermColumn(Element), primary_key=True)
    basis: Mapped[str] = mapped_column(String(200))


class CaseOutcome(Base):
    """What one agency has decided so far, whole; the newest of an agency counts. Only added, never changed."""

    __tablename__ = "case_outcomes"
    __table_args__ = (
        UniqueConstraint("case_id", "agency", "number"),
        CheckConstraint(
            f"agency = 'natural_resources' or ({' and '.join(f'{n} is null' for n in _LAND_AND_MINING)})",
            name="land_and_mining",
        ),
        CheckConstraint(
            f"agency = 'public_security' or ({' and '.join(f'{n} is null' for n in _MEASURES)})",
            name="measures",
        ),
        CheckConstraint(" and ".join(f"coalesce({n}, 0) >= 0" for n in _AMOUNTS), name="amounts"),
        CheckConstraint("restored_on is null or coalesce(restored, '') = 'yes'", name="restored_on"),
        CheckConstraint("(penalty_document is null) = (penalty_on is null)", name="penalty_whole"),
        Index("ix_case_outcomes_recorded", "recorded_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigKey, ForeignKey("cases.id"))
    agency: Mapped[Agency] = mapped_column(TermColumn(Agency))
    # 1, 2, 3 … of this agency in this case: two officers cannot both write the next one.
    number: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(BigKey, ForeignKey("officers.id"))

    land_area_m2: Mapped[Decimal | None] = mapped_column(SquareMetres)
    land_class: Mapped[str | None] = mapped_column(String(24))
    land_fine_fen: Mapped[int | None] = mapped_column(BigKey)
    restored: Mapped[Restored | None] = mapped_column(TermColumn(Restored))
    restored_on: Mapped[date | None]
    mined_mass_kg: Mapped[int | None] = mapped_column(BigKey)
    confiscated_mass_kg: Mapped[int | None] = mapped_column(BigKey)
    confiscated_value_fen: Mapped[int | None] = mapped_column(BigKey)
    mining_fine_fen: Mapped[int | None] = mapped_column(BigKey)
    shut_down: Mapped[bool | None]
    penalty_document: Mapped[str | None] = mapped_column(String(60))
    penalty_on: Mapped[date | None]

    administrative_detention: Mapped[int | None]
    criminal_detention: Mapped[int | None]
    arrest: Mapped[int | None]

    remark: Mapped[str | None] = mapped_column(String(120))
