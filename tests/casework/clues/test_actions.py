"""A clue's way from registration to close-off: who may, in which state, with which clocks, told to whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, duties
from casework.clues import actions
from casework.clues.models import Clue, ClueTip
from casework.db import Database
from casework.duties.queries import clocks_of, running
from casework.errors import AlreadyDone, Invalid, NotAllowed, NotFound, Stale, WrongState
from casework.officers.models import Officer
from casework.officers.roles import Role
from casework.terms import ClueState, Finding, Ongoing, Stage, TipState
from casework.tips.actions import receipt_of
from casework.tips.models import Tip
from casework.trail.models import Entry
from tests.factories.clues import assign, find, register, words
from tests.factories.officers import COUNTY, NR, OTHER_TOWN, PS, TOWN, officer
from tests.factories.races import meet
from tests.factories.tips import new_tip
from tests.machine.key_folders import KeyFolders

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=calendar.LOCAL)


@dataclass
class Office:
    """One session with an officer for each part."""

    session: Session
    keys: KeyFolders
    triage: Officer
    investigator: Officer
    colleague: Officer
    discipline: Officer

    def clue(self, **fields: Any) -> Clue:
        return register(self.session, self.keys, by=self.triage, **fields)

    def assigned(self, **fields: Any) -> Clue:
        clue = self.clue(**fields)
        assign(self.session, clue, to=self.investigator, by=self.triage)
        return clue

    def found(self, finding: Finding = Finding.SUBSTANTIATED, **fields: Any) -> Clue:
        clue = self.assigned(**fields)
        find(self.session, clue, finding, by=self.investigator)
        return clue

    def concluded(self, **fields: Any) -> Clue:
        clue = self.found(Finding.UNFOUNDED, **fields)
        actions.conclude_clue(self.session, clue=clue, by=self.investigator, version=clue.version)
        return clue

    def running(self, clue: Clue) -> set[str]:
        return {duty.rule for duty in running(self.session, ("clue", clue.id))}

    def stages(self, clue: Clue) -> set[Stage]:
        return {receipt_of(self.session, tip_id).stage for tip_id in actions.tip_ids(self.session, clue)}

    def deeds(self) -> list[str]:
        return list(self.session.scalars(select(Entry.deed).order_by(Entry.id)))


@pytest.fixture
def office(sqlite_db: Database, keys: KeyFolders) -> Iterator[Office]:
    with calendar.freeze(MONDAY), sqlite_db.begin() as session:
        yield Office(
            session,
            keys,
            officer(session, Role.TRIAGE),
            officer(session, Role.INVESTIGATOR),
            officer(session, Role.INVESTIGATOR),
            officer(session, Role.DISCIPLINE),
        )


# ── register ──
def test_registering_makes_a_numbered_clue_and_starts_the_verifying(office: Office) -> None:
    tip = new_tip(office.session, office.keys)
    clue = actions.register_clue(office.session, tip=tip, words=words(place=" 北沟 "), by=office.triage)
    assert (clue.clue_number, clue.state, clue.version) == ("QS-2026-0001", ClueState.REGISTERED, 1)
    assert (clue.place, clue.jurisdiction, clue.registered_by) == ("北沟", TOWN, office.triage.id)
    assert tip.state is TipState.REGISTERED
    assert office.running(clue) == {"verify"}
    assert clue.next_due_at == running(office.session, ("clue", clue.id))[0].due_at
    receipt = receipt_of(office.session, tip.id)
    assert receipt.stage is Stage.ACCEPTED
    assert clue.next_due_at is not None
    assert receipt.answer_by == clue.next_due_at.astimezone(calendar.LOCAL).date()
    link = office.session.scalars(select(ClueTip)).one()
    assert (link.tip_id, link.clue_id, link.first) == (tip.id, clue.id, True)


def test_what_is_urgent_stays_urgent_and_its_clocks_run_on(office: Office) -> None:
    tip = new_tip(office.session, office.keys, ongoing=Ongoing.YES)
    with calendar.freeze(MONDAY + timedelta(hours=1)):
        clue = actions.register_clue(office.session, tip=tip, words=words(), by=office.triage)
    assert clue.urgent
    assert office.running(clue) == {"verify", "urgent_call", "urgent_site"}
    assert clue.next_due_at == MONDAY + timedelta(hours=2), "it did not begin anew"
    assert running(office.session, ("tip", tip.id)) == []


def test_a_clue_holds_the_officers_words_and_none_of_the_tips(office: Office) -> None:
    clue = office.clue(tip={"narrative": "夜里有人采石", "place": "南沟", "subject_name": "远岫建材有限公司"})
    told = "".join(str(value) for value in vars(clue).values())
    assert clue.summary == "夜间两台挖机采石"
    assert not any(secret in told for secret in ("夜里有人采石", "南沟", "远岫"))


@pytest.mark.parametrize("summary, why", [("", "empty"), ("  ", "empty"), ("挖" * 201, "too_long")])
def test_a_summary_is_there_and_short(summary: str, why: str, office: Office) -> None:
    with pytest.raises(Invalid, match=why):
        office.clue(summary=summary)


def test_a_tip_is_registered_once(office: Office) -> None:
    tip = new_tip(office.session, office.keys)
    actions.register_clue(office.session, tip=tip, words=words(), by=office.triage)
    with pytest.raises(WrongState):
        actions.register_clue(office.session, tip=tip, words=words(), by=office.triage)


def test_of_two_who_register_at_once_one_does_and_the_other_is_told(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        tip_id, by = new_tip(session, keys).id, officer(session, Role.TRIAGE).id

    def act(session: Session) -> str:
        tip, who = session.get_one(Tip, tip_id), session.get_one(Officer, by)
        return actions.register_clue(session, tip=tip, words=words(), by=who).clue_number

    met = meet(db, act, act)
    assert isinstance(met.error, (Stale, WrongState))
    with db.begin() as session:
        assert [clue.clue_number for clue in session.scalars(select(Clue))] == [met.first]
        again = register(session, keys, by=session.get_one(Officer, by))
        assert again.clue_number.endswith("-0002"), "the number of the slower one was given back"


# ── merge ──
def test_a_merged_tip_moves_through_the_same_stages(office: Office) -> None:
    clue = office.assigned()
    tip = new_tip(office.session, office.keys, ongoing=Ongoing.YES)
    actions.merge_tip(office.session, tip=tip, into=clue, by=office.triage)
    assert tip.state is TipState.MERGED
    assert clue.urgent
    assert office.running(clue) == {"verify", "urgent_call", "urgent_site"}
    assert clue.next_due_at == MONDAY + timedelta(hours=2)
    assert receipt_of(office.session, tip.id).answer_by is not None
    find(office.session, clue, Finding.PARTLY, by=office.investigator)
    assert office.stages(clue) == {Stage.PARTLY}
    assert office.running(clue) == set()


def test_what_involves_an_official_is_merged_with_its_like_only(office: Office) -> None:
    plain = office.clue()
    official = register(office.session, office.keys, by=office.discipline, tip={"involves_official": True})
    for said, clue in ((True, plain), (False, official)):
        tip = new_tip(office.session, office.keys, involves_official=said)
        with pytest.raises(NotAllowed):
            actions.merge_tip(office.session, tip=tip, into=clue, by=office.discipline)
        assert tip.state is TipState.NEW


def test_nothing_is_merged_into_what_is_closed_off(office: Office) -> None:
    clue = office.concluded()
    actions.close_off_clue(office.session, clue=clue, by=office.triage, version=clue.version)
    with pytest.raises(WrongState):
        actions.merge_tip(
            office.session, tip=new_tip(office.session, office.keys), into=clue, by=office.triage
        )


# ── edit ──
def test_editing_changes_the_words_and_tells_which(office: Office) -> None:
    clue = office.clue()
    actions.edit_clue(
        office.session,
        clue=clue,
        words=words(summary="白天也挖", township=OTHER_TOWN),
        by=office.triage,
        version=1,
    )
    assert (clue.summary, clue.jurisdiction, clue.version) == ("白天也挖", OTHER_TOWN, 2)
    entry = office.session.scalars(select(Entry).where(Entry.deed == "edit_clue")).one()
    assert entry.facts == {"fields": ["summary", "township"]}


def test_a_page_that_is_old_changes_nothing(office: Office) -> None:
    clue = office.assigned()
    for act in (
        lambda: actions.edit_clue(office.session, clue=clue, words=words(), by=office.triage, version=1),
        lambda: actions.assign_clue(
            office.session, clue=clue, to=office.colleague, by=office.triage, version=1
        ),
        lambda: actions.find(
            office.session, clue=clue, finding=Finding.PARTLY, facts="x", by=office.investigator, version=1
        ),
        lambda: actions.conclude_clue(office.session, clue=clue, by=office.investigator, version=1),
        lambda: actions.close_off_clue(office.session, clue=clue, by=office.triage, version=1),
    ):
        with pytest.raises(Stale):
            act()
    assert (clue.version, clue.handler_id) == (2, office.investigator.id)


def test_of_two_who_assign_at_once_the_slower_is_told(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        clue_id = register(session, keys, by=officer(session, Role.TRIAGE)).id
        by = officer(session, Role.TRIAGE).id
        people = [officer(session, Role.INVESTIGATOR).id for _ in range(2)]

    def give(session: Session, to: int) -> None:
        clue = session.get_one(Clue, clue_id)
        actions.assign_clue(
            session, clue=clue, to=session.get_one(Officer, to), by=session.get_one(Officer, by), version=1
        )

    met = meet(db, lambda session: give(session, people[0]), lambda session: give(session, people[1]))
    assert isinstance(met.error, Stale)
    with db.read() as session:
        clue = session.get_one(Clue, clue_id)
        assert (clue.handler_id, clue.version) == (people[0], 2)


# ── assign ──
def test_the_handler_gets_the_clocks_and_the_informant_is_told(office: Office) -> None:
    clue = office.assigned(tip={"ongoing": Ongoing.YES})
    assert (clue.state, clue.handler_id) == (ClueState.ASSIGNED, office.investigator.id)
    assert {duty.officer_id for duty in running(office.session, ("clue", clue.id))} == {
        office.investigator.id
    }
    assert office.stages(clue) == {Stage.VERIFYING}


def test_a_clue_is_given_only_to_who_can_handle_it(office: Office) -> None:
    session, clue = office.session, office.clue()
    unfit = [
        officer(session, Role.TRIAGE),
        officer(session, Role.INVESTIGATOR, agency=PS),
        officer(session, Role.INVESTIGATOR, jurisdiction=OTHER_TOWN),
        officer(session, Role.INVESTIGATOR, active=False),
        office.discipline,
    ]
    for to in unfit:
        with pytest.raises(Invalid, match="cannot_handle"):
            assign(session, clue, to=to, by=office.triage)
    assert clue.state is ClueState.REGISTERED


def test_what_involves_an_official_is_given_to_discipline_only(office: Office) -> None:
    clue = register(office.session, office.keys, by=office.discipline, tip={"involves_official": True})
    for to in (office.investigator, office.triage):
        with pytest.raises(Invalid, match="cannot_handle"):
            assign(office.session, clue, to=to, by=office.discipline)
    assign(office.session, clue, to=office.discipline, by=office.discipline)
    assert clue.handler_id == office.discipline.id


def test_one_may_take_a_free_clue_and_not_somebody_elses(office: Office) -> None:
    clue = office.clue()
    assign(office.session, clue, to=office.investigator, by=office.investigator)
    assign(office.session, clue, to=office.investigator, by=office.investigator)
    with pytest.raises(NotAllowed):
        assign(office.session, clue, to=office.colleague, by=office.colleague)
    with pytest.raises(NotAllowed):
        assign(office.session, clue, to=office.colleague, by=office.investigator)
    assign(office.session, clue, to=office.colleague, by=office.triage)
    assert clue.handler_id == office.colleague.id


def test_handing_a_found_clue_over_does_not_unsay_the_finding(office: Office) -> None:
    clue = office.found()
    assign(office.session, clue, to=office.colleague, by=office.triage)
    assert (clue.state, clue.finding) == (ClueState.FOUND, Finding.SUBSTANTIATED)
    assert office.stages(clue) == {Stage.SUBSTANTIATED}


# ── call, visit, find ──
def test_a_call_meets_the_two_hours_once_and_a_visit_both(office: Office) -> None:
    clue = office.assigned(tip={"ongoing": Ongoing.YES})
    actions.note_call(office.session, clue=clue, by=office.investigator)
    assert office.running(clue) == {"verify", "urgent_site"}
    with pytest.raises(AlreadyDone):
        actions.note_call(office.session, clue=clue, by=office.investigator)
    actions.note_visit(office.session, clue=clue, by=office.investigator)
    assert office.running(clue) == {"verify"}
    first = clue.visited_at
    with calendar.freeze(MONDAY + timedelta(days=1)):
        actions.note_visit(office.session, clue=clue, by=office.investigator)
    assert clue.visited_at == first == MONDAY


def test_a_visit_without_a_call_meets_the_call_too(office: Office) -> None:
    clue = office.assigned(tip={"ongoing": Ongoing.YES})
    actions.note_visit(office.session, clue=clue, by=office.investigator)
    assert office.running(clue) == {"verify"}


@pytest.mark.parametrize("finding", list(Finding))
def test_the_handler_finds_and_every_clock_is_met(finding: Finding, office: Office) -> None:
    clue = office.found(finding, tip={"ongoing": Ongoing.YES})
    assert (clue.state, clue.finding, clue.found_by) == (ClueState.FOUND, finding, office.investigator.id)
    assert office.running(clue) == set()
    assert clue.next_due_at is None
    assert office.stages(clue) == {Stage(finding.value)}
    assert {clock.ended_at for clock in clocks_of(office.session, ("clue", clue.id))} == {MONDAY}


def test_nobody_but_the_handler_finds_and_not_without_facts(office: Office) -> None:
    clue = office.assigned()
    for by in (office.colleague, office.triage):
        with pytest.raises(NotAllowed):
            find(office.session, clue, Finding.PARTLY, by=by)
    with pytest.raises(Invalid, match="empty"):
        actions.find(
            office.session, clue=clue, finding=Finding.PARTLY, facts=" ", by=office.investigator, version=2
        )
    with pytest.raises(NotAllowed):
        find(office.session, office.clue(), Finding.PARTLY, by=office.investigator)


def test_a_finding_may_be_corrected_until_something_rests_on_it(office: Office) -> None:
    clue = office.found(Finding.UNFOUNDED)
    find(office.session, clue, Finding.PARTLY, by=office.investigator)
    assert office.stages(clue) == {Stage.PARTLY}
    actions.enter_case(office.session, clue=clue)
    with pytest.raises(WrongState):
        find(office.session, clue, Finding.UNFOUNDED, by=office.investigator)


# ── case, conclude, close off ──
@pytest.mark.parametrize("finding", list(Finding))
def test_only_what_was_found_to_be_so_enters_a_case(finding: Finding, office: Office) -> None:
    clue = office.found(finding)
    if finding in (Finding.SUBSTANTIATED, Finding.PARTLY):
        actions.enter_case(office.session, clue=clue)
        assert clue.state is ClueState.IN_CASE
        assert office.stages(clue) == {Stage.CASE_OPENED}
    else:
        with pytest.raises(WrongState):
            actions.enter_case(office.session, clue=clue)


def test_concluding_is_for_the_handler_or_who_assigns(office: Office) -> None:
    clue = office.found(Finding.UNFOUNDED)
    with pytest.raises(NotAllowed):
        actions.conclude_clue(office.session, clue=clue, by=office.colleague, version=clue.version)
    actions.conclude_clue(office.session, clue=clue, by=office.triage, version=clue.version)
    assert (clue.state, clue.concluded_at) == (ClueState.CONCLUDED, MONDAY)
    assert office.stages(clue) == {Stage.CONCLUDED}


def test_close_off_waits_for_every_duty_of_clue_and_tips(office: Office) -> None:
    clue = office.concluded()
    (tip_id,) = actions.tip_ids(office.session, clue)
    duties.owe(office.session, rule="urgent_site", about=("clue", clue.id))
    duties.owe(office.session, rule="verify", about=("tip", tip_id))
    with pytest.raises(WrongState) as refused:
        actions.close_off_clue(office.session, clue=clue, by=office.triage, version=clue.version)
    assert refused.value.facts["duties"] == ["urgent_site", "verify"]
    assert clue.state is ClueState.CONCLUDED
    duties.cancel(office.session, about=("clue", clue.id))
    (paused,) = running(office.session, ("tip", tip_id))
    duties.pause(office.session, duty=paused)
    with pytest.raises(WrongState):
        actions.close_off_clue(office.session, clue=clue, by=office.triage, version=clue.version)
    duties.meet(office.session, rule="verify", about=("tip", tip_id))
    actions.close_off_clue(office.session, clue=clue, by=office.triage, version=clue.version)
    assert (clue.state, clue.closed_off_at) == (ClueState.CLOSED_OFF, MONDAY)
    assert office.stages(clue) == {Stage.CLOSED_OFF}


def test_a_clue_in_a_case_is_not_closed_off_by_itself(office: Office) -> None:
    clue = office.found()
    actions.enter_case(office.session, clue=clue)
    with pytest.raises(WrongState):
        actions.close_off_alone(office.session, clue=clue, by=office.triage, version=clue.version)


def test_what_is_closed_off_is_not_touched_again(office: Office) -> None:
    clue = office.concluded()
    actions.close_off_alone(office.session, clue=clue, by=office.triage, version=clue.version)
    for act in (
        lambda: actions.edit_clue(
            office.session, clue=clue, words=words(), by=office.triage, version=clue.version
        ),
        lambda: actions.note_visit(office.session, clue=clue, by=office.investigator),
        lambda: assign(office.session, clue, to=office.colleague, by=office.triage),
        lambda: actions.add_evidence(office.session, clue=clue, files=[], by=office.investigator),
    ):
        with pytest.raises(WrongState):
            act()


def test_each_step_left_its_entry(office: Office) -> None:
    clue = office.concluded(tip={"ongoing": Ongoing.YES})
    actions.close_off_alone(office.session, clue=clue, by=office.triage, version=clue.version)
    assert office.deeds() == [
        "receive_tip",
        "register_clue",
        "assign_clue",
        "find",
        "conclude_clue",
        "close_off_clue",
    ]


# ── who may know ──
def test_a_clue_is_found_by_who_may_know_of_it_and_alike_not_found_by_others(office: Office) -> None:
    session = office.session
    plain = office.clue().clue_number
    official = register(
        session, office.keys, by=office.discipline, tip={"involves_official": True}
    ).clue_number
    people = {
        "triage": office.triage,
        "investigator": office.investigator,
        "police": officer(session, Role.INVESTIGATOR, agency=PS),
        "elsewhere": officer(session, Role.INVESTIGATOR, agency=NR, jurisdiction=OTHER_TOWN),
        "leader": officer(session, Role.LEADER, jurisdiction=COUNTY),
        "discipline": office.discipline,
        "administrator": officer(session, Role.ADMINISTRATOR),
    }

    def finds(by: Officer, number: str) -> bool:
        try:
            return actions.clue_for(session, clue_number=number, by=by).clue_number == number
        except NotFound:
            return False

    assert {name: (finds(by, plain), finds(by, official)) for name, by in people.items()} == {
        "triage": (True, False),
        "investigator": (True, False),
        "police": (False, False),
        "elsewhere": (False, False),
        "leader": (True, False),
        "discipline": (False, True),
        "administrator": (False, False),
    }
    assert not any(finds(by, "QS-2026-9999") for by in people.values())
