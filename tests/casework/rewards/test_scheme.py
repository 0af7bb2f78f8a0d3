"""The Shanxi band of 2022 at its edges: 5,000 to 300,000, raised by up to 100 %, never above 500,000 (domain.md §1.1)."""

from dataclasses import replace
from datetime import date

import pytest

from casework.errors import Invalid
from casework.rewards.scheme import SchemeTerms, SchemeUndecided, amount_under, recompute, terms_of
from config.policy import load_policy

POLICY = load_policy(on=date(2026, 11, 23))
MINING = terms_of(POLICY.scheme_for("unlicensed"))

BAND = [
    # base 分, uplift %, amount or (field, reason)
    (499_999, 0, ("amount_yuan", "below_band")),
    (500_000, 0, 500_000),
    (500_001, 0, 500_001),
    (29_999_999, 0, 29_999_999),
    (30_000_000, 0, 30_000_000),
    (30_000_001, 0, ("amount_yuan", "above_band")),
    (500_000, 100, 1_000_000),
    (500_000, 101, ("uplift_percent", "out_of_range")),
    (500_000, -1, ("uplift_percent", "out_of_range")),
    (25_000_000, 100, 50_000_000),
    (25_000_001, 100, ("uplift_percent", "above_cap")),
    (30_000_000, 66, 49_800_000),
    (30_000_000, 67, ("uplift_percent", "above_cap")),
    (500_001, 50, 750_001),  # half a 分 is dropped
    (499_999, 100, ("amount_yuan", "below_band")),  # the uplift does not lift what is under the band
]


@pytest.mark.parametrize(("base", "uplift", "expected"), BAND)
def test_the_mining_band_includes_its_ends_and_nothing_beyond(base, uplift, expected):
    if isinstance(expected, int):
        assert amount_under(MINING, base_fen=base, uplift_percent=uplift) == expected
        return
    with pytest.raises(Invalid) as refused:
        amount_under(MINING, base_fen=base, uplift_percent=uplift)
    assert (refused.value.field, refused.value.reason) == expected


@pytest.mark.parametrize("category", ["unlicensed", "disguised", "beyond_boundary", "reopened_pit", "other"])
def test_every_mining_category_is_under_the_mining_scheme(category):
    terms = terms_of(POLICY.scheme_for(category))
    assert (terms.key, terms.version) == ("mining", "2022-01-25")
    assert (terms.low_fen, terms.high_fen, terms.uplift_percent, terms.cap_fen) == (
        500_000,
        30_000_000,
        100,
        50_000_000,
    )


def test_land_is_off_until_the_county_decides():
    with pytest.raises(SchemeUndecided):
        terms_of(POLICY.scheme_for("land"))


def test_a_decision_is_computed_again_from_its_own_inputs_when_the_scheme_has_changed():
    stored = {"terms": MINING.as_inputs(), "base_fen": 25_000_000, "uplift_percent": 100}
    assert recompute(stored) == 50_000_000
    assert SchemeTerms.from_inputs(stored["terms"]) == MINING
    lower = replace(MINING, cap_fen=40_000_000)
    with pytest.raises(Invalid):
        recompute(stored | {"terms": lower.as_inputs()})


LADDER = [
    (500_000, "deputy"),
    (2_000_000, "deputy"),
    (2_000_001, "bureau_meeting"),
    (10_000_000, "bureau_meeting"),
    (10_000_001, "leading_group"),
    (50_000_000, "leading_group"),
]


@pytest.mark.parametrize(("amount", "step"), LADDER)
def test_the_ladder_names_who_decides_up_to_and_including_its_amounts(amount, step):
    assert POLICY.step_for(amount).key == step
