"""The fund: balanced by construction, never below zero, never edited; the database itself refuses otherwise."""

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from casework import calendar
from casework.errors import FundTooLow, Invalid, NotAllowed, SamePerson, WrongState
from casework.officers.models import Officer
from casework.officers.roles import Role
from casework.rewards import appropriations, journal
from casework.rewards.models import Appropriation, JournalEntry
from casework.rewards.terms import Account, AppropriationKind, AppropriationState, JournalKind
from casework.trail import Deed
from casework.trail.models import Entry
from tests.factories import rewards as make


def appropriate(session, by, yuan=100_000, document="交财建〔2026〕2号"):
    return appropriations.appropriate(
        session,
        kind=AppropriationKind.ANNUAL,
        amount_fen=yuan * 100,
        document_number=document,
        by=by,
    )


def balances(db):
    with db.read() as session:
        return journal.balances(session)


def test_an_empty_fund_holds_nothing(db):
    assert balances(db) == journal.Balances(0, 0, 0, 0)


def test_money_counts_only_when_somebody_else_has_confirmed_it(db, people):
    with db.begin() as session:
        entered = appropriate(session, people.leader)
    assert balances(db).held_fen == 0
    with db.begin() as session:
        appropriations.confirm_appropriation(session, appropriation_id=entered.id, by=people.approver)
    now = balances(db)
    assert (now.appropriated_fen, now.available_fen, now.held_fen) == (10_000_000, 10_000_000, 10_000_000)


def test_who_entered_an_appropriation_does_not_confirm_it(db, keys):
    with db.begin() as session:
        both = make.officer(session, keys, "both", "云一帆", {Role.LEADER, Role.REWARD_APPROVER})
        entered = appropriate(session, both)
    with pytest.raises(SamePerson), db.begin() as session:
        appropriations.confirm_appropriation(session, appropriation_id=entered.id, by=both)
    with pytest.raises(IntegrityError), db.begin() as session:
        session.execute(
            update(Appropriation).values(
                state=AppropriationState.CONFIRMED, decided_by=both.id, decided_at=calendar.now()
            )
        )
    assert balances(db).held_fen == 0


def test_an_appropriation_is_decided_once(db, people):
    with db.begin() as session:
        entered = appropriate(session, people.leader)
        appropriations.confirm_appropriation(session, appropriation_id=entered.id, by=people.approver)
    for decide in (appropriations.confirm_appropriation, appropriations.refuse_appropriation):
        with pytest.raises(WrongState), db.begin() as session:
            decide(session, appropriation_id=entered.id, by=people.approver)
    assert balances(db).held_fen == 10_000_000


def test_one_document_brings_money_once_unless_it_was_refused(db, people):
    with db.begin() as session:
        first = appropriate(session, people.leader)
    with pytest.raises(Invalid) as refused, db.begin() as session:
        appropriate(session, people.leader, 1)
    assert (refused.value.field, refused.value.reason) == ("document_number", "taken")
    with db.begin() as session:
        appropriations.refuse_appropriation(session, appropriation_id=first.id, by=people.approver)
        appropriate(session, people.leader, 90_000)


@pytest.mark.parametrize("yuan", [0, -1, 200_000_000])
def test_an_amount_that_cannot_be_is_refused(db, people, yuan):
    with pytest.raises(Invalid) as refused, db.begin() as session:
        appropriate(session, people.leader, yuan)
    assert refused.value.field == "amount_yuan"


def test_an_appropriation_names_its_document(db, people):
    with pytest.raises(Invalid) as refused, db.begin() as session:
        appropriate(session, people.leader, document="  ")
    assert refused.value.field == "document_number"


@pytest.mark.parametrize("who", ["clerk", "reviewer", "approver", "cashier", "investigator", "triage"])
def test_only_a_leader_enters_and_only_an_approver_confirms(db, people, who):
    officer = getattr(people, who)
    with pytest.raises(NotAllowed), db.begin() as session:
        appropriate(session, officer)
    with db.begin() as session:
        entered = appropriate(session, people.leader)
    if who == "approver":
        return
    with pytest.raises(NotAllowed), db.begin() as session:
        appropriations.confirm_appropriation(session, appropriation_id=entered.id, by=officer)


def test_more_than_is_available_is_not_reserved(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people, 10_000)
        reward = make.reviewed(session, people, make.borne_out(session, keys, people), 8_000)
        other = make.reviewed(session, people, make.borne_out(session, keys, people), 8_000)
        post(session, JournalKind.RESERVE, 800_000, reward)
    with pytest.raises(FundTooLow), db.begin() as session:
        post(session, JournalKind.RESERVE, 200_001, other)
    with db.begin() as session:
        post(session, JournalKind.RESERVE, 200_000, other)
    assert balances(db) == journal.Balances(1_000_000, 0, 1_000_000, 0)


def test_no_payment_passes_its_own_reservation(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people)
        one = make.reviewed(session, people, make.borne_out(session, keys, people), 8_000)
        other = make.reviewed(session, people, make.borne_out(session, keys, people), 8_000)
        post(session, JournalKind.RESERVE, 800_000, one)
        post(session, JournalKind.RESERVE, 800_000, other)
    with pytest.raises(FundTooLow), db.begin() as session:
        post(session, JournalKind.PAY_OUT, 800_001, one)
    with db.begin() as session:
        post(session, JournalKind.PAY_OUT, 800_000, one)
    with pytest.raises(FundTooLow), db.begin() as session:
        post(session, JournalKind.PAY_OUT, 1, one)


