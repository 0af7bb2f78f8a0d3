"""The pages of cases: opening, deciding, ending, as officers do it; who is shown what."""

import re
from typing import Any

import pytest

from casework.cases.models import Case, CaseOutcome
from casework.officers.roles import Role
from casework.terms import Finding
from tests.clients import Browser
from tests.factories.office import OTHER_TOWN, Office, Person, at

ANSWERS = {
    **dict.fromkeys(("person", "facts", "liability", "jurisdiction", "time"), "yes"),
    **{f"{name}_basis": "现场笔录" for name in ("person", "facts", "liability", "jurisdiction", "time")},
    "summary": "夜间无证采石",
    "subject_name": "晨鹿石料厂",
    "lead_agency": "natural_resources",
}
FIGURES = {
    "land_area": "2.14",
    "land_area_unit": "mu",
    "land_class": "cultivated",
    "land_fine_yuan": "28,500",
    "restored": "yes",
    "restored_on": "2026-11-20",
    "mined_tonnes": "３１２０．５",
    "confiscated_tonnes": "2860",
    "confiscated_value_yuan": "148000",
    "mining_fine_yuan": "420000.50",
    "shut_down": "yes",
    "penalty_document": "交自然资罚〔2026〕7号",
    "penalty_on": "2026-11-19",
    "remark": "已移送",
}


@pytest.fixture
def team(office: Office) -> Any:
    with at("2026-11-23 09:00"):
        yield Team(office)


@pytest.fixture
def sqlite_team(sqlite_office: Office) -> Any:
    """For what does not depend on the database."""
    with at("2026-11-23 09:00"):
        yield Team(sqlite_office)


class Team:
    def __init__(self, office: Office) -> None:
        self.office = office
        self.triage = office.officer(Role.TRIAGE)
        self.investigator = office.officer(Role.INVESTIGATOR, unit="enforcement_brigade")

    def clue(self, **words: Any) -> str:
        found = {"finding": Finding.SUBSTANTIATED, "to": self.investigator} | words
        return self.office.clue(by=self.triage, **found)

    def open(self, browser: Browser, over: str, /, **changes: Any) -> str:
        browser.get(f"/admin/cases/open?clue={over}")
        answer = browser.submit("open-case", **(ANSWERS | changes))
        assert answer.status_code == 303, browser.text()
        return answer.headers["Location"].rsplit("/", 1)[1]

    def decided(self, browser: Browser, **changes: Any) -> str:
        number = self.open(browser, self.clue())
        browser.get(f"/admin/cases/{number}")
        assert browser.submit("set-outcome", **(FIGURES | changes)).status_code == 303, browser.text()
        browser.get(f"/admin/cases/{number}")
        return number


def test_a_case_goes_from_opening_to_the_archive(team: Team, office: Office) -> None:
    me, leader = office.sign_in(team.investigator), office.enter(Role.LEADER)
    number = team.open(me, team.clue())
    assert number == "AJ-2026-0001"
    page = me.get(f"/admin/cases/{number}").text
    assert f'data-case-number="{number}"' in page
    assert 'data-state="open"' in page
    assert 'data-due-on="2027-02-21"' in page
    assert "办结前还差" in page
    assert me.submit("set-outcome", **FIGURES).headers["Location"] == f"/admin/cases/{number}"
    page = me.get(f"/admin/cases/{number}").text
    for told in ("2.14 亩（1,426.67 平方米）", "3,120.5 吨", "420,000.50 元", "交自然资罚〔2026〕7号"):
        assert told in page
    me.submit("conclude")
    assert "由办结的人以外" in me.get(f"/admin/cases/{number}").text
    assert leader.get(f"/admin/cases/{number}").status_code == 200
    assert leader.submit("close-off").status_code == 303
    assert 'data-state="closed_off"' in leader.get(f"/admin/cases/{number}").text
    assert leader.submit("archive").status_code == 303
    assert 'data-state="archived"' in leader.get(f"/admin/cases/{number}").text
    assert office.deeds(number) == [
        "open_case",
        "set_outcome",
        "conclude_case",
        "close_off_case",
        "archive_case",
    ]


