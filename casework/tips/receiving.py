"""Receiving a tip: sealed, numbered, its receipt made, its clocks started, in one transaction."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, duties, geo, policy, trail
from casework.errors import Unavailable
from casework.evidence import actions as evidence
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

SAME_FORM = timedelta(hours=2)


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
    code = codes.receipt_code(seals.receipt, form_key)
    form_digest = codes.form_key_digest(seals.receipt, form_key)
    content = codes.content_digest(seals.receipt, submission.fingerprint())
    earlier = session.scalars(select(Receipt).where(Receipt.form_digest == form_digest)).first()
    if earlier is not None:
        changed = not codes.same(earlier.content_digest or b"", content)
        return Received(earlier.tip_number, code, again=True, changed=changed)
    tip = _store_tip(session, submission, seals, entered_by)
    tip.photo_count = evidence.claim_drafts(session, form_digest=form_digest, tip_id=tip.id)
    _store_receipt(session, tip, submission, seals, code, form_digest, content)
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
    return Received(tip.tip_number, code)


def _store_tip(session: Session, said: Submission, seals: Seals, entered_by: int | None) -> Tip:
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
        photo_count=0,
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
    code: str,
    form_digest: bytes,
    content: bytes,
) -> None:
    ref = new_ref()
    receipt = Receipt(
        tip_id=tip.id,
        tip_number=tip.tip_number,
        ref=ref,
        code_digest=codes.code_digests(seals.receipt, code)[0],
        form_digest=form_digest,
        content_digest=content,
        key_version=seals.receipt.receipt_pepper.current,
        informant_key=codes.informant_key(seals.receipt, code).public,
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
