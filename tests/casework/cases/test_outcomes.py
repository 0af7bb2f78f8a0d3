"""处理结果: exact, added as a new whole, each agency its own part, nobody's overwritten unknowingly."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from casework.calendar import FrozenClock
from casework.cases import actions as cases
from casework.cases.models import CaseOutcome
from casework.cases.outcomes import (
    MOST,
    MOST_M2,
    LandAndMining,
    Measures,
    changed_between,
    checked,
    figures_of,
    newest_outcome,
    set_outcome,
)
from casework.cases.terms import CaseState, Restored
from casework.db import Database
from casework.errors import Invalid, NotAllowed, Stale, WrongState
from casework.terms import Agency
from casework.trail.models import Entry
from tests.factories.cases import DECIDED, NR, PS, Team, local
from tests.machine.key_folders import KeyFolders


def outcomes(team: Team) -> list[CaseOutcome]:
    return list(team.session.scalars(select(CaseOutcome).order_by(CaseOutcome.id)))


def test_every_figure_comes_back_as_it_was_entered(team: Team) -> None:
    case = team.case()
    team.decide(case)
    team.session.expire_all()
    row = newest_outcome(team.session, case.id, NR)
    assert row is not None
    assert figures_of(row) == DECIDED
    assert (row.number, row.recorded_by) == (1, team.investigator.id)


@pytest.mark.parametrize("area", ["0", "0.01", "1426.67", "99999999.99", "99999999999.99"])
def test_an_area_is_exact_to_the_hundredth_of_a_square_metre(team: Team, area: str) -> None:
    case = team.case()
    team.decide(case, LandAndMining(land_area_m2=Decimal(area)))
    team.session.expire_all()
    row = newest_outcome(team.session, case.id, NR)
    assert row is not None
    assert str(row.land_area_m2) == str(Decimal(area).quantize(Decimal("0.01")))


def test_a_correction_is_a_new_row_and_the_newest_counts(team: Team, clock: FrozenClock) -> None:
    case = team.case()
    team.decide(case)
    clock.forward(timedelta(days=1))
    corrected = replace(DECIDED, mining_fine_fen=40_000_000, remark="罚款更正")
    team.decide(case, corrected, version=1)
    first, second = outcomes(team)
    assert (figures_of(first), figures_of(second)) == (DECIDED, corrected)
    assert newest_outcome(team.session, case.id, NR) is second
    assert newest_outcome(team.session, case.id, NR, before=second.recorded_at) is first
    assert newest_outcome(team.session, case.id, NR, before=first.recorded_at) is None


def test_an_outcome_can_neither_be_changed_nor_removed(
    db: Database, keys: KeyFolders, clock: FrozenClock
) -> None:
    with db.begin() as session:
        team = Team(session, keys)
        team.decide(team.case())
    with pytest.raises(DBAPIError, match="append-only"), db.begin() as session:
        session.execute(update(CaseOutcome).values(mining_fine_fen=1))
    with pytest.raises(DBAPIError, match="append-only"), db.begin() as session:
        session.execute(text("DELETE FROM case_outcomes"))
    with db.read() as session:
        assert session.scalars(select(CaseOutcome.mining_fine_fen)).all() == [DECIDED.mining_fine_fen]


def test_the_same_figures_again_change_nothing(team: Team) -> None:
    case = team.case()
    team.decide(case)
    version = case.version
    team.decide(case)  # a second click: it still says version 0
    assert len(outcomes(team)) == 1
    assert case.version == version


def test_who_did_not_see_the_newest_is_told_what_changed_and_by_whom(team: Team) -> None:
    case = team.case()
    team.decide(case)
    other = team.officer("other", *team.investigator.roles)
    team.decide(case, replace(DECIDED, mining_fine_fen=1, shut_down=False), by=other, version=1)
    with pytest.raises(Stale) as refused:
        team.decide(case, replace(DECIDED, remark="另一句"), version=1)
    assert refused.value.facts == {"version": 2, "changed": ["mining_fine_fen", "shut_down"], "by": other.id}
    assert len(outcomes(team)) == 2
    team.decide(case, replace(DECIDED, remark="另一句"), version=2)
    assert [row.number for row in outcomes(team)] == [1, 2, 3]


def test_a_version_that_was_never_shown_is_refused(team: Team) -> None:
    case = team.case()
    with pytest.raises(Stale):
        team.decide(case, version=3)
    team.decide(case)
    with pytest.raises(Stale):
        team.decide(case, replace(DECIDED, remark=None), version=-1)


def test_two_writers_of_the_same_number_meet_a_constraint(team: Team) -> None:
    case = team.case()
    team.decide(case)
    row = {f.name: getattr(DECIDED, f.name) for f in fields(DECIDED)}
    with pytest.raises(IntegrityError), team.session.begin_nested():
        team.session.add(
            CaseOutcome(
                case_id=case.id,
                agency=NR,
                number=1,
                recorded_at=case.opened_at,
                recorded_by=case.opened_by,
                **row,
            )
        )


def test_the_trail_tells_what_changed_in_numbers_and_never_in_words(team: Team) -> None:
    case = team.case()
    team.decide(case, replace(DECIDED, land_area_m2=None, land_class=None, land_fine_fen=None))
    team.decide(case, replace(DECIDED, remark="第二句"), version=1)
    team.session.flush()
    first, second = team.session.scalars(select(Entry).where(Entry.deed == "set_outcome").order_by(Entry.id))
    assert first.facts["agency"] == "natural_resources"
    assert first.facts["number"] == 1
    assert {"mining_fine_fen:42000000", "penalty_document", "penalty_on:2026-11-19", "remark"} < set(
        first.facts["changed"]
    )
    assert second.facts["changed"] == [
        "land_area_m2:1426.67",
        "land_class",
        "land_fine_fen:2850000",
        "remark",
    ]
    assert "第二句" not in str(second.facts)


def test_the_police_enter_their_part_on_a_joint_case_only(team: Team) -> None:
    case, joint = team.case(), team.case(joint=True)
    measures = Measures(administrative_detention=2, criminal_detention=1, arrest=0, remark="另一人在逃")
    with pytest.raises(NotAllowed):
        team.decide(case, measures)
    team.decide(joint, measures)
    row = newest_outcome(team.session, joint.id, PS)
    assert row is not None
    assert figures_of(row) == measures
    assert newest_outcome(team.session, joint.id, NR) is None


def test_each_agency_enters_its_own_part_and_no_other(team: Team) -> None:
    joint = team.case(joint=True)
    with pytest.raises(NotAllowed):
        team.decide(joint, Measures(arrest=1), by=team.investigator)
    with pytest.raises(NotAllowed):
        team.decide(joint, DECIDED, by=team.police)
    with pytest.raises(NotAllowed):
        team.decide(joint, DECIDED, by=team.leader)


def test_the_database_keeps_the_parts_apart(team: Team) -> None:
    case = team.case(joint=True)
    told: list[tuple[Agency, dict[str, Any]]] = [
        (PS, {"mining_fine_fen": 1}),
        (NR, {"arrest": 1}),
        (NR, {"mining_fine_fen": -1}),
        (NR, {"restored": Restored.NO, "restored_on": date(2026, 11, 1)}),
        (NR, {"penalty_document": "七号"}),
    ]
    for agency, figures in told:
        row = CaseOutcome(
            case_id=case.id,
            agency=agency,
            number=1,
            recorded_at=case.opened_at,
            recorded_by=case.opened_by,
            **figures,
        )
        with pytest.raises(IntegrityError), team.session.begin_nested():
            team.session.add(row)


def test_one_agency_does_not_make_the_other_stale(team: Team) -> None:
    case = team.case(joint=True)
    team.decide(case)
    team.decide(case, Measures(arrest=1))
    team.decide(case, replace(DECIDED, remark=None), version=1)
    assert [(row.agency, row.number) for row in outcomes(team)] == [(NR, 1), (PS, 1), (NR, 2)]


REFUSED: list[tuple[LandAndMining | Measures, str, str]] = [
    (LandAndMining(), "outcome", "empty"),
    (LandAndMining(remark="  "), "outcome", "empty"),
    (Measures(), "outcome", "empty"),
    (LandAndMining(land_area_m2=Decimal("-0.01")), "land_area_m2", "out_of_range"),
    (LandAndMining(land_area_m2=MOST_M2 + 1), "land_area_m2", "out_of_range"),
    (LandAndMining(mining_fine_fen=MOST + 1), "mining_fine_fen", "out_of_range"),
    (Measures(arrest=-1), "arrest", "out_of_range"),
    (Measures(arrest=10_000), "arrest", "out_of_range"),
    (LandAndMining(land_fine_fen=1, remark="字" * 121), "remark", "too_long"),
    (LandAndMining(land_class="moon"), "land_class", "unknown"),
    (LandAndMining(restored=Restored.NOT_YET, restored_on=date(2026, 11, 1)), "restored_on", "not_restored"),
    (LandAndMining(restored_on=date(2026, 11, 1)), "restored_on", "not_restored"),
    (LandAndMining(restored=Restored.YES, restored_on=date(2026, 11, 24)), "restored_on", "in_the_future"),
    (LandAndMining(penalty_document="七号"), "penalty_on", "both_or_neither"),
    (LandAndMining(penalty_on=date(2026, 11, 1)), "penalty_document", "both_or_neither"),
    (LandAndMining(penalty_document="号" * 61, penalty_on=date(2026, 11, 1)), "penalty_document", "too_long"),
    (LandAndMining(penalty_document="七号", penalty_on=date(2026, 11, 24)), "penalty_on", "in_the_future"),
]


@pytest.mark.parametrize(("figures", "field", "reason"), REFUSED)
def test_figures_that_cannot_be_are_refused_by_name(
    clock: FrozenClock, figures: LandAndMining | Measures, field: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        checked(figures)
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_nothing_is_stored_of_figures_that_are_refused(team: Team) -> None:
    case = team.case()
    with pytest.raises(Invalid):
        team.decide(case, LandAndMining(land_class="moon"))
    assert outcomes(team) == []
    assert case.version == 1


def test_a_fine_may_be_recorded_before_its_document_has_a_number(team: Team) -> None:
    case = team.case()
    team.decide(case, LandAndMining(mining_fine_fen=15_000_000))
    assert team.owed(case) == ["penalty_decision"]


def test_the_decision_ends_the_penalty_clock_and_taking_it_back_lets_it_run_on(team: Team) -> None:
    case = team.case()
    team.decide(case)
    assert team.owed(case) == []
    team.decide(case, replace(DECIDED, penalty_document=None, penalty_on=None), version=1)
    assert team.owed(case) == ["penalty_decision"]
    team.decide(case, DECIDED, version=2)
    assert team.owed(case) == []


def test_figures_are_still_added_after_conclusion_but_not_after_closing_off(team: Team) -> None:
    case = team.case(joint=True)
    team.decide(case)
    team.conclude(case)
    team.decide(case, Measures(arrest=1))
    assert case.state is CaseState.CONCLUDED
    team.owe_nothing(case)
    cases.close_off_case(team.session, case=case, by=team.leader, version=case.version)
    with pytest.raises(WrongState):
        set_outcome(team.session, case=case, figures=Measures(arrest=2), by=team.police, version=1)


def test_what_differs_between_two_outcomes_is_named_in_the_order_of_the_form() -> None:
    later = replace(DECIDED, remark=None, land_fine_fen=0, shut_down=False)
    assert changed_between(DECIDED, later) == ["land_fine_fen", "shut_down", "remark"]
    assert changed_between(None, Measures(arrest=0)) == ["arrest"]


def test_an_outcome_is_dated_by_the_clock(team: Team, clock: FrozenClock) -> None:
    case = team.case()
    clock.move_to(local("2026-11-23 18:30"))
    team.decide(case)
    assert outcomes(team)[0].recorded_at == local("2026-11-23 18:30") == case.updated_at