def test_a_form_over_a_clue_holds_the_officer_s_own_words(sqlite_team: Team) -> None:
    team, office = sqlite_team, sqlite_team.office
    clue = team.clue(subject_name="远岫建材有限公司", mineral="stone", place="北沟")
    me = office.sign_in(team.investigator)
    me.get(f"/admin/cases/open?clue={clue}")
    form = me.form("open-case")
    assert form.fields["clue"] == clue
    assert (form.fields["subject_name"], form.fields["place"]) == ("远岫建材有限公司", "北沟")
    assert (form.fields["mineral"], form.fields["lead_agency"]) == ("stone", "natural_resources")
    assert {
        "person",
        "facts",
        "liability",
        "jurisdiction",
        "time",
        "subject_name",
        "summary",
    } <= form.required
    assert form.choices["person"] == ["yes", "no"]


def test_a_case_is_opened_on_the_clue_s_own_page_too(sqlite_team: Team) -> None:
    clue = sqlite_team.clue()
    me = sqlite_team.office.sign_in(sqlite_team.investigator)
    page = me.get(f"/admin/clues/{clue}").text
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    answer = me.submit("open-case", **ANSWERS)
    assert answer.headers["Location"] == "/admin/cases/AJ-2026-0001"
    page = me.get(f"/admin/clues/{clue}").text
    assert 'href="/admin/cases/AJ-2026-0001"' in page
    assert "open-case" not in [form.deed for form in me.forms()]


def test_one_no_opens_nothing_and_keeps_what_was_typed(sqlite_team: Team) -> None:
    team, office = sqlite_team, sqlite_team.office
    me = office.sign_in(team.investigator)
    me.get(f"/admin/cases/open?clue={team.clue()}")
    answer = me.submit("open-case", **(ANSWERS | {"time": "no", "time_basis": "已过三年"}))
    assert answer.status_code == 400
    assert "“时：没有超过追诉时效”不成立，不能立案" in me.text()
    assert me.form("open-case").fields["time_basis"] == "已过三年"
    assert office.count(Case) == 0


@pytest.mark.parametrize(
    "left_out", ["person", "person_basis", "time", "summary", "subject_name", "lead_agency"]
)
def test_what_is_missing_is_said_at_its_field(sqlite_team: Team, left_out: str) -> None:
    team, office = sqlite_team, sqlite_team.office
    me = office.sign_in(team.investigator)
    me.get(f"/admin/cases/open?clue={team.clue()}")
    form = me.form("open-case")
    fields = {**form.fields, **ANSWERS}
    fields.pop(left_out)
    assert me.post(form.action, fields).status_code == 400
    assert f'href="#{left_out}"' in me.text()
    assert office.count(Case) == 0


def test_two_clues_lie_in_one_case(team: Team, office: Office) -> None:
    first, second = team.clue(), team.clue()
    me = office.sign_in(team.investigator)
    number = team.open(me, first, clue=[first, second])
    page = me.get(f"/admin/cases/{number}").text
    assert page.count(f'data-row="{first}"') == page.count(f'data-row="{second}"') == 1
    third = team.clue()
    me.submit("join-clue", clue=third.replace("-", "").lower())
    assert f'data-row="{third}"' in me.get(f"/admin/cases/{number}").text
    assert me.submit("join-clue", clue=third).status_code == 400
    assert "已经在一个案件里" in me.text()
    assert me.submit("join-clue", clue="QS-2026-0999").status_code == 400


def test_a_clue_in_a_case_opens_no_second_one(team: Team, office: Office) -> None:
    clue = team.clue()
    me = office.sign_in(team.investigator)
    number = team.open(me, clue)
    me.get(f"/admin/cases/open?clue={clue}")
    answer = me.submit("open-case", **ANSWERS)
    assert answer.status_code == 409
    assert number in me.text()
    assert office.count(Case) == 1


def test_a_clue_that_was_not_borne_out_opens_none(sqlite_team: Team) -> None:
    team, office = sqlite_team, sqlite_team.office
    me = office.sign_in(team.investigator)
    me.get(f"/admin/cases/open?clue={team.clue(finding=Finding.UNFOUNDED)}")
    assert me.submit("open-case", **ANSWERS).status_code == 400
    assert "只有查实、部分查实的线索才能立案" in me.text()


