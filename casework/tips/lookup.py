"""The informant's way back: by code to the receipt, what the page shows, and what may be done there."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, trail
from casework.errors import Invalid, NotFound, Throttled, WrongState
from casework.evidence import actions as evidence_actions
from casework.evidence import queries as evidence_queries
from casework.evidence.models import Evidence
from casework.evidence.queries import PhotoTold
from casework.terms import RewardStage, Stage
from casework.tips.models import Message, Receipt, ReceiptStep, Supplement, SupplementMark, Tip
from casework.trail import INFORMANT, Deed
from casework.vault import codes, passwords
from casework.vault.keys import ReceiptKeys
from casework.vault.sealing import (
    PublicKey,
    SealBroken,
    context,
    new_data_key,
    new_ref,
    open_message_as_informant,
    seal_words,
    wrap_for_office,
)

FREE_PIN_FAILURES = 5
PIN_WAIT = timedelta(minutes=15)


@dataclass(frozen=True)
class Step:
    stage: Stage
    at: datetime
    note: str | None


@dataclass(frozen=True)
class MessageTold:
    sent_at: datetime
    words: str = field(repr=False)
    asks: bool = False


@dataclass(frozen=True)
class SupplementTold:
    received_at: datetime
    photo_count: int
    has_words: bool
    photos: tuple[PhotoTold, ...] = ()


@dataclass(frozen=True)
class Track:
    """All that the track page shows. The informant's own words are not among it."""

    receipt_id: int
    tip_number: str
    received_at: datetime
    stage: Stage
    answer_by: date | None
    steps: tuple[Step, ...]
    photos: tuple[PhotoTold, ...]
    messages: tuple[MessageTold, ...]
    supplements: tuple[SupplementTold, ...]
    wants_reward: bool
    pin_is_set: bool
    withdrawn_at: datetime | None
    waived_at: datetime | None
    reward_stage: RewardStage
    reward_amount_fen: int | None
    reward_claim_by: date | None

    @property
    def waits_for_answer(self) -> bool:
        """The office asked something after the last time the informant wrote."""
        last = max((s.received_at for s in self.supplements), default=None)
        return any(m.asks and (last is None or m.sent_at > last) for m in self.messages)


def find_receipt(session: Session, *, code: str, keys: ReceiptKeys) -> Receipt:
    """The receipt of a well-formed code. Raises NotFound, alike for unknown and deleted ones."""
    digests = codes.code_digests(keys, code)
    receipt = session.scalars(select(Receipt).where(Receipt.code_digest.in_(digests)).limit(1)).first()
    if receipt is None:
        raise NotFound("receipt")
    return receipt


def read_track(session: Session, *, receipt_id: int, private_key: bytes) -> Track:
    """What the page shows; messages are opened with the informant's own key from the sealed cookie."""
    receipt = session.get(Receipt, receipt_id)
    if receipt is None:
        raise NotFound("receipt")
    steps = session.scalars(
        select(ReceiptStep).where(ReceiptStep.receipt_id == receipt_id).order_by(ReceiptStep.id)
    )
    return Track(
        receipt_id=receipt.id,
        tip_number=receipt.tip_number,
        received_at=receipt.received_at,
        stage=receipt.stage,
        answer_by=receipt.answer_by,
        steps=tuple(Step(row.stage, row.at, row.note) for row in steps),
        photos=tuple(evidence_queries.photos_of_tip(session, receipt.tip_id)),
        messages=_messages(session, receipt_id, private_key),
        supplements=_supplements(session, receipt_id),
        wants_reward=receipt.wants_reward,
        pin_is_set=receipt.pin_hash is not None,
        withdrawn_at=receipt.withdrawn_at,
        waived_at=receipt.waived_at,
        reward_stage=receipt.reward_stage,
        reward_amount_fen=receipt.reward_amount_fen,
        reward_claim_by=receipt.reward_claim_by,
    )


def add_supplement(
    session: Session, *, receipt_id: int, words: str, form_key: bytes, keys: ReceiptKeys, reading: PublicKey
) -> bool:
    """Adds words and photos to a tip; False when this form was received before.

    Raises Invalid `message` when there are neither words nor photos.
    """
    receipt = _receipt(session, receipt_id)
    form_digest = codes.form_key_digest(keys, form_key)
    seen = select(SupplementMark.id).where(SupplementMark.form_digest == form_digest)
    if session.scalar(seen) is not None:
        return False
    photos = evidence_actions.complete_drafts(session, form_digest=form_digest)
    if not words.strip() and not photos:
        raise Invalid("message", "empty")
    _store_supplement(session, receipt, words, photos, form_digest, reading)
    return True