def post(session, kind, amount_fen, reward):
    return journal.post(
        session,
        kind=kind,
        amount_fen=amount_fen,
        by=session.get_one(Officer, reward.proposed_by),
        reward_id=reward.id,
    )


@pytest.fixture
def filled(db, keys, people):
    """10,000 yuan there, 8,000 of them reserved for one reward; a second reward has none."""
    with db.begin() as session:
        make.fill_fund(session, people, 10_000)
        one = make.reviewed(session, people, make.borne_out(session, keys, people), 8_000)
        other = make.reviewed(session, people, make.borne_out(session, keys, people), 8_000)
        post(session, JournalKind.RESERVE, 800_000, one)
        fund = journal.hold_fund(session)
    return {"fund_id": fund.id, "one": one.id, "other": other.id}


RAW = [
    # what somebody who goes round the product would insert: kind, from, to, 分, for which reward
    ("reserve", "available", "reserved", 200_001, "other"),
    ("pay_out", "reserved", "paid", 800_001, "one"),
    ("pay_out", "reserved", "paid", 1, "other"),
    ("release", "reserved", "available", 800_001, "one"),
    ("reserve", "available", "reserved", 0, "other"),
    ("reserve", "available", "reserved", -5, "other"),
    ("reserve", "reserved", "available", 5, "one"),
    ("pay_out", "available", "paid", 5, "one"),
    ("appropriate", "treasury", "available", 5, "one"),
    ("reserve", "available", "reserved", 5, None),
    ("gift", "available", "paid", 5, "one"),
]


@pytest.mark.parametrize(("kind", "source", "target", "amount", "reward"), RAW)
def test_the_database_itself_refuses_what_does_not_balance(db, filled, kind, source, target, amount, reward):
    before = balances(db)
    with pytest.raises(IntegrityError), db.begin() as session:
        insert_raw(session, filled["fund_id"], kind, source, target, amount, filled.get(reward or ""))
    assert balances(db) == before


def test_the_database_takes_what_does_balance(db, filled):
    with db.begin() as session:
        insert_raw(session, filled["fund_id"], "reserve", "available", "reserved", 200_000, filled["other"])
    assert balances(db).available_fen == 0


def insert_raw(session, fund_id, kind, source, target, amount, reward_id):
    session.execute(
        text(
            "INSERT INTO journal_entries (fund_id, number, at, kind, from_account, to_account, amount_fen, reward_id)"
            " SELECT :fund, max(number) + 1, max(at), :kind, :source, :target, :amount, :reward FROM journal_entries"
        ),
        {
            "fund": fund_id,
            "kind": kind,
            "source": source,
            "target": target,
            "amount": amount,
            "reward": reward_id,
        },
    )


@pytest.mark.parametrize(
    "change",
    [
        update(JournalEntry).values(amount_fen=1),
        delete(JournalEntry),
        text("UPDATE reward_steps SET words = ''"),
        text("DELETE FROM reward_steps"),
    ],
)
def test_entries_and_steps_are_neither_edited_nor_deleted(db, filled, change):
    with pytest.raises(DBAPIError, match="append-only"), db.begin() as session:
        session.execute(change)


@pytest.mark.parametrize("table", ["journal_entries", "reward_steps"])
def test_a_whole_table_is_not_emptied_either(postgres_db, table):
    with pytest.raises(DBAPIError, match="append-only"), postgres_db.begin() as session:
        session.execute(text(f"TRUNCATE {table} CASCADE"))


def test_entries_are_numbered_without_gaps_even_after_a_refusal(db, filled, people):
    with pytest.raises(FundTooLow), db.begin() as session:
        journal.post(
            session,
            kind=JournalKind.RESERVE,
            amount_fen=9_999_999,
            by=people.clerk,
            reward_id=filled["other"],
        )
    with db.begin() as session:
        journal.post(
            session, kind=JournalKind.RESERVE, amount_fen=5, by=people.clerk, reward_id=filled["other"]
        )
    with db.read() as session:
        numbers = session.query(JournalEntry.number).order_by(JournalEntry.id).all()
    assert [number for (number,) in numbers] == [1, 2, 3]


def test_what_goes_out_of_one_account_comes_into_another(db, filled):
    with db.read() as session:
        entries = session.query(JournalEntry).all()
    sums = dict.fromkeys(Account, 0)
    for entry in entries:
        sums[entry.from_account] -= entry.amount_fen
        sums[entry.to_account] += entry.amount_fen
    assert sum(sums.values()) == 0
    assert sums == {
        Account.TREASURY: -1_000_000,
        Account.AVAILABLE: 200_000,
        Account.RESERVED: 800_000,
        Account.PAID: 0,
    }


def test_appropriating_leaves_its_traces(db, people):
    with db.begin() as session:
        make.fill_fund(session, people, 10_000)
    with db.read() as session:
        traces = session.query(Entry.deed, Entry.actor_id, Entry.facts).order_by(Entry.id).all()[-2:]
    assert [tuple(row) for row in traces] == [
        (Deed.APPROPRIATE.value, people.leader.id, {"amount_fen": 1_000_000}),
        (Deed.CONFIRM_APPROPRIATION.value, people.approver.id, {"amount_fen": 1_000_000, "journal": 1}),
    ]
