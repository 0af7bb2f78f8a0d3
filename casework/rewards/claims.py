"""申领: the informant says how and where. Runs on the portal, which sees receipts and claims and nothing else."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, policy, trail
from casework.errors import Invalid, NotFound, Throttled, WrongState
from casework.rewards.models import RewardClaim
from casework.terms import RewardStage
from casework.tips.lookup import check_pin
from casework.tips.models import Receipt
from casework.trail import INFORMANT, Deed
from casework.vault.codes import code_digests
from casework.vault.keys import ReceiptKeys
from casework.vault.sealing import SealBroken, context, new_ref, open_message_as_informant


@dataclass(frozen=True)
class ClaimTold:
    """What the claim page shows. `number` is None until the worker has made it; `collect_by` comes with it."""

    method: str
    counter: str
    claimed_at: datetime
    collect_by: date | None
    number: str | None = field(repr=False)


@dataclass(frozen=True)
class Standing:
    """What the claim page shows to whoever has code and PIN."""

    stage: RewardStage
    amount_fen: int | None
    claim_by: date | None
    claim: ClaimTold | None


def claimant(session: Session, *, code: str, pin: str, keys: ReceiptKeys) -> Receipt | None:
    """The receipt, when code and PIN are right; None otherwise, alike for unknown, locked and wrong ones.

    Wrong PINs are counted, so commit either way. The row is held while the PIN is checked: many
    guesses at once count one after the other.
    """
    digests = code_digests(keys, code)
    found = select(Receipt).where(Receipt.code_digest.in_(digests)).limit(1).with_for_update()
    receipt = session.scalars(found).first()
    try:
        right = check_pin(session, receipt=receipt, pin=pin, keys=keys)
    except Throttled:
        check_pin(session, receipt=None, pin=pin, keys=keys)  # takes alike long
        return None
    return receipt if right else None


def claim_reward(session: Session, *, receipt_id: int, method: str, counter: str, demo: bool) -> RewardClaim:
    """Claims an approved reward; a second click answers the first claim.

    Raises Invalid on `claim_method` or `counter`, WrongState when there is nothing to claim.
    A claim after the day that was told still stands while the reward has not lapsed.
    """
    receipt = session.get(Receipt, receipt_id, with_for_update=True)
    if receipt is None:
        raise NotFound("receipt")
    if (known := _claim_of(session, receipt_id)) is not None:
        return known
    if receipt.reward_stage is not RewardStage.APPROVED:
        raise WrongState("nothing to claim", state=receipt.reward_stage.value)
    _check_way(method, counter, demo=demo)
    claim = RewardClaim(
        ref=new_ref(), receipt_id=receipt_id, method=method, counter=counter, claimed_at=calendar.now()
    )
    session.add(claim)
    session.flush()
    receipt.reward_stage = RewardStage.CLAIMED
    trail.record(
        session,
        deed=Deed.CLAIM_REWARD,
        by=INFORMANT,
        about=("tip", receipt.tip_number),
        facts={"method": method, "counter": counter},
    )
    return claim


def standing(session: Session, *, receipt_id: int, private_key: bytes) -> Standing:
    """How the reward of one receipt stands, and the claim if there is one."""
    receipt = session.get(Receipt, receipt_id)
    if receipt is None:
        raise NotFound("receipt")
    told = read_claim(session, receipt_id=receipt_id, private_key=private_key)
    return Standing(receipt.reward_stage, receipt.reward_amount_fen, receipt.reward_claim_by, told)


def read_claim(session: Session, *, receipt_id: int, private_key: bytes) -> ClaimTold | None:
    """The claim and, once made, its payout number, opened with the informant's own key."""
    claim = _claim_of(session, receipt_id)
    if claim is None:
        return None
    number = _number(claim, private_key)
    return ClaimTold(claim.method, claim.counter, claim.claimed_at, _collect_by(claim), number)


def read_payout_number(session: Session, *, receipt_id: int, private_key: bytes) -> str | None:
    """The number alone, for the track page; None while it is being made."""
    told = read_claim(session, receipt_id=receipt_id, private_key=private_key)
    return told.number if told else None


def _number(claim: RewardClaim, private_key: bytes) -> str | None:
    if claim.sealed_number is None:
        return None
    try:
        return open_message_as_informant(claim.sealed_number, private_key, number_context(claim.ref))
    except SealBroken:
        return None  # sealed to an earlier key of a code whose pepper was rotated away


def _collect_by(claim: RewardClaim) -> date | None:
    """The last day to fetch the money: the same rule as the clock that the worker starts."""
    if claim.issued_at is None:
        return None
    return calendar.local_day(
        calendar.due_at(policy.current().deadlines["reward_collect"], claim.issued_at).at
    )


def number_context(ref: str) -> bytes:
    return context("reward_claims", ref, "number")


def _claim_of(session: Session, receipt_id: int) -> RewardClaim | None:
    return session.scalars(select(RewardClaim).where(RewardClaim.receipt_id == receipt_id)).first()


def _check_way(method: str, counter: str, *, demo: bool) -> None:
    today = policy.current()
    if method not in {way.key for way in today.open_claim_methods(demo=demo)}:
        raise Invalid("claim_method", "unknown")
    if counter not in {place.key for place in today.open_counters(demo=demo)}:
        raise Invalid("counter", "unknown")
