"""领奖励 over HTTP: code and PIN, a way to be paid, a number that only the informant can read."""

import re

import pytest
from sqlalchemy import select

from casework import calendar
from casework.db import Database
from casework.labels import local_date
from casework.rewards import actions, payouts
from casework.rewards.models import RewardClaim
from casework.rewards.sentences import APPROVED
from casework.terms import RewardStage
from casework.tips.actions import receipt_of
from casework.tips.lookup import FREE_PIN_FAILURES, PIN_WAIT
from casework.tips.models import Receipt
from casework.vault.keys import OfficeKeys
from portal.waiting_room import FREE
from tests.clients import Browser, attributes, words_of
from tests.factories import rewards as make
from tests.factories.rewards import PIN
from tests.machine.key_folders import KeyFolders

WRONG = "查询码或密码不对。"


@pytest.fixture
def people(db, keys):
    with db.begin() as session:
        return make.people(session, keys)


@pytest.fixture
def found(db, keys, people):
    """A tip whose reward of 20,000 yuan was approved."""
    return approved_in(db, keys, people)


def approved_in(db, keys, people=None):
    with db.begin() as session:
        people = people or make.people(session, keys)
        make.fill_fund(session, people)
        found = make.borne_out(session, keys, people)
        make.approved(session, people, found)
        return found


@pytest.fixture
def browser(make_portal, db):
    return Browser(make_portal(db))


def check(browser, code, pin=PIN):
    browser.get("/claim")
    return browser.post("/claim", {"receipt_code": code, "claim_pin": pin})


def enter(browser, code):
    assert check(browser, code).status_code == 303
    return browser.get("/claim")


def choose(browser, method="counter_cash", counter="neighbour_counter"):
    return browser.post("/claim", {"claim_method": method, "counter": counter})


def issue(db: Database, keys: OfficeKeys):
    with db.begin() as session:
        for claim_id in payouts.claims_waiting(session):
            payouts.issue_payout_number(session, claim_id, keys)


def number_on(browser):
    shown = re.search(r"data-payout-number[^>]*>(.*?)</p>", browser.text(), re.DOTALL)
    return re.sub(r"\D", "", re.sub(r"<[^>]+>", "", shown[1])) if shown else None


def stage(db, found):
    with db.read() as session:
        return receipt_of(session, found.tip.id).reward_stage


def test_the_whole_way_from_code_to_payout_number(db, keys: KeyFolders, found, browser):
    page = enter(browser, found.code)
    assert "20,000 元" in page.text
    assert set(re.findall(r'name="(claim_method|counter)"', page.text)) == {"claim_method", "counter"}
    assert choose(browser).status_code == 303
    assert "正在准备取款暗号" in browser.get("/claim").text
    assert stage(db, found) is RewardStage.CLAIMED
    issue(db, keys.office)
    browser.get("/claim")
    number = number_on(browser)
    assert re.fullmatch(r"\d{10}", number)
    assert "邻县网点" in browser.text()
    with db.read() as session:
        claim = session.scalars(select(RewardClaim)).one()
        assert (claim.method, claim.counter) == ("counter_cash", "neighbour_counter")
        assert number.encode() not in claim.sealed_number


def test_the_code_may_be_typed_with_blanks_hyphens_and_full_width_digits(found, browser):
    code = "－".join(found.code[n : n + 4] for n in range(0, 20, 4)).translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    )
    assert check(browser, code, "２０４６１８").status_code == 303


def test_wrong_unknown_and_locked_are_answered_alike(db, keys, found, browser):
    unknown = "00000000000000000001"
    assert int(unknown) % 97 == 1
    answers = [check(browser, found.code, "000000"), check(browser, unknown, PIN)]
    for _ in range(FREE_PIN_FAILURES):
        check(browser, found.code, "111111")
    answers.append(check(browser, found.code, PIN))  # right, and locked
    assert {answer.status_code for answer in answers} == {403}
    told = [words_of(re.sub(r'value="[^"]*"', "", answer.text)) for answer in answers]
    assert told[0] == told[1] == told[2]
    assert WRONG in told[0]


