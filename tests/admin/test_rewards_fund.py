"""资金 and 发放 over HTTP: money that arrives by two people, and leaves by a number that says nothing else."""

import re

import pytest
from sqlalchemy import select, text

from casework.officers.roles import Role
from casework.rewards import fund_reading, journal, payouts
from casework.rewards.models import Appropriation, Payout
from casework.terms import RewardStage
from casework.tips.actions import receipt_of
from tests.clients import attributes, words_of
from tests.factories import rewards as make
from tests.factories.reward_office import reward_office


@pytest.fixture
def house(office):
    """On SQLite and on PostgreSQL."""
    return reward_office(office)


@pytest.fixture
def sqlite_house(sqlite_office):
    """For what does not depend on the database."""
    return reward_office(sqlite_office)


def appropriate(browser, **changed):
    browser.get("/admin/fund")
    fields = {"amount_yuan": "326,000", "document_number": "交财建〔2026〕2号"} | changed
    return browser.submit("appropriate", **fields)


def balance(browser):
    return attributes(browser.get("/admin/fund").text, "data-fund-balance-fen")


def test_money_arrives_by_a_leader_and_an_approver(house):
    leader, approver = house.browser("leader"), house.browser("approver")
    assert appropriate(leader).status_code == 303
    assert balance(leader) == ["0"]
    assert [form.deed for form in leader.forms()].count("confirm-appropriation") == 0
    assert balance(approver) == ["0"]
    assert approver.submit("confirm-appropriation").status_code == 303
    assert balance(approver) == ["32600000"]
    assert "账平" in words_of(approver.text())


def test_who_entered_it_does_not_confirm_it(house):
    with house.db.begin() as session:
        both = make.officer(
            session, house.keys, "both", "云一帆", {Role.LEADER, Role.REWARD_APPROVER, Role.TRIAGE}
        )
    one = house.browser(both)
    appropriate(one)
    one.get("/admin/fund")
    assert "confirm-appropriation" not in [form.deed for form in one.forms()]
    refused = one.post("/admin/fund/appropriations/1/confirm")
    assert (refused.status_code, "要由别人确认" in refused.text) == (403, True)
    assert balance(one) == ["0"]


def test_what_was_entered_wrongly_is_refused_and_never_counts(house):
    leader, approver = house.browser("leader"), house.browser("approver")
    appropriate(leader)
    approver.get("/admin/fund")
    approver.submit("refuse-appropriation")
    assert balance(approver) == ["0"]
    assert approver.post("/admin/fund/appropriations/1/confirm").status_code == 409
    assert appropriate(leader).status_code == 303  # the document may be entered again


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount_yuan": "0"}, "金额要大于 0"),
        ({"amount_yuan": "-5"}, "请写成数字"),
        ({"amount_yuan": "100000001"}, "金额太大"),
        ({"document_number": " "}, "请填文号"),
        ({"document_number": "长" * 61}, "太长了"),
        ({"kind": "gift"}, "请从这几种里选一种"),
    ],
)
def test_an_appropriation_that_cannot_be_comes_back(sqlite_house, changed, words):
    answer = appropriate(sqlite_house.browser("leader"), **changed)
    assert answer.status_code == 400
    assert words in words_of(answer.text)
    with sqlite_house.db.read() as session:
        assert session.scalars(select(Appropriation)).all() == []


def test_the_same_document_is_entered_once(sqlite_house):
    leader = sqlite_house.browser("leader")
    appropriate(leader)
    answer = appropriate(leader, amount_yuan="1")
    assert (answer.status_code, "这个文号已经记过了" in answer.text) == (400, True)


def test_the_journal_shows_each_entry_with_what_stood_after_it(house):
    house.fill_fund(100_000)
    found = house.borne_out()
    house.approved(found)
    number = house.number_for(found)
    with house.db.begin() as session:
        payouts.pay_out(
            session,
            number=number,
            voucher_number="现金 0001",
            by=house.people.cashier,
            keys=house.keys.office,
        )
    page = house.browser("leader").get("/admin/fund").text
    rows = [re.sub(r"<[^>]+>", "|", row) for row in re.findall(r'<tr data-row="\d+">(.*?)</tr>', page)]
    cells = [[cell for cell in row.split("|") if cell.strip()] for row in rows]
    assert [row[0] for row in cells] == ["3", "2", "1"]
    assert cells[0][3:] == [
        "现金 0001",
        "JL-2026-0001",
        "20,000",
        "−20,000",
        "80,000",
        "80,000",
        "顾长庚 / 沐云川",
    ]
    assert cells[1][3:] == ["批准记录", "JL-2026-0001", "+20,000", "100,000", "80,000", "陶望舒 / 沐云川"]
    assert cells[2][3:] == ["交财建〔2026〕2号", "100,000", "100,000", "100,000", "贺兰舟 / 沐云川"]


