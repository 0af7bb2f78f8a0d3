"""Entries, and the blocks that bind them. Triggers refuse update and delete on all three."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, BigKey
from casework.terms import TermColumn
from casework.trail.actors import ActorKind
from casework.trail.deeds import Deed


class Entry(Base):
    __tablename__ = "trail_entries"
    __table_args__ = (Index("ix_trail_entries_about", "about_kind", "about_ref", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime]
    # Deeds grow with every room, so their column carries no CHECK that a migration must follow.
    deed: Mapped[str] = mapped_column(String(40))
    actor_kind: Mapped[ActorKind] = mapped_column(TermColumn(ActorKind))
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    about_kind: Mapped[str] = mapped_column(String(24))
    about_ref: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))

    def fields(self) -> dict[str, object]:
        """What the digest is over: everything except the number, which the block binds."""
        return {
            "at": self.at.isoformat(timespec="microseconds"),
            "deed": str(self.deed),
            "actor_kind": str(self.actor_kind),
            "actor_id": self.actor_id,
            "about_kind": self.about_kind,
            "about_ref": self.about_ref,
            "facts": self.facts,
        }

    @property
    def known_deed(self) -> Deed:
        return Deed(self.deed)


class Block(Base):
    __tablename__ = "trail_blocks"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    sealed_at: Mapped[datetime]
    entry_count: Mapped[int]
    last_entry_id: Mapped[int] = mapped_column(BigKey)
    previous: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class BlockEntry(Base):
    """Which entry lies in which block; its own table, because entries are never touched again."""

    __tablename__ = "trail_block_entries"

    entry_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("trail_entries.id"), primary_key=True, autoincrement=False
    )
    block_id: Mapped[int] = mapped_column(BigKey, ForeignKey("trail_blocks.id"), index=True)
