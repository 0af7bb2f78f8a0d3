"""What is decided on a tip: registered, merged, declined, handed on; once, knowingly, and told to the informant."""

from typing import Any

import pytest
from sqlalchemy import select

from casework import db
from casework.clues.models import Clue
from casework.officers.roles import Role
from casework.terms import Agency, Category, ClueState, Ongoing, Stage, SubjectKind, TipState
from casework.tips.models import Receipt, Tip
from tests.clients import Browser, text_of, words_of
from tests.factories.office import SPOT, Office, on_sqlite

SUMMARY = "夜间挖机采石，已实地看过"


def _stage(office: Office, number: str) -> Stage:
    with office.db.read() as session:
        return session.scalars(select(Receipt.stage).where(Receipt.tip_number == number)).one()


def _open(office: Office, **tip: Any) -> tuple[Browser, str]:
    """A triage officer with a tip's page open."""
    number = office.tip(**tip).tip_number
    browser = office.enter(Role.TRIAGE)
    browser.get(f"/admin/inbox/{number}")
    return browser, number


def test_registering_leads_to_the_page_of_the_new_clue(office: Office) -> None:
    browser, number = _open(office)
    answer = browser.submit("register", summary=SUMMARY)
    assert answer.status_code == 303
    clue_number = answer.location.removeprefix("/admin/clues/")
    clue = office.read_clue(clue_number)
    assert (clue.summary, clue.state) == (SUMMARY, ClueState.REGISTERED)
    assert office.read_tip(number).state is TipState.REGISTERED
    assert _stage(office, number) is Stage.ACCEPTED
    assert clue_number in words_of(text_of(browser.get(answer.location)))


@on_sqlite
def test_the_officer_confirms_what_the_tip_says_and_writes_the_summary_alone(office: Office) -> None:
    browser, _ = _open(
        office,
        at=SPOT,
        place="村口小桥往北",
        subject_name="晨鹿石料厂",
        subject_kind=SubjectKind.COMPANY,
        mineral="stone",
    )
    form = browser.form("register")
    assert form.fields["summary"] == ""
    assert "summary" in form.required
    assert form.fields["place"] == "村口小桥往北"
    assert form.fields["subject_name"] == "晨鹿石料厂"
    assert (form.fields["longitude"], form.fields["latitude"]) == ("111.712", "37.69")
    answer = browser.submit("register", summary=SUMMARY, place="北沟", agency="public_security")
    clue = office.read_clue(answer.location.rpartition("/")[2])
    assert (clue.place, clue.agency) == ("北沟", Agency.PUBLIC_SECURITY)
    assert (clue.subject_name, clue.mineral) == ("晨鹿石料厂", "stone")
    assert (clue.longitude, clue.latitude) == SPOT


