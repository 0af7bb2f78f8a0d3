"""Files on their way into a tip: piece by piece, counted, claimed whole, thrown away when nobody came for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import calendar
from casework.db import Database
from casework.errors import Invalid, NotFound, WrongState
from casework.evidence import actions, queries
from casework.evidence.actions import Arriving
from casework.evidence.models import Evidence
from casework.officers.queries import newest_public_key
from casework.terms import EvidenceKind, EvidenceState
from casework.trail.models import Entry
from casework.vault import codes
from casework.vault.sealing import SealBroken, context, open_words, unwrap, unwrap_draft
from tests.factories.officers import lay_reading_key
from tests.factories.races import meet
from tests.factories.tips import new_tip
from tests.machine.key_folders import KeyFolders

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=calendar.LOCAL)


@dataclass
class Form:
    """A form that is being filled, and what arrives for it."""

    session: Session
    keys: KeyFolders
    digest: bytes

    def start(self, size: int = 100, ticket: str | None = None, *, resumable: bool = True) -> Arriving:
        return actions.start_draft(
            self.session,
            ticket=ticket,
            form_digest=self.digest,
            size_bytes=size,
            file_name="IMG_20261120_山沟.jpg",
            reading=newest_public_key(self.session, "reading"),
            draft_keys=self.keys.portal if resumable else None,
        )

    def whole(self, size: int = 100, ticket: str | None = None) -> Evidence:
        arriving = self.start(size, ticket)
        assert actions.note_received(self.session, evidence_id=arriving.evidence_id, offset=0, received=size)
        return self.row(arriving)

    def row(self, arriving: Arriving) -> Evidence:
        return self.session.get_one(Evidence, arriving.evidence_id)

    def told(self) -> list[tuple[int, int]]:
        return [(photo.number, photo.size_bytes) for photo in queries.drafts_of(self.session, self.digest)]


@pytest.fixture
def form(sqlite_db: Database, keys: KeyFolders) -> Iterator[Form]:
    with calendar.freeze(MONDAY), sqlite_db.begin() as session:
        lay_reading_key(session, keys)
        yield Form(session, keys, codes.form_key_digest(keys.receipt, codes.new_form_key()))


# ── arriving ──
def test_an_upload_moves_on_piece_by_piece_until_it_is_whole(form: Form) -> None:
    arriving = form.start(100, "ticket")
    assert not actions.note_received(form.session, evidence_id=arriving.evidence_id, offset=0, received=60)
    again = actions.find_draft(form.session, ticket="ticket", draft_keys=form.keys.portal)
    assert (again.received_bytes, again.data_key, again.head) == (60, arriving.data_key, arriving.head)
    assert actions.note_received(form.session, evidence_id=arriving.evidence_id, offset=60, received=40)
    assert form.row(arriving).state is EvidenceState.WAITING
    assert queries.waiting_ids(form.session) == [arriving.evidence_id]


def test_a_piece_that_does_not_follow_is_refused(form: Form) -> None:
    arriving = form.start(100)
    for offset in (1, 60, 100):
        with pytest.raises(WrongState):
            actions.note_received(form.session, evidence_id=arriving.evidence_id, offset=offset, received=1)
    actions.note_received(form.session, evidence_id=arriving.evidence_id, offset=0, received=100)
    with pytest.raises(WrongState):
        actions.note_received(form.session, evidence_id=arriving.evidence_id, offset=100, received=1)


def test_more_than_was_announced_is_not_taken(form: Form) -> None:
    arriving = form.start(100)
    with pytest.raises(WrongState):
        actions.note_received(form.session, evidence_id=arriving.evidence_id, offset=0, received=101)
    assert form.row(arriving).received_bytes == 0


def test_the_portal_can_go_on_with_an_upload_and_cannot_open_it_once_it_is_whole(form: Form) -> None:
    arriving = form.start(100, "ticket")
    row = form.row(arriving)
    about = context("evidence", row.ref, "key")
    assert row.draft_wrap is not None
    assert unwrap_draft(row.draft_wrap, form.keys.portal.draft, about) == arriving.data_key
    actions.note_received(form.session, evidence_id=arriving.evidence_id, offset=0, received=100)
    assert row.draft_wrap is None
    assert actions.find_draft(form.session, ticket="ticket", draft_keys=form.keys.portal).data_key == b""
    with pytest.raises(SealBroken):
        unwrap_draft(row.key_wrap, form.keys.portal.draft, about)
    assert unwrap(row.key_wrap, form.keys.office, about) == arriving.data_key


def test_the_database_does_not_keep_a_draft_key_beyond_arriving(form: Form) -> None:
    row = form.whole()
    row.draft_wrap = b"kept by mistake"
    with pytest.raises(IntegrityError):
        form.session.flush()
    form.session.rollback()


def test_a_files_name_is_sealed(form: Form) -> None:
    arriving = form.start()
    row = form.row(arriving)
    assert row.sealed_name is not None
    assert "山沟".encode() not in row.sealed_name
    name = open_words(arriving.data_key, row.sealed_name, context("evidence", row.ref, "name"))
    assert name == "IMG_20261120_山沟.jpg"


def test_a_ticket_is_stored_as_its_digest_and_an_unknown_one_leads_nowhere(form: Form) -> None:
    row = form.row(form.start(100, "ticket"))
    assert row.ticket_digest != b"ticket"
    with pytest.raises(NotFound):
        actions.find_draft(form.session, ticket="tickets", draft_keys=form.keys.portal)


# ── how large, how many ──
@pytest.mark.parametrize("size, why", [(0, "empty"), (-1, "empty"), (20 * 1024 * 1024 + 1, "too_large")])
def test_a_file_has_a_size_and_not_too_much_of_it(size: int, why: str, form: Form) -> None:
    with pytest.raises(Invalid) as refused:
        form.start(size)
    assert (refused.value.field, refused.value.reason) == ("photos", why)


def test_nine_photos_and_no_more(form: Form) -> None:
    for _ in range(9):
        form.start(20 * 1024 * 1024)
    with pytest.raises(Invalid, match="too_many"):
        form.start()
    actions.drop_draft(form.session, form_digest=form.digest, number=4)
    assert form.row(form.start()).number == 10


def test_photos_that_begin_side_by_side_get_numbers_of_their_own(db: Database, keys: KeyFolders) -> None:
    digest = codes.form_key_digest(keys.receipt, codes.new_form_key())
    with db.begin() as session:
        lay_reading_key(session, keys)

    def start(session: Session) -> int:
        form = Form(session, keys, digest)
        return form.row(form.start()).number

    met = meet(db, start, start)
    assert (met.first, met.second, met.error) == (1, 2, None)


# ── taken back, claimed, thrown away ──
def test_a_photo_is_taken_back_before_sending_and_not_after(form: Form) -> None:
    kept, gone = form.whole(10), form.whole(20, "ticket")
    blob = gone.blob
    assert actions.drop_draft(form.session, form_digest=form.digest, number=2) == blob
    assert actions.drop_draft(form.session, form_digest=form.digest, number=2) is None
    assert form.told() == [(1, 10)]
    actions.claim_drafts(
        actions.complete_drafts(form.session, form_digest=form.digest),
        tip_id=new_tip(form.session, form.keys).id,
    )
    assert actions.drop_draft(form.session, form_digest=form.digest, number=1) is None
    assert form.session.get(Evidence, kept.id) is kept


def test_an_upload_is_taken_back_by_its_ticket(form: Form) -> None:
    row = form.whole(10, "ticket")
    assert actions.drop_ticket(form.session, ticket="ticket") == row.blob
    with pytest.raises(NotFound):
        actions.drop_ticket(form.session, ticket="ticket")


def test_claimed_photos_are_numbered_anew_and_lose_what_led_to_the_form(form: Form) -> None:
    form.start(5)
    for size in (10, 20, 30):
        form.whole(size, f"ticket {size}")
    actions.drop_draft(form.session, form_digest=form.digest, number=3)
    tip = new_tip(form.session, form.keys)
    drafts = actions.complete_drafts(form.session, form_digest=form.digest)
    actions.claim_drafts(drafts, tip_id=tip.id)
    told = queries.photos_of_tip(form.session, tip.id)
    assert [(photo.number, photo.size_bytes) for photo in told] == [(1, 10), (2, 30)]
    assert {(row.form_digest, row.ticket_digest, row.expires_at) for row in drafts} == {(None, None, None)}
    assert form.told() == []


def test_drafts_that_nobody_claimed_are_thrown_away_after_two_hours(db: Database, keys: KeyFolders) -> None:
    with calendar.freeze(MONDAY) as clock:
        with db.begin() as session:
            lay_reading_key(session, keys)
            form = Form(session, keys, codes.form_key_digest(keys.receipt, codes.new_form_key()))
            old, half = form.whole(10), form.row(form.start(20))
            clock.forward(timedelta(hours=1))
            young = form.whole(30)
            kept = Form(session, keys, b"k" * 32).whole(40)
            actions.claim_drafts(
                actions.complete_drafts(session, form_digest=b"k" * 32), tip_id=new_tip(session, keys).id
            )
        clock.forward(timedelta(hours=1, seconds=1))
        with db.begin() as session:
            assert set(actions.throw_away_expired(session)) == {old.blob, half.blob}
            assert actions.throw_away_expired(session) == []
    with db.read() as session:
        assert set(session.scalars(select(Evidence.id))) == {young.id, kept.id}
        entry = session.scalars(select(Entry).where(Entry.deed == "delete_drafts")).one()
    assert (entry.about_ref, entry.facts) == ("drafts", {"count": 2})


def test_a_draft_that_is_claimed_at_this_moment_is_not_thrown_away(db: Database, keys: KeyFolders) -> None:
    digest = codes.form_key_digest(keys.receipt, codes.new_form_key())
    with calendar.freeze(MONDAY) as clock:
        with db.begin() as session:
            lay_reading_key(session, keys)
            Form(session, keys, digest).whole(10)
            tip_id = new_tip(session, keys).id
        clock.forward(timedelta(hours=2, seconds=1))
        met = meet(
            db,
            lambda session: actions.claim_drafts(
                actions.complete_drafts(session, form_digest=digest), tip_id=tip_id
            ),
            actions.throw_away_expired,
        )
    assert (met.second, met.error) == ([], None)
    with db.read() as session:
        assert session.scalars(select(Evidence.tip_id)).all() == [tip_id]


# ── readings ──
def test_those_tried_often_wait_behind_the_others(form: Form) -> None:
    tried, fresh, recording = form.whole(10), form.whole(20), form.start(30)
    tried.tries = 2
    form.row(recording).kind = EvidenceKind.RECORDING
    form.session.flush()
    actions.note_received(form.session, evidence_id=recording.evidence_id, offset=0, received=30)
    assert queries.waiting_ids(form.session) == [fresh.id, tried.id]
    assert queries.waiting_ids(form.session, limit=1) == [fresh.id]
    assert form.row(recording).state is EvidenceState.CLEANED


def test_a_photo_is_never_called_clean_without_its_clean_copy(form: Form) -> None:
    form.whole().state = EvidenceState.CLEANED
    with pytest.raises(IntegrityError):
        form.session.flush()
    form.session.rollback()
