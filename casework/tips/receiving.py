"""Receiving a tip: sealed, numbered, its receipt made, its clocks started, in one transaction."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, duties, geo, policy, trail
from casework.db import take_turn
from casework.errors import Unavailable
from casework.evidence import actions as evidence
from casework.evidence.queries import drafts_of, photos_of_tip
from casework.identities import actions as identities
from casework.terms import IdentityKind, Ongoing, PointSource, RewardStage, Stage, TipState
from casework.tips.models import Receipt, ReceiptStep, Tip
from casework.tips.numbers import TIPS, next_number
from casework.tips.submission import Submission
from casework.trail import INFORMANT, Actor, Deed
from casework.vault import codes, passwords
from casework.vault.keys import ReceiptKeys
from casework.vault.sealing import (
    PublicKey,
    context,
    new_data_key,
    new_ref,
    seal_words,
    wrap_for_office,
)


@dataclass(frozen=True)
class Seals:
    """What a process that seals needs: the public halves, and the receipt secrets."""

    receipt: ReceiptKeys = field(repr=False)
    reading: PublicKey
    identity: PublicKey | None = None


@dataclass(frozen=True)
class Received:
    """`code` is shown once. `again` says that this form was received before; `changed` that its words
    differ from what was received then, so that the page can offer to add a supplement."""

    tip_number: str
    code: str = field(repr=False)
    again: bool = False
    changed: bool = False


@dataclass(frozen=True)
class _Form:
    """What a form's key gives: its code, its name in the database, and a digest of what was typed."""

    code: str = field(repr=False)
    digest: bytes
    content: bytes


def receive_tip(
    session: Session,
    *,
    submission: Submission,
    form_key: bytes,
    seals: Seals,
    by: Actor = INFORMANT,
    entered_by: int | None = None,
) -> Received:
    """Stores a tip and answers its receipt. The same form key again gives the same receipt (contract §3).

    The receipt is true only once the caller's transaction has committed.
    """
    form = _Form(
        code=codes.receipt_code(seals.receipt, form_key),
        digest=codes.form_key_digest(seals.receipt, form_key),
        content=codes.content_digest(seals.receipt, submission.fingerprint()),
    )
    take_turn(session, form.digest)  # of two clicks at once the second finds the first one's receipt
    earlier = session.scalars(select(Receipt).where(Receipt.form_digest == form.digest)).first()
    if earlier is None:
        return Received(_receive(session, submission, seals, form, by, entered_by), form.code)
    changed = not codes.same(earlier.content_digest or b"", form.content) or _brings_more(session, earlier)
    return Received(earlier.tip_number, form.code, again=True, changed=changed)


def _brings_more(session: Session, earlier: Receipt) -> bool:
    """Whether the form came again with photos that were not with it the first time (told apart by size)."""
    sent = Counter(photo.size_bytes for photo in photos_of_tip(session, earlier.tip_id))
    return bool(Counter(photo.size_bytes for photo in drafts_of(session, earlier.form_digest)) - sent)


def _receive(
    session: Session,
    submission: Submission,
    seals: Seals,
    form: _Form,
    by: Actor,
    entered_by: int | None,
) -> str:
    photos = evidence.complete_drafts(session, form_digest=form.digest)
    tip = _store_tip(session, submission, seals, len(photos), entered_by)
    evidence.claim_drafts(photos, tip_id=tip.id)
    _store_receipt(session, tip, submission, seals, form)
    _start_clocks(session, tip)
    _store_identity(session, tip, submission, seals)
    trail.record(
        session,
        deed=Deed.RECEIVE_TIP,
        by=by,
        about=("tip", tip.tip_number),
        facts={
            "channel": tip.channel.value,
            "photos": tip.photo_count,
            "named": tip.identity is IdentityKind.NAMED,
            "wants_reward": tip.wants_reward,
        },
    )
    return tip.tip_number


def _store_tip(
    session: Session, said: Submission, seals: Seals, photo_count: int, entered_by: int | None
) -> Tip:
    ref, data_key = new_ref(), new_data_key()
    point = said.point
    on_map = point if point and point.source is PointSource.MAP else None
    tip = Tip(
        ref=ref,
        tip_number=next_number(session, TIPS),
        received_at=calendar.now(),
        channel=said.channel,
        state=TipState.NEW,
        category=said.category,
        jurisdiction=said.township or policy.current().region.county.code,
        township=said.township,
        village=said.village or None,
        cell=geo.cell(point.wgs84_longitude, point.wgs84_latitude) if point else None,
        longitude=on_map.wgs84_longitude if on_map else None,
        latitude=on_map.wgs84_latitude if on_map else None,
        datum=point.datum if point else None,
        point_source=point.source if point else None,
        outside_county=bool(point and not point.in_county),
        ongoing=said.ongoing,
        urgent=said.urgent or said.ongoing is Ongoing.YES,
        subject_kind=said.subject_kind,
        mineral=said.mineral,
        land_class=said.land_class,
        disguise=said.disguise,
        happened_on=said.happened_on,
        identity=said.identity,
        wants_reward=said.wants_reward,
        involves_official=said.involves_official,
        photo_count=photo_count,
        entered_by=entered_by,
        key_wrap=wrap_for_office(data_key, seals.reading, context("tips", ref, "key")),
        sealed_words=seal_words(data_key, said.words().as_text(), context("tips", ref, "words")),
    )
    session.add(tip)
    session.flush()
    return tip


def _store_receipt(
    session: Session,
    tip: Tip,
    said: Submission,
    seals: Seals,
    form: _Form,
) -> None:
    ref = new_ref()
    receipt = Receipt(
        tip_id=tip.id,
        tip_number=tip.tip_number,
        ref=ref,
        code_digest=codes.code_digests(seals.receipt, form.code)[0],
        form_digest=form.digest,
        content_digest=form.content,
        key_version=seals.receipt.receipt_pepper.current,
        informant_key=codes.informant_key(seals.receipt, form.code).public,
        received_at=tip.received_at,
        stage=Stage.RECEIVED,
        photo_count=tip.photo_count,
        wants_reward=said.wants_reward,
        pin_hash=passwords.hash_pin(seals.receipt, said.claim_pin, ref) if said.claim_pin else None,
        reward_stage=RewardStage.NONE,
    )
    session.add(receipt)
    session.flush()
    session.add(ReceiptStep(receipt_id=receipt.id, stage=Stage.RECEIVED, at=tip.received_at))


def _start_clocks(session: Session, tip: Tip) -> None:
    """受理 for every tip; for what is going on now also the call and the visit (config/deadlines.toml)."""
    rules = ("triage", "urgent_call", "urgent_site") if tip.urgent else ("triage",)
    for rule in rules:
        duties.owe(session, rule=rule, about=("tip", tip.id), since=tip.received_at)


def _store_identity(session: Session, tip: Tip, said: Submission, seals: Seals) -> None:
    if said.identity is not IdentityKind.NAMED:
        return
    if seals.identity is None:
        raise Unavailable("no identity key to seal a name to")
    identities.keep_identity(
        session,
        tip_id=tip.id,
        ref=tip.ref,
        name=said.informant_name,
        phone=said.informant_phone,
        key=seals.identity,
    )
