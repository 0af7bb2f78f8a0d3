"""Entries: exact facts, no words, no telephone in a name's clothes, and nothing ever changed again."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casework import calendar, trail
from casework.db import Database
from casework.officers.roles import Role
from casework.trail import COMMAND, INFORMANT, WORKER, ActorKind, Deed
from casework.trail.deeds import FACTS
from casework.trail.entries import FactRefused
from casework.trail.models import Entry
from casework.vault.digests import entry_digest
from tests.factories.officers import officer

TABLES = ("trail_entries", "trail_blocks", "trail_block_entries")


def entries(db: Database) -> list[Entry]:
    with db.read() as session:
        return list(session.scalars(select(Entry).order_by(Entry.id)))


def record(db: Database, deed: Deed, facts: dict[str, Any] | None = None) -> None:
    with db.begin() as session:
        trail.record(session, deed=deed, by=WORKER, about=("tip", "JB-2026-0001"), facts=facts)


def test_every_deed_says_which_facts_it_holds() -> None:
    assert set(FACTS) == set(Deed)


def test_an_entry_holds_who_what_about_what_and_when(db: Database) -> None:
    with db.begin() as session:
        person = officer(session, Role.TRIAGE)
        trail.record(session, deed=Deed.SIGN_IN, by=person, about=("officer", person.id))
    (entry,) = entries(db)
    assert entry.known_deed is Deed.SIGN_IN
    assert (entry.actor_kind, entry.actor_id) == (ActorKind.OFFICER, person.id)
    assert (entry.about_kind, entry.about_ref, entry.facts) == ("officer", str(person.id), {})
    assert abs((calendar.now() - entry.at).total_seconds()) < 60


def test_an_informant_acts_without_a_name(db: Database) -> None:
    for actor in (INFORMANT, WORKER, COMMAND):
        with db.begin() as session:
            trail.record(session, deed=Deed.WITHDRAW_TIP, by=actor, about=("tip", "JB-2026-0001"))
    assert [(e.actor_kind, e.actor_id) for e in entries(db)] == [
        (ActorKind.INFORMANT, None),
        (ActorKind.WORKER, None),
        (ActorKind.COMMAND, None),
    ]


def test_an_entrys_digest_is_the_same_when_read_back(db: Database) -> None:
    record(db, Deed.CLEAN_EVIDENCE, {"removed": {"taken_at", "position"}})
    record(db, Deed.RECEIVE_TIP, {"channel": "web", "photos": 2, "named": True, "wants_reward": False})
    for entry in entries(db):
        assert entry_digest(entry.fields()) == entry.digest
    assert entries(db)[0].facts == {"removed": ["position", "taken_at"]}


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"reason": "not_here", "more": 1},
        {"other": "not_here"},
        {"reason": "山沟里有人挖石头"},
        {"reason": "x" * 121},
        {"reason": "two\nlines"},
        {"reason": 1.5},
        {"reason": {"a": 1}},
        {"reason": ["not_here", "张某"]},
        {"reason": b"bytes"},
    ],
)
def test_other_facts_and_words_are_refused(facts: dict[str, Any], sqlite_db: Database) -> None:
    with pytest.raises(FactRefused):
        record(sqlite_db, Deed.DECLINE_TIP, facts)
    assert entries(sqlite_db) == []


def test_an_entry_lives_and_dies_with_its_deed(db: Database) -> None:
    def fail() -> None:
        with db.begin() as session:
            trail.record(session, deed=Deed.SIGN_OUT, by=WORKER, about=("officer", 1))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert entries(db) == []


@pytest.fixture
def written(db: Database) -> Iterator[Database]:
    from casework.trail import blocks

    record(db, Deed.SIGN_OUT)
    with db.begin() as session:
        assert blocks.seal_block(session)
    yield db
    assert len(entries(db)) == 1, "and nothing was lost in trying"


def test_the_database_itself_refuses_to_change_or_delete(written: Database) -> None:
    for table in TABLES:
        column = "entry_id" if table == "trail_block_entries" else "id"
        for statement in (f"UPDATE {table} SET {column} = 99", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="append-only"), written.begin() as session:
                session.execute(text(statement))


def test_postgresql_refuses_to_truncate(postgres_db: Database) -> None:
    record(postgres_db, Deed.SIGN_OUT)
    for table in TABLES:
        with pytest.raises(DBAPIError, match="append-only"), postgres_db.begin() as session:
            session.execute(text(f"TRUNCATE {table} CASCADE"))
    assert len(entries(postgres_db)) == 1
