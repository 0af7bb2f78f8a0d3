"""The cashier: a number and an amount, paid once, by somebody who took no other step."""

import pytest
from sqlalchemy import select

from casework import calendar
from casework.duties.queries import clocks_of, running
from casework.errors import Invalid, NotAllowed, SamePerson, Throttled
from casework.officers.models import OfficerRole
from casework.officers.roles import Role
from casework.rewards import claims, journal, payouts
from casework.rewards.models import Payout, PayoutCounter, Reward
from casework.rewards.terms import RewardState
from casework.terms import RewardStage
from casework.tips.actions import receipt_of
from casework.trail import Deed
from casework.trail.models import Entry
from casework.vault.codes import informant_key, payout_digest
from tests.factories import rewards as make


@pytest.fixture
def found(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people)
        found = make.borne_out(session, keys, people)
        make.approved(session, people, found)
        return found


@pytest.fixture
def number(db, keys, found):
    return issued(db, keys, found)


def issued(db, keys, found):
    with db.begin() as session:
        receipt = receipt_of(session, found.tip.id)
        payouts.issue_payout_number(session, make.claim(session, receipt.id).id, keys.office)
        private = informant_key(keys.receipt, found.code, receipt.key_version).private
        return claims.read_payout_number(session, receipt_id=receipt.id, private_key=private)


def pay(db, keys, number, by, voucher="现金 0001"):
    with db.begin() as session:
        return payouts.pay_out(session, number=number, voucher_number=voucher, by=by, keys=keys.office)


def test_the_number_opens_an_amount_and_nothing_else(db, keys, people, number):
    with db.begin() as session:
        payable = payouts.find_payout(session, number=number, by=people.cashier, keys=keys.office)
    assert payable.amount_fen == 2_000_000
    assert set(vars(payable)) == {"payout_id", "number", "amount_fen"}


def test_only_a_digest_and_a_sealed_copy_of_the_number_are_kept(db, keys, number):
    with db.read() as session:
        row = session.scalars(select(Payout)).one()
    assert row.number_digest == payout_digest(keys.office, number)
    assert len(number) == 10


def test_paying_moves_what_was_reserved_and_tells_the_informant(db, keys, people, found, number):
    paid = pay(db, keys, number, people.cashier)
    assert (paid.amount_fen, paid.voucher_number) == (2_000_000, "现金 0001")
    with db.read() as session:
        now = journal.balances(session)
        assert (now.reserved_fen, now.paid_fen, now.held_fen) == (0, 2_000_000, 48_000_000)
        assert session.scalars(select(Reward.state)).one() is RewardState.PAID
        assert receipt_of(session, found.tip.id).reward_stage is RewardStage.PAID
        assert running(session, ("tip", found.tip.id)) == []
        clocks = {clock.rule: clock.state for clock in clocks_of(session, ("tip", found.tip.id))}
    assert clocks["reward_collect"] == clocks["reward_claim"] == "met"


def test_a_number_pays_once(db, keys, people, number):
    pay(db, keys, number, people.cashier)
    assert pay(db, keys, number, people.cashier, "现金 0002") is None
    with db.begin() as session:
        assert payouts.find_payout(session, number=number, by=people.cashier, keys=keys.office) is None
    with db.read() as session:
        assert journal.balances(session).paid_fen == 2_000_000


def test_a_number_is_read_as_people_write_it(db, keys, people, number):
    typed = f" {number[:3]}-{number[3:6]} {number[6:]}".translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    )
    with db.begin() as session:
        assert payouts.find_payout(session, number=typed, by=people.cashier, keys=keys.office)


@pytest.mark.parametrize(("voucher", "reason"), [(" ", "empty"), ("x" * 61, "too_long")])
def test_a_payment_names_its_voucher(db, keys, people, number, voucher, reason):
    with pytest.raises(Invalid) as refused:
        pay(db, keys, number, people.cashier, voucher)
    assert (refused.value.field, refused.value.reason) == ("voucher_number", reason)


def test_one_voucher_serves_one_payment(db, keys, people, number):
    with db.begin() as session:
        other = make.borne_out(session, keys, people)
        make.approved(session, people, other)
    pay(db, keys, number, people.cashier, "现金 0001")
    with pytest.raises(Invalid) as refused:
        pay(db, keys, issued(db, keys, other), people.cashier, "现金 0001")
    assert refused.value.reason == "taken"


