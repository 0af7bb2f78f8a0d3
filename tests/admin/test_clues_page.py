"""One clue's page: all that is known of it, and each deed from being given out to being closed off."""

from typing import Any

import pytest
from sqlalchemy import select

from casework.officers.roles import Role
from casework.terms import ClueState, Finding, Ongoing
from casework.tips.models import Message
from tests.clients import Browser, attributes, text_of, words_of
from tests.factories.office import SPOT, Office, Person, at, on_sqlite

pytestmark = on_sqlite  # the way of a clue, on both databases, is in test_clues_way.py

SAID = "从上个月起，每天天黑以后有两台挖机在沟里挖石头。"
FACTS = "11 月 5 日夜查获挖机两台，无采矿许可证，已采石料约 3,120 吨。"


@pytest.fixture
def triage(office: Office) -> Person:
    return office.officer(Role.TRIAGE)


@pytest.fixture
def brigade(office: Office) -> Person:
    return office.officer(Role.INVESTIGATOR, username="jiang.yihe", unit="enforcement_brigade")


def page_of(browser: Browser, clue: str) -> str:
    answer = browser.get(f"/admin/clues/{clue}")
    assert answer.status_code == 200
    return text_of(answer)


def deeds_on(browser: Browser) -> set[str]:
    return {form.deed for form in browser.forms() if form.deed}


def test_outside_checks_find_number_state_and_due_day(office: Office, triage: Person) -> None:
    with at("2026-11-23 09:00"):
        clue = office.clue(by=triage)
        page = page_of(office.sign_in(triage), clue)
    assert attributes(page, "data-clue-number") == [clue]
    assert "registered" in attributes(page, "data-state")
    assert "2026-12-14" in attributes(page, "data-due-on")


def test_a_clock_stands_with_its_article(office: Office, triage: Person) -> None:
    with at("2026-11-23 09:00"):
        clue = office.clue(by=triage)
    with at("2026-12-16 09:00"):
        page = words_of(page_of(office.sign_in(triage), clue))
    assert "超期 2 天" in page
    assert "核查 15 个工作日，12月14日 18:00 到期" in page
    assert "第三十一条" in page


def test_the_map_shows_the_point_and_what_lies_near(office: Office, triage: Person) -> None:
    near = office.clue(by=triage, longitude=SPOT[0] + 0.005, latitude=SPOT[1])
    clue = office.clue(by=triage, longitude=SPOT[0], latitude=SPOT[1])
    page = page_of(office.sign_in(triage), clue)
    assert '<svg viewBox="0 0 600 320"' in page
    assert page.count(near) >= 2  # on the map, and in words beneath
    assert "111.71200, 37.69000" in page


def test_without_a_point_plain_pairs_stand_in_its_place(office: Office, triage: Person) -> None:
    page = page_of(office.sign_in(triage), office.clue(by=triage, place="北沟"))
    assert "线索还没有定点" in page
    assert "北沟" in page
    assert 'viewBox="0 0 600 320"' not in page


def test_a_point_near_the_border_shows_the_border(office: Office, triage: Person) -> None:
    clue = office.clue(by=triage, longitude=112.215, latitude=37.56)
    assert "粗线是县界" in page_of(office.sign_in(triage), clue)


def test_an_investigator_takes_a_clue_that_nobody_has(
    office: Office, triage: Person, brigade: Person
) -> None:
    clue = office.clue(by=triage)
    worker = office.sign_in(brigade)
    page_of(worker, clue)
    assert worker.submit("take").status_code == 303
    assert office.read_clue(clue).handler_id == office.read_officer(brigade).id
    page_of(worker, clue)
    assert "take" not in deeds_on(worker)


def test_only_the_handler_is_offered_the_finding_and_only_the_handler_may_send_one(
    office: Office, triage: Person, brigade: Person
) -> None:
    other = office.officer(Role.INVESTIGATOR, unit="enforcement_brigade")
    clue = office.clue(by=triage, to=other)
    worker = office.sign_in(brigade)
    page_of(worker, clue)
    assert "find" not in deeds_on(worker)
    fields = {"finding": "substantiated", "facts": FACTS, "version": office.read_clue(clue).version}
    assert worker.post(f"/admin/clues/{clue}/find", fields).status_code == 403
    assert office.read_clue(clue).finding is None


