"""Clues hold the officer's own plain words, set or confirmed at registration, never copied unseen from a tip."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, BigKey
from casework.terms import Agency, Category, ClueState, Finding, SubjectKind, TermColumn

OPEN = "state <> 'closed_off'"


class Clue(Base):
    __tablename__ = "clues"
    __table_args__ = (
        CheckConstraint("(longitude is null) = (latitude is null)", name="point_whole"),
        CheckConstraint("(finding is null) = (found_at is null)", name="finding_whole"),
        # The desk is walked, and its figures counted, along this: what is open, by its next clock (queries.IS_OPEN).
        Index(
            "ix_clues_desk",
            "involves_official",
            "next_due_at",
            "id",
            "jurisdiction",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_clues_near", "category", "latitude", "longitude"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    clue_number: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[ClueState] = mapped_column(TermColumn(ClueState))
    version: Mapped[int] = mapped_column(default=1)
    registered_at: Mapped[datetime]
    registered_by: Mapped[int] = mapped_column(BigKey, ForeignKey("officers.id"))
    updated_at: Mapped[datetime]

    category: Mapped[Category] = mapped_column(TermColumn(Category))
    summary: Mapped[str] = mapped_column(String(200))
    subject_kind: Mapped[SubjectKind] = mapped_column(TermColumn(SubjectKind))
    subject_name: Mapped[str | None] = mapped_column(String(120))
    mineral: Mapped[str | None] = mapped_column(String(24))
    land_class: Mapped[str | None] = mapped_column(String(24))
    jurisdiction: Mapped[str] = mapped_column(String(9), index=True)
    township: Mapped[str | None] = mapped_column(String(9))
    village: Mapped[str | None] = mapped_column(String(60))
    place: Mapped[str | None] = mapped_column(String(200))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    involves_official: Mapped[bool] = mapped_column(default=False)

    agency: Mapped[Agency] = mapped_column(TermColumn(Agency))
    unit_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("units.id"))
    handler_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"), index=True)
    # The earliest open duty, kept beside the clue so that the desk sorts by it (duties hold the truth).
    next_due_at: Mapped[datetime | None]
    next_due_paused: Mapped[bool] = mapped_column(default=False)

    finding: Mapped[Finding | None] = mapped_column(TermColumn(Finding))
    finding_facts: Mapped[str | None] = mapped_column(Text)
    found_at: Mapped[datetime | None]
    found_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    visited_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    closed_off_at: Mapped[datetime | None]

    # Every UPDATE names the version it read: of two officers at once the slower one is told (Stale).
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class ClueTip(Base):
    """Which tips a clue gathers; the first one registered it, the others were merged."""

    __tablename__ = "clue_tips"

    tip_id: Mapped[int] = mapped_column(BigKey, ForeignKey("tips.id"), primary_key=True, autoincrement=False)
    clue_id: Mapped[int] = mapped_column(BigKey, ForeignKey("clues.id"), index=True)
    first: Mapped[bool]
    joined_at: Mapped[datetime]
    joined_by: Mapped[int] = mapped_column(BigKey, ForeignKey("officers.id"))
