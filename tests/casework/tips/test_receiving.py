"""Receiving a tip: sealed, numbered and clocked in one piece; the same form gives the same receipt."""

import threading
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from casework import calendar
from casework.db import Database
from casework.duties.models import Duty
from casework.errors import Unavailable
from casework.evidence import actions as evidence
from casework.evidence.models import Evidence
from casework.identities.models import Identity
from casework.terms import Channel, EvidenceState, IdentityKind, Ongoing, PointSource, Stage, TipState
from casework.tips.models import Counter, Receipt, ReceiptStep, Tip
from casework.tips.reading import open_tip_words
from casework.tips.receiving import Received, receive_tip
from casework.trail.models import Entry
from casework.vault import codes
from casework.vault.passwords import pin_matches
from casework.vault.sealing import PublicKey, is_on_shelf
from tests.factories.officers import COUNTY, TOWN, lay_reading_key
from tests.factories.races import meet
from tests.factories.statements import statements
from tests.factories.tips import SPOT, point, receipt_of, said, seals, send, tip_of
from tests.machine.key_folders import KeyFolders

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=calendar.LOCAL)
NAMED: dict[str, Any] = {
    "identity": IdentityKind.NAMED,
    "informant_name": "郑重山",
    "informant_phone": "13800000000",
}


def how_many(db: Database, model: type[Any]) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def draft(session: Any, keys: KeyFolders, form_key: bytes, *, size: int = 10, whole: bool = True) -> None:
    lay_reading_key(session, keys)
    arriving = evidence.start_draft(
        session,
        ticket=f"ticket {size}",
        form_digest=codes.form_key_digest(keys.receipt, form_key),
        size_bytes=size,
        file_name="IMG.jpg",
        reading=seals(session, keys).reading,
        draft_keys=keys.portal,
    )
    if whole:
        evidence.note_received(session, evidence_id=arriving.evidence_id, offset=0, received=size)


def test_a_tip_is_there_with_its_receipt_its_clock_and_its_entry(db: Database, keys: KeyFolders) -> None:
    with calendar.freeze(NOW), db.begin() as session:
        received = send(session, keys, place="北沟第二个岔口", subject_name="晨鹿石料厂")
    assert received.tip_number == "JB-2026-0001"
    assert not received.again
    with db.read() as session:
        tip = tip_of(session, received)
        receipt = receipt_of(session, received)
        assert (tip.state, tip.jurisdiction, tip.received_at, tip.version) == (TipState.NEW, TOWN, NOW, 1)
        words = open_tip_words(tip, keys.office)
        assert (words.place, words.subject_name) == ("北沟第二个岔口", "晨鹿石料厂")
        assert codes.code_digests(keys.receipt, received.code)[0] == receipt.code_digest
        assert receipt.informant_key == codes.informant_key(keys.receipt, received.code).public
        assert receipt.pin_hash is None
        assert [step.stage for step in session.scalars(select(ReceiptStep))] == [Stage.RECEIVED]
        assert [duty.rule for duty in session.scalars(select(Duty))] == ["triage"]
        (entry,) = session.scalars(select(Entry))
        assert (entry.deed, entry.about_ref) == ("receive_tip", "JB-2026-0001")
        assert entry.facts == {"channel": "web", "photos": 0, "named": False, "wants_reward": False}


def test_until_the_worker_comes_a_tip_is_sealed_to_the_reading_key(
    sqlite_db: Database, keys: KeyFolders
) -> None:
    with sqlite_db.begin() as session:
        tip = tip_of(session, send(session, keys))
        assert tip.key_wrap is not None
        assert not is_on_shelf(tip.key_wrap)
        assert not tip.on_shelf