def test_the_call_and_the_visit_stop_the_clocks_of_what_presses(
    office: Office, triage: Person, brigade: Person
) -> None:
    with at("2026-11-23 09:00"):
        tip = office.tip(ongoing=Ongoing.YES).tip_number
        clue = office.clue(by=triage, tip=tip, to=brigade)
        worker = office.sign_in(brigade)
        page = words_of(page_of(worker, clue))
        assert "剩 2 小时 0 分" in page
        form = worker.form("call")
        assert worker.submit("call").status_code == 303
        page = words_of(page_of(worker, clue))
        assert "call" not in deeds_on(worker)
        assert "剩 24 小时 0 分" in page
        assert worker.submit("visit").status_code == 303
        assert "到现场" in words_of(page_of(worker, clue))
        again = worker.post(form.action)
    assert again.status_code == 409
    assert "这一步已经办过了" in text_of(again)
    assert office.read_clue(clue).visited_at is not None


def test_each_informant_is_spoken_to_apart(office: Office, triage: Person) -> None:
    first = office.tip("甲说的").tip_number
    clue = office.clue(by=triage, tip=first)
    second = office.tip("乙说的").tip_number
    browser = office.sign_in(triage)
    browser.get(f"/admin/inbox/{second}")
    browser.submit("merge", which={"into": clue})
    page = page_of(browser, clue)
    assert "甲说的" in page
    assert "乙说的" in page
    assert browser.form("send-message").choices["tip_number"] == [first, second]
    assert browser.submit("send-message", tip_number=second, message="只问乙").status_code == 303
    with office.db.read() as session:
        row = session.scalars(select(Message)).one()
    assert row.tip_id == office.read_tip(second).id


def test_a_message_to_the_tip_of_another_clue_is_refused(office: Office, triage: Person) -> None:
    clue, other = office.clue(by=triage), office.tip().tip_number
    browser = office.sign_in(triage)
    page_of(browser, clue)
    for number in (other, "JB-2026-9999", "x\x00y", ""):
        answer = browser.submit("send-message", tip_number=number, message="你好")
        assert answer.status_code == 400
    assert office.count(Message) == 0


def test_the_officers_words_are_changed_and_the_tips_never(office: Office, triage: Person) -> None:
    tip = office.tip(SAID).tip_number
    clue = office.clue(by=triage, tip=tip)
    sealed = office.read_tip(tip).sealed_words
    browser = office.sign_in(triage)
    page_of(browser, clue)
    answer = browser.submit("edit", summary="改过的摘要", longitude="111.7", latitude="37.6")
    assert answer.status_code == 303
    row = office.read_clue(clue)
    assert (row.summary, row.longitude, row.latitude) == ("改过的摘要", 111.7, 37.6)
    assert office.read_tip(tip).sealed_words == sealed
    page = words_of(page_of(browser, clue))
    assert "改过的摘要" in page
    assert "改线索摘要" in page  # in the history


def test_the_history_tells_who_did_what(office: Office, triage: Person, brigade: Person) -> None:
    tip = office.tip().tip_number
    clue = office.clue(by=triage, tip=tip, to=brigade, finding=Finding.PARTLY)
    page = words_of(page_of(office.sign_in(brigade), clue))
    for line in ("填核查结论：部分查实", "分派给江he", f"登记线索 {tip}", f"收到举报 {tip}"):
        assert line in page
    assert "看线索" not in page.split("经过")[1]


def test_the_way_to_a_case_stands_there_once_the_finding_bears_it(
    office: Office, triage: Person, brigade: Person
) -> None:
    if "case_opening.open_case" not in office.app.view_functions:
        pytest.skip("the room of cases is not there")
    borne = office.clue(by=triage, to=brigade, finding=Finding.SUBSTANTIATED)
    unfounded = office.clue(by=triage, to=brigade, finding=Finding.UNFOUNDED)
    worker = office.sign_in(brigade)
    assert "data-open-case" in page_of(worker, borne)
    assert "data-open-case" not in page_of(worker, unfounded)
    assert "data-open-case" not in page_of(office.sign_in(triage), borne)


