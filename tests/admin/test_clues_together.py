"""Two officers on one clue: nobody overwrites anybody unknowingly, and what was typed stays."""

import threading
from typing import Any

import pytest

from casework.officers.roles import Role
from casework.terms import ClueState
from tests.clients import Browser, text_of, words_of
from tests.factories.office import Office, Person

FACTS = "查获挖机两台，无采矿许可证。"


@pytest.fixture
def pair(office: Office) -> tuple[str, Person, Browser, Browser]:
    """A clue, its handler, and the pages of the handler and of a triage officer, both opened."""
    triage = office.officer(Role.TRIAGE)
    handler = office.officer(Role.INVESTIGATOR, username="jiang.yihe", unit="enforcement_brigade")
    clue = office.clue(by=triage, to=handler)
    boss, worker = office.sign_in(triage), office.sign_in(handler)
    for browser in (boss, worker):
        browser.get(f"/admin/clues/{clue}")
    return clue, handler, boss, worker


def test_a_finding_over_a_changed_summary_is_told_what_changed_and_keeps_the_facts(
    office: Office, pair: tuple[str, Person, Browser, Browser]
) -> None:
    clue, _, boss, worker = pair
    assert boss.submit("edit", summary="改成白天采石").status_code == 303
    answer = worker.submit("find", finding="partly", facts=FACTS)
    page = words_of(text_of(answer))
    assert answer.status_code == 409
    assert "您看的时候，别人动过这条线索" in page
    changes = words_of(text_of(answer).split("data-changes")[1].split("</ul>")[0])
    assert "改线索摘要" in changes
    assert "填核查结论" not in changes
    assert "分派" not in changes
    assert office.read_clue(clue).finding is None
    form = worker.form("find")
    assert (form.fields["facts"], form.fields["finding"]) == (FACTS, "partly")
    # The page now shows the clue as it is, so the same words go through.
    assert worker.submit("find").status_code == 303
    assert office.read_clue(clue).summary == "改成白天采石"
    assert office.read_clue(clue).finding_facts == FACTS


def test_an_edit_over_another_edit_is_told_and_neither_is_lost(
    office: Office, pair: tuple[str, Person, Browser, Browser]
) -> None:
    clue, _, boss, worker = pair
    assert boss.submit("edit", summary="先改的").status_code == 303
    answer = worker.submit("edit", summary="后改的", place="北沟")
    assert answer.status_code == 409
    assert office.read_clue(clue).summary == "先改的"
    form = worker.form("edit")
    assert (form.fields["summary"], form.fields["place"]) == ("后改的", "北沟")


def test_reassigning_takes_the_finding_out_of_the_former_handlers_hands(
    office: Office, pair: tuple[str, Person, Browser, Browser]
) -> None:
    clue, _, boss, worker = pair
    other = office.officer(Role.INVESTIGATOR, unit="enforcement_brigade")
    boss.get(f"/admin/clues/{clue}")
    assert boss.submit("assign", to=other.username).status_code == 303
    answer = worker.submit("find", finding="partly", facts=FACTS)
    page = words_of(text_of(answer))
    assert answer.status_code == 409
    assert "分派给江" in page
    assert FACTS in page  # although the form is not theirs any more
    assert office.read_clue(clue).finding is None


def test_the_same_press_twice_assigns_once(
    office: Office, pair: tuple[str, Person, Browser, Browser]
) -> None:
    clue, _, boss, _ = pair
    form = boss.form("assign")
    fields = {**form.fields, "to": "jiang.yihe"}
    assert boss.post(form.action, fields).status_code == 303
    assert boss.post(form.action, fields).status_code == 409
    assert office.deeds(clue).count("assign_clue") == 2  # once when the clue was made, once now


def test_of_two_presses_at_the_same_instant_one_goes_through(office: Office) -> None:
    triage = office.officer(Role.TRIAGE)
    clue = office.clue(by=triage)
    takers = [office.officer(Role.INVESTIGATOR, unit="enforcement_brigade") for _ in range(4)]
    browsers = [office.sign_in(person) for person in takers]
    forms = []
    for browser in browsers:
        browser.get(f"/admin/clues/{clue}")
        forms.append(browser.form("take"))
    start, answers = threading.Barrier(len(browsers)), {}

    def press(place: int) -> None:
        start.wait(20)
        answers[place] = browsers[place].post(forms[place].action, forms[place].fields).status_code

    threads = [threading.Thread(target=press, args=(place,)) for place in range(len(browsers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers.values()) == [303, 409, 409, 409]
    (winner,) = [place for place, status in answers.items() if status == 303]
    assert office.read_clue(clue).handler_id == office.read_officer(takers[winner]).id
    assert office.deeds(clue).count("assign_clue") == 1


def test_one_tip_registered_by_two_at_the_same_instant_is_one_clue(office: Office) -> None:
    number = office.tip().tip_number
    browsers = [office.enter(Role.TRIAGE) for _ in range(3)]
    forms: list[Any] = []
    for browser in browsers:
        browser.get(f"/admin/inbox/{number}")
        forms.append(browser.form("register"))
    start, answers = threading.Barrier(len(browsers)), []

    def press(browser: Browser, form: Any) -> None:
        start.wait(20)
        answers.append(browser.post(form.action, {**form.fields, "summary": "夜间采石"}).status_code)

    threads = [threading.Thread(target=press, args=each) for each in zip(browsers, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == [303, 409, 409]
    assert len(office.entries("register_clue")) == 1
    assert office.read_clue(office.entries("register_clue")[0].about_ref).state is ClueState.REGISTERED
