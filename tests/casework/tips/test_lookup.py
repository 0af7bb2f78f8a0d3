"""The informant's way back by code: what is shown, what may be done, and for whom it opens."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import calendar
from casework.db import Database
from casework.errors import Invalid, NotFound, Throttled, WrongState
from casework.evidence import actions as evidence
from casework.officers.models import Officer
from casework.officers.roles import Role
from casework.terms import RewardStage, Stage
from casework.tips import actions, lookup
from casework.tips.lookup import Track
from casework.tips.models import Receipt, Supplement, SupplementMark
from casework.tips.reading import read_messages, read_supplements
from casework.tips.receiving import Received
from casework.trail.models import Entry
from casework.vault import codes
from casework.vault.keys import ReceiptKeys, Ring
from tests.factories.officers import officer
from tests.factories.races import meet
from tests.factories.statements import statements
from tests.factories.tips import receipt_of, seals, send, tip_of
from tests.machine.key_folders import KeyFolders

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=calendar.LOCAL)


@dataclass
class Informant:
    """Somebody with a receipt, and an officer who answers."""

    db: Database
    keys: KeyFolders
    received: Received
    receipt_id: int
    by: Officer

    def track(self) -> Track:
        key = codes.informant_key(self.keys.receipt, self.received.code)
        with self.db.read() as session:
            return lookup.read_track(session, receipt_id=self.receipt_id, private_key=key.private)

    def told(self, words: str, *, asks: bool = False) -> None:
        with self.db.begin() as session:
            tip = tip_of(session, self.received)
            actions.send_message(session, tip=tip, words=words, asks=asks, by=self.by)

    def adds(self, words: str = "昨晚又来了。", form_key: bytes = b"") -> bool:
        with self.db.begin() as session:
            return lookup.add_supplement(
                session,
                receipt_id=self.receipt_id,
                words=words,
                form_key=form_key or codes.new_form_key(),
                keys=self.keys.receipt,
                reading=seals(session, self.keys).reading,
            )

    def draft(self, form_key: bytes, size: int = 10) -> None:
        with self.db.begin() as session:
            digest = codes.form_key_digest(self.keys.receipt, form_key)
            arriving = evidence.start_draft(
                session,
                ticket=None,
                form_digest=digest,
                size_bytes=size,
                file_name="IMG.jpg",
                reading=seals(session, self.keys).reading,
                draft_keys=None,
            )
            evidence.keep_whole(session, arriving=arriving)


def informant_of(db: Database, keys: KeyFolders, **fields: object) -> Informant:
    with db.begin() as session:
        by = officer(session, Role.TRIAGE)
        received = send(session, keys, **fields)  # type: ignore[arg-type]
        return Informant(db, keys, received, receipt_of(session, received).id, by)


@pytest.fixture
def clock() -> Iterator[calendar.FrozenClock]:
    with calendar.freeze(MONDAY) as frozen:
        yield frozen


@pytest.fixture
def informant(sqlite_db: Database, keys: KeyFolders, clock: calendar.FrozenClock) -> Informant:
    return informant_of(sqlite_db, keys)


@pytest.fixture
def both(db: Database, keys: KeyFolders, clock: calendar.FrozenClock) -> Informant:
    """On SQLite and on PostgreSQL."""
    return informant_of(db, keys)


def how_many(db: Database, model: type[object]) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


# ── finding ──
def test_the_code_leads_to_the_receipt_and_another_to_nothing(both: Informant) -> None:
    other = codes.receipt_code(both.keys.receipt, codes.new_form_key())
    with both.db.read() as session:
        found = lookup.find_receipt(session, code=both.received.code, keys=both.keys.receipt)
        assert found.id == both.receipt_id
        with pytest.raises(NotFound):
            lookup.find_receipt(session, code=other, keys=both.keys.receipt)


def test_hit_and_miss_take_one_statement_each(informant: Informant) -> None:
    other = codes.receipt_code(informant.keys.receipt, codes.new_form_key())
    with informant.db.read() as session, statements(informant.db) as heard:
        lookup.find_receipt(session, code=informant.received.code, keys=informant.keys.receipt)
        with pytest.raises(NotFound):
            lookup.find_receipt(session, code=other, keys=informant.keys.receipt)
    assert len(heard) == 2
    assert heard[0] == heard[1]


def test_a_code_from_before_a_rotation_still_leads_to_everything(
    sqlite_db: Database, keys: KeyFolders
) -> None:
    informant = informant_of(sqlite_db, keys)
    informant.told("请补一张照片。")
    before = keys.receipt
    rotated = replace(before, receipt_pepper=Ring(2, {1: before.receipt_pepper.key, 2: b"n" * 32}))
    with sqlite_db.read() as session:
        receipt = lookup.find_receipt(session, code=informant.received.code, keys=rotated)
        key = codes.informant_key(rotated, informant.received.code, receipt.key_version)
        track = lookup.read_track(session, receipt_id=receipt.id, private_key=key.private)
    assert [message.words for message in track.messages] == ["请补一张照片。"]
    without = ReceiptKeys(before.code, Ring(2, {2: b"n" * 32}), before.pin_pepper)
    with sqlite_db.read() as session, pytest.raises(NotFound):
        lookup.find_receipt(session, code=informant.received.code, keys=without)


# ── what the page shows ──
def test_the_page_tells_stage_dates_and_messages(both: Informant, clock: calendar.FrozenClock) -> None:
    with both.db.begin() as session:
        tip_id = tip_of(session, both.received).id
        clock.forward(timedelta(hours=1))
        actions.show_stage(session, tip_id=tip_id, stage=Stage.ACCEPTED, answer_by=date(2026, 12, 14))
        actions.show_stage(session, tip_id=tip_id, stage=Stage.ACCEPTED, answer_by=date(2026, 12, 15))
        actions.show_reward(
            session, tip_id=tip_id, stage=RewardStage.APPROVED, amount_fen=500_00, claim_by=date(2027, 1, 31)
        )
    both.told("我们去过了。")
    track = both.track()
    assert (track.tip_number, track.received_at) == (both.received.tip_number, MONDAY)
    assert (track.stage, track.answer_by) == (Stage.ACCEPTED, date(2026, 12, 15))
    assert [(step.stage, step.at) for step in track.steps] == [
        (Stage.RECEIVED, MONDAY),
        (Stage.ACCEPTED, MONDAY + timedelta(hours=1)),
    ]
    assert [message.words for message in track.messages] == ["我们去过了。"]
    assert (track.reward_stage, track.reward_amount_fen) == (RewardStage.APPROVED, 500_00)
    assert (track.wants_reward, track.pin_is_set, track.withdrawn_at) == (False, False, None)


def test_a_message_opens_for_its_informant_and_the_office_and_nobody_else(both: Informant) -> None:
    both.told("请补一张照片。", asks=True)
    stranger = codes.informant_key(both.keys.receipt, codes.receipt_code(both.keys.receipt, b"x" * 18))
    with both.db.read() as session:
        foreign = lookup.read_track(session, receipt_id=both.receipt_id, private_key=stranger.private)
        tip = tip_of(session, both.received)
        (read,) = read_messages(session, tip_ids=[tip.id], keys=both.keys.office)
    assert foreign.messages == ()
    assert (read.words, read.asks, read.sent_by) == ("请补一张照片。", True, both.by.id)


def test_the_page_waits_for_an_answer_until_there_is_one(
    informant: Informant, clock: calendar.FrozenClock
) -> None:
    assert not informant.track().waits_for_answer
    informant.told("收到。")
    assert not informant.track().waits_for_answer
    informant.told("是哪一天？", asks=True)
    assert informant.track().waits_for_answer
    clock.forward(timedelta(minutes=1))
    informant.adds()
    assert not informant.track().waits_for_answer
    clock.forward(timedelta(minutes=1))
    informant.told("几点？", asks=True)
    assert informant.track().waits_for_answer


def test_a_receipt_that_is_gone_is_not_found(informant: Informant) -> None:
    with informant.db.read() as session, pytest.raises(NotFound):
        lookup.read_track(session, receipt_id=99, private_key=b"x" * 32)


# ── supplements ──
def test_a_supplement_is_sealed_and_told_by_its_mark(both: Informant, clock: calendar.FrozenClock) -> None:
    clock.forward(timedelta(days=1))
    form_key = codes.new_form_key()
    both.draft(form_key, size=10)
    both.draft(form_key, size=20)
    assert both.adds("昨晚又来了。", form_key)
    assert both.adds("", _with_photo(both))
    track = both.track()
    assert [(s.received_at, s.photo_count, s.has_words) for s in track.supplements] == [
        (MONDAY + timedelta(days=1), 2, True),
        (MONDAY + timedelta(days=1), 1, False),
    ]
    assert [[photo.size_bytes for photo in s.photos] for s in track.supplements] == [[10, 20], [30]]
    assert track.photos == (), "they are the supplement's and not the tip's"
    with both.db.read() as session:
        tip = tip_of(session, both.received)
        read = read_supplements(session, tip_ids=[tip.id], keys=both.keys.office)
    assert [(one.words, one.photo_count) for one in read] == [("昨晚又来了。", 2), ("", 1)]
    assert repr(read[0]).count("昨晚") == 0


def _with_photo(informant: Informant) -> bytes:
    form_key = codes.new_form_key()
    informant.draft(form_key, size=30)
    return form_key


def test_a_supplement_with_nothing_in_it_is_refused(informant: Informant) -> None:
    with pytest.raises(Invalid) as refused:
        informant.adds(" \n ")
    assert (refused.value.field, refused.value.reason) == ("message", "empty")
    assert how_many(informant.db, Supplement) == 0


def test_the_same_supplement_sent_again_is_added_once(both: Informant) -> None:
    form_key = codes.new_form_key()
    assert both.adds("又来了。", form_key)
    assert not both.adds("又来了。", form_key)
    assert how_many(both.db, Supplement) == how_many(both.db, SupplementMark) == 1


def test_two_clicks_at_once_add_one_supplement(both: Informant) -> None:
    form_key = codes.new_form_key()
    both.draft(form_key)
    with both.db.begin() as session:
        reading = seals(session, both.keys).reading

    def add(session: Session) -> bool:
        return lookup.add_supplement(
            session,
            receipt_id=both.receipt_id,
            words="又来了。",
            form_key=form_key,
            keys=both.keys.receipt,
            reading=reading,
        )

    met = meet(both.db, add, add)
    assert (met.first, met.second, met.error) == (True, False, None)
    assert how_many(both.db, Supplement) == 1
    assert both.track().supplements[0].photo_count == 1


# ── withdraw, waive, PIN ──
def deeds(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Entry.deed).order_by(Entry.id)))


def test_withdrawing_is_told_once(informant: Informant, clock: calendar.FrozenClock) -> None:
    for _ in range(2):
        with informant.db.begin() as session:
            lookup.withdraw(session, receipt_id=informant.receipt_id)
        clock.forward(timedelta(hours=1))
    assert informant.track().withdrawn_at == MONDAY
    assert deeds(informant.db).count("withdraw_tip") == 1


def test_a_reward_is_given_up_once_and_not_after_it_was_claimed(informant: Informant) -> None:
    def set_stage(stage: RewardStage) -> None:
        with informant.db.begin() as session:
            session.get_one(Receipt, informant.receipt_id).reward_stage = stage

    def waive() -> None:
        with informant.db.begin() as session:
            lookup.waive_reward(session, receipt_id=informant.receipt_id)

    for stage in (RewardStage.CLAIMED, RewardStage.PAID):
        set_stage(stage)
        with pytest.raises(WrongState):
            waive()
    set_stage(RewardStage.APPROVED)
    waive()
    waive()
    assert informant.track().reward_stage is RewardStage.WAIVED
    assert deeds(informant.db).count("waive_reward") == 1


def test_giving_up_waits_for_who_claims_at_the_same_moment(db: Database, keys: KeyFolders) -> None:
    informant = informant_of(db, keys, wants_reward=True)

    def claim(session: Session) -> None:
        receipt = session.get_one(Receipt, informant.receipt_id, with_for_update=True)
        receipt.reward_stage = RewardStage.CLAIMED

    met = meet(db, claim, lambda session: lookup.waive_reward(session, receipt_id=informant.receipt_id))
    assert isinstance(met.error, WrongState)
    assert informant.track().reward_stage is RewardStage.CLAIMED


def test_a_pin_is_set_once_where_a_reward_is_wanted(sqlite_db: Database, keys: KeyFolders) -> None:
    wants, does_not = (informant_of(sqlite_db, keys, wants_reward=wanted) for wanted in (True, False))

    def set_pin(who: Informant, pin: str) -> None:
        with sqlite_db.begin() as session:
            lookup.set_pin(session, receipt_id=who.receipt_id, pin=pin, keys=keys.receipt)

    for wrong in ("", "12345", "1234567", "abcdef", "１２３４５６", "12345²"):
        with pytest.raises(Invalid):
            set_pin(wants, wrong)
    set_pin(wants, "204618")
    assert wants.track().pin_is_set
    for who in (wants, does_not):
        with pytest.raises(WrongState):
            set_pin(who, "111111")
    assert deeds(sqlite_db).count("set_pin") == 1


def test_wrong_pins_are_counted_and_locked_for_a_while(
    sqlite_db: Database, keys: KeyFolders, clock: calendar.FrozenClock
) -> None:
    informant = informant_of(sqlite_db, keys, wants_reward=True, claim_pin="204618")

    def opens(pin: str) -> bool:
        with sqlite_db.begin() as session:
            receipt = session.get_one(Receipt, informant.receipt_id)
            return lookup.check_pin(session, receipt=receipt, pin=pin, keys=keys.receipt)

    assert opens("204618")
    for _ in range(4):
        assert not opens("000000")
    assert opens("204618"), "the right one clears the count"
    for _ in range(5):
        assert not opens("000000")
    with pytest.raises(Throttled) as locked:
        opens("204618")
    assert locked.value.facts["until"] == MONDAY + timedelta(minutes=15)
    clock.forward(timedelta(minutes=15))
    assert opens("204618")


def test_without_a_receipt_or_a_pin_nothing_matches(informant: Informant) -> None:
    with informant.db.begin() as session:
        receipt = session.get_one(Receipt, informant.receipt_id)
        assert not lookup.check_pin(session, receipt=None, pin="204618", keys=informant.keys.receipt)
        assert not lookup.check_pin(session, receipt=receipt, pin="", keys=informant.keys.receipt)


def test_the_page_keeps_to_its_statements(informant: Informant) -> None:
    informant.told("收到。")
    informant.adds("", _with_photo(informant))
    with statements(informant.db) as heard:
        informant.track()
    assert len(heard) <= 6, "\n".join(heard)
