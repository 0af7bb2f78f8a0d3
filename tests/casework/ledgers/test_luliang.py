"""The Lüliang form: which cases stand in it, with which figures, for a half month and for all so far."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from casework import policy
from casework.calendar import FrozenClock
from casework.cases import actions as cases
from casework.cases.outcomes import LandAndMining, Measures
from casework.cases.terms import Restored
from casework.cases.units import fen, kilograms, mu_of, square_metres
from casework.ledgers.doubts import Doubt
from casework.ledgers.form import cells
from casework.ledgers.luliang import Cut, LuliangRow, county_of, lines, totals
from casework.officers.models import Officer
from casework.officers.roles import Role
from casework.officers.sight import sight_of
from casework.periods import read_period
from tests.factories.cases import DECIDED, OTHER_TOWN, TOWN, WORDS, Team, local

MEASURES = Measures(administrative_detention=2, criminal_detention=1, arrest=0, remark="一人在逃")


def form(
    team: Team, period: str = "all", *, by: Officer | None = None, jurisdiction: str = "", **page: Any
) -> list[LuliangRow]:
    cut = Cut(sight_of(by or team.leader), read_period(period), jurisdiction)
    return list(lines(team.session, cut, **page))


def test_the_sixteen_columns_of_a_case_decided_by_both(team: Team) -> None:
    case = team.case(joint=True)
    team.decide(case)
    team.decide(case, MEASURES)
    (row,) = form(team)
    assert cells(row) == (
        1,
        "交城县",
        "晨鹿石料厂",
        "水峪贯镇青石沟村北沟第二个岔口",
        "建筑石料（石灰岩等）",
        Decimal("2.14"),
        Decimal("28500"),
        "是",
        Decimal("3120.5"),
        Decimal("2860"),
        Decimal("420000"),
        "是",
        2,
        1,
        0,
        "已移送，公安审查中；一人在逃",
    )
    assert (row.doubts, row.new, row.case_number) == ((), True, case.case_number)


def test_what_was_not_said_stays_empty_and_a_nought_is_a_nought(team: Team) -> None:
    team.decide(
        team.case(words=replace(WORDS, mineral=None)),
        LandAndMining(mining_fine_fen=0, restored=Restored.NOT_YET),
    )
    (row,) = form(team)
    assert cells(row)[4:] == ("", None, None, "否", None, None, Decimal(0), None, None, None, None, "")


def test_a_case_about_which_nothing_was_decided_is_not_in_the_form(team: Team) -> None:
    team.case()
    assert form(team) == []


def test_lines_are_numbered_in_the_order_in_which_cases_were_opened(team: Team) -> None:
    opened = [team.case() for _ in range(3)]
    for case in reversed(opened):
        team.decide(case)
    assert [(row.number, row.case_number) for row in form(team)] == [
        (number, case.case_number) for number, case in enumerate(opened, 1)
    ]


def test_a_long_form_is_read_in_pieces_and_its_numbers_run_on(team: Team) -> None:
    for _ in range(5):
        team.decide(team.case())
    whole = form(team)
    first = form(team, limit=2)
    rest = form(team, after=first[-1].cursor)
    assert first + rest == whole
    assert form(team, after="nonsense") == form(team, after="1;2~3") == whole


def test_a_half_month_holds_what_was_decided_in_it_as_it_stood_at_its_end(
    team: Team, clock: FrozenClock
) -> None:
    clock.move_to(local("2026-11-10 10:00"))
    early, late = team.case(), team.case()
    figures = replace(DECIDED, restored_on=None, penalty_on=local("2026-11-09 00:00").date())
    team.decide(early, replace(figures, mining_fine_fen=100_00))
    clock.move_to(local("2026-11-20 10:00"))
    team.decide(early, replace(figures, mining_fine_fen=200_00), version=1)
    team.decide(late, replace(figures, mining_fine_fen=300_00))

    def told(period: str) -> list[tuple[str, Decimal | None, bool]]:
        return [(row.case_number, row.mining_fine_yuan, row.new) for row in form(team, period)]

    a, b = early.case_number, late.case_number
    assert told("2026-11a") == [(a, Decimal(100), True)]
    assert told("2026-11b") == [(a, Decimal(200), False), (b, Decimal(300), True)]
    assert told("all") == [(a, Decimal(200), True), (b, Decimal(300), True)]
    assert told("2026-10b") == told("2026-12a") == []


@pytest.mark.parametrize(
    ("at", "period"),
    [
        ("2026-11-15 23:59:59", "2026-11a"),
        ("2026-11-16 00:00", "2026-11b"),
        ("2026-11-30 23:59:59", "2026-11b"),
        ("2026-12-01 00:00", "2026-12a"),
    ],
)
def test_a_half_month_ends_at_midnight_of_its_last_day(
    team: Team, clock: FrozenClock, at: str, period: str
) -> None:
    clock.move_to(local(at))
    team.decide(team.case(), LandAndMining(mining_fine_fen=1))
    held = [code for code in ("2026-11a", "2026-11b", "2026-12a") if form(team, code)]
    assert held == [period]


def test_a_case_concluded_in_a_half_month_stands_in_it(team: Team, clock: FrozenClock) -> None:
    clock.move_to(local("2026-11-10 10:00"))
    case = team.case()
    team.decide(case, replace(DECIDED, restored_on=None, penalty_on=local("2026-11-09 00:00").date()))
    clock.move_to(local("2026-12-03 10:00"))
    team.conclude(case)
    assert [len(form(team, code)) for code in ("2026-11a", "2026-11b", "2026-12a")] == [1, 0, 1]
    assert form(team, "2026-12a")[0].new is False


def test_closing_off_takes_no_line_out(team: Team) -> None:
    case = team.case()
    team.decide(case)
    team.conclude(case)
    team.owe_nothing(case)
    cases.close_off_case(team.session, case=case, by=team.leader, version=case.version)
    team.session.flush()
    assert len(form(team)) == 1


def test_the_form_shows_what_its_reader_may_see(team: Team) -> None:
    ordinary, joint = team.case(), team.case(joint=True)
    official = team.case(team.clue(official=True), by=team.discipline)
    elsewhere = team.case(team.clue(town=OTHER_TOWN), words=replace(WORDS, township=OTHER_TOWN))
    for case in (ordinary, joint, elsewhere):
        team.decide(case)
    team.decide(official, by=team.discipline)
    town = team.officer("town", Role.INVESTIGATOR, jurisdiction=TOWN)

    def told(officer: Officer, jurisdiction: str = "") -> list[str]:
        return [row.case_number for row in form(team, by=officer, jurisdiction=jurisdiction)]

    assert told(team.leader) == [c.case_number for c in (ordinary, joint, elsewhere)]
    assert told(team.police) == [joint.case_number]
    assert told(town) == [ordinary.case_number, joint.case_number]
    assert told(team.discipline) == [official.case_number]
    assert told(team.leader, OTHER_TOWN) == [elsewhere.case_number]
    assert told(team.leader, "141124") == []
    assert told(town, OTHER_TOWN) == []
    assert totals(team.session, Cut(sight_of(team.leader))).rows == 3
    assert totals(team.session, Cut(sight_of(team.discipline))).rows == 1


def test_the_sums_outside_the_form_are_those_of_its_lines(team: Team) -> None:
    for _ in range(2):
        case = team.case(joint=True)
        team.decide(case)
        team.decide(case, replace(DECIDED, mining_fine_fen=50), version=1)
        team.decide(case, MEASURES)
    told = totals(team.session, Cut(sight_of(team.leader)))
    assert (told.rows, told.land_mu, told.land_fine_yuan) == (2, Decimal("4.28"), Decimal(57000))
    assert (told.mined_tonnes, told.confiscated_tonnes, told.mining_fine_yuan) == (
        Decimal(6241),
        Decimal(5720),
        Decimal(1),
    )
    assert (told.administrative_detention, told.criminal_detention, told.arrest) == (4, 2, 0)
    nothing = totals(team.session, Cut(sight_of(team.leader), read_period("2020-01a")))
    assert (nothing.rows, nothing.land_mu, nothing.arrest) == (0, Decimal(0), 0)


DOUBTS: list[tuple[dict[str, Any], set[Doubt]]] = [
    ({}, set()),
    ({"penalty_document": None, "penalty_on": None}, {Doubt.FINE_WITHOUT_DOCUMENT}),
    ({"land_area_m2": None}, {Doubt.LAND_FINE_WITHOUT_AREA}),
    ({"mined_mass_kg": None}, {Doubt.MINING_FINE_WITHOUT_MASS, Doubt.MORE_TAKEN_THAN_MINED}),
    ({"confiscated_mass_kg": 3_120_501}, {Doubt.MORE_TAKEN_THAN_MINED}),
    ({"restored": None, "restored_on": None}, {Doubt.RESTORED_NOT_SAID}),
    ({"restored_on": None}, {Doubt.RESTORED_WITHOUT_DATE}),
    ({"shut_down": None}, {Doubt.SHUT_DOWN_NOT_SAID}),
    ({"land_fine_fen": 0, "mining_fine_fen": None, "penalty_document": None, "penalty_on": None}, set()),
]


@pytest.mark.parametrize(("change", "doubts"), DOUBTS)
def test_lines_that_do_not_add_up_are_named(team: Team, change: dict[str, Any], doubts: set[Doubt]) -> None:
    team.decide(team.case(), replace(DECIDED, **change))
    (row,) = form(team)
    assert set(row.doubts) == doubts


def test_police_measures_alone_are_doubted(team: Team) -> None:
    team.decide(team.case(joint=True), MEASURES)
    (row,) = form(team)
    assert row.doubts == (Doubt.POLICE_ONLY,)
    assert cells(row)[5:12] == (None,) * 7


@pytest.mark.parametrize(
    ("area_m2", "in_mu"),
    [
        ("0", "0.00"),
        ("6.67", "0.01"),
        ("666.67", "1.00"),
        ("1426.67", "2.14"),
        ("10000", "15.00"),
        ("3.33", "0.00"),
        ("3.34", "0.01"),
    ],
)
def test_areas_are_rounded_to_the_hundredth_of_a_mu(area_m2: str, in_mu: str) -> None:
    assert str(mu_of(Decimal(area_m2))) == in_mu


def test_a_mu_entered_comes_back_as_it_was_entered() -> None:
    for hundredths in range(1, 3000):
        entered = Decimal(hundredths) / 100
        assert mu_of(square_metres(entered)) == entered


def test_money_and_mass_are_exact_or_refused() -> None:
    assert (fen(Decimal("28500.55")), kilograms(Decimal("3120.505"))) == (2_850_055, 3_120_505)
    with pytest.raises(ValueError, match="finer"):
        fen(Decimal("0.001"))
    with pytest.raises(ValueError, match="finer"):
        kilograms(Decimal("0.0001"))


@pytest.mark.parametrize(
    ("code", "name"),
    [("141122103", "交城县"), ("141122", "交城县"), ("1411", "吕梁市"), ("141121", "文水县")],
)
def test_a_line_names_its_county(code: str, name: str) -> None:
    assert county_of(policy.current(), code) == name


@pytest.mark.parametrize(
    ("place", "village", "printed"),
    [
        ("北沟", "青石沟村", "水峪贯镇青石沟村北沟"),
        ("青石沟村北沟", "青石沟村", "水峪贯镇青石沟村北沟"),
        ("水峪贯镇青石沟村", None, "水峪贯镇青石沟村"),
        (None, None, "水峪贯镇"),
    ],
)
def test_a_place_is_said_once(team: Team, place: str | None, village: str | None, printed: str) -> None:
    team.decide(team.case(words=replace(WORDS, place=place, village=village)))
    assert form(team)[0].place == printed


def test_a_form_takes_one_statement_however_long(team: Team, clock: FrozenClock) -> None:
    for _ in range(4):
        team.decide(team.case())
    clock.forward(timedelta(hours=1))
    sight = sight_of(team.leader)
    with team.statements() as heard:
        assert len(list(lines(team.session, Cut(sight, read_period("2026-11b"))))) == 4
        totals(team.session, Cut(sight))
    assert len(heard) == 2
