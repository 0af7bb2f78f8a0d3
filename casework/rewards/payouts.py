"""发放: the worker makes a one-time number, the cashier types it, sees an amount, and pays."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, duties, trail
from casework.errors import Invalid, Throttled
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.rewards import journal, rules
from casework.rewards.appropriations import require
from casework.rewards.claims import number_context
from casework.rewards.models import Payout, PayoutCounter, Reward, RewardClaim
from casework.rewards.steps import add_step, hold_reward, steps_taken
from casework.rewards.terms import JournalKind, RewardMove, RewardState
from casework.terms import RewardStage
from casework.tips import actions as tips
from casework.tips.models import Receipt
from casework.trail import WORKER, Deed
from casework.vault import codes
from casework.vault.keys import OfficeKeys
from casework.vault.sealing import PublicKey, seal_message

FREE_FAILURES = 5
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_VOUCHER = 60


@dataclass(frozen=True)
class Payable:
    """All that a cashier may know."""

    payout_id: int
    number: str = field(repr=False)
    amount_fen: int


@dataclass(frozen=True)
class PaidOut:
    voucher_number: str
    amount_fen: int
    paid_at: datetime


def claims_waiting(session: Session, limit: int = 100) -> list[int]:
    """For the sweep: claims of approved rewards that have no number yet."""
    query = (
        select(RewardClaim.id)
        .join(Receipt, Receipt.id == RewardClaim.receipt_id)
        .join(Reward, Reward.tip_id == Receipt.tip_id)
        .where(RewardClaim.issued_at.is_(None), Reward.state == RewardState.APPROVED)
        .order_by(RewardClaim.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def issue_payout_number(session: Session, claim_id: int, keys: OfficeKeys) -> None:
    """Makes the number of one claim, sealed to the informant and digested for the cashier. Safe to call again."""
    claim = session.get(RewardClaim, claim_id, with_for_update=True)
    if claim is None or claim.issued_at is not None:
        return
    receipt = session.get_one(Receipt, claim.receipt_id)
    reward_id = session.scalar(select(Reward.id).where(Reward.tip_id == receipt.tip_id))
    reward = hold_reward(session, reward_id) if reward_id is not None else None
    if reward is None or reward.state is not RewardState.APPROVED:
        return
    number = _fresh_number(session, keys)
    reward.state, reward.version = rules.after(reward.state, RewardMove.CLAIM), reward.version + 1
    informant = PublicKey(0, receipt.informant_key)
    claim.sealed_number = seal_message(number, informant, number_context(claim.ref))
    claim.issued_at = calendar.now()
    payout = Payout(
        claim_id=claim.id,
        reward_id=reward.id,
        number_digest=codes.payout_digest(keys, number),
        amount_fen=reward.amount_fen,
        issued_at=claim.issued_at,
    )
    session.add(payout)
    session.flush()
    duties.meet(session, rule="reward_claim", about=("tip", reward.tip_id))
    duties.owe(session, rule="reward_collect", about=("tip", reward.tip_id))
    add_step(session, reward, RewardMove.CLAIM, officer_id=None)
    trail.record(session, deed=Deed.ISSUE_PAYOUT_NUMBER, by=WORKER, about=("payout", payout.id))


def find_payout(session: Session, *, number: str, by: Officer, keys: OfficeKeys) -> Payable | None:
    """What a number stands for; None for one that is wrong or was used.

    Wrong ones are counted, so commit either way. Raises Throttled while this cashier has to wait.
    """
    require(by, Permission.PAY_OUT)
    counter = _counter(session, by)
    payout = _unpaid(session, number, keys)
    if payout is None:
        _count_failure(session, counter, by)
        return None
    counter.failures, counter.locked_until = 0, None
    return Payable(payout.id, number, payout.amount_fen)


def pay_out(
    session: Session, *, number: str, voucher_number: str, by: Officer, keys: OfficeKeys
) -> PaidOut | None:
    """Notes that the money was handed over: reserved → paid, once. None for a number that is wrong or was used.

    Raises Invalid `voucher_number`, SamePerson for who proposed, reviewed or approved, Throttled.
    """
    require(by, Permission.PAY_OUT)
    counter = _counter(session, by)
    payout = _unpaid(session, number, keys, lock=True)
    if payout is None:
        _count_failure(session, counter, by)
        return None
    voucher = _voucher(session, voucher_number)
    reward = hold_reward(session, payout.reward_id)
    state = rules.after(reward.state, RewardMove.PAY_OUT)
    rules.refuse_same_person(RewardMove.PAY_OUT, by.id, steps_taken(session, reward.id))
    reward.state, reward.version, reward.paid_by = state, reward.version + 1, by.id
    payout.paid_at, payout.paid_by, payout.voucher_number = calendar.now(), by.id, voucher
    entry = journal.post(
        session,
        kind=JournalKind.PAY_OUT,
        amount_fen=payout.amount_fen,
        by=by,
        document=voucher,
        reward_id=reward.id,
        confirmed_by=reward.approved_by,
    )
    duties.meet(session, rule="reward_collect", about=("tip", reward.tip_id), by=by)
    _tell_paid(session, reward)
    add_step(session, reward, RewardMove.PAY_OUT, officer_id=by.id)
    facts = {"amount_fen": payout.amount_fen, "journal": entry.number}
    trail.record(session, deed=Deed.PAY_OUT, by=by, about=("payout", payout.id), facts=facts)
    return PaidOut(voucher, payout.amount_fen, payout.paid_at)


def paid_by(session: Session, officer: Officer, limit: int = 20) -> list[PaidOut]:
    """A cashier's own last payments: voucher, amount, time."""
    query = (
        select(Payout.voucher_number, Payout.amount_fen, Payout.paid_at)
        .where(Payout.paid_by == officer.id)
        .order_by(Payout.paid_at.desc())
        .limit(limit)
    )
    return [PaidOut(row.voucher_number or "", row.amount_fen, row.paid_at) for row in session.execute(query)]