@on_sqlite
def test_the_clock_of_what_presses_runs_on_at_the_clue(office: Office) -> None:
    browser, _ = _open(office, ongoing=Ongoing.YES)
    page = browser.get(browser.submit("register", summary=SUMMARY).location)
    assert "正在发生：电话通知现场" in text_of(page)
    assert "call" in [form.deed for form in browser.forms()]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"summary": ""}, "summary", "请用自己的话写一句摘要"),
        ({"summary": "长" * 201}, "summary", "太长了，最多 200 个字"),
        ({"category": "gold"}, "category", "请从这几种里选一种"),
        ({"agency": ""}, "agency", "请从这几种里选一种"),
        ({"township": "141121000"}, "township", "请从这几种里选一种"),
        ({"subject_kind": "ghost"}, "subject_kind", "请从这几种里选一种"),
        ({"mineral": "unobtainium"}, "mineral", "请从这几种里选一种"),
        ({"longitude": "east"}, "longitude", "要写成数字"),
        ({"longitude": "nan", "latitude": "37"}, "longitude", "东经在 180 以内"),
        ({"longitude": "inf", "latitude": "37"}, "longitude", "东经在 180 以内"),
        ({"longitude": "111", "latitude": ""}, "latitude", "东经、北纬要一起写"),
        ({"village": "村" * 61}, "village", "太长了"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_wrong_field_is_told_and_nothing_is_stored_or_lost(
    sqlite_office: Office, wrong: dict[str, str], field: str, words: str
) -> None:
    browser, number = _open(sqlite_office)
    answer = browser.submit("register", **({"summary": SUMMARY, "place": "北沟第二个岔口"} | wrong))
    assert answer.status_code == 400
    page = text_of(answer)
    assert words in page
    assert f'href="#{field}"' in page
    assert browser.form("register").fields["place"] == "北沟第二个岔口"
    assert sqlite_office.count(Clue) == 0
    assert sqlite_office.read_tip(number).state is TipState.NEW


def test_words_with_control_characters_are_stored_without_them(office: Office) -> None:
    browser, _ = _open(office)
    answer = browser.submit("register", summary="夜里\x00采石\x1b[31m", village="青石沟村\x00")
    clue = office.read_clue(answer.location.rpartition("/")[2])
    assert (clue.summary, clue.village) == ("夜里采石[31m", "青石沟村")


def test_merging_by_the_button_beside_a_nearby_clue(office: Office) -> None:
    triage = office.officer(Role.TRIAGE)
    clue = office.clue(by=triage)
    number = office.tip("又在挖", ongoing=Ongoing.YES).tip_number
    browser = office.sign_in(triage)
    browser.get(f"/admin/inbox/{number}")
    answer = browser.submit("merge", which={"into": clue})
    assert answer.status_code == 303
    assert office.read_tip(number).state is TipState.MERGED
    assert clue in text_of(browser.get(answer.location))
    page = text_of(browser.get(f"/admin/clues/{clue}"))
    assert "2 件举报" in page
    assert "又在挖" in page
    assert office.read_clue(clue).urgent


@on_sqlite
def test_merging_by_a_number_typed_in_any_width(office: Office) -> None:
    triage = office.officer(Role.TRIAGE)
    clue = office.clue(by=triage)
    number = office.tip().tip_number
    browser = office.sign_in(triage)
    browser.get(f"/admin/inbox/{number}")
    typed = clue.lower().replace("-", " - ").replace(" ", "")
    assert browser.submit("merge", which={"into": ""}, into=f" ｑ{typed[1:]} ").status_code == 303
    assert office.read_tip(number).state is TipState.MERGED


@pytest.mark.parametrize("into", ["QS-2026-9999", "x", "", "JB-2026-0001", "Q" * 41])
def test_merging_into_nothing_is_told_at_the_field(sqlite_office: Office, into: str) -> None:
    browser, number = _open(sqlite_office)
    answer = browser.submit("merge", into=into)
    assert answer.status_code == 400
    assert 'id="into-fault"' in text_of(answer)
    assert sqlite_office.read_tip(number).state is TipState.NEW


@on_sqlite
def test_a_clue_that_is_closed_off_takes_no_more_tips(office: Office) -> None:
    triage = office.officer(Role.TRIAGE)
    clue = office.clue(by=triage)
    with office.db.begin() as session:
        row = session.scalars(select(Clue).where(Clue.clue_number == clue)).one()
        row.state, row.version = ClueState.CLOSED_OFF, row.version + 1
    number = office.tip().tip_number
    browser = office.sign_in(triage)
    page = text_of(browser.get(f"/admin/inbox/{number}"))
    assert clue in page
    assert not [form for form in browser.forms() if form.fields.get("into") == clue]
    assert browser.submit("merge", into=clue).status_code == 409
    assert office.read_tip(number).state is TipState.NEW


def test_declining_tells_the_sentence_that_the_informant_reads(office: Office) -> None:
    browser, number = _open(office)
    sentence = "这是土地归谁的纠纷，由当地政府处理。请到乡镇政府去问。"
    assert sentence in browser.text()
    answer = browser.submit("decline", reason="ownership_dispute")
    assert sentence in text_of(browser.get(answer.location))
    tip = office.read_tip(number)
    assert (tip.state, tip.decline_reason) == (TipState.DECLINED, "ownership_dispute")
    assert _stage(office, number) is Stage.DECLINED


@on_sqlite
def test_handing_on_names_the_body(office: Office) -> None:
    browser, number = _open(office)
    answer = browser.submit("hand-on", body="water")
    assert "交城县水利局" in text_of(browser.get(answer.location))
    assert office.read_tip(number).handed_on_to == "water"
    assert _stage(office, number) is Stage.HANDED_ON


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        ("decline", {"reason": "because"}),
        ("decline", {}),
        ("hand-on", {"body": "moon"}),
        ("hand-on", {"body": ""}),
        ("decline", {"reason": "ownership_dispute", "version": None}),
        ("decline", {"reason": "ownership_dispute", "version": "x" * 99}),
        ("hand-on", {"body": "water", "version": "-1"}),
    ],
    ids=str,
)
def test_a_decision_without_a_known_reason_or_version_is_refused(
    sqlite_office: Office, deed: str, fields: dict[str, Any]
) -> None:
    browser, number = _open(sqlite_office)
    assert browser.submit(deed, **fields).status_code == 400
    assert sqlite_office.read_tip(number).state is TipState.NEW


