"""立案: from borne-out clues, by officers who may, never twice over one clue."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from casework.cases import actions as cases
from casework.cases.actions import common_division
from casework.cases.models import Case, CaseClue, CaseElement
from casework.cases.rules import Answer
from casework.cases.terms import CaseState, Element
from casework.clues import actions as clues
from casework.db import Database
from casework.duties.queries import running
from casework.errors import AlreadyDone, Invalid, NotAllowed, NotFound, Stale, WrongState
from casework.terms import ClueState, Finding, Stage
from casework.tips.actions import receipt_of
from casework.trail.models import Entry
from tests.factories.cases import COUNTY, NR, OTHER_TOWN, PS, STANDS, TOWN, WORDS, Team
from tests.machine.key_folders import KeyFolders


def entries(team: Team, deed: str) -> list[Entry]:
    team.session.flush()
    return list(team.session.scalars(select(Entry).where(Entry.deed == deed)))


def test_a_borne_out_clue_becomes_a_numbered_case(team: Team) -> None:
    clue = team.clue()
    case = team.case(clue)
    assert (case.case_number, case.state, case.version) == ("AJ-2026-0001", CaseState.OPEN, 1)
    assert (case.lead_agency, case.joint, case.jurisdiction) == (NR, False, TOWN)
    assert (case.subject_name, case.place, case.mineral) == ("晨鹿石料厂", "北沟第二个岔口", "stone")
    assert clue.state is ClueState.IN_CASE
    assert team.case().case_number == "AJ-2026-0002"


def test_every_informant_of_every_clue_reads_that_a_case_was_opened(team: Team) -> None:
    first, second = team.clue(), team.clue(Finding.PARTLY)
    extra, _ = team.tip()
    clues.merge_tip(team.session, tip=extra, into=second, by=team.triage)
    team.case(first, second)
    told = [
        receipt_of(team.session, tip_id).stage
        for clue in (first, second)
        for tip_id in clues.tip_ids(team.session, clue)
    ]
    assert told == [Stage.CASE_OPENED] * 3


def test_the_penalty_is_due_in_ninety_days(team: Team) -> None:
    case = team.case()
    (duty,) = running(team.session, ("case", case.id))
    assert duty.rule == "penalty_decision"
    assert duty.due_at.isoformat() == "2027-02-21T15:59:59+00:00"
    assert duty.officer_id == team.investigator.id


def test_what_the_elements_rest_on_is_kept_and_cannot_be_changed(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        team = Team(session, keys)
        case = team.case()
        kept = session.scalars(select(CaseElement).where(CaseElement.case_id == case.id)).all()
        assert {row.element for row in kept} == set(Element)
        assert {row.basis for row in kept} == {"现场笔录、测绘图、工商登记"}
    with pytest.raises(DBAPIError, match="append-only"), db.begin() as session:
        session.execute(update(CaseElement).values(basis="改了"))


def test_the_trail_names_the_clues_and_the_agency(team: Team) -> None:
    first, second = team.clue(), team.clue()
    case = team.case(first, second, joint=True)
    (entry,) = entries(team, "open_case")
    assert (entry.about_kind, entry.about_ref) == ("case", case.case_number)
    assert entry.facts == {
        "clues": [first.clue_number, second.clue_number],
        "lead_agency": "natural_resources",
        "joint": True,
    }


def test_a_failed_element_opens_nothing_and_uses_no_number(team: Team) -> None:
    clue = team.clue()
    test = STANDS | {Element.PERSON: Answer(False, "行为人不明")}
    with pytest.raises(Invalid):
        cases.open_case(
            team.session,
            clues=[clue],
            test=test,
            words=WORDS,
            lead_agency=NR,
            joint=False,
            by=team.investigator,
        )
    assert clue.state is ClueState.FOUND
    assert team.session.scalars(select(Case)).all() == []
    assert team.case(clue).case_number == "AJ-2026-0001"


@pytest.mark.parametrize("finding", [Finding.UNFOUNDED, Finding.INCONCLUSIVE, None])
def test_only_what_was_found_to_be_so_becomes_a_case(team: Team, finding: Finding | None) -> None:
    clue = team.clue(finding)
    with pytest.raises(Invalid) as refused:
        team.case(clue)
    assert (refused.value.field, refused.value.reason) == ("clue", "not_substantiated")


def test_a_clue_lies_in_one_case_at_most(team: Team) -> None:
    clue = team.clue()
    case = team.case(clue)
    with pytest.raises(AlreadyDone):
        team.case(clue)
    with pytest.raises(AlreadyDone):
        cases.join_clue(team.session, case=case, clue=clue, by=team.investigator, version=case.version)


def test_a_concluded_clue_becomes_no_case(team: Team) -> None:
    clue = team.clue()
    clues.conclude_clue(team.session, clue=clue, by=team.investigator, version=clue.version)
    with pytest.raises(WrongState):
        team.case(clue)


def test_a_case_over_two_towns_lies_in_the_county(team: Team) -> None:
    assert team.case(team.clue(), team.clue(town=OTHER_TOWN)).jurisdiction == COUNTY


@pytest.mark.parametrize(
    ("codes", "shared"),
    [
        (["141122103", "141122103"], "141122103"),
        (["141122103", "141122106"], "141122"),
        (["141122", "141122106"], "141122"),
        (["141122103", "141124100"], "1411"),
        (["141122103", "1411"], "1411"),
    ],
)
def test_the_smallest_division_that_holds_all(codes: list[str], shared: str) -> None:
    assert common_division(codes) == shared


def test_places_in_different_provinces_are_not_one_case() -> None:
    with pytest.raises(Invalid):
        common_division(["141122", "610827"])


def test_who_may_not_handle_cases_opens_none(team: Team) -> None:
    for officer in (team.triage, team.leader):
        with pytest.raises(NotAllowed):
            team.case(team.clue(), by=officer)


def test_what_involves_an_official_stays_apart(team: Team) -> None:
    both = team.officer("both", *team.discipline.roles, *team.investigator.roles)
    with pytest.raises(NotAllowed):
        team.case(team.clue(), team.clue(official=True), by=both)
    case = team.case(by=both)
    with pytest.raises(NotAllowed):
        cases.join_clue(team.session, case=case, clue=team.clue(official=True), by=both, version=case.version)


def test_nobody_opens_a_case_that_they_would_not_see(team: Team) -> None:
    with pytest.raises(Invalid) as refused:
        team.case(team.clue(), lead=NR, by=team.police)
    assert refused.value.field == "lead_agency"
    assert team.session.scalars(select(Case)).all() == []


def test_a_case_that_the_police_lead_is_worked_on_by_both(team: Team) -> None:
    case = team.case(team.clue(agency=PS), lead=PS, joint=False, by=team.police)
    assert (case.lead_agency, case.joint) == (PS, True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"summary": " "}, "summary"),
        ({"summary": "采" * 201}, "summary"),
        ({"subject_name": ""}, "subject_name"),
        ({"place": "沟" * 201}, "place"),
        ({"mineral": "gold_dust"}, "mineral"),
        ({"township": "141122999"}, "township"),
    ],
)
def test_words_that_ledgers_print_are_whole(team: Team, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        team.case(words=replace(WORDS, **change))
    assert refused.value.field == field


def test_clues_are_found_by_number_only_by_who_may_see_them(team: Team) -> None:
    ordinary, official, police = team.clue(), team.clue(official=True), team.clue(agency=PS)
    numbers = [ordinary.clue_number, ordinary.clue_number]
    assert cases.clues_for(team.session, clue_numbers=numbers, by=team.investigator) == [ordinary]
    for hidden in (official.clue_number, police.clue_number, "QS-2026-9999"):
        with pytest.raises(NotFound):
            cases.clues_for(team.session, clue_numbers=[hidden], by=team.investigator)


def test_a_further_clue_joins_an_open_case(team: Team) -> None:
    case, clue = team.case(), team.clue(town=OTHER_TOWN)
    cases.join_clue(team.session, case=case, clue=clue, by=team.investigator, version=1)
    assert (case.version, case.jurisdiction, clue.state) == (2, COUNTY, ClueState.IN_CASE)
    joined = team.session.scalars(select(CaseClue.case_id).where(CaseClue.clue_id == clue.id)).one()
    assert joined == case.id
    assert entries(team, "join_clue")[0].facts == {"clue_number": clue.clue_number}
    with pytest.raises(Stale):
        cases.join_clue(team.session, case=case, clue=team.clue(), by=team.investigator, version=1)


def test_a_case_becomes_joint_once_and_stays_so(team: Team) -> None:
    case = team.case()
    assert not cases.is_seen(case, team.police)
    cases.mark_joint(team.session, case=case, by=team.investigator, version=1)
    assert case.joint
    assert cases.is_seen(case, team.police)
    with pytest.raises(AlreadyDone):
        cases.mark_joint(team.session, case=case, by=team.investigator, version=2)


def test_the_database_itself_keeps_a_clue_out_of_two_cases(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        team = Team(session, keys)
        clue = team.clue()
        case, other = team.case(clue), team.case()
        ids = clue.id, other.id, case.opened_by
    with pytest.raises(DBAPIError), db.begin() as session:
        session.add(CaseClue(clue_id=ids[0], case_id=ids[1], joined_at=case.opened_at, joined_by=ids[2]))


def test_the_words_of_a_case_are_corrected_until_it_is_closed_off(team: Team) -> None:
    case = team.case()
    corrected = replace(WORDS, subject_name="晨鹿石料有限公司", place=None)
    cases.edit_case(team.session, case=case, words=corrected, by=team.investigator, version=1)
    assert (case.subject_name, case.place, case.version) == ("晨鹿石料有限公司", None, 2)
    assert entries(team, "edit_case")[0].facts == {"fields": ["place", "subject_name"]}
    cases.edit_case(team.session, case=case, words=corrected, by=team.investigator, version=2)
    assert case.version == 2
    with pytest.raises(Stale):
        cases.edit_case(team.session, case=case, words=WORDS, by=team.investigator, version=1)
    with pytest.raises(NotAllowed):
        cases.edit_case(team.session, case=case, words=WORDS, by=team.leader, version=2)
