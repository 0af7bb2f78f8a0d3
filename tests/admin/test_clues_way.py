"""The way of a clue from being given out to being closed off, and what its reading costs, on both databases."""

import pytest
from sqlalchemy import select

from casework.officers.roles import Role
from casework.terms import ClueState, Finding, Stage
from casework.tips.lookup import add_supplement
from casework.tips.models import Message, Receipt
from casework.vault import codes
from casework.vault.sealing import context, open_message_as_informant
from tests.clients import Browser, text_of, words_of
from tests.factories.office import Office, Person

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


def stage_of(office: Office, tip: str) -> Stage:
    with office.db.read() as session:
        return session.scalars(select(Receipt.stage).where(Receipt.tip_number == tip)).one()


def test_given_out_taken_found_concluded_and_closed_off(
    office: Office, triage: Person, brigade: Person
) -> None:
    tip = office.tip(SAID).tip_number
    clue = office.clue(by=triage, tip=tip)
    boss = office.sign_in(triage)
    page_of(boss, clue)
    assert "jiang.yihe" in boss.form("assign").choices["to"]
    assert boss.submit("assign", to="jiang.yihe").location == f"/admin/clues/{clue}"
    assert stage_of(office, tip) is Stage.VERIFYING

    worker = office.sign_in(brigade)
    page_of(worker, clue)
    assert worker.submit("visit").status_code == 303
    page_of(worker, clue)
    assert worker.submit("find", finding="unfounded", facts=FACTS).status_code == 303
    assert (office.read_clue(clue).finding, office.read_clue(clue).finding_facts) == (
        Finding.UNFOUNDED,
        FACTS,
    )
    assert stage_of(office, tip) is Stage.UNFOUNDED
    page = words_of(page_of(worker, clue))
    assert "查否" in page
    assert worker.submit("conclude").status_code == 303
    assert stage_of(office, tip) is Stage.CONCLUDED

    leader = office.enter(Role.LEADER)
    page_of(leader, clue)
    assert leader.submit("close-off").status_code == 303
    assert office.read_clue(clue).state is ClueState.CLOSED_OFF
    assert deeds_on(leader) <= {"close-off", ""}
    page_of(leader, clue)
    assert "close-off" not in deeds_on(leader)


def test_a_message_reaches_the_informant_and_stands_on_the_page(
    office: Office, triage: Person, brigade: Person
) -> None:
    received = office.tip(SAID)
    clue = office.clue(by=triage, tip=received.tip_number, to=brigade)
    worker = office.sign_in(brigade)
    page_of(worker, clue)
    words = "大车走的是土路，还是水泥路？"
    assert worker.submit("send-message", message=words, asks="yes").status_code == 303
    assert words in page_of(worker, clue)
    with office.db.read() as session:
        row = session.scalars(select(Message)).one()
    private = codes.informant_key(office.keys.receipt, received.code).private
    opened = open_message_as_informant(row.for_informant, private, context("messages", row.ref, "informant"))
    assert (opened, row.asks) == (words, True)
    assert words.encode() not in row.for_informant + row.for_office


def test_the_page_costs_no_more_for_many_tips_than_the_reading_of_each(
    office: Office, triage: Person
) -> None:
    clue = office.clue(by=triage)
    browser = office.sign_in(triage)
    page_of(browser, clue)
    with office.statements() as one:
        page_of(browser, clue)
    for _ in range(3):
        number = office.tip().tip_number
        browser.get(f"/admin/inbox/{number}")
        browser.submit("merge", which={"into": clue})
    with office.statements() as four:
        page_of(browser, clue)
    reads = [statement for statement in four if statement.startswith("SELECT")]
    assert len(reads) <= len([statement for statement in one if statement.startswith("SELECT")])
    assert len(reads) <= 24, reads


def test_the_page_shows_what_was_said_and_every_reading_is_recorded(
    office: Office, triage: Person, brigade: Person
) -> None:
    received = office.tip(SAID, place="沟里第二个岔口", subject_name="晨鹿石料厂")
    clue = office.clue(by=triage, tip=received.tip_number, to=brigade)
    with office.db.begin() as session:
        receipt = session.scalars(select(Receipt)).one()
        add_supplement(
            session,
            receipt_id=receipt.id,
            words="昨晚又来了三辆车",
            form_key=codes.new_form_key(),
            keys=office.keys.receipt,
            reading=office.means.seals().reading,
        )
    before = len(office.entries("read_tip"))
    page = words_of(page_of(office.sign_in(brigade), clue))
    for words in (SAID, "沟里第二个岔口", "晨鹿石料厂", "昨晚又来了三辆车", "已记入留痕"):
        assert words in page
    assert [entry.about_ref for entry in office.entries("read_clue")] == [clue]
    assert len(office.entries("read_tip")) == before + 1
