"""The portal's database role claims a reward, and sees nothing of rewards, fund and payouts."""

import secrets

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from casework import schema
from casework.grants import office_grants, portal_grants
from casework.rewards import claims, payouts
from casework.rewards.models import RewardClaim
from casework.tips.actions import receipt_of
from casework.vault.codes import informant_key
from tests.factories import rewards as make
from tests.factories.rewards import PIN


@pytest.fixture
def made(postgres_db, keys):
    with postgres_db.begin() as session:
        people = make.people(session, keys)
        make.fill_fund(session, people)
        found = make.borne_out(session, keys, people)
        make.approved(session, people, found)
    return people, found


def role_of(db, grants):
    name = f"qs_test_{secrets.token_hex(4)}"
    with db.begin() as session:
        session.execute(text(f"CREATE ROLE {name}"))
        for line in grants(name, schema.metadata()):
            session.execute(text(line))
    yield name
    with db.begin() as session:
        session.execute(text(f"DROP OWNED BY {name}"))
        session.execute(text(f"DROP ROLE {name}"))


@pytest.fixture
def portal_role(postgres_db):
    yield from role_of(postgres_db, portal_grants)


@pytest.fixture
def office_role(postgres_db):
    yield from role_of(postgres_db, office_grants)


def act_as(session, role):
    session.execute(text(f"SET LOCAL ROLE {role}"))


def run_as(db, role, statement):
    with db.begin() as session:
        act_as(session, role)
        session.execute(text(statement))


def test_each_side_does_its_part_with_its_own_role(postgres_db, keys, made, portal_role, office_role):
    people, found = made
    with postgres_db.begin() as session:
        act_as(session, portal_role)
        assert claims.claimant(session, code=found.code, pin="000000", keys=keys.receipt) is None
    with postgres_db.begin() as session:
        act_as(session, portal_role)
        receipt = claims.claimant(session, code=found.code, pin=PIN, keys=keys.receipt)
        claim_id = make.claim(session, receipt.id).id
    with postgres_db.begin() as session:
        act_as(session, office_role)
        payouts.issue_payout_number(session, claim_id, keys.office)
    with postgres_db.read() as session:
        act_as(session, portal_role)
        private = informant_key(keys.receipt, found.code).private
        number = claims.standing(session, receipt_id=receipt.id, private_key=private).claim.number
    with postgres_db.begin() as session:
        act_as(session, office_role)
        assert payouts.pay_out(
            session, number=number, voucher_number="现金 0001", by=people.cashier, keys=keys.office
        )


@pytest.mark.parametrize(
    "statement",
    [
        *(f"SELECT id FROM {table}" for table in ("rewards", "payouts", "appropriations", "journal_entries")),
        "SELECT * FROM funds",
        "SELECT * FROM reward_steps",
        "INSERT INTO journal_entries (number) VALUES (1)",
        "UPDATE reward_claims SET sealed_number = ''",
        "UPDATE receipts SET reward_amount_fen = 1",
        "UPDATE receipts SET informant_key = ''",
    ],
)
def test_the_portal_sees_and_changes_nothing_of_the_office(postgres_db, portal_role, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run_as(postgres_db, portal_role, statement)


@pytest.mark.parametrize("table", ["journal_entries", "reward_steps"])
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "UPDATE {} SET id = 1", "TRUNCATE {}"])
def test_the_office_changes_no_journal(postgres_db, office_role, table, deed):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run_as(postgres_db, office_role, deed.format(table))


def test_a_claim_that_a_taken_over_portal_makes_up_gets_no_money(postgres_db, keys, made, portal_role):
    people, _ = made
    with postgres_db.begin() as session:
        other = make.borne_out(session, keys, people, pin=None)
        receipt_id = receipt_of(session, other.tip.id).id
    with postgres_db.begin() as session:
        act_as(session, portal_role)
        session.execute(
            text("UPDATE receipts SET reward_stage = 'approved' WHERE id = :id"), {"id": receipt_id}
        )
        claim_id = make.claim(session, receipt_id).id
    with postgres_db.begin() as session:
        payouts.issue_payout_number(session, claim_id, keys.office)
        assert payouts.claims_waiting(session) == []
        assert session.get(RewardClaim, claim_id).sealed_number is None
