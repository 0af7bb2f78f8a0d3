"""The fund under any order of deeds: balanced, never below zero, nothing paid twice. Hypothesis chooses the order."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from casework.errors import CaseworkError, FundTooLow
from casework.rewards import actions, appropriations, claims, journal, payouts, proposing, waivers
from casework.rewards.models import Appropriation, JournalEntry, Payout, PayoutCounter, Reward
from casework.rewards.steps import hold_reward
from casework.rewards.terms import Account, AppropriationKind, AppropriationState, RewardState
from casework.tips.actions import receipt_of
from casework.tips.lookup import waive_reward
from casework.vault.codes import informant_key
from tests.factories import rewards as make
from tests.machine import databases

PICK = st.integers(0, 5)


class FundMachine(RuleBasedStateMachine):
    """Deeds in any order, each through the product's own actions; a plain model counts along."""

    fresh: Any = staticmethod(lambda: None)  # set by the test: a context with a fresh database
    keys: Any = None

    def __init__(self):
        super().__init__()
        self.opened = self.fresh()
        self.db = self.opened.__enter__()
        with self.db.begin() as session:
            self.people = make.people(session, self.keys)
        self.found, self.codes, self.documents, self.vouchers = [], {}, 0, 0
        self.available = self.reserved = self.paid = self.appropriated = 0
        self.numbers = {}

    def teardown(self):
        self.opened.__exit__(None, None, None)

    @initialize(count=st.integers(2, 4), yuan=st.sampled_from([8_000, 30_000, 60_000]))
    def matters(self, count, yuan):
        self.appropriate(yuan)
        self.decide_on_appropriation(True)
        with self.db.begin() as session:
            for _ in range(count):
                found = make.borne_out(session, self.keys, self.people, pin=None)
                self.found.append(found.tip.id)
                self.codes[found.tip.id] = (found.tip.tip_number, found.code)

    def pick(self, n):
        return self.found[n % len(self.found)]

    def reward(self, session, n, *states):
        """The reward of the nth tip, when it is in one of these states; deeds on others are tried and refused."""
        found = session.scalars(select(Reward).where(Reward.tip_id == self.pick(n))).first()
        return hold_reward(session, found.id) if found and (not states or found.state in states) else None

    # ── the fund ──
    @rule(yuan=st.sampled_from([1, 5_000, 20_000, 30_000]))
    def appropriate(self, yuan):
        self.documents += 1
        with self.db.begin() as session:
            appropriations.appropriate(
                session,
                kind=AppropriationKind.SUPPLEMENT,
                amount_fen=yuan * 100,
                document_number=f"交财建〔2026〕{self.documents}号",
                by=self.people.leader,
            )

    @rule(confirmed=st.booleans())
    def decide_on_appropriation(self, confirmed):
        with self.db.begin() as session:
            waiting = session.scalars(
                select(Appropriation).where(Appropriation.state == AppropriationState.ENTERED)
            ).first()
            if waiting is None:
                return
            decide = (
                appropriations.confirm_appropriation if confirmed else appropriations.refuse_appropriation
            )
            decide(session, appropriation_id=waiting.id, by=self.people.approver)
            if confirmed:
                self.available += waiting.amount_fen
                self.appropriated += waiting.amount_fen

    # ── the way ──
    @rule(n=PICK, yuan=st.sampled_from([5_000, 8_000, 20_000]), uplift=st.sampled_from([0, 50]))
    def propose(self, n, yuan, uplift):
        self.attempt(
            lambda s: proposing.propose(
                s,
                tip_number=self.codes[self.pick(n)][0],
                proposal=make.proposal(yuan, uplift),
                by=self.people.clerk,
            )
        )

    @rule(n=PICK, times=st.integers(1, 5))
    def go_on(self, n, times):
        """As far as `times` steps of the usual way lead: a random order alone seldom gets to a payment."""
        for _ in range(times):
            with self.db.read() as session:
                reward = self.reward(session, n)
            state = reward.state if reward else None
            match state:
                case None | RewardState.RETURNED:
                    self.propose(n, 8_000, 0)
                case RewardState.PROPOSED:
                    self.review(n)
                case RewardState.REVIEWED:
                    self.approve(n)
                case RewardState.APPROVED:
                    self.claim(n)
                case RewardState.CLAIMED:
                    self.pay(n)

    @rule(n=PICK, times=st.integers(3, 5))
    def go_far(self, n, times):
        self.go_on(n, times)

    @rule(n=PICK)
    def review(self, n):
        self.step(n, lambda s, r: actions.review(s, reward=r, version=r.version, by=self.people.reviewer))

    @rule(n=PICK)
    def send_back(self, n):
        self.step(
            n,
            lambda s, r: actions.send_back(
                s, reward=r, version=r.version, reason="再核", by=self.people.approver
            ),
        )

    @rule(n=PICK)
    def decline(self, n):
        self.step(
            n,
            lambda s, r: actions.decline(
                s, reward=r, version=r.version, reason="不符", by=self.people.approver
            ),
        )

    @rule(n=PICK)
    def approve(self, n):
        with self.db.read() as session:
            reward = self.reward(session, n, RewardState.REVIEWED)
        try:
            approved = self.step(
                n,
                lambda s, r: actions.approve(
                    s, reward=r, version=r.version, by=self.people.approver, decision_document="纪要"
                ),
            )
        except FundTooLow:
            assert reward is not None
            assert reward.amount_fen > self.available
            return
        if approved:
            self.available -= reward.amount_fen
            self.reserved += reward.amount_fen

    @rule(n=PICK, settled=st.booleans())
    def waive(self, n, settled):
        with self.db.read() as session:
            reward = self.reward(session, n)
        self.attempt(lambda s: waive_reward(s, receipt_id=receipt_of(s, self.pick(n)).id))
        if settled and reward is not None:
            with self.db.begin() as session:
                for waived in waivers.waived_rewards(session):
                    self.settle(session, waived)

    def settle(self, session, reward_id):
        back = journal.reserved_for(session, reward_id)
        waivers.settle_waiver(session, reward_id)
        self.available += back
        self.reserved -= back

    @rule(n=PICK)
    def claim(self, n):
        tip_id = self.pick(n)
        self.attempt(lambda s: make.claim(s, receipt_of(s, tip_id).id))
        with self.db.begin() as session:
            for claim_id in payouts.claims_waiting(session):
                payouts.issue_payout_number(session, claim_id, self.keys.office)
        with self.db.read() as session:
            receipt = receipt_of(session, tip_id)
            private = informant_key(self.keys.receipt, self.codes[tip_id][1], receipt.key_version).private
            told = claims.read_payout_number(session, receipt_id=receipt.id, private_key=private)
        if told:
            self.numbers[tip_id] = told

    @precondition(lambda self: self.numbers)
    @rule(n=PICK)
    def pay(self, n):
        """With the number of this tip, or, where it has none, with one that may have been used before."""
        number = self.numbers.get(self.pick(n)) or sorted(self.numbers.values())[n % len(self.numbers)]
        self.vouchers += 1
        with self.db.begin() as session:
            paid = payouts.pay_out(
                session,
                number=number,
                voucher_number=f"现金 {self.vouchers}",
                by=self.people.cashier,
                keys=self.keys.office,
            )
            # A used number counts as a wrong one; the cashier of this test has patience.
            session.query(PayoutCounter).update({"failures": 0, "locked_until": None})
        if paid:
            self.reserved -= paid.amount_fen
            self.paid += paid.amount_fen

    def step(self, n, deed):
        def on_reward(session):
            reward = self.reward(session, n)
            if reward is None:
                return False
            deed(session, reward)
            return True

        return self.attempt(on_reward)

    def attempt(self, deed):
        """Runs one deed in a transaction of its own; what the rules refuse must leave nothing behind."""
        try:
            with self.db.begin() as session:
                return deed(session)
        except FundTooLow:
            raise
        except CaseworkError:
            return False

    # ── what always holds ──
    @invariant()
    def the_books_are_right(self):
        with self.db.read() as session:
            now = journal.balances(session)
            entries = session.scalars(select(JournalEntry).order_by(JournalEntry.number)).all()
            promised = session.scalars(
                select(Reward.amount_fen).where(Reward.state.in_((RewardState.APPROVED, RewardState.CLAIMED)))
            ).all()
            paid = session.scalars(select(Payout).where(Payout.paid_at.is_not(None))).all()
        assert now == journal.Balances(self.appropriated, self.available, self.reserved, self.paid)
        assert min(now.available_fen, now.reserved_fen, now.paid_fen) >= 0
        assert now.appropriated_fen == now.held_fen + now.paid_fen
        assert now.reserved_fen == sum(promised)
        assert now.paid_fen == sum(payout.amount_fen for payout in paid)
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        held = dict.fromkeys(Account, 0)
        for entry in entries:
            held[entry.from_account] -= entry.amount_fen
            held[entry.to_account] += entry.amount_fen
            assert min(held[a] for a in Account if a is not Account.TREASURY) >= 0
        assert sum(held.values()) == 0


def play(fresh, keys, *, examples, steps):
    machine = type("Machine", (FundMachine,), {"fresh": staticmethod(fresh), "keys": keys})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_order_of_deeds_unbalances_the_fund(sqlite_template, tmp_path_factory, keys):
    def fresh():
        return databases.sqlite_copy(sqlite_template, tmp_path_factory.mktemp("fund"))

    play(fresh, keys, examples=8, steps=25)


def test_no_order_of_deeds_unbalances_the_fund_on_postgres(postgres_server, postgres_template, keys):
    play(lambda: databases.postgres_copy(postgres_server, postgres_template), keys, examples=3, steps=20)


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_no_order_of_four_hundred_unbalances_the_fund(sqlite_template, tmp_path_factory, keys, part):
    def fresh():
        return databases.sqlite_copy(sqlite_template, tmp_path_factory.mktemp("fund"))

    play(fresh, keys, examples=50, steps=60)


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_no_order_of_a_hundred_unbalances_the_fund_on_postgres(
    postgres_server, postgres_template, keys, part
):
    play(lambda: databases.postgres_copy(postgres_server, postgres_template), keys, examples=25, steps=50)
