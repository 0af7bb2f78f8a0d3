"""What the portal's database role may touch, shown on PostgreSQL by being that role."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from casework import schema
from casework.db import Database
from casework.evidence import actions as evidence
from casework.grants import office_grants, portal_grants
from casework.identities.actions import PURPOSE
from casework.officers.actions import publish_key
from casework.officers.queries import newest_public_key
from casework.terms import Category, IdentityKind
from casework.tips import lookup
from casework.tips.receiving import Seals, receive_tip
from casework.tips.submission import Submission
from casework.vault import codes
from casework.vault.keys import reading_public_keys
from tests.machine.key_folders import KeyFolders


@pytest.fixture
def role(postgres_db: Database, keys: KeyFolders) -> Iterator[str]:
    """A role with the portal's grants; gone with the test."""
    name = f"qs_portal_{secrets.token_hex(4)}"
    with postgres_db.begin() as session:
        session.execute(text(f"CREATE ROLE {name}"))
        for line in portal_grants(name, schema.metadata()):
            session.execute(text(line))
        for number, public in reading_public_keys(keys.office).items():
            publish_key(session, purpose="reading", number=number, public=public)
            publish_key(session, purpose=PURPOSE, number=number, public=public)
    yield name
    with postgres_db.begin() as session:
        session.execute(text(f"DROP OWNED BY {name}"))
        session.execute(text(f"DROP ROLE {name}"))


def act_as(session: Session, role: str) -> None:
    session.execute(text(f"SET LOCAL ROLE {role}"))


def run_as(db: Database, role: str, statement: str) -> None:
    with db.begin() as session:
        act_as(session, role)
        session.execute(text(statement))


def named_tip() -> Submission:
    return Submission(
        category=Category.UNLICENSED,
        narrative="沟里有人挖石头",
        township="141122103",
        identity=IdentityKind.NAMED,
        informant_name="郑重山",
        informant_phone="13800000000",
        wants_reward=True,
        claim_pin="271828",
    )


def test_the_portals_role_can_do_all_that_the_portal_does(
    postgres_db: Database, role: str, keys: KeyFolders
) -> None:
    form_key = codes.new_form_key()
    with postgres_db.begin() as session:
        act_as(session, role)
        reading = newest_public_key(session, "reading")
        seals = Seals(keys.receipt, reading, newest_public_key(session, PURPOSE))
        arriving = evidence.start_draft(
            session,
            ticket="a ticket",
            form_digest=codes.form_key_digest(keys.receipt, form_key),
            size_bytes=10,
            file_name="x.jpg",
            reading=reading,
            draft_keys=keys.portal,
        )
        evidence.note_received(session, evidence_id=arriving.evidence_id, offset=0, received=10)
        received = receive_tip(session, submission=named_tip(), form_key=form_key, seals=seals)
    with postgres_db.begin() as session:
        act_as(session, role)
        again = receive_tip(session, submission=named_tip(), form_key=form_key, seals=seals)
        assert again.again
        assert again.tip_number == received.tip_number
        receipt = lookup.find_receipt(session, code=received.code, keys=keys.receipt)
        mine = codes.informant_key(keys.receipt, received.code)
        track = lookup.read_track(session, receipt_id=receipt.id, private_key=mine.private)
        assert len(track.photos) == 1
        assert lookup.check_pin(session, receipt=receipt, pin="271828", keys=keys.receipt)
        lookup.add_supplement(
            session,
            receipt_id=receipt.id,
            words="又来了",
            form_key=codes.new_form_key(),
            keys=keys.receipt,
            reading=reading,
        )
        lookup.withdraw(session, receipt_id=receipt.id)
        lookup.waive_reward(session, receipt_id=receipt.id)


FORBIDDEN = (
    *(f"SELECT * FROM {table}" for table in ("tips", "supplements", "identities", "duties", "trail_entries")),
    "SELECT for_office FROM messages",
    "SELECT * FROM officers",
    "SELECT * FROM clues",
    "SELECT wrapped FROM held_key_wraps",
    "DELETE FROM tips",
    "UPDATE tips SET category = 'land'",
    "UPDATE trail_entries SET deed = 'read_tip'",
    "INSERT INTO public_keys (purpose, number, public, made_at) VALUES ('reading', 9, '', now())",
    # With a key or a code of his own there, whoever took the portal over would be told a stranger's payout number.
    "UPDATE receipts SET informant_key = ''",
    "UPDATE receipts SET code_digest = ''",
    "UPDATE receipts SET reward_amount_fen = 1",
    "DELETE FROM receipts",
    "UPDATE reward_claims SET sealed_number = ''",
    "DROP TABLE receipts",
)


def test_the_portals_role_reads_back_nothing_that_is_sealed_and_changes_nothing_of_the_office(
    postgres_db: Database, role: str
) -> None:
    for statement in FORBIDDEN:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            run_as(postgres_db, role, statement)


def test_the_offices_role_owns_nothing_and_changes_no_trail(postgres_db: Database) -> None:
    name = f"qs_office_{secrets.token_hex(4)}"
    with postgres_db.begin() as session:
        session.execute(text(f"CREATE ROLE {name}"))
        for line in office_grants(name, schema.metadata()):
            session.execute(text(line))
    for statement in (
        "DELETE FROM trail_entries",
        "UPDATE trail_blocks SET digest = ''",
        "TRUNCATE trail_entries",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            run_as(postgres_db, name, statement)
    with postgres_db.begin() as session:
        session.execute(text(f"DROP OWNED BY {name}"))
        session.execute(text(f"DROP ROLE {name}"))


def test_a_roles_name_is_never_more_than_a_name() -> None:
    with pytest.raises(ValueError, match="role"):
        list(portal_grants("x; DROP TABLE tips", schema.metadata()))
