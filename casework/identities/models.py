"""The sealed identity of a named tip, and each request to open one."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, BigKey


class Identity(Base):
    __tablename__ = "identities"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    tip_id: Mapped[int] = mapped_column(BigKey, ForeignKey("tips.id"), unique=True)
    ref: Mapped[str] = mapped_column(String(32))
    key_number: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class IdentityRequest(Base):
    __tablename__ = "identity_requests"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    tip_id: Mapped[int] = mapped_column(BigKey, ForeignKey("tips.id"), index=True)
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    first_holder: Mapped[str] = mapped_column(String(40))
    second_holder: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime | None]
