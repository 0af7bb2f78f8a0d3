"""奖励 over HTTP: the way of one reward, and that nobody takes two steps that exclude each other."""

import re

import pytest
from sqlalchemy import select

from casework.officers.models import OfficerRole
from casework.officers.roles import Role
from casework.rewards import journal
from casework.rewards.models import Reward
from casework.rewards.terms import RewardState
from casework.terms import Category, Finding, RewardStage
from casework.tips.actions import receipt_of
from casework.trail import Deed
from tests.clients import attributes, words_of
from tests.factories import rewards as make
from tests.factories.reward_office import reward_office

PEOPLE = ("leader", "triage", "investigator", "clerk", "reviewer", "approver", "cashier")


@pytest.fixture
def house(office):
    """On SQLite and on PostgreSQL."""
    return reward_office(office)


@pytest.fixture
def sqlite_house(sqlite_office):
    """For what does not depend on the database."""
    return reward_office(sqlite_office)


def fill(form, **changed):
    """What a clerk would put in: every required field of the form, as the page offers it."""
    filled = {}
    for name in form.required:
        offered = [value for value in form.choices.get(name, []) if value]
        filled[name] = offered[0] if offered else "查过台账、巡查记录和以前的线索"
    return filled | {"amount_yuan": "20,000"} | changed


def propose(browser, found, **changed):
    browser.get(f"/admin/rewards/new/{found.tip.tip_number}")
    return browser.submit("propose", **fill(browser.form("propose"), **changed))


def state_of(house, number="JL-2026-0001"):
    with house.db.read() as session:
        return session.scalars(select(Reward.state)).one()


def test_from_candidate_to_promise(house):
    house.fill_fund()
    found = house.borne_out()
    clerk = house.browser("clerk")
    assert found.tip.tip_number in attributes(clerk.get("/admin/rewards").text, "data-row")
    answer = propose(clerk, found)
    assert answer.status_code == 303
    address = answer.location
    assert re.fullmatch(r"/admin/rewards/JL-\d{4}-0001", address)

    reviewer = house.browser("reviewer")
    reviewer.get(address)
    assert "贰万元整" in reviewer.text()
    assert reviewer.submit("review").status_code == 303

    approver = house.browser("approver")
    page = approver.get(address).text
    assert "批后可用" in words_of(page)
    told = re.search(r"data-told>(.*?)</p>", page)[1]
    assert re.fullmatch(r"您举报的事有奖励，20,000 元。最迟 .*月.*日，用查询码和领奖密码领取。", told)
    assert approver.submit("approve").status_code == 303
    assert attributes(approver.get(address).text, "data-state") == ["approved"]
    with house.db.read() as session:
        assert journal.balances(session).reserved_fen == 2_000_000
        assert receipt_of(session, found.tip.id).reward_stage is RewardStage.APPROVED


def test_the_page_shows_the_sentence_with_the_day_that_was_fixed(sqlite_house):
    sqlite_house.fill_fund()
    found = sqlite_house.borne_out()
    reward = sqlite_house.approved(found)
    page = sqlite_house.browser("approver").get(f"/admin/rewards/{reward.reward_number}").text
    told = re.search(r"data-told>(.*?)</p>", page)[1]
    assert f"{reward.claim_by.month}月{reward.claim_by.day}日" in told


def test_the_list_is_cut_by_where_rewards_stand(house):
    house.fill_fund()
    house.approved(house.borne_out())
    house.reviewed()
    clerk = house.browser("clerk")
    assert len(attributes(clerk.get("/admin/rewards").text, "data-row")) == 2
    assert len(attributes(clerk.get("/admin/rewards?cut=promised").text, "data-row")) == 1
    assert attributes(clerk.get("/admin/rewards?cut=paid").text, "data-row") == []
    assert clerk.get("/admin/rewards?cut=nonsense&after=abc&before=99999999999999999999").status_code == 200


