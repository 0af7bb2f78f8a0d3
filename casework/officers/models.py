"""Units, officers, their roles, their sessions, and the counters that slow guessing down."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Base, BigKey
from casework.officers.roles import Permission, Role, permissions_of
from casework.terms import N_, Agency, Term, TermColumn
from casework.trail.actors import ActorKind


class SessionEnd(Term):
    SIGNED_OUT = "signed_out", N_("退出")
    REPLACED = "replaced", N_("在别处登入")
    REVOKED = "revoked", N_("被收回")


class Unit(Base):
    __tablename__ = "units"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    agency: Mapped[Agency] = mapped_column(TermColumn(Agency))
    jurisdiction: Mapped[str] = mapped_column(String(9))


class OfficerRole(Base):
    __tablename__ = "officer_roles"

    officer_id: Mapped[int] = mapped_column(BigKey, ForeignKey("officers.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(TermColumn(Role), primary_key=True)


class Officer(Base):
    __tablename__ = "officers"
    __table_args__ = (CheckConstraint("length(jurisdiction) in (4, 6, 9)", name="jurisdiction"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    agency: Mapped[Agency] = mapped_column(TermColumn(Agency))
    unit_id: Mapped[int] = mapped_column(BigKey, ForeignKey("units.id"))
    jurisdiction: Mapped[str] = mapped_column(String(9))
    password_hash: Mapped[str] = mapped_column(String(160))
    totp_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int | None] = mapped_column(BigKey)
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    role_rows: Mapped[list[OfficerRole]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(row.role for row in self.role_rows)

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def actor_kind(self) -> ActorKind:
        return ActorKind.OFFICER

    @property
    def actor_id(self) -> int | None:
        return self.id


class OfficerSession(Base):
    """A signed-in browser. At most one lives per officer (unique while it has not ended)."""

    __tablename__ = "officer_sessions"
    __table_args__ = (UniqueConstraint("live_officer_id", name="uq_officer_sessions_live"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    officer_id: Mapped[int] = mapped_column(BigKey, ForeignKey("officers.id"), index=True)
    # Equal to officer_id while the session lives, NULL after: that is what makes it unique.
    live_officer_id: Mapped[int | None] = mapped_column(BigKey)
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end: Mapped[SessionEnd | None] = mapped_column(TermColumn(SessionEnd))

    officer: Mapped[Officer] = relationship(lazy="joined", innerjoin=True)


class SignInCounter(Base):
    """Failures of a name, known or not; the name itself is not kept."""

    __tablename__ = "sign_in_counters"

    name_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]


class PublicKeyRow(Base):
    """Public halves, for processes that seal and never open (confidentiality.md)."""

    __tablename__ = "public_keys"
    __table_args__ = (UniqueConstraint("purpose", "number"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    public: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime]


class HeldKeyWrap(Base):
    """A held key's private half, wrapped for one pair of holders."""

    __tablename__ = "held_key_wraps"
    __table_args__ = (UniqueConstraint("purpose", "number", "first", "second"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    first: Mapped[str] = mapped_column(String(40))
    second: Mapped[str] = mapped_column(String(40))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Mark(Base):
    """One-line facts about this database itself, such as that it holds the demo story."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    value: Mapped[str] = mapped_column(String(80))
