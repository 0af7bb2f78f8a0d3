"""办结、销号、归档: three moments, each with its own conditions and its own person."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casework import duties
from casework.calendar import FrozenClock
from casework.cases import actions as cases
from casework.cases.outcomes import LandAndMining
from casework.cases.reading import open_duties
from casework.cases.terms import CaseState
from casework.clues import actions as clues
from casework.errors import NotAllowed, SamePerson, Stale, WrongState
from casework.terms import ClueState, Stage
from casework.tips.actions import receipt_of
from casework.trail.models import Entry
from tests.factories.cases import PS, WORDS, Team


def stages(team: Team, case: object) -> list[Stage]:
    found = cases.gathered(team.session, case)  # type: ignore[arg-type]
    return [
        receipt_of(team.session, tip_id).stage
        for clue in found
        for tip_id in clues.tip_ids(team.session, clue)
    ]


def test_a_case_goes_the_whole_way_and_its_informants_read_along(team: Team, clock: FrozenClock) -> None:
    case = team.case(team.clue(), team.clue())
    assert stages(team, case) == [Stage.CASE_OPENED] * 2
    team.decide(case)
    team.conclude(case)
    assert (case.state, case.concluded_by) == (CaseState.CONCLUDED, team.investigator.id)
    assert stages(team, case) == [Stage.CONCLUDED] * 2
    clock.forward(timedelta(days=3))
    team.owe_nothing(case)
    cases.close_off_case(team.session, case=case, by=team.leader, version=case.version)
    assert (case.state, case.closed_off_by) == (CaseState.CLOSED_OFF, team.leader.id)
    assert stages(team, case) == [Stage.CLOSED_OFF] * 2
    assert {clue.state for clue in cases.gathered(team.session, case)} == {ClueState.CLOSED_OFF}
    cases.archive_case(team.session, case=case, by=team.leader, version=case.version)
    assert case.state is CaseState.ARCHIVED
    assert case.concluded_at
    assert case.closed_off_at
    assert case.concluded_at < case.closed_off_at
    team.session.flush()
    found = team.session.scalars(
        select(Entry.deed).where(Entry.about_ref == case.case_number).order_by(Entry.id)
    )
    assert found.all() == ["open_case", "set_outcome", "conclude_case", "close_off_case", "archive_case"]


def test_a_case_without_an_outcome_is_not_concluded(team: Team) -> None:
    case = team.case()
    with pytest.raises(WrongState) as refused:
        team.conclude(case)
    assert refused.value.facts == {"missing": ["outcome", "penalty"]}


def test_a_case_whose_penalty_is_not_decided_is_not_concluded(team: Team) -> None:
    case = team.case()
    team.decide(case, LandAndMining(mining_fine_fen=100))
    with pytest.raises(WrongState) as refused:
        team.conclude(case)
    assert refused.value.facts == {"missing": ["penalty"]}
    assert case.state is CaseState.OPEN


def test_the_agency_that_leads_concludes(team: Team) -> None:
    case = team.case(joint=True)
    team.decide(case)
    with pytest.raises(NotAllowed):
        team.conclude(case, by=team.police)
    with pytest.raises(NotAllowed):
        cases.edit_case(team.session, case=case, words=WORDS, by=team.police, version=case.version)
    with pytest.raises(NotAllowed):
        cases.join_clue(
            team.session, case=case, clue=team.clue(agency=PS), by=team.police, version=case.version
        )
    led = team.case(team.clue(agency=PS), lead=PS, by=team.police)
    team.decide(led)
    with pytest.raises(NotAllowed):
        team.conclude(led, by=team.investigator)
    team.conclude(led, by=team.police)
    assert led.state is CaseState.CONCLUDED


def test_who_concluded_a_case_does_not_close_it_off(team: Team) -> None:
    both = team.officer("both", *team.leader.roles, *team.investigator.roles)
    case = team.case(by=both)
    team.decide(case, by=both)
    team.conclude(case, by=both)
    team.owe_nothing(case)
    with pytest.raises(SamePerson):
        cases.close_off_case(team.session, case=case, by=both, version=case.version)
    case.state, case.closed_off_at, case.closed_off_by = CaseState.CLOSED_OFF, case.concluded_at, both.id
    with pytest.raises(IntegrityError):
        team.session.flush()
    team.session.rollback()


def test_only_who_may_close_off_does(team: Team) -> None:
    case = team.case()
    team.decide(case)
    team.conclude(case)
    team.owe_nothing(case)
    for officer in (team.investigator, team.triage):
        with pytest.raises(NotAllowed):
            cases.close_off_case(team.session, case=case, by=officer, version=case.version)


@pytest.mark.parametrize("where", ["case", "clue", "tip"])
def test_nothing_may_be_owed_when_a_case_is_closed_off(team: Team, where: str) -> None:
    case = team.case()
    team.decide(case)
    team.conclude(case)
    team.owe_nothing(case)
    (clue,) = cases.gathered(team.session, case)
    about = {"case": case.id, "clue": clue.id, "tip": clues.tip_ids(team.session, clue)[0]}
    duty = duties.owe(team.session, rule="verify", about=(where, about[where]))
    with pytest.raises(WrongState) as refused:
        cases.close_off_case(team.session, case=case, by=team.leader, version=case.version)
    assert refused.value.facts == {"duties": ["verify"]}
    duties.pause(team.session, duty=duty)
    with pytest.raises(WrongState):
        cases.close_off_case(team.session, case=case, by=team.leader, version=case.version)
    assert case.state is CaseState.CONCLUDED
    duties.cancel(team.session, about=(where, about[where]))
    cases.close_off_case(team.session, case=case, by=team.leader, version=case.version)
    assert case.closed_off_at is not None


def test_a_reward_that_is_not_yet_decided_keeps_a_case_open(team: Team) -> None:
    case = team.case(team.clue(wants_reward=True))
    team.decide(case)
    team.conclude(case)
    assert [duty.about_kind for duty in open_duties(team.session, case.id)] == ["tip"]
    with pytest.raises(WrongState):
        cases.close_off_case(team.session, case=case, by=team.leader, version=case.version)


def test_another_case_s_duties_do_not_matter(team: Team) -> None:
    case, _other = team.case(), team.case()
    team.decide(case)
    team.conclude(case)
    team.owe_nothing(case)
    cases.close_off_case(team.session, case=case, by=team.leader, version=case.version)
    assert case.closed_off_at is not None


def test_a_page_that_showed_an_earlier_case_ends_nothing(team: Team) -> None:
    case = team.case()
    team.decide(case)
    shown = case.version
    team.decide(
        case,
        LandAndMining(mining_fine_fen=1, penalty_document="八号", penalty_on=case.opened_at.date()),
        version=1,
    )
    with pytest.raises(Stale):
        cases.conclude_case(team.session, case=case, by=team.investigator, version=shown)
    team.conclude(case)
    team.owe_nothing(case)
    for end in (cases.close_off_case, cases.archive_case):
        with pytest.raises(Stale):
            end(team.session, case=case, by=team.leader, version=shown)


def test_a_second_click_ends_nothing_twice(team: Team) -> None:
    case = team.case()
    team.decide(case)
    team.conclude(case)
    with pytest.raises(WrongState):
        team.conclude(case)


def test_archiving_waits_for_closing_off(team: Team) -> None:
    case = team.case()
    team.decide(case)
    team.conclude(case)
    with pytest.raises(WrongState):
        cases.archive_case(team.session, case=case, by=team.leader, version=case.version)
