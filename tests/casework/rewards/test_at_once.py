"""Many hands on one fund at the same moment: the same money is promised once, one number pays once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from casework.errors import FundTooLow, WrongState
from casework.rewards import actions, claims, journal, payouts, proposing
from casework.rewards.models import JournalEntry, Payout, Reward
from casework.rewards.steps import hold_reward
from casework.rewards.terms import RewardState
from casework.tips.actions import receipt_of
from casework.tips.lookup import FREE_PIN_FAILURES
from casework.vault.codes import informant_key
from tests.factories import rewards as make

HANDS = 8


def at_once(deeds: list[Callable[[], object]]) -> list[object]:
    """Starts all deeds together; answers what each gave back, or the error it ended with."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        start.wait(timeout=30)
        try:
            return deed()
        except Exception as error:  # noqa: BLE001 - which error it is, the test asserts
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def kinds(answers):
    return sorted(type(answer).__name__ for answer in answers)


def test_eight_approvals_at_once_promise_no_more_than_there_is(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people, 100_000)
        rewards = [
            make.reviewed(session, people, make.borne_out(session, keys, people, pin=None))
            for _ in range(HANDS)
        ]

    def approve(reward_id):
        with db.begin() as session:
            reward = hold_reward(session, reward_id)
            actions.approve(session, reward=reward, version=reward.version, by=people.approver)

    answers = at_once([partial(approve, reward.id) for reward in rewards])
    assert kinds(answers) == ["FundTooLow"] * 3 + ["NoneType"] * 5
    with db.read() as session:
        assert journal.balances(session) == journal.Balances(10_000_000, 0, 10_000_000, 0)
        states = session.scalars(select(Reward.state)).all()
        numbers = session.scalars(select(JournalEntry.number).order_by(JournalEntry.number)).all()
    assert sorted(states) == [RewardState.APPROVED] * 5 + [RewardState.REVIEWED] * 3
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_one_reward_approved_by_eight_at_once_is_reserved_once(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people)
        reward = make.reviewed(session, people, make.borne_out(session, keys, people, pin=None))

    def approve():
        with db.begin() as session:
            held = hold_reward(session, reward.id)
            actions.approve(session, reward=held, version=reward.version, by=people.approver)

    answers = at_once([approve] * HANDS)
    assert kinds(answers) == ["NoneType"] + ["Stale"] * (HANDS - 1)
    with db.read() as session:
        assert journal.balances(session).reserved_fen == 2_000_000


def test_two_clerks_at_once_propose_once(db, keys, people):
    with db.begin() as session:
        found = make.borne_out(session, keys, people, pin=None)

    def propose():
        with db.begin() as session:
            return proposing.propose(
                session, tip_number=found.tip.tip_number, proposal=make.proposal(), by=people.clerk
            )

    answers = at_once([propose] * HANDS)
    assert sum(isinstance(answer, Reward) for answer in answers) == 1
    assert sum(isinstance(answer, WrongState) for answer in answers) == HANDS - 1


def test_one_number_typed_by_eight_hands_pays_once(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people)
        found = make.borne_out(session, keys, people, pin=None)
        make.approved(session, people, found)
        receipt = receipt_of(session, found.tip.id)
        payouts.issue_payout_number(session, make.claim(session, receipt.id).id, keys.office)
        private = informant_key(keys.receipt, found.code, receipt.key_version).private
        number = claims.read_payout_number(session, receipt_id=receipt.id, private_key=private)

    def pay(voucher):
        with db.begin() as session:
            return payouts.pay_out(
                session, number=number, voucher_number=voucher, by=people.cashier, keys=keys.office
            )

    answers = at_once([partial(pay, f"现金 {n:04d}") for n in range(4)])
    assert kinds(answers) == ["NoneType"] * 3 + ["PaidOut"]
    with db.read() as session:
        assert journal.balances(session).paid_fen == 2_000_000
        assert session.query(Payout).filter(Payout.paid_at.is_not(None)).count() == 1


def test_a_claim_pressed_eight_times_at_once_is_one_claim(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people)
        found = make.borne_out(session, keys, people, pin=None)
        make.approved(session, people, found)
        receipt_id = receipt_of(session, found.tip.id).id

    def claim():
        with db.begin() as session:
            return make.claim(session, receipt_id).id

    assert len(set(at_once([claim] * HANDS))) == 1


def test_guesses_at_a_pin_sent_all_at_once_are_counted_one_by_one(db, keys, people):
    with db.begin() as session:
        found = make.borne_out(session, keys, people)

    def guess():
        with db.begin() as session:
            return claims.claimant(session, code=found.code, pin="000000", keys=keys.receipt)

    assert at_once([guess] * HANDS) == [None] * HANDS
    with db.read() as session:
        receipt = receipt_of(session, found.tip.id)
        assert receipt.pin_failures == FREE_PIN_FAILURES
        assert receipt.pin_locked_until is not None


def test_even_who_goes_round_the_product_cannot_promise_the_same_money_twice(postgres_db, keys, people_there):
    """Two bare inserts: the second waits for the first's row lock, then sees what is left, and fails."""
    db, people = postgres_db, people_there
    with db.begin() as session:
        make.fill_fund(session, people, 10_000)
        ids = [
            make.reviewed(session, people, make.borne_out(session, keys, people, pin=None), 8_000).id
            for _ in range(2)
        ]
    inserted, begun = Event(), Event()

    def insert(session, number, reward_id):
        session.execute(
            text(
                "INSERT INTO journal_entries"
                " (fund_id, number, at, kind, from_account, to_account, amount_fen, reward_id)"
                " SELECT id, :number, now(), 'reserve', 'available', 'reserved', 800000, :reward FROM funds"
            ),
            {"number": number, "reward": reward_id},
        )

    def first():
        with db.begin() as session:
            insert(session, 2, ids[0])
            inserted.set()
            assert begun.wait(30)
            wait_until_somebody_waits(db)

    def second():
        with db.begin() as session:
            assert inserted.wait(30)
            begun.set()
            insert(session, 3, ids[1])

    answers = at_once([first, second])
    assert answers[0] is None
    assert isinstance(answers[1], IntegrityError)
    with db.read() as session:
        assert journal.balances(session).available_fen == 200_000


def wait_until_somebody_waits(db):
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(3000):
        with db.read() as session:
            if session.scalar(waiting):
                return
    raise AssertionError("nobody waits for the fund's row")


@pytest.fixture
def people_there(postgres_db, keys):
    with postgres_db.begin() as session:
        return make.people(session, keys)


def test_the_product_says_what_is_missing(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people, 5_000)
        reward = make.reviewed(session, people, make.borne_out(session, keys, people, pin=None), 8_000)
    with pytest.raises(FundTooLow) as refused, db.begin() as session:
        actions.approve(
            session, reward=hold_reward(session, reward.id), version=reward.version, by=people.approver
        )
    assert refused.value.facts == {"there_fen": 500_000, "asked_fen": 800_000}