def test_the_second_of_two_officers_is_told_who_was_faster_and_keeps_the_words(office: Office) -> None:
    first, number = _open(office)
    second = office.enter(Role.TRIAGE)
    second.get(f"/admin/inbox/{number}")
    assert first.submit("decline", reason="too_little").status_code == 303
    answer = second.submit("register", summary=SUMMARY, place="北沟第二个岔口")
    page = words_of(text_of(answer))
    assert answer.status_code == 409
    assert "没有办成：这件举报已经办过了" in page
    assert "不予受理" in page
    assert SUMMARY in page
    assert "北沟第二个岔口" in page
    assert office.count(Clue) == 0
    assert office.read_tip(number).state is TipState.DECLINED


def test_a_second_press_registers_no_second_clue(office: Office) -> None:
    browser, number = _open(office)
    form = browser.form("register")
    assert browser.submit("register", summary=SUMMARY).status_code == 303
    assert browser.post(form.action, {**form.fields, "summary": SUMMARY}).status_code == 409
    assert office.count(Clue) == 1
    assert office.deeds(number).count("receive_tip") == 1


def test_a_form_without_its_token_is_refused(sqlite_office: Office) -> None:
    browser, number = _open(sqlite_office)
    answer = browser.submit("decline", reason="too_little", csrf_token="")
    assert answer.status_code == 400
    assert sqlite_office.read_tip(number).state is TipState.NEW


def test_a_form_from_another_site_is_refused(sqlite_office: Office) -> None:
    browser, number = _open(sqlite_office)
    form = browser.form("decline")
    fields = {**form.fields, "reason": "too_little"}
    answer = browser.post(form.action, fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert sqlite_office.read_tip(number).state is TipState.NEW


def test_an_oversized_form_is_refused(sqlite_office: Office) -> None:
    browser, number = _open(sqlite_office)
    assert browser.submit("register", summary="长" * 600_000).status_code == 413
    assert sqlite_office.read_tip(number).state is TipState.NEW


def test_a_busy_database_gives_the_words_back_to_be_sent_again(sqlite_office: Office) -> None:
    browser, number = _open(sqlite_office)
    form = browser.form("register")
    with sqlite_office.db.begin():
        wait, db.SQLITE_LOCK_WAIT = db.SQLITE_LOCK_WAIT, 0.05
        try:
            answer = browser.post(form.action, {**form.fields, "summary": SUMMARY})
        finally:
            db.SQLITE_LOCK_WAIT = wait
    assert answer.status_code == 503
    assert browser.form("again").fields["summary"] == SUMMARY
    assert browser.submit("again").status_code == 303
    assert sqlite_office.read_tip(number).state is TipState.REGISTERED


def test_what_a_tip_says_never_reaches_a_page_as_markup(sqlite_office: Office) -> None:
    hostile = "<script>alert(1)</script>{{7*7}}"
    browser, number = _open(
        sqlite_office, narrative=hostile, place=hostile, subject_name=hostile, village=hostile[:20]
    )
    for address in (f"/admin/inbox/{number}", "/admin/inbox"):
        page = text_of(browser.get(address))
        assert "<script>alert" not in page
        assert "{{7*7}}" in page or address == "/admin/inbox"


@on_sqlite
def test_a_tip_of_another_category_is_registered_as_it_turned_out(office: Office) -> None:
    browser, number = _open(office, category=Category.OTHER)
    answer = browser.submit("register", summary=SUMMARY, category="land", land_class="cultivated")
    clue = office.read_clue(answer.location.rpartition("/")[2])
    assert (clue.category, clue.land_class) == (Category.LAND, "cultivated")
    with office.db.read() as session:
        assert session.scalars(select(Tip.category).where(Tip.tip_number == number)).one() is Category.OTHER