@pytest.mark.parametrize(
    ("deed", "fields", "words"),
    [
        ("find", {"finding": "guilty", "facts": FACTS}, "请从这几种里选一种"),
        ("find", {"facts": FACTS}, "请选一个结论"),
        ("find", {"finding": "partly", "facts": "  "}, "请写认定的事实"),
        ("find", {"finding": "partly", "facts": "长" * 5001}, "太长了"),
        ("find", {"finding": "partly", "facts": FACTS, "version": None}, "请退回去，刷新"),
        ("edit", {"summary": ""}, "请用自己的话写一句摘要"),
        ("edit", {"summary": "好", "agency": "x"}, "请从这几种里选一种"),
        ("edit", {"summary": "好", "latitude": "91", "longitude": "1"}, "北纬在 90 以内"),
        ("send-message", {"message": " "}, "请写要说的话"),
        ("send-message", {"message": "长" * 1001}, "太长了"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_field_is_told_and_nothing_is_stored_or_lost(
    office: Office, deed: str, fields: dict[str, Any], words: str
) -> None:
    triage = office.officer(Role.TRIAGE)
    worker = office.officer(Role.INVESTIGATOR)
    clue = office.clue(by=triage, to=worker)
    browser = office.sign_in(worker)
    page_of(browser, clue)
    before = office.read_clue(clue).version
    answer = browser.submit(deed, **fields)
    assert answer.status_code == 400
    assert words in text_of(answer)
    for name in ("facts", "message"):
        if name in fields:
            assert str(browser.form(deed).fields[name]).strip() == fields[name].strip()
    assert office.read_clue(clue).version == before
    assert office.count(Message) == 0


@pytest.mark.parametrize("to", ["nobody", "guan.wuyou", "police", "x" * 41, ""])
def test_a_clue_is_not_given_to_who_may_not_have_it(office: Office, to: str) -> None:
    triage = office.officer(Role.TRIAGE)
    office.officer(Role.ADMINISTRATOR, username="guan.wuyou")
    office.officer(Role.INVESTIGATOR, username="police", unit="food_drug_environment_brigade")
    clue = office.clue(by=triage)
    browser = office.sign_in(triage)
    page_of(browser, clue)
    assert "police" not in browser.form("assign").choices["to"]
    answer = browser.submit("assign", to=to)
    assert answer.status_code == 400
    assert 'id="to-fault"' in text_of(answer)
    assert office.read_clue(clue).state is ClueState.REGISTERED


def test_a_step_out_of_turn_is_told_in_words(office: Office, triage: Person, brigade: Person) -> None:
    clue = office.clue(by=triage, to=brigade)
    worker = office.sign_in(brigade)
    page_of(worker, clue)
    answer = worker.post(f"/admin/clues/{clue}/conclude", {"version": office.read_clue(clue).version})
    assert answer.status_code == 409
    assert "线索现在是“核查中”，这一步办不了" in text_of(answer)


def test_a_clue_with_an_open_clock_is_not_closed_off(office: Office, triage: Person, brigade: Person) -> None:
    clue = office.clue(by=triage, to=brigade, finding=Finding.INCONCLUSIVE)
    worker = office.sign_in(brigade)
    page_of(worker, clue)
    worker.submit("conclude")
    pressing = office.tip(ongoing=Ongoing.YES).tip_number
    boss = office.sign_in(triage)
    boss.get(f"/admin/inbox/{pressing}")
    boss.submit("merge", which={"into": clue})
    leader = office.enter(Role.LEADER)
    page_of(leader, clue)
    answer = leader.submit("close-off")
    assert answer.status_code == 409
    assert "还有没办完的期限，不能销号" in text_of(answer)
    assert office.read_clue(clue).state is ClueState.CONCLUDED


def test_a_number_that_leads_nowhere_is_not_found(office: Office, triage: Person) -> None:
    browser = office.sign_in(triage)
    for number in ("QS-2026-9999", "QS-2026-%00", "x", "JB-2026-0001", "qs-2026-0001"):
        assert browser.get(f"/admin/clues/{number}").status_code == 404
        assert browser.post(f"/admin/clues/{number}/visit").status_code in (403, 404)
    assert not office.entries("read_clue")
