"""够不够刑事标准: the helper shows what figures may reach, with the article, and never decides."""

from decimal import Decimal

import pytest

from casework import policy
from casework.cases.thresholds import Circumstance, Known, Reading, weigh
from config.policy import MU_IN_M2


def read(known: Known) -> dict[str, Reading]:
    return {line.key: line.reading for line in weigh(policy.current(), known)}


@pytest.mark.parametrize(
    ("yuan", "reading"),
    [
        (99_999, Reading.BELOW),
        (100_000, Reading.MAY_REACH),
        (148_000, Reading.MAY_REACH),
        (300_000, Reading.MAY_REACH),
        (9_000_000, Reading.MAY_REACH),
    ],
)
def test_the_value_of_what_was_mined_is_weighed_against_the_range(yuan: int, reading: Reading) -> None:
    assert read(Known(value_fen=yuan * 100, mined=True))["illegal_mining"] is reading


def test_five_times_as_much_may_be_grave() -> None:
    assert read(Known(value_fen=49_999_999, mined=True))["illegal_mining_grave"] is Reading.BELOW
    assert read(Known(value_fen=50_000_000, mined=True))["illegal_mining_grave"] is Reading.MAY_REACH


def test_in_a_forbidden_area_half_as_much_counts() -> None:
    told = read(Known(value_fen=5_000_000, mined=True, circumstance=Circumstance.SPECIAL))
    assert told["illegal_mining_special"] is Reading.MAY_REACH
    assert "illegal_mining" not in told


def test_without_a_figure_it_waits_for_appraisal() -> None:
    assert set(read(Known(mined=True)).values()) == {Reading.TO_APPRAISE}
    assert read(Known(occupied=True, land_class="grass")) == {"grass": Reading.TO_APPRAISE}


@pytest.mark.parametrize(
    ("land_class", "mu", "key"),
    [
        ("permanent_basic_farmland", 5, "basic_farmland"),
        ("cultivated", 10, "other_cultivated"),
        ("forest", 5, "public_forest"),
        ("grass", 20, "grass"),
    ],
)
def test_an_area_is_weighed_by_its_class_of_land(land_class: str, mu: int, key: str) -> None:
    limit = Decimal(MU_IN_M2.numerator * mu) / Decimal(MU_IN_M2.denominator)
    above = limit.quantize(Decimal("0.01")) + Decimal("0.01")
    told = Known(area_m2=above, land_class=land_class, occupied=True)
    assert read(told)[key] is Reading.MAY_REACH
    assert read(Known(area_m2=above - 1, land_class=land_class, occupied=True))[key] is Reading.BELOW


def test_who_was_punished_before_is_weighed_by_the_lower_limit_where_there_is_one() -> None:
    repeat = Circumstance.REPEAT
    told = Known(area_m2=Decimal(7000), land_class="grass", occupied=True, circumstance=repeat)
    assert read(told) == {"grass_repeat": Reading.MAY_REACH}
    told = Known(area_m2=Decimal(7000), land_class="cultivated", occupied=True, circumstance=repeat)
    assert read(told) == {"other_cultivated": Reading.MAY_REACH}
    assert "illegal_mining" in read(Known(mined=True, circumstance=repeat))


def test_nothing_is_weighed_where_nothing_was_done() -> None:
    assert read(Known()) == {}
    assert read(Known(occupied=True, land_class="other")) == {}


def test_every_line_cites_its_article_and_says_that_the_province_s_own_figure_is_not_known() -> None:
    lines = weigh(policy.current(), Known(mined=True, occupied=True, land_class="forest"))
    assert lines
    for line in lines:
        assert "条" in line.cited
        assert line.statute.startswith("刑法")
        assert not line.local