def test_a_list_of_rewards_costs_a_set_number_of_statements(house):
    house.fill_fund()
    for _ in range(3):
        house.approved(house.borne_out(), 5_000)
    reviewer = house.browser("reviewer")
    reviewer.get("/admin/rewards")
    with house.office.statements() as heard:
        reviewer.get("/admin/rewards")
    few = len(heard)
    for _ in range(3):
        house.approved(house.borne_out(), 5_000)
    with house.office.statements() as heard:
        reviewer.get("/admin/rewards")
    assert len(heard) == few


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount_yuan": "4,999"}, "不能少于 5,000 元"),
        ({"amount_yuan": "300,001"}, "不能多于 300,000 元"),
        ({"amount_yuan": "很多"}, "请写成数字"),
        ({"amount_yuan": ""}, "请填金额"),
        ({"amount_yuan": "300,000", "uplift": "yes", "uplift_percent": "67"}, "合计不能多于 500,000 元"),
        ({"uplift": "yes", "uplift_percent": ""}, "加了奖，请填加多少"),
        ({"uplift": "yes", "uplift_percent": "101"}, "从 1 到 100"),
        ({"reason": "  "}, "请写理由"),
        ({"severity": "moon"}, "请从这几种里选一种"),
        ({"answer_not_known_before": "fails"}, "这一条不符合"),
        ({"answer_not_known_before": ""}, "请答这一条"),
        ({"note_facts_differ": ""}, "请写怎么核的"),
        ({"reason": "长" * 1001}, "太长了"),
    ],
)
def test_a_proposal_that_cannot_be_comes_back_with_what_was_typed(sqlite_house, changed, field):
    found = sqlite_house.borne_out()
    clerk = sqlite_house.browser("clerk")
    answer = propose(clerk, found, **({"reason": "时间、地点都对得上"} | changed))
    assert answer.status_code == 400
    assert field in words_of(answer.text)
    if "reason" not in changed:
        assert "时间、地点都对得上" in answer.text
    with sqlite_house.db.read() as session:
        assert session.scalars(select(Reward)).all() == []


def test_an_uplift_that_is_not_ticked_does_not_count(sqlite_house):
    propose(sqlite_house.browser("clerk"), sqlite_house.borne_out(), uplift_percent="50")
    with sqlite_house.db.read() as session:
        assert session.scalars(select(Reward.amount_fen)).one() == 2_000_000


def test_land_says_that_the_county_has_not_decided(sqlite_house):
    found = sqlite_house.borne_out(category=Category.LAND)
    clerk = sqlite_house.browser("clerk")
    page = clerk.get(f"/admin/rewards/new/{found.tip.tip_number}")
    assert "县里尚未决定" in words_of(page.text)
    assert [form.deed for form in clerk.forms() if form.deed == "propose"] == []
    answer = clerk.post(
        f"/admin/rewards/new/{found.tip.tip_number}",
        {"amount_yuan": "20000", "severity": "minor", "agreement": "whole", "reason": "好"}
        | {f"answer_{key}": "passes" for key in make.OFFICERS_POINTS}
        | {f"note_{key}": "查过" for key in make.OFFICERS_POINTS},
    )
    assert answer.status_code == 409
    assert "县里尚未决定" in words_of(answer.text)


def test_what_was_not_borne_out_cannot_be_proposed(sqlite_house):
    found = sqlite_house.borne_out(concluded=False, finding=Finding.PARTLY)
    clerk = sqlite_house.browser("clerk")
    clerk.get(f"/admin/rewards/new/{found.tip.tip_number}")
    assert [form.deed for form in clerk.forms() if form.deed == "propose"] == []


def test_what_was_sent_back_comes_back_filled_in(house):
    house.fill_fund()
    reward = house.reviewed()
    approver = house.browser("approver")
    approver.get(f"/admin/rewards/{reward.reward_number}/send-back")
    assert approver.submit("send-back", reason="理由写得太短").status_code == 303
    clerk = house.browser("clerk")
    assert "理由写得太短" in clerk.get(f"/admin/rewards/{reward.reward_number}").text
    with house.db.read() as session:
        tip_number = make.tip_number_of(session, reward.tip_id)
    clerk.get(f"/admin/rewards/new/{tip_number}")
    form = clerk.form("propose")
    assert (form.fields["amount_yuan"], form.fields["severity"]) == ("20000", "serious")
    assert clerk.submit("propose", amount_yuan="8000").status_code == 303
    assert state_of(house) is RewardState.PROPOSED