@pytest.mark.parametrize(
    "fields, rules",
    [
        ({}, {"triage"}),
        ({"ongoing": Ongoing.NO}, {"triage"}),
        ({"ongoing": Ongoing.YES}, {"triage", "urgent_call", "urgent_site"}),
        ({"urgent": True, "channel": Channel.PHONE}, {"triage", "urgent_call", "urgent_site"}),
    ],
)
def test_what_is_going_on_now_has_its_own_clocks(
    fields: dict[str, Any], rules: set[str], sqlite_db: Database, keys: KeyFolders
) -> None:
    with calendar.freeze(NOW), sqlite_db.begin() as session:
        tip = tip_of(session, send(session, keys, **fields))
        due = {
            duty.rule: (duty.due_at - NOW).total_seconds() / 3600 for duty in session.scalars(select(Duty))
        }
    assert set(due) == rules
    assert tip.urgent is ("urgent_call" in rules)
    if tip.urgent:
        assert (due["urgent_call"], due["urgent_site"]) == (2, 24)


@pytest.mark.parametrize(
    "source, plain", [(PointSource.MAP, True), (PointSource.DEVICE, False), (PointSource.PHOTO, False)]
)
def test_a_point_is_plain_only_when_it_was_chosen_on_the_map(
    source: PointSource, plain: bool, db: Database, keys: KeyFolders
) -> None:
    with db.begin() as session:
        received = send(session, keys, point=point(source=source, in_county=False))
    with db.read() as session:
        tip = tip_of(session, received)
    words = open_tip_words(tip, keys.office)
    assert (tip.longitude, tip.latitude) == (SPOT if plain else (None, None))
    assert (words.longitude, words.latitude) == ((None, None) if plain else SPOT)
    assert words.given == (None if plain else SPOT)
    assert tip.point_source is source
    assert tip.cell
    assert tip.outside_county


def test_without_a_township_a_tip_belongs_to_the_county(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        tip = tip_of(session, send(session, keys, township=None, village=""))
    assert (tip.jurisdiction, tip.township, tip.village) == (COUNTY, None, None)


def test_a_pin_is_kept_as_its_peppered_hash(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        receipt = receipt_of(session, send(session, keys, wants_reward=True, claim_pin="204618"))
    assert receipt.wants_reward
    assert pin_matches(keys.receipt, receipt.pin_hash, "204618", receipt.ref)


# ── named ──
def test_a_name_is_sealed_to_the_identity_key(sqlite_db: Database, keys: KeyFolders) -> None:
    reading = PublicKey(3, codes.informant_key(keys.receipt, "0" * 20).public)
    with sqlite_db.begin() as session:
        tip = tip_of(session, send(session, keys, identity_key=reading, **NAMED))
        kept = session.scalars(select(Identity)).one()
    assert (kept.tip_id, kept.key_number) == (tip.id, 3)
    assert "郑重山".encode() not in kept.sealed


def test_without_an_identity_key_a_named_tip_is_not_half_stored(db: Database, keys: KeyFolders) -> None:
    with pytest.raises(Unavailable), db.begin() as session:
        send(session, keys, **NAMED)
    for model in (Tip, Receipt, ReceiptStep, Duty, Entry, Identity, Counter):
        assert how_many(db, model) == 0, model


# ── photos ──
def test_whole_drafts_of_the_form_become_the_tips_and_half_ones_are_left(
    db: Database, keys: KeyFolders
) -> None:
    form_key, other = codes.new_form_key(), codes.new_form_key()
    with db.begin() as session:
        draft(session, keys, form_key, size=10)
        draft(session, keys, form_key, size=20, whole=False)
        draft(session, keys, form_key, size=30)
        draft(session, keys, other, size=40)
    with db.begin() as session:
        tip = tip_of(session, send(session, keys, form_key=form_key))
    assert tip.photo_count == 2
    with db.read() as session:
        photos = session.scalars(select(Evidence).order_by(Evidence.size_bytes)).all()
        assert [photo.tip_id for photo in photos] == [tip.id, None, tip.id, None]
        assert [photo.number for photo in photos if photo.tip_id] == [1, 2]
        assert [photo.expires_at is None for photo in photos] == [True, False, True, False]
        assert photos[0].state is EvidenceState.WAITING
        assert receipt_of(session, Received(tip.tip_number, "")).photo_count == 2


# ── the same form again ──
def test_a_second_click_returns_the_first_receipt(db: Database, keys: KeyFolders) -> None:
    form_key, submission = codes.new_form_key(), said(place="北沟")
    answers = []
    for _ in range(3):
        with db.begin() as session:
            answers.append(send(session, keys, submission, form_key=form_key))
    first, second, third = answers
    assert second == third == replace(first, again=True)
    for model in (Tip, Receipt, Entry):
        assert how_many(db, model) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"narrative": "夜里有三台挖机"},
        {"place": "南沟"},
        {"claim_pin": "111111", "wants_reward": True},
        {"point": point()},
        {"involves_official": True},
        {"informant_phone": "13900000000"},
    ],
)
def test_other_content_under_the_same_form_is_told(
    change: dict[str, Any], sqlite_db: Database, keys: KeyFolders
) -> None:
    form_key, submission = codes.new_form_key(), said()
    with sqlite_db.begin() as session:
        first = send(session, keys, submission, form_key=form_key)
        second = send(session, keys, replace(submission, **change), form_key=form_key)
        kept = open_tip_words(tip_of(session, first), keys.office)
    assert second == replace(first, again=True, changed=True)
    assert kept == submission.words(), "what was said first stays"