def test_the_journal_pages_by_its_own_numbers_and_is_cut_by_kind(house):
    with house.db.begin() as session:
        for n in range(fund_reading.PAGE + 3):
            make.fill_fund(session, house.people, 1_000, f"交财建〔2026〕{n}号")
    house.approved(house.borne_out())
    leader = house.browser("leader")
    rows = attributes(leader.get("/admin/fund").text, "data-row")
    assert rows == [str(n) for n in range(29, 4, -1)]
    after = re.search(r'href="([^"]*after=\d+)"', leader.text())[1]
    assert attributes(leader.get(after).text, "data-row") == ["4", "3", "2", "1"]
    before = re.search(r'href="([^"]*before=\d+)"', leader.text())[1]
    assert attributes(leader.get(before).text, "data-row") == rows
    assert attributes(leader.get("/admin/fund?cut=reserve").text, "data-row") == ["29"]
    assert leader.get("/admin/fund?cut=x&after=-1&before=abc").status_code == 200


def test_the_journal_costs_a_set_number_of_statements(house):
    house.fill_fund()
    leader = house.browser("leader")
    leader.get("/admin/fund")
    counted = []
    for _ in range(2):
        with house.office.statements() as heard:
            leader.get("/admin/fund")
        counted.append(len(heard))
        for _ in range(3):
            house.approved(house.borne_out(), 5_000)
    assert counted[0] == counted[1]


def test_books_that_do_not_agree_are_said_aloud(postgres_db, make_office):
    """Somebody with the owner's rights takes an entry out; the page and the reading say what is wrong."""
    house = reward_office(make_office(postgres_db))
    house.fill_fund()
    house.approved(house.borne_out())
    with house.db.begin() as session:
        session.execute(text("ALTER TABLE journal_entries DISABLE TRIGGER ALL"))
        session.execute(text("DELETE FROM journal_entries WHERE kind = 'appropriate'"))
    with house.db.read() as session:
        assert fund_reading.faults(session) == ["gap", "negative"]
    page = house.browser("leader").get("/admin/fund").text
    assert "账不平" in page
    assert "流水的号不连续" in page


# ── the cashier ──
@pytest.fixture
def claimed(house):
    house.fill_fund()
    found = house.borne_out()
    house.approved(found)
    return found, house.number_for(found)


def test_the_cashier_sees_number_and_amount_and_nothing_else(house, claimed):
    found, number = claimed
    cashier = house.browser("cashier")
    assert cashier.get("/admin/", follow_redirects=True).request.path == "/admin/payouts"
    cashier.submit("find-payout", payout_number=f"{number[:3]} {number[3:6]} {number[6:]}")
    page = cashier.text()
    assert "20,000 元" in words_of(page)
    assert "贰万元整" in page
    for secret in (
        found.tip.tip_number,
        found.case_number,
        found.clue.clue_number,
        "JL-2026",
        "无证",
        "晨鹿",
        "青石沟",
    ):
        assert secret not in page
    assert cashier.submit("pay-out", voucher_number="现金 0001").status_code == 303
    page = cashier.get("/admin/payouts").text
    assert "已发放 20,000 元" in words_of(page)
    assert number not in page
    with house.db.read() as session:
        assert journal.balances(session).paid_fen == 2_000_000
        assert receipt_of(session, found.tip.id).reward_stage is RewardStage.PAID


def test_a_number_is_used_once(house, claimed):
    _, number = claimed
    cashier = house.browser("cashier")
    cashier.get("/admin/payouts")
    cashier.submit("find-payout", payout_number=number)
    cashier.submit("pay-out", voucher_number="现金 0001")
    again = cashier.post("/admin/payouts/pay", {"payout_number": number, "voucher_number": "现金 0002"})
    assert (again.status_code, "已经用过了" in again.text) == (404, True)
    with house.db.read() as session:
        assert journal.balances(session).paid_fen == 2_000_000


def test_a_missing_voucher_keeps_the_amount_on_the_page(house, claimed):
    _, number = claimed
    cashier = house.browser("cashier")
    cashier.get("/admin/payouts")
    cashier.submit("find-payout", payout_number=number)
    answer = cashier.submit("pay-out", voucher_number=" ")
    assert answer.status_code == 400
    assert "请填凭证号" in words_of(answer.text)
    assert cashier.submit("pay-out", voucher_number="现金 0001").status_code == 303


def test_wrong_numbers_make_the_cashier_wait(house, claimed):
    _, number = claimed
    cashier = house.browser("cashier")
    cashier.get("/admin/payouts")
    for n in range(payouts.FREE_FAILURES):
        assert cashier.submit("find-payout", payout_number=f"{n:010d}").status_code == 404
    answer = cashier.submit("find-payout", payout_number=number)
    assert (answer.status_code, "错得太多了" in answer.text) == (429, True)
    refused = cashier.post("/admin/payouts/pay", {"payout_number": number, "voucher_number": "现金 0001"})
    assert refused.status_code == 429
    with house.db.read() as session:
        assert session.scalars(select(Payout.paid_at)).all() == [None]


@pytest.mark.parametrize("typed", ["", "123", "12345678901", "abcdefghij", "' OR 1=1 --"])
def test_what_cannot_be_a_number_is_told_and_not_counted(sqlite_house, typed):
    cashier = sqlite_house.browser("cashier")
    cashier.get("/admin/payouts")
    for _ in range(payouts.FREE_FAILURES + 1):
        assert cashier.submit("find-payout", payout_number=typed).status_code == 400