@pytest.mark.parametrize("deed", ["send-back", "decline"])
def test_sending_back_and_declining_give_a_reason(sqlite_house, deed):
    sqlite_house.fill_fund()
    reward = sqlite_house.reviewed()
    approver = sqlite_house.browser("approver")
    approver.get(f"/admin/rewards/{reward.reward_number}/{deed}")
    answer = approver.submit(deed, reason=" ")
    assert answer.status_code == 400
    assert "请写理由" in answer.text
    assert state_of(sqlite_house) is RewardState.REVIEWED


def test_an_approver_declines_what_fails_a_condition(house):
    found = house.borne_out()
    approver = house.browser("approver")
    approver.get(f"/admin/rewards/new/{found.tip.tip_number}")
    assert approver.submit("decline", reason="举报前已经登报").status_code == 303
    assert state_of(house) is RewardState.DECLINED


def test_an_empty_fund_is_said_before_and_at_approval(house):
    house.fill_fund(19_999)
    reward = house.reviewed()
    approver = house.browser("approver")
    assert "不够，批不了" in approver.get(f"/admin/rewards/{reward.reward_number}").text
    answer = approver.submit("approve")
    assert answer.status_code == 409
    assert "资金不够：还能批 19,999 元" in words_of(answer.text)
    assert state_of(house) is RewardState.REVIEWED


def test_a_meeting_is_named_above_the_first_step(sqlite_house):
    sqlite_house.fill_fund()
    reward = sqlite_house.reviewed(20_001)
    approver = sqlite_house.browser("approver")
    approver.get(f"/admin/rewards/{reward.reward_number}")
    assert "decision_document" in approver.form("approve").required
    assert approver.submit("approve", decision_document="").status_code == 400
    approver.get(f"/admin/rewards/{reward.reward_number}")
    assert approver.submit("approve", decision_document="局务会纪要〔2026〕7号").status_code == 303


def test_an_old_page_approves_nothing(house):
    house.fill_fund()
    reward = house.reviewed()
    approver = house.browser("approver")
    approver.get(f"/admin/rewards/{reward.reward_number}")
    answer = approver.submit("approve", version="1")
    assert answer.status_code == 409
    assert "别人刚改过这一笔" in answer.text
    assert state_of(house) is RewardState.REVIEWED


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999", None])
def test_a_form_without_its_version_does_nothing(sqlite_house, version):
    sqlite_house.fill_fund()
    reward = sqlite_house.reviewed()
    approver = sqlite_house.browser("approver")
    approver.get(f"/admin/rewards/{reward.reward_number}")
    assert approver.submit("approve", version=version).status_code == 400
    assert state_of(sqlite_house) is RewardState.REVIEWED


# ── who may not ──
ROUTES = [
    ("GET", "/admin/rewards", {"clerk", "reviewer", "approver"}),
    ("GET", "/admin/rewards/{reward}", {"clerk", "reviewer", "approver"}),
    ("GET", "/admin/rewards/new/{tip}", {"clerk", "approver"}),
    ("POST", "/admin/rewards/new/{tip}/decline", {"approver"}),
    ("POST", "/admin/rewards/{reward}/review", {"reviewer"}),
    ("POST", "/admin/rewards/{reward}/approve", {"approver"}),
    ("POST", "/admin/rewards/{reward}/send-back", {"reviewer", "approver"}),
    ("POST", "/admin/rewards/{reward}/decline", {"reviewer", "approver"}),
    ("GET", "/admin/fund", {"leader", "clerk", "reviewer", "approver"}),
    ("POST", "/admin/fund/appropriations", {"leader"}),
    ("POST", "/admin/fund/appropriations/1/confirm", {"approver"}),
    ("POST", "/admin/fund/appropriations/1/refuse", {"approver"}),
    ("GET", "/admin/payouts", {"cashier"}),
    ("POST", "/admin/payouts", {"cashier"}),
    ("POST", "/admin/payouts/pay", {"cashier"}),
]


