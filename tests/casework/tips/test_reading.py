"""Opening what was sealed: for the office alone, each opening in the trail, and not after its key is gone."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from casework.db import Database
from casework.officers.roles import Role
from casework.tips import reading
from casework.tips.models import Tip
from casework.trail.models import Entry
from casework.vault.keys import Ring
from casework.vault.sealing import KeyUnknown, SealBroken, is_on_shelf
from tests.factories.officers import officer
from tests.factories.tips import new_tip
from tests.machine.key_folders import KeyFolders


def test_reading_a_tip_is_a_deed(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        by = officer(session, Role.TRIAGE)
        tip = new_tip(session, keys, narrative="夜里有人采石")
        assert reading.read_tip(session, tip=tip, by=by, keys=keys.office).narrative == "夜里有人采石"
    with db.read() as session:
        entry = session.scalars(select(Entry).where(Entry.deed == "read_tip")).one()
    assert (entry.actor_id, entry.about_ref, entry.facts) == (by.id, tip.tip_number, {})


def test_the_worker_lays_a_tip_on_the_shelf_once(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        numbers = [new_tip(session, keys).id for _ in range(3)]
    with db.begin() as session:
        assert reading.unshelved_ids(session) == numbers
        assert reading.unshelved_ids(session, limit=1) == numbers[:1]
        tip = session.get_one(Tip, numbers[0])
        reading.shelve(session, tip=tip, keys=keys.office)
        kept = tip.key_wrap
        assert kept is not None
        assert is_on_shelf(kept)
        reading.shelve(session, tip=tip, keys=keys.office)
        assert tip.key_wrap == kept
    with db.read() as session:
        assert reading.unshelved_ids(session) == numbers[1:]
        assert reading.open_tip_words(session.get_one(Tip, numbers[0]), keys.office).narrative


def test_shelving_does_not_make_an_officers_page_stale(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        tip_id = new_tip(session, keys).id
    with db.begin() as session:
        reading.shelve(session, tip=session.get_one(Tip, tip_id), keys=keys.office)
    with db.read() as session:
        assert session.get_one(Tip, tip_id).version == 1


def test_a_tip_opens_under_rotated_keys_and_not_without_its_own(
    sqlite_db: Database, keys: KeyFolders
) -> None:
    office = keys.office
    later = b"\x07" * 32
    rotated = replace(
        office,
        reading=Ring(2, {1: office.reading.key, 2: later}),
        shelf=Ring(2, {1: office.shelf.key, 2: later}),
    )
    with sqlite_db.begin() as session:
        tip = new_tip(session, keys, narrative="夜里有人采石")
        assert reading.open_tip_words(tip, rotated).narrative == "夜里有人采石"
        reading.shelve(session, tip=tip, keys=rotated)
        assert reading.open_tip_words(tip, rotated).narrative == "夜里有人采石"
        with pytest.raises(KeyUnknown):
            reading.open_tip_words(tip, office)


def test_words_moved_to_another_tip_do_not_open(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        one, other = new_tip(session, keys), new_tip(session, keys)
        one.sealed_words, one.key_wrap = other.sealed_words, other.key_wrap
        with pytest.raises(SealBroken):
            reading.open_tip_words(one, keys.office)


def test_a_tip_whose_key_was_destroyed_is_empty(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        tip = new_tip(session, keys)
        tip.key_wrap = None
        assert reading.open_tip_words(tip, keys.office).narrative == ""
        reading.shelve(session, tip=tip, keys=keys.office)
        assert tip.on_shelf
