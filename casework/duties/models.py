"""A duty hangs on a tip, clue, case or reward by kind and number; rooms learn of each other through it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, BigKey
from casework.terms import DutyState, TermColumn


class Duty(Base):
    __tablename__ = "duties"
    __table_args__ = (
        CheckConstraint("(state in ('met', 'cancelled')) = (ended_at is not null)", name="ended"),
        # With state and end, so that lists find the first open clock of a thing without reading its rows.
        Index("ix_duties_about", "about_kind", "about_id", "state", "due_at"),
        Index("ix_duties_open", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    rule: Mapped[str] = mapped_column(String(32))
    about_kind: Mapped[str] = mapped_column(String(12))
    about_id: Mapped[int] = mapped_column(BigKey)
    state: Mapped[DutyState] = mapped_column(TermColumn(DutyState))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    # The working-day calendar did not know the year: screens say so.
    assumed: Mapped[bool] = mapped_column(default=False)
    unit_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("units.id"))
    officer_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"), index=True)
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
