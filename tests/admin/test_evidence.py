"""Photos in the office: the cleaned copy only, for who may see its tip or clue, from memory, and recorded."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from sqlalchemy import select

from casework.clues import actions
from casework.evidence.intake import take_whole
from casework.evidence.models import Evidence
from casework.evidence.queries import waiting_ids
from casework.jobs.photos import clean_photo
from casework.officers.roles import Role
from casework.terms import ClueState, EvidenceState
from casework.vault.images import Cleaner
from tests.clients import Browser, attributes, text_of, words_of
from tests.factories.office import OTHER_TOWN, Office, Person, on_sqlite
from tests.factories.photos import MARKS, jpeg


@pytest.fixture(scope="module")
def cleaner() -> Iterator[Cleaner]:
    with Cleaner() as warm:
        yield warm


def _clean_all(office: Office, cleaner: Cleaner) -> None:
    with office.db.read() as session:
        waiting = waiting_ids(session)
    for number in waiting:
        clean_photo(office.db, office.store, cleaner, office.keys.office, number)


def _upload(browser: Browser, clue: str, *files: tuple[io.BytesIO, str]) -> None:
    browser.get(f"/admin/clues/{clue}")
    answer = browser.submit("add-evidence", photos=list(files))
    assert answer.status_code == 303, words_of(text_of(answer))


def _photo_of_tip(office: Office, data: bytes | None = None) -> tuple[str, int]:
    """A tip with one photo, as the portal takes it; its number and the photo's id."""
    digest = b"f" * 32
    with office.db.begin() as session:
        number = take_whole(
            session,
            store=office.store,
            data=data or jpeg(),
            file_name="a.jpg",
            reading=office.means.seals().reading,
            form_digest=digest,
        )
    tip = office.tip()
    with office.db.begin() as session:
        row = session.get_one(Evidence, number)
        row.tip_id = office.read_tip(tip.tip_number).id
        row.form_digest, row.expires_at = None, None
    return tip.tip_number, number


@pytest.fixture
def people(office: Office) -> tuple[Person, Person]:
    return office.officer(Role.TRIAGE), office.officer(Role.INVESTIGATOR, unit="enforcement_brigade")


def test_an_officers_own_photos_are_cleaned_like_everybody_elses(
    office: Office, cleaner: Cleaner, people: tuple[Person, Person]
) -> None:
    triage, investigator = people
    clue = office.clue(by=triage, to=investigator)
    browser = office.sign_in(investigator)
    _upload(browser, clue, (io.BytesIO(jpeg()), "现场.jpg"))
    page = words_of(text_of(browser.get(f"/admin/clues/{clue}")))
    assert "清除中，好了才给看" in page
    assert office.entries("add_evidence")[0].about_ref == clue
    _clean_all(office, cleaner)
    page = text_of(browser.get(f"/admin/clues/{clue}"))
    thumb = next(source for source in attributes(page, "src") if "/evidence/" in source)
    picture = browser.get(thumb.replace("thumb", "clean"))
    assert picture.status_code == 200
    assert Image.open(io.BytesIO(picture.data)).format == "JPEG"
    for mark in MARKS:
        assert mark not in picture.data


@on_sqlite
def test_a_picture_is_served_without_a_trace_in_the_browser(
    office: Office, cleaner: Cleaner, people: tuple[Person, Person]
) -> None:
    _, number = _photo_of_tip(office)
    _clean_all(office, cleaner)
    answer = office.sign_in(people[0]).get(f"/admin/evidence/{number}/clean")
    assert answer.content_type == "image/jpeg"
    assert answer.headers["Cache-Control"] == "no-store, max-age=0"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_looking_at_a_picture_is_recorded_and_its_thumbnail_is_part_of_the_page(
    office: Office, cleaner: Cleaner, people: tuple[Person, Person]
) -> None:
    tip, number = _photo_of_tip(office)
    _clean_all(office, cleaner)
    browser = office.sign_in(people[0])
    assert browser.get(f"/admin/evidence/{number}/thumb").status_code == 200
    assert not office.entries("read_evidence")
    assert browser.get(f"/admin/evidence/{number}/clean").status_code == 200
    (entry,) = office.entries("read_evidence")
    assert (entry.about_kind, entry.about_ref, entry.facts) == ("tip", tip, {"evidence": number})


@on_sqlite
def test_what_could_not_be_cleaned_is_never_shown_and_the_officer_is_told_why(
    office: Office, cleaner: Cleaner, people: tuple[Person, Person]
) -> None:
    tip, number = _photo_of_tip(office, b"not a photo at all" * 40)
    _clean_all(office, cleaner)
    browser = office.sign_in(people[0])
    page = words_of(text_of(browser.get(f"/admin/inbox/{tip}")))
    assert "清除不了，不给看" in page
    assert "不是能看的照片" in page
    for kind in ("clean", "thumb"):
        assert browser.get(f"/admin/evidence/{number}/{kind}").status_code == 404
    assert not office.entries("read_evidence")


@on_sqlite
def test_a_waiting_photo_is_not_shown(office: Office, people: tuple[Person, Person]) -> None:
    tip, number = _photo_of_tip(office)
    browser = office.sign_in(people[0])
    assert "清除中，好了才给看" in words_of(text_of(browser.get(f"/admin/inbox/{tip}")))
    assert browser.get(f"/admin/evidence/{number}/clean").status_code == 404