def _store_supplement(
    session: Session,
    receipt: Receipt,
    words: str,
    photos: list[Evidence],
    form_digest: bytes,
    reading: PublicKey,
) -> None:
    ref, data_key = new_ref(), new_data_key()
    row = Supplement(
        ref=ref,
        tip_id=receipt.tip_id,
        received_at=calendar.now(),
        form_digest=form_digest,
        photo_count=len(photos),
        key_wrap=wrap_for_office(data_key, reading, context("supplements", ref, "key")),
        sealed_words=seal_words(data_key, words, context("supplements", ref, "words")),
    )
    session.add(row)
    session.flush()
    evidence_actions.claim_drafts(photos, supplement_id=row.id)
    session.add(
        SupplementMark(
            receipt_id=receipt.id,
            form_digest=form_digest,
            received_at=row.received_at,
            photo_count=row.photo_count,
            has_words=bool(words.strip()),
        )
    )
    trail.record(
        session,
        deed=Deed.RECEIVE_SUPPLEMENT,
        by=INFORMANT,
        about=("tip", receipt.tip_number),
        facts={"photos": row.photo_count},
    )


def withdraw(session: Session, *, receipt_id: int) -> None:
    """The informant takes the tip back; what the office knows already is still handled by the rules."""
    receipt = _receipt(session, receipt_id)
    if receipt.withdrawn_at is None:
        receipt.withdrawn_at = calendar.now()
        trail.record(session, deed=Deed.WITHDRAW_TIP, by=INFORMANT, about=("tip", receipt.tip_number))


def waive_reward(session: Session, *, receipt_id: int) -> None:
    """Gives the reward up for good (令第2号 第十五条: 举报人放弃的，程序终止). Raises WrongState once paid or claimed."""
    receipt = _receipt(session, receipt_id)
    if receipt.waived_at is not None:
        return
    if receipt.reward_stage in (RewardStage.CLAIMED, RewardStage.PAID):
        raise WrongState("the reward was claimed already")
    receipt.waived_at = calendar.now()
    receipt.reward_stage = RewardStage.WAIVED
    trail.record(session, deed=Deed.WAIVE_REWARD, by=INFORMANT, about=("tip", receipt.tip_number))


def set_pin(session: Session, *, receipt_id: int, pin: str, keys: ReceiptKeys) -> None:
    """Once, where a reward is wanted and none is set (contract §3). Raises WrongState, Invalid `claim_pin`."""
    receipt = _receipt(session, receipt_id)
    if not receipt.wants_reward or receipt.pin_hash is not None:
        raise WrongState("there is a PIN already, or no reward was asked for")
    if not (pin.isascii() and pin.isdecimal() and len(pin) == 6):
        raise Invalid("claim_pin", "six_digits")
    receipt.pin_hash = passwords.hash_pin(keys, pin, receipt.ref)
    trail.record(session, deed=Deed.SET_PIN, by=INFORMANT, about=("tip", receipt.tip_number))


def check_pin(session: Session, *, receipt: Receipt | None, pin: str, keys: ReceiptKeys) -> bool:
    """Whether the PIN is right; wrong ones are counted, so commit this transaction either way.

    Takes alike long for a receipt that does not exist. Raises Throttled while locked.
    """
    if receipt is None:
        passwords.pin_matches(keys, None, pin, "")
        return False
    now = calendar.now()
    if receipt.pin_locked_until and receipt.pin_locked_until > now:
        raise Throttled(until=receipt.pin_locked_until)
    if passwords.pin_matches(keys, receipt.pin_hash, pin, receipt.ref):
        receipt.pin_failures, receipt.pin_locked_until = 0, None
        return True
    receipt.pin_failures += 1
    if receipt.pin_failures % FREE_PIN_FAILURES == 0:
        receipt.pin_locked_until = now + PIN_WAIT
    return False


def tip_of(session: Session, receipt: Receipt) -> Tip:
    tip = session.get(Tip, receipt.tip_id)
    assert tip is not None
    return tip


def _receipt(session: Session, receipt_id: int) -> Receipt:
    """Held for this transaction: two clicks at once, or the office paying meanwhile, come one after the other."""
    receipt = session.get(Receipt, receipt_id, with_for_update=True)
    if receipt is None:
        raise NotFound("receipt")
    return receipt


def _supplements(session: Session, receipt_id: int) -> tuple[SupplementTold, ...]:
    # Of the supplement itself the portal's database role reads only what names it.
    rows = session.execute(
        select(SupplementMark, Supplement.id)
        .outerjoin(Supplement, Supplement.form_digest == SupplementMark.form_digest)
        .where(SupplementMark.receipt_id == receipt_id)
        .order_by(SupplementMark.id)
    ).all()
    numbers = [number for mark, number in rows if mark.photo_count and number is not None]
    photos = evidence_queries.photos_of_supplements(session, numbers) if numbers else {}
    return tuple(
        SupplementTold(mark.received_at, mark.photo_count, mark.has_words, tuple(photos.get(number, ())))
        for mark, number in rows
    )


def _messages(session: Session, receipt_id: int, private_key: bytes) -> tuple[MessageTold, ...]:
    told = []
    # Named columns: the portal's database role may not read what is sealed to the office.
    rows = session.execute(
        select(Message.ref, Message.sent_at, Message.asks, Message.for_informant)
        .where(Message.receipt_id == receipt_id)
        .order_by(Message.id)
    )
    for row in rows:
        try:
            words = open_message_as_informant(
                row.for_informant, private_key, context("messages", row.ref, "informant")
            )
        except SealBroken:
            continue  # sealed to an earlier key of a code whose pepper was rotated away
        told.append(MessageTold(row.sent_at, words, row.asks))
    return tuple(told)