def test_after_the_wait_the_real_informant_claims(db, keys, people, found, browser):
    for _ in range(FREE_PIN_FAILURES):
        check(browser, found.code, "111111")
    with calendar.freeze(calendar.now() + PIN_WAIT * 1.01):
        assert check(browser, found.code).status_code == 303


def test_wrong_pins_are_counted_although_nothing_was_found(db, found, browser):
    check(browser, found.code, "111111")
    with db.read() as session:
        assert session.scalars(select(Receipt.pin_failures)).one() == 1


@pytest.mark.parametrize(
    ("code", "pin", "words"),
    [
        ("{slip}", PIN, "有一位抄错了"),
        ("1234", PIN, "要 20 位数字，现在是 4 位"),
        ("abcd", PIN, "查询码只有数字"),
        ("", PIN, "请填查询码"),
        ("{code}", "", "请填领奖密码"),
        ("{code}", "12345", "要 6 位数字，现在是 5 位"),
        ("{code}", "12a456", "只能是数字"),
    ],
)
def test_a_slip_of_the_pen_is_told_and_nothing_else(db, found, browser, code, pin, words):
    last = str((int(found.code[-1]) + 1) % 10)
    typed = code.format(code=found.code, slip=found.code[:-1] + last)
    answer = check(browser, typed, pin)
    assert answer.status_code == 400
    assert words in words_of(answer.text)
    with db.read() as session:
        assert session.scalars(select(Receipt.pin_failures)).one() == 0


def test_a_pin_is_never_sent_back(found, browser):
    for answer in (check(browser, found.code, "739115"), check(browser, "1234", "739115")):
        assert "739115" not in answer.text


def test_a_second_press_keeps_the_first_claim(db, found, browser):
    enter(browser, found.code)
    choose(browser)
    assert choose(browser, counter="county_counter").status_code == 303
    with db.read() as session:
        assert session.scalars(select(RewardClaim.counter)).all() == ["neighbour_counter"]


@pytest.mark.parametrize(
    ("method", "counter"),
    [("bank_transfer", "county_counter"), ("counter_cash", "moon"), ("", ""), ("x" * 500, "county_counter")],
)
def test_a_way_that_is_not_open_is_refused_and_nothing_is_stored(db, found, browser, method, counter):
    enter(browser, found.code)
    assert choose(browser, method, counter).status_code == 400
    with db.read() as session:
        assert session.scalars(select(RewardClaim)).all() == []
    assert stage(db, found) is RewardStage.APPROVED


def test_in_the_demo_the_page_says_that_the_county_has_not_decided(found, browser):
    words = words_of(enter(browser, found.code).text)
    assert "到窗口领：县里还没有决定" in words
    assert "这里是演示，先打开给您看" in words
    assert "打到银行卡：县里还没有定，现在不能用。" in words


def test_in_service_nothing_is_open_before_the_county_decides(db, make_portal, found):
    browser = Browser(make_portal(db, demo=False))
    page = enter(browser, found.code)
    assert "怎么领，县里还没有定" in page.text
    assert "claim_method" not in page.text
    assert choose(browser).status_code == 400
    with db.read() as session:
        assert session.scalars(select(RewardClaim)).all() == []


@pytest.mark.parametrize("reached", ["nothing", "proposed", "declined", "waived"])
def test_before_approval_the_page_says_how_it_stands_and_nothing_can_be_claimed(
    db, keys, people, browser, reached
):
    with db.begin() as session:
        make.fill_fund(session, people)
        found = make.borne_out(session, keys, people)
        if reached != "nothing":
            reward = make.reviewed(session, people, found)
        if reached == "declined":
            actions.decline(session, reward=reward, version=reward.version, reason="不行", by=people.approver)
        if reached == "waived":
            receipt_of(session, found.tip.id).waived_at = calendar.now()
            receipt_of(session, found.tip.id).reward_stage = RewardStage.WAIVED
    words = {
        "nothing": "还不到时候",
        "proposed": "正在审核",
        "declined": "不予奖励",
        "waived": "您已经放弃奖励",
    }
    assert words[reached] in enter(browser, found.code).text
    assert choose(browser).status_code == 409
    with db.read() as session:
        assert session.scalars(select(RewardClaim)).all() == []