@pytest.mark.parametrize("query", ["", "?clue=", "?clue=x", "?clue=QS-2026-9999", "?clue=AJ-2026-0001"])
def test_an_address_without_a_known_clue_opens_no_form(sqlite_team: Team, query: str) -> None:
    team, office = sqlite_team, sqlite_team.office
    assert office.sign_in(team.investigator).get(f"/admin/cases/open{query}").status_code in (400, 404)


BAD = [
    ({"land_area": "两亩"}, "land_area", "请写成数字"),
    ({"land_area": "-1"}, "land_area", "请写成数字"),
    ({"land_area": "1e9"}, "land_area", "请写成数字"),
    ({"land_area": "9" * 21}, "land_area", "请写成数字"),
    ({"mining_fine_yuan": "0.001"}, "mining_fine_yuan", "最多 2 位小数"),
    ({"mining_fine_yuan": "9" * 15}, "mining_fine_yuan", "太大了"),
    ({"mined_tonnes": "1.2345"}, "mined_tonnes", "最多 3 位小数"),
    ({"land_class": "moon"}, "land_class", "请从这几种里选一种"),
    ({"restored": "no"}, "restored_on", "恢复了原状才填恢复日期"),
    ({"penalty_on": "2026-11-24"}, "penalty_on", "这一天还没到"),
    ({"penalty_on": "昨天"}, "penalty_on", "请写成年、月、日"),
    ({"penalty_document": ""}, "penalty_document", "就要填文号"),
    ({"remark": "字" * 121}, "remark", "太长了"),
    ({"version": "x"}, "version", "刷新"),
]


@pytest.mark.parametrize(("change", "field", "words"), BAD)
def test_a_figure_that_cannot_be_is_said_at_its_field_and_nothing_is_stored(
    sqlite_office: Office, change: dict[str, str], field: str, words: str
) -> None:
    with at("2026-11-23 09:00"):
        team = Team(sqlite_office)
        me = sqlite_office.sign_in(team.investigator)
        number = team.open(me, team.clue())
        me.get(f"/admin/cases/{number}")
        answer = me.submit("set-outcome", **(FIGURES | change))
        assert answer.status_code == 400
        assert f'href="#{field}"' in me.text()
        assert words in me.text()
        typed = me.form("set-outcome").fields
        assert typed["mining_fine_yuan"] == (FIGURES | change)["mining_fine_yuan"]
        assert sqlite_office.count(CaseOutcome) == 0


def test_an_empty_form_is_no_outcome(sqlite_team: Team) -> None:
    team, office = sqlite_team, sqlite_team.office
    me = office.sign_in(team.investigator)
    number = team.open(me, team.clue())
    me.get(f"/admin/cases/{number}")
    assert me.submit("set-outcome").status_code == 400
    assert "一项也没填" in me.text()


def test_the_form_comes_back_with_what_counts_now(team: Team, office: Office) -> None:
    me = office.sign_in(team.investigator)
    number = team.decided(me)
    form = me.form("set-outcome")
    assert form.fields["version"] == "1"
    assert (form.fields["land_area"], form.fields["land_area_unit"]) == ("1426.67", "m2")
    assert (form.fields["mined_tonnes"], form.fields["mining_fine_yuan"]) == ("3120.5", "420000.5")
    assert me.submit("set-outcome").status_code == 303
    assert office.count(CaseOutcome) == 1
    me.get(f"/admin/cases/{number}")
    me.submit("set-outcome", mining_fine_yuan="0")
    assert "以前的 1 次" in me.get(f"/admin/cases/{number}").text
    assert office.count(CaseOutcome) == 2


def test_two_officers_do_not_overwrite_each_other_unknowingly(team: Team, office: Office) -> None:
    other = office.officer(Role.INVESTIGATOR, unit="enforcement_brigade")
    me, them = office.sign_in(team.investigator), office.sign_in(other)
    number = team.decided(me)
    them.get(f"/admin/cases/{number}")
    me.submit("set-outcome", mining_fine_yuan="100")
    answer = them.submit("set-outcome", remark="我的备注")
    assert answer.status_code == 409
    assert office.read_officer(team.investigator).name in them.text()
    assert "改了：采矿罚款" in them.text()
    assert them.form("set-outcome").fields["remark"] == "我的备注"
    assert office.count(CaseOutcome) == 2
    assert them.submit("set-outcome").status_code == 303
    assert office.count(CaseOutcome) == 3