def _tell_paid(session: Session, reward: Reward) -> None:
    tips.show_reward(
        session,
        tip_id=reward.tip_id,
        stage=RewardStage.PAID,
        amount_fen=reward.amount_fen,
        claim_by=reward.claim_by,
    )


def _fresh_number(session: Session, keys: OfficeKeys) -> str:
    while True:
        number = codes.new_payout_number()
        digest = codes.payout_digest(keys, number)
        if session.scalar(select(Payout.id).where(Payout.number_digest == digest)) is None:
            return number


def _unpaid(session: Session, number: str, keys: OfficeKeys, *, lock: bool = False) -> Payout | None:
    query = select(Payout).where(
        Payout.number_digest == codes.payout_digest(keys, number), Payout.paid_at.is_(None)
    )
    return session.scalars(query.with_for_update() if lock else query).first()


def _voucher(session: Session, typed: str) -> str:
    voucher = typed.strip()
    if not voucher or len(voucher) > LONGEST_VOUCHER:
        raise Invalid("voucher_number", "empty" if not voucher else "too_long")
    if session.scalar(select(Payout.id).where(Payout.voucher_number == voucher)) is not None:
        raise Invalid("voucher_number", "taken")
    return voucher


def _counter(session: Session, by: Officer) -> PayoutCounter:
    """Held until the transaction ends, so that guesses sent at once count one after the other."""
    session.get_one(Officer, by.id, with_for_update={"key_share": True})
    counter = session.get(PayoutCounter, by.id)
    if counter is None:
        counter = PayoutCounter(officer_id=by.id, failures=0)
        session.add(counter)
    if counter.locked_until and counter.locked_until > calendar.now():
        raise Throttled(until=counter.locked_until)
    return counter


def _count_failure(session: Session, counter: PayoutCounter, by: Officer) -> None:
    counter.failures += 1
    if counter.failures >= FREE_FAILURES:
        wait = min(FIRST_WAIT * 2 ** (counter.failures - FREE_FAILURES), LONGEST_WAIT)
        counter.locked_until = calendar.now() + wait
    facts = {"failures": counter.failures}
    trail.record(session, deed=Deed.REFUSE_PAYOUT, by=by, about=("officer", by.id), facts=facts)