@pytest.mark.parametrize("who", PEOPLE)
def test_each_address_opens_to_its_roles_and_to_nobody_else(sqlite_house, who):
    found = sqlite_house.borne_out()
    with sqlite_house.db.begin() as session:
        reward = make.reviewed(session, sqlite_house.people, found)
    browser = sqlite_house.browser(who)
    browser.get("/admin/", follow_redirects=True)
    assert browser.token()
    for method, pattern, roles in ROUTES:
        address = pattern.format(reward=reward.reward_number, tip=found.tip.tip_number)
        answer = browser.get(address) if method == "GET" else browser.post(address)
        assert (answer.status_code != 403) == (who in roles), (method, address, answer.status_code)
    refused = [method for method, _, roles in ROUTES if who not in roles]
    assert len(sqlite_house.office.entries(Deed.REFUSED.value)) == len(refused)


@pytest.fixture
def hats(house):
    """One officer with every role of the way that one may hold."""
    roles = {Role.REWARD_CLERK, Role.REWARD_REVIEWER, Role.REWARD_APPROVER, Role.INVESTIGATOR, Role.LEADER}
    with house.db.begin() as session:
        return make.officer(session, house.keys, "hats", "云一帆", roles)


def test_who_proposed_neither_reviews_nor_approves(house, hats):
    house.fill_fund()
    one = house.browser(hats)
    address = propose(one, house.borne_out()).location
    assert "这笔是您提出的" in one.get(address).text
    assert {form.deed for form in one.forms()} & {"review", "approve", "decline", "send-back"} == set()
    refused = one.post(f"{address}/review", {"version": "1"})
    assert (refused.status_code, "要由别人来办" in refused.text) == (403, True)
    reviewer = house.browser("reviewer")
    reviewer.get(address)
    reviewer.submit("review")
    assert one.post(f"{address}/approve", {"version": "2"}).status_code == 403
    assert state_of(house) is RewardState.REVIEWED


def test_who_reviewed_does_not_approve(house, hats):
    house.fill_fund()
    address = propose(house.browser("clerk"), house.borne_out()).location
    one = house.browser(hats)
    one.get(address)
    assert one.submit("review").status_code == 303
    assert "这笔是您审核的" in one.get(address).text
    assert one.post(f"{address}/approve", {"version": "2"}).status_code == 403
    assert state_of(house) is RewardState.REVIEWED


def test_who_handled_the_clue_does_not_approve(house, hats):
    house.fill_fund()
    with house.db.begin() as session:
        people = make.People(**{**vars(house.people), "investigator": hats})
        found = make.borne_out(session, house.keys, people, pin=None)
        reward = make.reviewed(session, house.people, found)
    one = house.browser(hats)
    assert "线索或者案件是您办的" in one.get(f"/admin/rewards/{reward.reward_number}").text
    for deed in ("approve", "decline"):
        refused = one.post(
            f"/admin/rewards/{reward.reward_number}/{deed}", {"version": "2", "reason": "不行"}
        )
        assert refused.status_code == 403
    assert state_of(house) is RewardState.REVIEWED


@pytest.mark.parametrize("who", ["clerk", "reviewer", "approver"])
def test_who_took_a_step_does_not_pay_even_as_a_cashier(house, who):
    house.fill_fund()
    found = house.borne_out()
    house.approved(found)
    number = house.number_for(found)
    officer = getattr(house.people, who)
    with house.db.begin() as session:
        held = session.merge(officer)
        held.role_rows = [OfficerRole(officer_id=officer.id, role=Role.CASHIER)]
    cashier = house.browser(officer)
    cashier.get("/admin/payouts")
    cashier.submit("find-payout", payout_number=number)
    answer = cashier.submit("pay-out", voucher_number="现金 0001")
    assert answer.status_code == 403
    assert "要由别的出纳发" in answer.text
    assert state_of(house) is RewardState.CLAIMED


def test_what_involves_an_official_is_not_among_the_candidates(house):
    with house.db.begin() as session:
        found = make.borne_out(session, house.keys, house.people, pin=None)
        session.merge(found.tip).involves_official = True
    clerk = house.browser("clerk")
    assert attributes(clerk.get("/admin/rewards").text, "data-row") == []
    assert clerk.get(f"/admin/rewards/new/{found.tip.tip_number}").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/admin/rewards/JL-2026-9999",
        "/admin/rewards/x",
        "/admin/rewards/new/JB-2026-9999",
        "/admin/rewards/new/'--",
    ],
)
def test_what_is_not_there_is_not_found(sqlite_house, address):
    assert sqlite_house.browser("clerk").get(address).status_code == 404