def test_a_stale_page_concludes_nothing(team: Team, office: Office) -> None:
    other = office.officer(Role.INVESTIGATOR, unit="enforcement_brigade")
    me, them = office.sign_in(team.investigator), office.sign_in(other)
    number = team.decided(me)
    them.get(f"/admin/cases/{number}")
    me.submit("set-outcome", remark="改一句")
    assert them.submit("conclude").status_code == 409
    assert "没有存" in them.text()
    assert them.submit("conclude").status_code == 303


def test_police_enter_their_measures_on_a_joint_case_and_nothing_else(team: Team, office: Office) -> None:
    me = office.sign_in(team.investigator)
    police = office.enter(Role.INVESTIGATOR, unit="food_drug_environment_brigade")
    alone = team.open(me, team.clue())
    assert police.get(f"/admin/cases/{alone}").status_code == 404
    me.get(f"/admin/cases/{alone}")
    me.submit("mark-joint")
    police.get(f"/admin/cases/{alone}")
    form = police.form("set-outcome")
    assert {"administrative_detention", "criminal_detention", "arrest"} <= form.fields.keys()
    assert "land_area" not in form.fields
    assert (
        police.submit("set-outcome", administrative_detention="2", criminal_detention="1").status_code == 303
    )
    page = me.get(f"/admin/cases/{alone}").text
    assert "2 人" in page
    assert "1 人" in page
    assert "arrest" not in me.form("set-outcome").fields


def test_readers_see_a_case_and_no_form(team: Team, office: Office) -> None:
    me = office.sign_in(team.investigator)
    number = team.decided(me)
    for role in (Role.TRIAGE, Role.LIAISON, Role.REWARD_CLERK):
        reader = office.enter(role)
        assert reader.get(f"/admin/cases/{number}").status_code == 200
        assert [form.deed for form in reader.forms() if form.deed] == []
        for deed in ("outcome", "conclude", "close-off", "archive", "edit", "join-clue", "mark-joint"):
            assert reader.post(f"/admin/cases/{number}/{deed}", {"version": "2"}).status_code == 403


@pytest.mark.parametrize(
    "role", [Role.CASHIER, Role.ADMINISTRATOR, Role.KEYHOLDER, Role.INTAKE, Role.AUDITOR]
)
def test_other_roles_do_not_reach_cases(sqlite_office: Office, role: Role) -> None:
    reader = sqlite_office.enter(role)
    for address in ("/admin/cases", "/admin/cases/AJ-2026-0001", "/admin/cases/open?clue=QS-2026-0001"):
        assert reader.get(address).status_code == 403


def test_a_case_with_an_official_in_it_is_there_for_discipline_only(team: Team, office: Office) -> None:
    discipline: Person = office.officer(Role.DISCIPLINE)
    clue = office.clue(by=discipline, to=discipline, finding=Finding.SUBSTANTIATED, involves_official=True)
    theirs = office.sign_in(discipline)
    number = team.open(theirs, clue)
    assert "只有纪检看得到" in theirs.get(f"/admin/cases/{number}").text
    theirs.submit("set-outcome", **FIGURES)
    for reader in (office.sign_in(team.investigator), office.enter(Role.LEADER), office.sign_in(team.triage)):
        assert reader.get(f"/admin/cases/{number}").status_code == 404
        for address in (
            "/admin/cases",
            f"/admin/cases?q={number}",
            "/admin/cases?closed=1",
            "/admin/ledgers",
        ):
            assert f'data-row="{number}"' not in reader.get(address).text
    assert number in theirs.get("/admin/cases").text
    assert number in theirs.get("/admin/ledgers").text


def test_the_words_that_ledgers_print_are_corrected(sqlite_team: Team) -> None:
    team, office = sqlite_team, sqlite_team.office
    me = office.sign_in(team.investigator)
    number = team.open(me, team.clue())
    me.get(f"/admin/cases/{number}")
    assert me.submit("edit-case", subject_name="晨鹿石料有限公司").status_code == 303
    assert "晨鹿石料有限公司" in me.get(f"/admin/cases/{number}").text
    assert me.submit("edit-case", subject_name="").status_code == 400
    assert 'href="#subject_name"' in me.text()


