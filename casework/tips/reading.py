"""Opening what was sealed, for the office: every opening is a deed and leaves an entry."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import trail
from casework.officers.models import Officer
from casework.tips.models import Message, Supplement, Tip
from casework.tips.submission import TipWords
from casework.trail import Deed
from casework.vault.keys import OfficeKeys
from casework.vault.sealing import (
    context,
    is_on_shelf,
    open_message_as_office,
    open_words,
    unwrap,
    wrap_for_shelf,
)


@dataclass(frozen=True)
class MessageRead:
    tip_id: int
    sent_at: datetime
    sent_by: int | None
    asks: bool
    words: str = field(repr=False)


@dataclass(frozen=True)
class SupplementRead:
    supplement_id: int
    tip_id: int
    received_at: datetime
    photo_count: int
    words: str = field(repr=False)


def read_tip(session: Session, *, tip: Tip, by: Officer, keys: OfficeKeys) -> TipWords:
    """The words of one tip, with an entry in the trail. The caller has checked that `by` may know of it."""
    trail.record(session, deed=Deed.READ_TIP, by=by, about=("tip", tip.tip_number))
    return open_tip_words(tip, keys)


def open_tip_words(tip: Tip, keys: OfficeKeys) -> TipWords:
    """For the worker, and for lists whose opening is recorded as one deed by their caller."""
    if tip.key_wrap is None:
        return TipWords(narrative="")  # destroyed by retention
    data_key = unwrap(tip.key_wrap, keys, context("tips", tip.ref, "key"))
    return TipWords.from_text(open_words(data_key, tip.sealed_words, context("tips", tip.ref, "words")))


def read_supplements(session: Session, *, tip_ids: list[int], keys: OfficeKeys) -> list[SupplementRead]:
    rows = session.scalars(select(Supplement).where(Supplement.tip_id.in_(tip_ids)).order_by(Supplement.id))
    return [_supplement(row, keys) for row in rows]


def read_messages(session: Session, *, tip_ids: list[int], keys: OfficeKeys) -> list[MessageRead]:
    rows = session.scalars(select(Message).where(Message.tip_id.in_(tip_ids)).order_by(Message.id))
    return [
        MessageRead(
            row.tip_id,
            row.sent_at,
            row.sent_by,
            row.asks,
            open_message_as_office(row.for_office, keys, context("messages", row.ref, "office")),
        )
        for row in rows
    ]


def shelve(session: Session, *, tip: Tip, keys: OfficeKeys) -> None:
    """Replaces the HPKE wrap of a tip's data key by one under the shelf key, once (confidentiality.md)."""
    about = context("tips", tip.ref, "key")
    if tip.key_wrap is not None and not is_on_shelf(tip.key_wrap):
        tip.key_wrap = wrap_for_shelf(unwrap(tip.key_wrap, keys, about), keys, about)
    tip.on_shelf = True


def unshelved_ids(session: Session, limit: int = 200) -> list[int]:
    return list(session.scalars(select(Tip.id).where(Tip.on_shelf.is_(False)).order_by(Tip.id).limit(limit)))


def _supplement(row: Supplement, keys: OfficeKeys) -> SupplementRead:
    words = ""
    if row.key_wrap is not None:
        data_key = unwrap(row.key_wrap, keys, context("supplements", row.ref, "key"))
        words = open_words(data_key, row.sealed_words, context("supplements", row.ref, "words"))
    return SupplementRead(row.id, row.tip_id, row.received_at, row.photo_count, words)
