"""One row a file. Nothing in it tells what the file shows, where it was taken or what it was called."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, BigKey
from casework.terms import EvidenceKind, EvidenceState, MessageSide, TermColumn


class Evidence(Base):
    """A file while it arrives (a draft of the form `form_digest`), and then part of a tip, supplement or clue.

    `key_wrap` holds its data key for the office; `draft_wrap` holds it for the portal until the
    upload is complete. `clean_wrap` is the data key of derivative and thumbnail. While a piece is
    being stored nobody else writes one: until `held_until`, or until that piece is noted.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("received_bytes <= size_bytes", name="size"),
        CheckConstraint("state = 'arriving' or draft_wrap is null", name="draft_key_gone"),
        CheckConstraint("state <> 'cleaned' or kind <> 'photo' or clean_wrap is not null", name="cleaned"),
        Index("ix_evidence_work", "state", "id"),
        Index("ix_evidence_drafts", "form_digest", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    ticket_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    form_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    tip_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("tips.id"), index=True)
    supplement_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("supplements.id"), index=True)
    clue_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("clues.id"), index=True)
    added_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("officers.id"))
    side: Mapped[MessageSide] = mapped_column(TermColumn(MessageSide, name="side"))
    kind: Mapped[EvidenceKind] = mapped_column(TermColumn(EvidenceKind))
    number: Mapped[int]
    state: Mapped[EvidenceState] = mapped_column(TermColumn(EvidenceState))
    size_bytes: Mapped[int] = mapped_column(BigKey)
    received_bytes: Mapped[int] = mapped_column(BigKey)
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    blob: Mapped[str] = mapped_column(String(80))
    clean_blob: Mapped[str | None] = mapped_column(String(80))
    thumb_blob: Mapped[str | None] = mapped_column(String(80))
    stream_head: Mapped[bytes] = mapped_column(LargeBinary(32))
    draft_wrap: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_wrap: Mapped[bytes] = mapped_column(LargeBinary)
    clean_wrap: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_name: Mapped[bytes | None] = mapped_column(LargeBinary)
    removed: Mapped[list[str]] = mapped_column(default=list)
    refusal: Mapped[str | None] = mapped_column(String(32))
    tries: Mapped[int] = mapped_column(default=0)
