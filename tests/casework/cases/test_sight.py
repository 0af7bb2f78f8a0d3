"""Who sees which case: by jurisdiction, agency, joint work, and whether an official is involved."""

from dataclasses import dataclass

import pytest

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.cases.queries import CaseFilter, case_list, case_number_of, chips
from casework.cases.reading import read_case
from casework.errors import NotFound
from casework.officers.models import Officer
from casework.officers.roles import Role
from casework.officers.sight import sight_of
from tests.factories.cases import NR, OTHER_TOWN, PS, TOWN, Team


@dataclass(frozen=True)
class Told:
    own: Case
    joint: Case
    police: Case
    elsewhere: Case
    official: Case


@pytest.fixture
def told(team: Team) -> Told:
    return Told(
        own=team.case(team.clue()),
        joint=team.case(team.clue(), joint=True),
        police=team.case(team.clue(agency=PS), lead=PS, by=team.police),
        elsewhere=team.case(team.clue(town=OTHER_TOWN)),
        official=team.case(team.clue(official=True), by=team.discipline),
    )


def seen(team: Team, by: Officer) -> set[str]:
    page = case_list(team.session, sight=sight_of(by), cut=CaseFilter())
    numbers = {row.case_number for row in page.rows}
    assert chips(team.session, sight=sight_of(by))["all"] == len(numbers)
    return numbers


def numbers(*found: Case) -> set[str]:
    return {case.case_number for case in found}


def test_each_officer_sees_their_own_cases_and_no_other(team: Team, told: Told) -> None:
    town = team.officer("town", Role.INVESTIGATOR, jurisdiction=TOWN)
    expected = {
        team.investigator: numbers(told.own, told.joint, told.police, told.elsewhere),
        team.police: numbers(told.joint, told.police),
        team.leader: numbers(told.own, told.joint, told.police, told.elsewhere),
        team.triage: numbers(told.own, told.joint, told.police, told.elsewhere),
        team.discipline: numbers(told.official),
        town: numbers(told.own, told.joint, told.police),
    }
    assert {officer.username: seen(team, officer) for officer in expected} == {
        officer.username: wanted for officer, wanted in expected.items()
    }


def test_the_page_of_a_case_and_the_list_agree(team: Team, told: Told) -> None:
    everything = (told.own, told.joint, told.police, told.elsewhere, told.official)
    for officer in (team.investigator, team.police, team.leader, team.discipline, team.triage):
        opened = set()
        for case in everything:
            try:
                cases.case_for(team.session, case_number=case.case_number, by=officer)
            except NotFound:
                continue
            opened.add(case.case_number)
        assert opened == seen(team, officer)


def test_a_case_with_an_official_in_it_is_not_there_for_others(team: Team, told: Told) -> None:
    for officer in (team.investigator, team.police, team.leader, team.triage):
        with pytest.raises(NotFound):
            cases.case_for(team.session, case_number=told.official.case_number, by=officer)
    with pytest.raises(NotFound):
        cases.case_for(team.session, case_number="AJ-2026-9999", by=team.leader)


def test_an_officer_without_a_reading_role_sees_no_case(team: Team, told: Told) -> None:
    for role in (Role.ADMINISTRATOR, Role.CASHIER, Role.KEYHOLDER):
        assert seen(team, team.officer(role.value, role)) == set()


def test_a_clue_of_the_other_agency_is_named_but_not_opened(team: Team) -> None:
    clue = team.clue()
    case = team.case(clue, joint=True)
    assert [c.seen for c in read_case(team.session, case=case, sight=sight_of(team.police)).clues] == [False]
    assert [c.seen for c in read_case(team.session, case=case, sight=sight_of(team.investigator)).clues] == [
        True
    ]
    assert case_number_of(team.session, clue.id) == case.case_number
    assert case_number_of(team.session, team.clue().id) is None
    assert (case.lead_agency, case.joint) == (NR, True)
