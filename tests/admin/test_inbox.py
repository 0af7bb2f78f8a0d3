"""The inbox: what waits, what presses, and that looking is a deed."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from casework.officers.roles import Role
from casework.terms import Category, Channel, Datum, Ongoing, PointSource
from casework.tips import inbox
from casework.tips.models import Tip
from casework.tips.submission import Point
from tests.clients import attributes, text_of, words_of
from tests.factories.office import OTHER_TOWN, SPOT, Office, at, on_sqlite

SECRET = "石榴坡后沟有人连夜开挖"


def test_the_list_shows_how_many_wait_and_how_each_begins(office: Office) -> None:
    office.tip(SECRET)
    office.tip("河边抽砂", channel=Channel.PHONE)
    browser = office.enter(Role.TRIAGE)
    page = words_of(text_of(browser.get("/admin/inbox")))
    assert "2 件还没登记" in page
    assert SECRET in page
    assert "电话 1" in page


@on_sqlite
def test_what_is_going_on_now_stands_on_top_with_its_two_clocks(office: Office) -> None:
    with at("2026-11-23 09:00"):
        quiet = office.tip("坑是旧的", ongoing=Ongoing.NO).tip_number
        loud = office.tip("正在挖", ongoing=Ongoing.YES).tip_number
        browser = office.enter(Role.TRIAGE)
    with at("2026-11-23 09:10"):
        page = text_of(browser.get("/admin/inbox"))
    assert attributes(page, "data-row") == [loud, quiet]
    assert "剩 1 小时 50 分" in page  # to the call
    assert "剩 23 小时 50 分" in page  # to the visit


@on_sqlite
def test_a_call_that_was_not_made_in_two_hours_is_told_as_late(office: Office) -> None:
    with at("2026-11-23 09:00"):
        office.tip("正在挖", ongoing=Ongoing.YES)
    with at("2026-11-23 11:05"):
        page = words_of(text_of(office.enter(Role.TRIAGE).get("/admin/inbox")))
    assert "超期 5 分钟" in page
    assert "超期 1" in page


def test_listing_what_people_wrote_is_one_recorded_deed(office: Office) -> None:
    numbers = [office.tip(f"第 {n} 件").tip_number for n in range(3)]
    office.enter(Role.TRIAGE).get("/admin/inbox")
    glances = office.entries("glance_inbox")
    assert [entry.facts["tips"] for entry in glances] == [sorted(numbers)]
    assert "read_tip" not in office.deeds()


def test_an_empty_inbox_is_no_deed(sqlite_office: Office) -> None:
    page = text_of(sqlite_office.enter(Role.TRIAGE).get("/admin/inbox"))
    assert "没有等着登记的举报" in page
    assert not sqlite_office.entries("glance_inbox")


def test_opening_a_tip_is_recorded_and_the_page_says_so(office: Office) -> None:
    number = office.tip(SECRET).tip_number
    with at("2026-11-24 15:42"):
        browser = office.enter(Role.TRIAGE)
        page = words_of(text_of(browser.get(f"/admin/inbox/{number}")))
    assert SECRET in page
    assert "已记入留痕（今天 15:42，江" in page
    assert office.deeds(number) == ["receive_tip", "read_tip"]


def test_the_list_asks_for_the_pane_alone(sqlite_office: Office) -> None:
    number = sqlite_office.tip(SECRET).tip_number
    browser = sqlite_office.enter(Role.TRIAGE)
    pane = text_of(browser.get(f"/admin/inbox/{number}", headers={"HX-Request": "true"}))
    assert SECRET in pane
    assert "<html" not in pane
    assert sqlite_office.deeds(number)[-1] == "read_tip"


def test_every_row_leads_to_its_own_page_without_script(sqlite_office: Office) -> None:
    number = sqlite_office.tip().tip_number
    page = text_of(sqlite_office.enter(Role.TRIAGE).get("/admin/inbox"))
    assert f"/admin/inbox/{number}" in attributes(page, "href")


def test_the_cuts_show_what_they_name(office: Office) -> None:
    office.tip("甲", category=Category.LAND)
    pressing = office.tip("乙", ongoing=Ongoing.YES).tip_number
    phone = office.tip("丙", channel=Channel.PHONE).tip_number
    browser = office.enter(Role.TRIAGE)

    def rows(query: str) -> list[str]:
        return attributes(text_of(browser.get(f"/admin/inbox?{query}")), "data-row")

    assert rows("urgent=1") == [pressing]
    assert rows("channel=phone") == [phone]
    assert len(rows("category=land")) == 1
    assert rows("due=over") == []
    assert len(rows("")) == 3


def test_a_tip_due_today_is_among_those_due_today(office: Office) -> None:
    with at("2026-11-23 09:00"):
        number = office.tip().tip_number
    with at("2026-11-25 08:00"):  # two working days later, until 18:00
        browser = office.enter(Role.TRIAGE)
        page = text_of(browser.get("/admin/inbox?due=today"))
    assert attributes(page, "data-row") == [number]
    assert "今天 18:00" in page


@pytest.mark.parametrize(
    "query", ["channel=pigeon", "category=x", "due=soon", "urgent=yes", "category=%00"], ids=str
)
def test_a_cut_that_does_not_exist_is_refused(sqlite_office: Office, query: str) -> None:
    assert sqlite_office.enter(Role.TRIAGE).get(f"/admin/inbox?{query}").status_code == 400


def test_a_cursor_that_is_none_shows_the_first_screen(office: Office) -> None:
    number = office.tip().tip_number
    browser = office.enter(Role.TRIAGE)
    for cursor in ("x", "1~", "1~x", "9~1", "0~" + "9" * 60, "1~-1", "%00", "1~٣"):
        for name in ("after", "before"):
            page = browser.get(f"/admin/inbox?{name}={cursor}")
            assert attributes(text_of(page), "data-row") == [number], cursor


def test_screens_follow_each_other_without_a_gap_and_lead_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "PAGE", 2)
    for n in range(5):
        office.tip(f"第 {n} 件", ongoing=Ongoing.YES if n in (1, 3, 4) else Ongoing.NO)
    browser = office.enter(Role.TRIAGE)
    page, seen, last = text_of(browser.get("/admin/inbox")), [], ""
    while True:
        seen += attributes(page, "data-row")
        later = _link(page, "next")
        if not later:
            break
        last, page = page, text_of(browser.get(later))
    assert len(seen) == len(set(seen)) == 5
    assert "第 5–5 条，共 5 条" in page
    back = text_of(browser.get(_link(page, "prev")))
    assert attributes(back, "data-row") == attributes(last, "data-row")


def test_the_list_costs_six_statements_at_most(office: Office) -> None:
    for n in range(4):
        office.tip(f"第 {n} 件", ongoing=Ongoing.YES)
    browser = office.enter(Role.TRIAGE)
    browser.get("/admin/inbox")
    with office.statements() as heard:
        assert browser.get("/admin/inbox").status_code == 200
    assert len(heard) <= 6, heard


def test_nearby_clues_are_offered_by_distance_days_and_category(office: Office) -> None:
    triage = office.officer(Role.TRIAGE)
    with at("2026-11-01 09:00"):
        near = office.clue(by=triage, longitude=SPOT[0], latitude=SPOT[1])
        far = office.clue(by=triage, longitude=SPOT[0] + 0.2, latitude=SPOT[1], village="云窝村")
    with at("2026-11-10 09:00"):
        number = office.tip("又在挖", at=(SPOT[0], SPOT[1] + 0.004)).tip_number
        page = words_of(text_of(office.sign_in(triage).get(f"/admin/inbox/{number}")))
    assert f"{near} 待分派 445 米，相隔 9 天，同类" in page
    assert far not in page


def test_a_position_from_the_device_finds_what_lies_near_and_stays_sealed(office: Office) -> None:
    triage = office.officer(Role.TRIAGE)
    near = office.clue(by=triage, longitude=SPOT[0], latitude=SPOT[1], village="云窝村")
    point = Point(*SPOT, Datum.WGS84, PointSource.DEVICE, SPOT[0], SPOT[1], in_county=True)
    number = office.tip(point=point, village="柳叶坪村", township=OTHER_TOWN).tip_number
    page = text_of(office.sign_in(triage).get(f"/admin/inbox/{number}"))
    assert near in attributes(page, "data-near")
    with office.db.read() as session:
        assert session.scalar(select(Tip.longitude).where(Tip.tip_number == number)) is None


def test_a_decided_tip_says_by_whom_and_offers_nothing(sqlite_office: Office) -> None:
    triage = sqlite_office.officer(Role.TRIAGE)
    number = sqlite_office.tip().tip_number
    clue = sqlite_office.clue(by=triage, tip=number)
    page = text_of(sqlite_office.sign_in(triage).get(f"/admin/inbox/{number}"))
    assert "已登记" in page
    assert f"/admin/clues/{clue}" in attributes(page, "href")
    assert "register" not in attributes(page, "data-deed")


def test_a_number_that_leads_nowhere_is_not_found(office: Office) -> None:
    office.tip()
    browser = office.enter(Role.TRIAGE)
    for number in (
        "JB-2026-9999",
        "JB-2026-%00",
        "x",
        "jb-2026-0001",
        "QS-2026-0001",
        "JB-2026-" + "1" * 300,
    ):
        assert browser.get(f"/admin/inbox/{number}").status_code == 404
    assert not office.entries("read_tip")


def test_a_session_that_idled_out_leads_back_to_the_page_after_signing_in(sqlite_office: Office) -> None:
    number = sqlite_office.tip().tip_number
    with at("2026-11-24 09:00") as clock:
        browser = sqlite_office.enter(Role.TRIAGE)
        clock.forward(timedelta(minutes=16))
        answer = browser.get(f"/admin/inbox/{number}")
    assert answer.status_code == 303
    assert "why=idle" in answer.location
    assert number in answer.location


def _link(page: str, rel: str) -> str:
    """The address of the pager's link, "" where there is none."""
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    return unescape(found[1]) if found else ""
