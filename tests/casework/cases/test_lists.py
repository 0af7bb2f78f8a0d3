"""The list of cases: cuts, keyset paging, counts, and how few statements it takes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from casework.calendar import FrozenClock
from casework.cases import actions as cases
from casework.cases import queries
from casework.cases.outcomes import LandAndMining, Measures
from casework.cases.queries import CaseFilter, CasePage, case_list, chips
from casework.cases.reading import read_case
from casework.cases.terms import CaseState, Element
from casework.officers.sight import sight_of
from tests.factories.cases import DECIDED, NR, OTHER_TOWN, PS, TOWN, WORDS, Team


def found(team: Team, **cut: Any) -> list[str]:
    page = case_list(team.session, sight=sight_of(team.leader), cut=CaseFilter(**cut))
    return [row.case_number for row in page.rows]


def test_a_row_tells_subject_fines_clock_and_clues(team: Team) -> None:
    case = team.case(team.clue(), team.clue())
    team.decide(case, LandAndMining(land_fine_fen=100, mining_fine_fen=200))
    (row,) = case_list(team.session, sight=sight_of(team.leader), cut=CaseFilter()).rows
    assert (row.case_number, row.subject_name, row.clue_count, row.fine_fen) == (
        case.case_number,
        "晨鹿石料厂",
        2,
        300,
    )
    assert row.next_due_at is not None
    assert row.next_due_at.isoformat() == "2027-02-21T15:59:59+00:00"


def test_only_the_newest_outcome_is_shown(team: Team) -> None:
    case = team.case()
    team.decide(case)
    team.decide(case, LandAndMining(mining_fine_fen=7), version=1)
    assert [
        r.fine_fen for r in case_list(team.session, sight=sight_of(team.leader), cut=CaseFilter()).rows
    ] == [7]


def test_a_case_without_figures_or_clock_has_none(team: Team) -> None:
    case = team.case(joint=True)
    team.decide(case, Measures(arrest=1))
    team.decide(case, LandAndMining(shut_down=True, penalty_document="七号", penalty_on=DECIDED.penalty_on))
    (row,) = case_list(team.session, sight=sight_of(team.leader), cut=CaseFilter()).rows
    assert (row.fine_fen, row.next_due_at) == (None, None)


def test_the_list_is_cut_by_state_town_agency_and_words(team: Team, clock: FrozenClock) -> None:
    first = team.case()
    second = team.case(
        team.clue(town=OTHER_TOWN),
        joint=True,
        words=replace(WORDS, township=OTHER_TOWN, subject_name="远岫建材有限公司", village="柳叶坪村"),
    )
    police = team.case(team.clue(agency=PS), lead=PS, by=team.police)
    team.decide(first)
    team.conclude(first)
    numbers = [c.case_number for c in (police, second, first)]
    assert found(team) == numbers
    assert found(team, state=CaseState.CONCLUDED) == [first.case_number]
    assert found(team, township=OTHER_TOWN) == [second.case_number]
    assert found(team, lead_agency=PS) == [police.case_number]
    assert found(team, joint=True) == [police.case_number, second.case_number]
    assert found(team, words="远岫") == found(team, words=" 柳叶坪 ") == [second.case_number]
    assert found(team, words=first.case_number.lower()) == [first.case_number]
    assert found(team, words="100%") == []
    assert found(team, due="over") == found(team, due="soon") == []
    clock.forward(timedelta(days=86))
    assert found(team, due="soon") == [police.case_number, second.case_number]
    clock.forward(timedelta(days=10))
    assert found(team, due="over") == [police.case_number, second.case_number]
    assert chips(team.session, sight=sight_of(team.leader)) == {
        "all": 3, "open": 2, "over": 2, "soon": 0, "concluded": 1, "closed": 0,
    }  # fmt: skip


def test_what_is_closed_off_leaves_the_list_but_is_found(team: Team) -> None:
    case = team.case()
    team.decide(case)
    team.conclude(case)
    team.owe_nothing(case)
    cases.close_off_case(team.session, case=case, by=team.leader, version=case.version)
    team.session.flush()
    assert found(team) == []
    assert found(team, closed=True) == found(team, words="晨鹿") == [case.case_number]
    assert found(team, state=CaseState.CLOSED_OFF) == [case.case_number]
    assert chips(team.session, sight=sight_of(team.leader))["closed"] == 1


def test_paging_walks_every_case_once_and_back_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    made = [team.case().case_number for _ in range(8)][::-1]

    def turn(**cursor: Any) -> CasePage:
        return case_list(team.session, sight=sight_of(team.leader), cut=CaseFilter(), **cursor)

    pages = [turn()]
    while pages[-1].after:
        pages.append(turn(after=pages[-1].after))
    assert [[row.case_number for row in page.rows] for page in pages] == [made[:3], made[3:6], made[6:]]
    assert [bool(page.before) for page in pages] == [False, True, True]
    back = turn(before=pages[2].before or "")
    assert back.rows == pages[1].rows
    first = turn(before=back.before or "")
    assert first.rows == pages[0].rows
    assert (first.before, bool(first.after)) == (None, True)


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 30, "１２", "1;drop"])
def test_a_cursor_that_is_none_shows_the_first_page(team: Team, cursor: str) -> None:
    case = team.case()
    page = case_list(team.session, sight=sight_of(team.leader), cut=CaseFilter(), after=cursor)
    assert [row.case_number for row in page.rows] == [case.case_number]


def test_list_and_counts_take_one_statement_each(team: Team) -> None:
    for _ in range(3):
        team.decide(team.case())
    sight = sight_of(team.leader)
    with team.statements() as heard:
        case_list(team.session, sight=sight, cut=CaseFilter(words="采石", township=TOWN, due="soon"))
        chips(team.session, sight=sight)
    assert len(heard) == 2


def test_one_case_is_read_whole_in_a_few_statements(team: Team) -> None:
    case = team.case(team.clue(), team.clue(), joint=True)
    team.decide(case)
    team.decide(case, LandAndMining(mining_fine_fen=1), version=1)
    team.decide(case, Measures(arrest=1))
    with team.statements() as heard:
        read = read_case(team.session, case=case, sight=sight_of(team.leader))
    assert len(heard) <= 6
    assert [element for element, _ in read.elements] == list(Element)
    assert [(r.agency, r.number) for r in read.recorded] == [(NR, 1), (NR, 2), (PS, 1)]
    assert read.recorded[1].changed[:2] == ("land_area_m2", "land_class")
    newest = read.newest(NR)
    assert newest is not None
    assert (newest.number, newest.recorded_by) == (2, team.investigator.name)
    assert {clue.tips for clue in read.clues} == {1}
    assert [clock.rule for clock in read.clocks] == ["penalty_decision", "penalty_decision"]
    assert read.names == {team.investigator.id: team.investigator.name, team.police.id: team.police.name}
