"""What the office does with a tip: decline, hand on, speak to the informant, show a stage."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, duties, policy, trail
from casework.errors import Invalid, NotFound, Stale, WrongState
from casework.officers.models import Officer
from casework.officers.queries import newest_public_key
from casework.officers.sight import sight_of
from casework.terms import RewardStage, Stage, TipState
from casework.tips.models import Message, Receipt, ReceiptStep, Tip
from casework.trail import Deed
from casework.vault.sealing import PublicKey, context, new_ref, seal_message

LONGEST_MESSAGE = 1000


def tip_for(session: Session, *, tip_number: str, by: Officer, lock: bool = False) -> Tip:
    """The tip, if this officer may know of it. Raises NotFound otherwise, alike for unknown ones."""
    query = select(Tip).where(Tip.tip_number == tip_number)
    tip = session.scalars(query.with_for_update() if lock else query).first()
    if tip is None or not sight_of(by).covers(
        jurisdiction=tip.jurisdiction, involves_official=tip.involves_official
    ):
        raise NotFound("tip")
    return tip


def decide(session: Session, *, tip: Tip, state: TipState, by: Officer, version: int | None = None) -> None:
    """Takes a new tip out of the inbox, once. Raises Stale or WrongState when somebody was faster."""
    if version is not None and version != tip.version:
        raise Stale("the tip was changed meanwhile")
    if tip.state is not TipState.NEW:
        raise WrongState("the tip is no longer in the inbox", state=tip.state.value)
    tip.state, tip.version = state, tip.version + 1
    tip.decided_at, tip.decided_by = calendar.now(), by.id
    duties.meet(session, rule="triage", about=("tip", tip.id), by=by)


def decline_tip(session: Session, *, tip: Tip, reason: str, by: Officer, version: int | None = None) -> None:
    """不予受理 with a reason of the rules (config/categories.toml); the informant reads that reason's sentence."""
    if reason not in policy.current().decline_reasons:
        raise Invalid("reason", "unknown")
    decide(session, tip=tip, state=TipState.DECLINED, by=by, version=version)
    tip.decline_reason = reason
    duties.cancel(session, about=("tip", tip.id), by=by)
    show_stage(session, tip_id=tip.id, stage=Stage.DECLINED, note=reason)
    trail.record(
        session, deed=Deed.DECLINE_TIP, by=by, about=("tip", tip.tip_number), facts={"reason": reason}
    )


def hand_on_tip(session: Session, *, tip: Tip, body: str, by: Officer, version: int | None = None) -> None:
    """转办 to a body that this campaign's agencies are not (config/agencies.toml)."""
    if body not in policy.current().bodies:
        raise Invalid("body", "unknown")
    decide(session, tip=tip, state=TipState.HANDED_ON, by=by, version=version)
    tip.handed_on_to = body
    duties.cancel(session, about=("tip", tip.id), by=by)
    show_stage(session, tip_id=tip.id, stage=Stage.HANDED_ON, note=body)
    trail.record(session, deed=Deed.HAND_ON_TIP, by=by, about=("tip", tip.tip_number), facts={"body": body})


def send_message(session: Session, *, tip: Tip, words: str, asks: bool, by: Officer) -> Message:
    """Words to the informant, sealed to their own key and to the office. Raises Invalid `message`."""
    words = words.strip()
    if not words or len(words) > LONGEST_MESSAGE:
        raise Invalid("message", "empty" if not words else "too_long")
    receipt = receipt_of(session, tip.id)
    ref = new_ref()
    informant = PublicKey(0, receipt.informant_key)
    message = Message(
        ref=ref,
        receipt_id=receipt.id,
        tip_id=tip.id,
        sent_at=calendar.now(),
        sent_by=by.id,
        asks=asks,
        for_informant=seal_message(words, informant, context("messages", ref, "informant")),
        for_office=seal_message(
            words, newest_public_key(session, "reading"), context("messages", ref, "office")
        ),
    )
    session.add(message)
    session.flush()
    trail.record(
        session, deed=Deed.SEND_MESSAGE, by=by, about=("tip", tip.tip_number), facts={"message": message.id}
    )
    return message


def show_stage(
    session: Session,
    *,
    tip_id: int,
    stage: Stage,
    note: str | None = None,
    answer_by: date | None = None,
) -> None:
    """Pushes down to the informant's page where things stand. Rooms above call it; it never looks up."""
    receipt = receipt_of(session, tip_id)
    receipt.answer_by = answer_by
    if receipt.stage is stage:
        return
    receipt.stage = stage
    session.add(ReceiptStep(receipt_id=receipt.id, stage=stage, at=calendar.now(), note=note))


def show_reward(
    session: Session,
    *,
    tip_id: int,
    stage: RewardStage,
    amount_fen: int | None = None,
    claim_by: date | None = None,
) -> None:
    """Pushes down what the informant may know of the reward: state, amount in 分, last day to claim."""
    receipt = receipt_of(session, tip_id)
    receipt.reward_stage = stage
    receipt.reward_amount_fen = amount_fen
    receipt.reward_claim_by = claim_by


def receipt_of(session: Session, tip_id: int) -> Receipt:
    receipt = session.scalars(select(Receipt).where(Receipt.tip_id == tip_id)).first()
    if receipt is None:
        raise NotFound("receipt")
    return receipt
