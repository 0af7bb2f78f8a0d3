"""The clue desk: cuts, order, screens, search, and giving out several clues at once."""

import re
from html import unescape

import pytest

from casework.clues import queries
from casework.clues.models import Clue
from casework.officers.roles import Role
from casework.terms import Agency, Category, ClueState, Finding, Ongoing
from tests.clients import Browser, attributes, text_of, words_of
from tests.factories.office import OTHER_TOWN, TOWN, Office, Person, at, on_sqlite


def rows(browser: Browser, query: str = "") -> list[str]:
    answer = browser.get(f"/admin/clues{query}")
    assert answer.status_code == 200, (query, answer.status_code)
    return attributes(text_of(answer), "data-row")


def link(page: str, rel: str) -> str:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    return unescape(found[1]) if found else ""


@pytest.fixture
def triage(office: Office) -> Person:
    return office.officer(Role.TRIAGE)


@pytest.fixture
def brigade(office: Office) -> Person:
    return office.officer(Role.INVESTIGATOR, username="jiang.yihe", unit="enforcement_brigade")


def test_each_cut_shows_what_it_names(office: Office, triage: Person, brigade: Person) -> None:
    with at("2026-11-02 09:00"):
        old = office.clue(by=triage, category=Category.LAND)
    with at("2026-11-24 09:00"):
        mine = office.clue(by=triage, to=brigade, township=OTHER_TOWN, village="柳叶坪村")
        police = office.clue(by=triage, agency=Agency.PUBLIC_SECURITY)
        found = office.clue(by=triage, to=brigade, finding=Finding.UNFOUNDED)
        browser = office.sign_in(triage)
        assert rows(browser) == [old, mine, police, found]
        assert rows(browser, "?due=over") == [old]
        assert rows(browser, "?category=land") == [old]
        assert rows(browser, f"?township={OTHER_TOWN}") == [mine]
        assert rows(browser, "?agency=public_security") == [police]
        assert rows(browser, "?handler=none") == [old, police]
        assert rows(browser, "?handler=jiang.yihe") == [mine, found]
        assert rows(browser, "?state=found") == [found]
        assert rows(browser, f"?state=assigned&township={OTHER_TOWN}&handler=jiang.yihe") == [mine]
        assert rows(browser, "?sort=newest") == [found, police, mine, old]
        assert rows(office.sign_in(brigade), "?handler=me") == [mine, found]


@on_sqlite
def test_the_chips_count_what_they_open(office: Office, triage: Person) -> None:
    with at("2026-11-02 09:00"):
        office.clue(by=triage)
    with at("2026-11-24 09:00"):
        office.clue(by=triage)
        page = words_of(text_of(office.sign_in(triage).get("/admin/clues")))
    assert "全部 2" in page
    assert "超期 1" in page
    assert "没人办 2" in page


@on_sqlite
def test_a_row_carries_what_outside_checks_read(office: Office, triage: Person, brigade: Person) -> None:
    with at("2026-11-23 09:00"):
        clue = office.clue(by=triage, to=brigade)
        page = text_of(office.sign_in(triage).get("/admin/clues"))
    assert f"/admin/clues/{clue}" in attributes(page, "href")
    assert attributes(page, "data-state") == ["assigned"]
    assert attributes(page, "data-due-on") == ["2026-12-14"]
    assert attributes(page, "data-clue-number") == [clue]


def test_search_finds_number_village_subject_and_summary(office: Office, triage: Person) -> None:
    here = office.clue(by=triage, village="白鹭滩村", subject_name="晨鹿石料厂", summary="河道夜间抽砂100%")
    office.clue(by=triage, village="云窝村", summary="旧井口有灯")
    browser = office.sign_in(triage)
    for words in ("白鹭", "晨鹿", "抽砂", here[-4:], "%", "100%"):
        assert rows(browser, f"?q={words.replace('%', '%25')}") == [here], words
    assert rows(browser, "?q=没有这样的词") == []
    assert "没有符合这些条件的线索" in browser.text()


@on_sqlite
def test_search_finds_a_clue_that_is_closed_off(office: Office, triage: Person) -> None:
    clue = office.clue(by=triage, village="白鹭滩村")
    _set_state(office, clue, ClueState.CLOSED_OFF)
    browser = office.sign_in(triage)
    assert rows(browser) == []
    assert rows(browser, "?q=白鹭滩") == [clue]
    assert rows(browser, "?state=closed_off") == [clue]


@on_sqlite
def test_a_number_typed_whole_goes_straight_to_its_page(
    office: Office, triage: Person, brigade: Person
) -> None:
    tip = office.tip().tip_number
    clue = office.clue(by=triage, tip=tip)
    browser = office.sign_in(triage)
    for typed in (clue, clue.lower(), clue.replace("-", ""), f" {clue} ", "ＱＳ" + clue[2:]):
        assert browser.get("/admin/clues", query_string={"q": typed}).location == f"/admin/clues/{clue}"
    assert browser.get(f"/admin/clues?q={tip}").location == f"/admin/inbox/{tip}"
    # Who does not read the inbox is led to the clue that the tip became.
    assert office.sign_in(brigade).get(f"/admin/clues?q={tip}").location == f"/admin/clues/{clue}"