def test_without_code_and_pin_nothing_is_claimed(db, found, browser):
    browser.get("/claim")
    answer = choose(browser)
    assert (answer.status_code, answer.location) == (303, "/claim")
    with db.read() as session:
        assert session.scalars(select(RewardClaim)).all() == []


def test_who_puts_it_away_starts_from_the_beginning(db, keys, found, browser):
    enter(browser, found.code)
    browser.post("/claim/done")
    assert "receipt_code" in browser.get("/claim").text


def test_the_cookie_holds_no_code_and_dies_in_fifteen_minutes(found, browser):
    answer = check(browser, found.code)
    cookie = answer.headers["Set-Cookie"]
    assert found.code not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Max-Age=900" in cookie


def test_a_claim_page_is_never_kept(found, browser):
    assert enter(browser, found.code).headers["Cache-Control"].startswith("no-store")


def test_the_page_of_one_who_was_paid_shows_no_number_any_more(db, keys, people, found, browser):
    enter(browser, found.code)
    choose(browser)
    issue(db, keys.office)
    browser.get("/claim")
    number = number_on(browser)
    with db.begin() as session:
        payouts.pay_out(
            session, number=number, voucher_number="现金 0001", by=people.cashier, keys=keys.office
        )
    words = words_of(browser.get("/claim").text)
    assert "已经发给您了" in words
    assert number_on(browser) is None


def test_a_number_is_made_once_however_often_the_bell_rings(db, keys, found, browser):
    enter(browser, found.code)
    choose(browser)
    issue(db, keys.office)
    browser.get("/claim")
    first = number_on(browser)
    with db.begin() as session:
        payouts.issue_payout_number(session, session.scalars(select(RewardClaim.id)).one(), keys.office)
    browser.get("/claim")
    assert number_on(browser) == first


def test_required_fields_say_so(found, browser):
    browser.get("/claim")
    assert [sorted(form.required) for form in browser.forms() if "receipt_code" in form.fields] == [
        ["claim_pin", "receipt_code"]
    ]
    page = enter(browser, found.code).text
    assert attributes(page, "value").count("counter_cash") == 1


def track(browser, code):
    browser.get("/track")
    browser.post("/track", {"receipt_code": code})
    return browser.get("/track/tip")


def test_the_track_page_says_the_sentence_that_the_office_was_shown(db, found, browser):
    with db.read() as session:
        until = receipt_of(session, found.tip.id).reward_claim_by
    told = APPROVED % {"amount": "20,000 元", "day": local_date(until, today=calendar.today())}
    assert told in words_of(track(browser, found.code).text)


def test_the_track_page_shows_the_number_only_where_the_pin_was_shown_too(
    db, keys, found, browser, make_portal
):
    enter(browser, found.code)
    choose(browser)
    issue(db, keys.office)
    browser.get("/claim")
    number = number_on(browser)
    track(browser, found.code)
    assert number_on(browser) == number
    stranger = Browser(make_portal(db))
    track(stranger, found.code)
    assert number_on(stranger) is None
    assert number not in re.sub(r"\D", "", stranger.text())


def test_a_page_left_open_only_has_to_be_pressed_again(db, found, browser):
    answer = browser.post("/claim", {"receipt_code": found.code, "claim_pin": PIN, "csrf_token": "old"})
    assert (answer.status_code, "请再按一次" in answer.text) == (400, True)
    assert found.code in answer.text
    assert browser.post("/claim", {"receipt_code": found.code, "claim_pin": PIN}).status_code == 303
    browser.get("/claim")
    answer = browser.post(
        "/claim", {"claim_method": "counter_cash", "counter": "county_counter", "csrf_token": "old"}
    )
    assert (answer.status_code, "请再按一次" in answer.text) == (400, True)
    assert choose(browser).status_code == 303


def test_very_many_claims_from_one_address_have_to_wait_and_are_not_refused(sqlite_db, keys, make_portal):
    browser, found = Browser(make_portal(sqlite_db)), approved_in(sqlite_db, keys)
    check(browser, "11111111111111111110")  # a slip of the pen costs nothing
    for _ in range(FREE["claim"]):
        check(browser, "00000000000000000001")
    answer = check(browser, found.code)
    assert (answer.status_code, "请等" in answer.text) == (429, True)
    assert found.code in answer.text
    assert 'name="wait"' in answer.text