def test_wrong_numbers_make_this_cashier_wait_and_no_other(db, keys, people, number):
    with db.begin() as session:
        other = make.officer(session, keys, "cashier.two", "云一帆", {Role.CASHIER})

    def guess(by, typed):
        with db.begin() as session:
            return payouts.find_payout(session, number=typed, by=by, keys=keys.office)

    for n in range(payouts.FREE_FAILURES):
        assert guess(people.cashier, f"{n:010d}") is None
    with pytest.raises(Throttled) as refused:
        guess(people.cashier, number)
    with pytest.raises(Throttled):
        pay(db, keys, number, people.cashier)
    assert guess(other, number).amount_fen == 2_000_000
    with calendar.freeze(refused.value.facts["until"]):
        assert guess(people.cashier, number).amount_fen == 2_000_000
    with db.read() as session:
        assert session.get(PayoutCounter, people.cashier.id).failures == 0
        deeds = session.scalars(select(Entry.deed).where(Entry.deed == Deed.REFUSE_PAYOUT.value)).all()
    assert len(deeds) == payouts.FREE_FAILURES


def test_each_further_wrong_number_doubles_the_wait_up_to_an_hour(db, keys, people, found):
    waits = []
    with calendar.freeze(calendar.now()) as clock:
        for n in range(payouts.FREE_FAILURES + 6):
            with db.begin() as session:
                payouts.find_payout(session, number=f"{n:010d}", by=people.cashier, keys=keys.office)
            with db.read() as session:
                until = session.get(PayoutCounter, people.cashier.id).locked_until
            if until:
                waits.append((until - clock.at).total_seconds() / 60)
                clock.move_to(until)
    assert waits == [5, 10, 20, 40, 60, 60, 60]


@pytest.mark.parametrize("who", ["leader", "triage", "investigator", "clerk", "reviewer", "approver"])
def test_only_a_cashier_pays(db, keys, people, number, who):
    with pytest.raises(NotAllowed):
        pay(db, keys, number, getattr(people, who))


@pytest.mark.parametrize("who", ["clerk", "reviewer", "approver"])
def test_who_took_a_step_does_not_pay_even_after_changing_office(db, keys, people, number, who):
    officer = getattr(people, who)
    with db.begin() as session:
        held = session.merge(officer)
        held.role_rows = [OfficerRole(officer_id=officer.id, role=Role.CASHIER)]
    with db.read() as session:
        cashier_now = session.get(type(officer), officer.id)
    with pytest.raises(SamePerson):
        pay(db, keys, number, cashier_now)
    with db.read() as session:
        assert journal.balances(session).paid_fen == 0
        assert session.scalars(select(Payout.paid_at)).all() == [None]


def test_a_claim_whose_reward_is_not_approved_gets_no_number(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people)
        found = make.borne_out(session, keys, people)
        make.reviewed(session, people, found)
        receipt = receipt_of(session, found.tip.id)
        receipt.reward_stage = RewardStage.APPROVED  # as a portal that was taken over might write
        made = make.claim(session, receipt.id)
        payouts.issue_payout_number(session, made.id, keys.office)
        assert session.scalars(select(Payout)).all() == []
        assert made.sealed_number is None


def test_the_traces_of_a_payment_name_neither_tip_nor_number(db, keys, people, found, number):
    pay(db, keys, number, people.cashier)
    with db.read() as session:
        entries = session.scalars(select(Entry).where(Entry.about_kind == "payout").order_by(Entry.id)).all()
    assert [entry.deed for entry in entries] == [Deed.ISSUE_PAYOUT_NUMBER.value, Deed.PAY_OUT.value]
    assert entries[1].facts == {"amount_fen": 2_000_000, "journal": 3}
    told = str([(entry.about_ref, entry.facts) for entry in entries])
    assert number not in told
    assert found.tip.tip_number not in told


def test_the_number_does_not_open_to_another_informant(db, keys, people, found, number):
    with db.begin() as session:
        other = make.borne_out(session, keys, people)
    with db.read() as session:
        receipt = receipt_of(session, found.tip.id)
        stranger = informant_key(keys.receipt, other.code, receipt.key_version).private
        assert claims.read_payout_number(session, receipt_id=receipt.id, private_key=stranger) is None