@on_sqlite
def test_a_number_out_of_sight_is_searched_for_and_not_found(office: Office, triage: Person) -> None:
    discipline = office.officer(Role.DISCIPLINE)
    tip = office.tip(involves_official=True).tip_number
    clue = office.clue(by=discipline, tip=tip)
    browser = office.sign_in(triage)
    for number in (clue, tip):
        answer = browser.get(f"/admin/clues?q={number}")
        assert answer.status_code == 200
        assert attributes(text_of(answer), "data-row") == []


@pytest.mark.parametrize(
    "query",
    ["state=x", "category=%00", "township=1", "agency=ministry", "handler=nobody", "due=later", "sort=best"],
)
def test_a_cut_that_does_not_exist_is_refused(sqlite_office: Office, query: str) -> None:
    assert sqlite_office.enter(Role.TRIAGE).get(f"/admin/clues?{query}").status_code == 400


def test_hostile_cursors_and_words_do_no_harm(office: Office, triage: Person) -> None:
    clue = office.clue(by=triage)
    browser = office.sign_in(triage)
    cursors = (
        "x",
        "~",
        "2026~1",
        "2026-11-23T00:00:00~x",
        "9999-12-31T23:59:59~1",
        "%00~%00",
        "0001-01-01T00:00:00~" + "9" * 40,
    )
    for cursor in cursors:
        for name in ("after", "before"):
            assert browser.get(f"/admin/clues?{name}={cursor}").status_code == 200, cursor
    assert rows(browser, "?from=99999999999999&after=x") == [clue]
    assert rows(browser, "?q=%00") == [clue]
    assert browser.get("/admin/clues", query_string={"q": "'; DROP TABLE clues --" * 30}).status_code == 200
    assert rows(browser) == [clue]