def test_a_second_pair_of_eyes_closes_off(sqlite_team: Team) -> None:
    team, office = sqlite_team, sqlite_team.office
    both = office.officer(Role.LEADER, Role.INVESTIGATOR, unit="enforcement_brigade")
    me = office.sign_in(both)
    number = team.decided(me)
    me.submit("conclude")
    me.get(f"/admin/cases/{number}")
    assert "close-off" not in [form.deed for form in me.forms()]
    answer = me.post(f"/admin/cases/{number}/close-off", {"version": "3"})
    assert answer.status_code == 409
    assert "办结的人不能自己销号" in me.text()


def test_what_is_still_owed_stands_where_the_button_would(sqlite_team: Team) -> None:
    team, office = sqlite_team, sqlite_team.office
    me, leader = office.sign_in(team.investigator), office.enter(Role.LEADER)
    tip = office.tip(wants_reward=True, claim_pin="204618").tip_number
    number = team.open(me, team.clue(tip=tip))
    me.get(f"/admin/cases/{number}")
    me.submit("set-outcome", **FIGURES)
    me.get(f"/admin/cases/{number}")
    me.submit("conclude")
    page = leader.get(f"/admin/cases/{number}").text
    assert "还有没办完的事" in page
    assert "close-off" not in [form.deed for form in leader.forms()]
    assert leader.post(f"/admin/cases/{number}/close-off", {"version": "3"}).status_code == 409


def test_the_limits_are_shown_with_their_article_and_decide_nothing(sqlite_team: Team) -> None:
    team, office = sqlite_team, sqlite_team.office
    me = office.sign_in(team.investigator)
    number = team.decided(me)
    page = me.get(f"/admin/cases/{number}?value_yuan=60000&circumstance=special").text
    assert 'data-threshold="illegal_mining_special" data-reading="may_reach"' in page
    assert "本省在幅度内定的具体数额未见，待确认" in page
    assert "法释〔2016〕25号）第三条" in page
    page = me.get(f"/admin/cases/{number}?value_yuan=9999").text
    assert 'data-threshold="illegal_mining" data-reading="below"' in page
    for bad in ("value_yuan=x", "circumstance=x", "value_yuan=" + "9" * 40):
        assert me.get(f"/admin/cases/{number}?{bad}").status_code == 200
    assert office.deeds(number) == ["open_case", "set_outcome"]


def test_the_list_filters_pages_and_jumps_to_a_number(team: Team, office: Office) -> None:
    me = office.sign_in(team.investigator)
    number = team.open(me, team.clue())
    other = team.open(
        me, team.clue(township=OTHER_TOWN), township=OTHER_TOWN, subject_name="远岫建材有限公司"
    )
    page = me.get("/admin/cases").text
    assert [row in page for row in (f'data-row="{number}"', f'data-row="{other}"')] == [True, True]
    assert f'href="/admin/cases/{number}"' in page
    page = me.get(f"/admin/cases?township={OTHER_TOWN}").text
    assert (f'data-row="{number}"' in page, f'data-row="{other}"' in page) == (False, True)
    assert f'data-row="{other}"' in me.get("/admin/cases?q=远岫").text
    assert me.get(f"/admin/cases?q={number.lower()}").headers["Location"] == f"/admin/cases/{number}"
    assert "这组条件下没有案件" in me.get("/admin/cases?state=archived").text
    for bad in ("state=x", "township=1", "due=never", "lead_agency=army", "closed=2"):
        assert me.get(f"/admin/cases?{bad}").status_code == 400
    for odd in ("after=x", "before=-1", "from=x", "q=%00%25_"):
        assert me.get(f"/admin/cases?{odd}").status_code == 200


def test_the_list_takes_at_most_six_statements(team: Team, office: Office) -> None:
    me = office.sign_in(team.investigator)
    for _ in range(3):
        team.decided(me)
    with office.statements() as heard:
        assert me.get("/admin/cases?q=采石").status_code == 200
    assert len(heard) <= 6, "\n".join(heard)


@pytest.mark.parametrize("number", ["x", "AJ-2026-1", "JB-2026-0001", "AJ-2026-9999", "AJ-2026-0001'"])
def test_a_number_that_is_none_is_not_found(sqlite_office: Office, number: str) -> None:
    assert sqlite_office.enter(Role.LEADER).get(f"/admin/cases/{number}").status_code == 404