def test_a_photo_more_under_the_same_form_is_told_and_the_same_photo_is_not(
    db: Database, keys: KeyFolders
) -> None:
    form_key, submission = codes.new_form_key(), said()
    with db.begin() as session:
        draft(session, keys, form_key, size=10)
        send(session, keys, submission, form_key=form_key)
    for size, more in ((10, False), (11, True)):
        with db.begin() as session:
            draft(session, keys, form_key, size=size)
            assert send(session, keys, submission, form_key=form_key).changed is more


def test_two_clicks_at_once_give_one_tip_and_one_receipt(db: Database, keys: KeyFolders) -> None:
    form_key, submission = codes.new_form_key(), said()
    with db.begin() as session:
        draft(session, keys, form_key)
    met = meet(
        db,
        lambda session: send(session, keys, submission, form_key=form_key),
        lambda session: send(session, keys, submission, form_key=form_key),
    )
    assert met.error is None
    assert met.second == replace(met.first, again=True)
    assert [how_many(db, model) for model in (Tip, Receipt, Entry, Evidence)] == [1, 1, 1, 1]
    with db.begin() as session:
        assert send(session, keys).tip_number.endswith("-0002"), "the loser gave its number back"


def test_a_second_click_is_served_when_the_first_came_to_nothing(db: Database, keys: KeyFolders) -> None:
    form_key, submission = codes.new_form_key(), said()

    def fail() -> None:
        with db.begin() as session:
            send(session, keys, submission, form_key=form_key)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with db.begin() as session:
        received = send(session, keys, submission, form_key=form_key)
    assert (received.tip_number[-4:], received.again) == ("0001", False)


def test_many_at_once_get_numbers_without_a_gap(db: Database, keys: KeyFolders) -> None:
    numbers, start = [], threading.Barrier(6)
    with db.begin() as session:
        lay_reading_key(session, keys)

    def tell() -> None:
        start.wait()
        for _ in range(3):
            with db.begin() as session:
                numbers.append(send(session, keys).tip_number)

    threads = [threading.Thread(target=tell) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(number[-4:]) for number in numbers) == list(range(1, 19))
    assert how_many(db, Tip) == 18


# ── budget ──
def test_receiving_keeps_to_its_statements(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        given = seals(session, keys)
        send(session, keys)
    with statements(db) as heard, db.begin() as session:
        receive_tip(session, submission=said(), form_key=codes.new_form_key(), seals=given)
    assert len(heard) <= 9, "\n".join(heard)
    assert not [statement for statement in heard if statement.startswith("UPDATE tips")]