@pytest.mark.parametrize("sort", ["due", "newest", "updated"])
def test_screens_follow_each_other_without_a_gap_and_lead_back(
    office: Office, triage: Person, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr("admin.views.clues.PAGE", 2)
    with at("2026-11-02 09:00"):  # the same instant, so that only the number parts them
        same = [office.clue(by=triage) for _ in range(2)]
    for day in (3, 4, 5):
        with at(f"2026-11-{day:02} 09:00"):
            same.append(office.clue(by=triage))
    browser = office.sign_in(triage)
    page, screens = text_of(browser.get(f"/admin/clues?sort={sort}")), []
    while True:
        screens.append(attributes(page, "data-row"))
        if not link(page, "next"):
            break
        page = text_of(browser.get(link(page, "next")))
    assert [len(screen) for screen in screens] == [2, 2, 1]
    walked = [number for screen in screens for number in screen]
    assert walked == (same if sort == "due" else same[::-1])
    assert "第 5–5 条，共 5 条" in page
    page = text_of(browser.get(link(page, "prev")))
    assert attributes(page, "data-row") == screens[1]
    assert "第 3–4 条" in page
    page = text_of(browser.get(link(page, "prev")))
    assert attributes(page, "data-row") == screens[0]
    assert not link(page, "prev")


@on_sqlite
def test_counts_are_capped(office: Office, triage: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("casework.clues.queries", "admin.chips"):
        monkeypatch.setattr(f"{module}.MOST_COUNTED", 2)
    for _ in range(4):
        office.clue(by=triage)
    page = words_of(text_of(office.sign_in(triage).get("/admin/clues")))
    assert "全部 2+" in page
    assert "共 2+ 条" in page


def test_the_desk_costs_six_statements_at_most(office: Office, triage: Person, brigade: Person) -> None:
    for _ in range(3):
        office.clue(by=triage, to=brigade)
    browser = office.sign_in(triage)
    browser.get("/admin/clues")
    for query in ("", "?q=石&category=unlicensed&handler=jiang.yihe", "?sort=updated&due=soon"):
        with office.statements() as heard:
            assert browser.get(f"/admin/clues{query}").status_code == 200
        assert len(heard) <= 6, heard


def test_several_clues_are_given_to_one_officer_with_the_load_in_view(
    office: Office, triage: Person, brigade: Person
) -> None:
    office.clue(by=triage, to=brigade)
    picked = [office.clue(by=triage) for _ in range(2)]
    browser = office.sign_in(triage)
    page = text_of(browser.get("/admin/clues"))
    assert "（手上 1 条）" in page
    form = browser.form("assign")
    picks = [pick for pick in form.choices["pick"] if pick.partition("~")[0] in picked]
    answer = browser.submit("assign", to="jiang.yihe", pick=picks)
    assert answer.status_code == 303
    assert "2 条分派给江he。" in text_of(browser.get(answer.location))
    for number in picked:
        clue = office.read_clue(number)
        assert clue.state is ClueState.ASSIGNED
        assert clue.handler_id == office.read_officer(brigade).id


def test_a_clue_that_somebody_changed_meanwhile_is_told_and_not_overwritten(
    office: Office, triage: Person, brigade: Person
) -> None:
    changed, untouched = office.clue(by=triage), office.clue(by=triage)
    other = office.officer(Role.INVESTIGATOR, unit="enforcement_brigade")
    browser = office.sign_in(triage)
    browser.get("/admin/clues")
    picks = browser.form("assign").choices["pick"]
    taker = office.sign_in(other)
    taker.get(f"/admin/clues/{changed}")
    assert taker.submit("take").status_code == 303
    page = words_of(text_of(browser.get(browser.submit("assign", to="jiang.yihe", pick=picks).location)))
    assert f"{changed}：您看的时候别人动过，没有分派。" in page
    assert "分派给江" in page  # what was done meanwhile
    assert office.read_clue(changed).handler_id == office.read_officer(other).id
    assert office.read_clue(untouched).handler_id == office.read_officer(brigade).id


@on_sqlite
def test_an_investigator_takes_several_and_cannot_give_to_another(
    office: Office, triage: Person, brigade: Person
) -> None:
    other = office.officer(Role.INVESTIGATOR, unit="enforcement_brigade")
    clue = office.clue(by=triage)
    browser = office.sign_in(brigade)
    browser.get("/admin/clues")
    pick = browser.form("assign").choices["pick"]
    answer = browser.submit("assign", to=other.username, pick=pick)
    assert "别人在办，没有分派" in text_of(browser.get(answer.location))
    assert office.read_clue(clue).state is ClueState.REGISTERED
    browser.get("/admin/clues")
    browser.submit("assign", pick=pick)
    assert office.read_clue(clue).handler_id == office.read_officer(brigade).id


@on_sqlite
def test_one_who_may_not_have_a_clue_is_refused_and_the_others_go_through(
    office: Office, triage: Person, brigade: Person
) -> None:
    ours, police = office.clue(by=triage), office.clue(by=triage, agency=Agency.PUBLIC_SECURITY)
    browser = office.sign_in(triage)
    browser.get("/admin/clues")
    answer = browser.submit("assign", to="jiang.yihe", pick=browser.form("assign").choices["pick"])
    assert f"{police}：这个人办不了" in words_of(text_of(browser.get(answer.location)))
    assert office.read_clue(ours).state is ClueState.ASSIGNED
    assert office.read_clue(police).state is ClueState.REGISTERED


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"pick": ["QS-2026-0001"]}, 400),
        ({"pick": ["QS-2026-0001~x"]}, 400),
        ({"pick": ["QS-2026-0001~" + "1" * 40]}, 400),
        ({"pick": ["JB-2026-0001~1"]}, 404),
        ({"pick": ["QS-2026-9999~1"]}, 404),
        ({"pick": ["QS-2026-0001~1"], "to": "nobody"}, 400),
        ({"pick": ["QS-2026-0001~1"], "to": ""}, 400),
        ({"pick": [f"QS-2026-{n:04}~1" for n in range(200)]}, 400),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_malformed_handful_changes_nothing(
    sqlite_office: Office, fields: dict[str, object], status: int
) -> None:
    triage = sqlite_office.officer(Role.TRIAGE)
    sqlite_office.officer(Role.INVESTIGATOR, username="jiang.yihe")
    clue = sqlite_office.clue(by=triage)
    browser = sqlite_office.sign_in(triage)
    browser.get("/admin/clues")
    assert browser.submit("assign", **({"to": "jiang.yihe"} | fields)).status_code == status
    assert sqlite_office.read_clue(clue).state is ClueState.REGISTERED


def test_after_giving_out_one_is_back_at_the_same_cut_and_nowhere_else(sqlite_office: Office) -> None:
    triage = sqlite_office.officer(Role.TRIAGE)
    sqlite_office.clue(by=triage)
    browser = sqlite_office.sign_in(triage)
    browser.get(f"/admin/clues?township={TOWN}&sort=newest")
    answer = browser.submit("assign", to=triage.username)
    assert answer.location == f"/admin/clues?township={TOWN}&sort=newest"
    for elsewhere in ("https://evil.example/", "//evil.example", "/admin/cluesx", "/admin/officers"):
        browser.get("/admin/clues")
        answer = browser.submit("assign", to=triage.username, back=elsewhere)
        assert answer.location == "/admin/clues"


def test_an_empty_desk_says_so(sqlite_office: Office) -> None:
    assert "没有未销号的线索" in text_of(sqlite_office.enter(Role.LEADER).get("/admin/clues"))


def test_what_presses_is_marked_until_a_finding_is_there(sqlite_office: Office) -> None:
    triage = sqlite_office.officer(Role.TRIAGE)
    tip = sqlite_office.tip(ongoing=Ongoing.YES).tip_number
    sqlite_office.clue(by=triage, tip=tip)
    assert "要紧" in words_of(text_of(sqlite_office.sign_in(triage).get("/admin/clues")))


def _set_state(office: Office, number: str, state: ClueState) -> None:
    with office.db.begin() as session:
        row = session.get_one(Clue, office.read_clue(number).id)
        row.state, row.version = state, row.version + 1