def test_a_tips_photo_is_seen_with_its_clue_and_by_nobody_else(
    office: Office, cleaner: Cleaner, people: tuple[Person, Person]
) -> None:
    triage, investigator = people
    tip, number = _photo_of_tip(office)
    _clean_all(office, cleaner)
    address = f"/admin/evidence/{number}/clean"
    mine = office.sign_in(investigator)
    assert mine.get(address).status_code == 404  # a tip in the inbox is not theirs yet
    clue = office.clue(by=triage, tip=tip)
    assert mine.get(address).status_code == 200
    assert office.entries("read_evidence")[-1].about_ref == clue
    police = office.enter(Role.INVESTIGATOR, unit="food_drug_environment_brigade")
    assert police.get(address).status_code == 404
    elsewhere = office.enter(Role.INVESTIGATOR, unit="enforcement_brigade", jurisdiction=OTHER_TOWN)
    assert elsewhere.get(address).status_code == 404
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.CASHIER, Role.INTAKE, Role.REWARD_CLERK):
        assert office.enter(role).get(address).status_code == 403


@on_sqlite
def test_a_photo_of_what_involves_an_official_is_for_discipline_alone(
    office: Office, cleaner: Cleaner
) -> None:
    discipline = office.officer(Role.DISCIPLINE)
    clue = office.clue(by=discipline, to=discipline, involves_official=True)
    browser = office.sign_in(discipline)
    _upload(browser, clue, (io.BytesIO(jpeg()), "a.jpg"))
    _clean_all(office, cleaner)
    with office.db.read() as session:
        number = session.scalars(select(Evidence.id)).one()
    assert browser.get(f"/admin/evidence/{number}/clean").status_code == 200
    for role in (Role.TRIAGE, Role.INVESTIGATOR, Role.LEADER, Role.LIAISON):
        other = office.enter(role)
        assert other.get(f"/admin/evidence/{number}/clean").status_code == 404
        assert other.get(f"/admin/evidence/{number}/thumb").status_code == 404


def test_an_id_that_leads_nowhere_is_not_found(office: Office) -> None:
    browser = office.enter(Role.TRIAGE)
    for number in ("1", "0", "9" * 18, "9" * 40, "-1", "x", "1%00"):
        for kind in ("clean", "thumb", "original"):
            assert browser.get(f"/admin/evidence/{number}/{kind}").status_code == 404


@on_sqlite
def test_one_bad_file_among_an_officers_photos_is_told_and_nothing_is_half_kept(
    office: Office, people: tuple[Person, Person]
) -> None:
    triage, investigator = people
    clue = office.clue(by=triage, to=investigator)
    browser = office.sign_in(investigator)
    browser.get(f"/admin/clues/{clue}")
    files = [(io.BytesIO(jpeg()), f"{n}.jpg") for n in range(10)]
    answer = browser.submit("add-evidence", photos=files)
    assert answer.status_code == 400
    assert "一次最多 9 张" in text_of(answer)
    assert office.count(Evidence) == 0
    assert not [path for path in office.store.root.rglob("*") if path.is_file()]


def test_no_photo_chosen_is_told(sqlite_office: Office) -> None:
    triage = sqlite_office.officer(Role.TRIAGE)
    investigator = sqlite_office.officer(Role.INVESTIGATOR)
    clue = sqlite_office.clue(by=triage, to=investigator)
    browser = sqlite_office.sign_in(investigator)
    browser.get(f"/admin/clues/{clue}")
    answer = browser.submit("add-evidence", photos=[(io.BytesIO(b""), "")])
    assert answer.status_code == 400
    assert "请先选照片" in text_of(answer)


@on_sqlite
def test_photos_go_on_being_numbered_and_named(office: Office, people: tuple[Person, Person]) -> None:
    triage, investigator = people
    clue = office.clue(by=triage, to=investigator)
    browser = office.sign_in(investigator)
    _upload(browser, clue, (io.BytesIO(jpeg()), "a.jpg"))
    _upload(browser, clue, (io.BytesIO(jpeg()), "b.jpg"), (io.BytesIO(jpeg()), "c.jpg"))
    with office.db.read() as session:
        rows = session.scalars(select(Evidence).order_by(Evidence.id)).all()
    assert [row.number for row in rows] == [1, 2, 3]
    assert {row.state for row in rows} == {EvidenceState.WAITING}
    assert all(row.sealed_name and b"a.jpg" not in row.sealed_name for row in rows)


@on_sqlite
def test_photos_of_a_clue_that_was_closed_off_are_refused(office: Office) -> None:
    triage, investigator = office.officer(Role.TRIAGE), office.officer(Role.INVESTIGATOR)
    clue = office.clue(by=triage, to=investigator)
    browser = office.sign_in(investigator)
    browser.get(f"/admin/clues/{clue}")
    form = browser.form("add-evidence")
    with office.db.begin() as session:
        row = actions.clue_for(session, clue_number=clue, by=office.read_officer(investigator))
        row.state, row.version = ClueState.CLOSED_OFF, row.version + 1
    answer = browser.post(form.action, {**form.fields, "photos": (io.BytesIO(jpeg()), "a.jpg")})
    assert answer.status_code == 409
    assert office.count(Evidence) == 0
    assert not [path for path in office.store.root.rglob("*") if path.is_file()]
