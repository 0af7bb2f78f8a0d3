"""The policy that ships: every figure has its ground, and the words that others rely on are there."""

from datetime import date, time
from fractions import Fraction
from typing import Any

import pytest

from casework import terms
from config.policy import FOLDER, MU_IN_M2, Mark, Policy, PolicyBook, Reach, Shelf, UnknownKey, load_book
from config.policy.messages import extract

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def book() -> PolicyBook:
    return load_book()


@pytest.fixture(scope="module")
def policy(book: PolicyBook) -> Policy:
    return book.on(DAY)


def shelves(policy: Policy) -> list[Shelf[Any]]:
    found = [value for value in vars(policy).values() if isinstance(value, Shelf)]
    return [*found, policy.site.hotlines, policy.site.ways]


def test_every_figure_has_a_source_an_article_and_a_date(policy: Policy) -> None:
    entries = [entry for shelf in shelves(policy) for entry in shelf.values()]
    assert len(entries) > 150
    for entry in entries:
        basis = entry.basis
        assert all((basis.source.title, basis.article)), entry.key
        assert date(2000, 1, 1) <= basis.valid_from <= DAY, entry.key


def test_every_source_is_used() -> None:
    used = "".join(path.read_text("utf-8") for path in FOLDER.rglob("*.toml") if path.name != "sources.toml")
    for line in (FOLDER / "sources.toml").read_text("utf-8").splitlines():
        if line.startswith("["):
            assert f'source = "{line.strip("[]")}"' in used, line


def test_categories_and_disguises_are_those_of_the_contract(policy: Policy) -> None:
    assert list(policy.categories) == [category.value for category in terms.Category]
    assert list(policy.disguises) == [disguise.value for disguise in terms.Disguise]
    assert set(policy.agencies) == {agency.value for agency in terms.Agency}


@pytest.mark.parametrize(
    ("key", "amount", "unit", "closes"),
    [
        ("acknowledge", 0, "hours", None),
        ("urgent_call", 2, "hours", None),
        ("urgent_site", 24, "hours", None),
        ("triage", 2, "working_days", time(18)),
        ("verify", 15, "working_days", time(18)),
        ("verify_extension", 15, "working_days", time(18)),
        ("first_answer", 15, "days", time(18)),
        ("result_notice", 5, "working_days", time(18)),
        ("finish", 60, "days", time(18)),
        ("finish_extension", 30, "days", time(18)),
        ("penalty_decision", 90, "days", time.max),
        ("transfer_send", 24, "hours", None),
        ("police_examine", 3, "days", time.max),
        ("reward_start", 30, "working_days", time(18)),
        ("reward_notify", 10, "working_days", time(18)),
        ("reward_claim", 60, "working_days", time.max),
    ],
)
def test_a_limit_is_what_the_rule_says(
    policy: Policy, key: str, amount: int, unit: str, closes: time | None
) -> None:
    limit = policy.deadline(key)
    assert (limit.amount, limit.unit, limit.closes) == (amount, unit, closes)


def test_a_limit_that_prolongs_another_names_it(policy: Policy) -> None:
    assert policy.deadline("verify_extension").extends == "verify"
    assert policy.deadline("finish_extension").extends == "finish"


def test_a_borrowed_limit_is_not_called_confirmed(policy: Policy) -> None:
    assert policy.deadline("triage").basis.mark is Mark.ASSUMED
    assert policy.deadline("penalty_decision").basis.cited == "《中华人民共和国行政处罚法》第六十条"


def test_the_mining_band_is_the_provinces_in_fen(policy: Policy) -> None:
    scheme = policy.scheme_for("reopened_pit")
    assert scheme.decided
    assert scheme.band is not None
    band = scheme.band
    assert (band.low_fen, band.high_fen, band.uplift_percent, band.cap_fen) == (
        500_000,
        30_000_000,
        100,
        50_000_000,
    )


def test_land_earns_nothing_until_the_county_decides(policy: Policy) -> None:
    scheme = policy.scheme_for("land")
    assert (scheme.decided, scheme.band, scheme.basis.mark) == (False, None, Mark.LOCAL_DECISION)


@pytest.mark.parametrize(
    ("fen", "step"),
    [
        (500_000, "deputy"),
        (2_000_000, "deputy"),
        (2_000_001, "bureau_meeting"),
        (10_000_000, "bureau_meeting"),
        (10_000_001, "leading_group"),
        (50_000_000, "leading_group"),
    ],
)
def test_the_ladder_ends_each_step_with_its_own_amount(policy: Policy, fen: int, step: str) -> None:
    assert policy.step_for(fen).key == step


def test_cash_without_a_name_is_open_in_the_demo_only(policy: Policy) -> None:
    assert [method.key for method in policy.open_claim_methods(demo=True)] == ["counter_cash"]
    assert policy.open_claim_methods(demo=False) == ()
    assert len(policy.open_counters(demo=True)) == 2
    assert policy.open_counters(demo=False) == ()


def test_the_fund_takes_a_tenth_of_last_years_confiscations(policy: Policy) -> None:
    assert policy.fund_rules["annual"].share_percent == 10


def test_an_informant_reads_short_polite_sentences(policy: Policy) -> None:
    for reason in policy.decline_reasons.values():
        for part in reason.sentence.rstrip("。").split("。"):
            assert len(part) <= 30, part
        assert "嫌疑" not in reason.sentence
        assert "用户" not in reason.sentence


def test_every_township_has_its_station(policy: Policy) -> None:
    for town in policy.region.townships:
        station = policy.station_of(town.code)
        assert station is not None
        assert station.agency == "natural_resources"
    assert policy.station_of("141122400") is None


def test_another_county_is_found_by_its_code(policy: Policy) -> None:
    body = policy.body_for("141121")
    assert body is not None
    assert body.key == "neighbour_wenshui"
    assert {n.code for n in policy.region.neighbours} <= {b.code for b in policy.bodies.values()}
    assert policy.body_for("") is None


def test_only_discipline_is_reached_by_the_closed_channel(policy: Policy) -> None:
    assert [body.key for body in policy.bodies.values() if body.sealed] == ["discipline"]


def test_an_unknown_key_is_told_with_kind_and_day(policy: Policy) -> None:
    with pytest.raises(UnknownKey, match=r"deadline 'triag' .* 2026-11-23"):
        policy.deadline("triag")
    assert policy.deadlines.get("triag") is None


def test_a_rule_is_not_in_force_before_its_day(book: PolicyBook) -> None:
    assert "penalty_decision" not in book.on(date(2021, 7, 14)).deadlines
    assert "penalty_decision" in book.on(date(2021, 7, 15)).deadlines
    with pytest.raises(UnknownKey):
        book.on(date(2021, 12, 31)).scheme_for("unlicensed")


def test_a_day_is_selected_once(book: PolicyBook) -> None:
    assert book.on(DAY) is book.on(DAY)


@pytest.mark.parametrize(
    ("key", "amount", "reach"),
    [
        ("illegal_mining", 9_999_999, Reach.BELOW),
        ("illegal_mining", 10_000_000, Reach.MAY),
        ("illegal_mining", 29_999_999, Reach.MAY),
        ("illegal_mining", 30_000_000, Reach.REACHES),
        ("illegal_mining_special", 5_000_000, Reach.MAY),
        ("illegal_mining_grave", 49_999_999, Reach.BELOW),
        ("illegal_mining_grave", 50_000_000, Reach.MAY),
        ("illegal_mining_grave", 150_000_000, Reach.REACHES),
        ("destructive_mining", 50_000_000, Reach.MAY),
        ("basic_farmland", 3333, Reach.BELOW),
        ("basic_farmland", 5 * MU_IN_M2, Reach.REACHES),
        ("other_cultivated", 3334, Reach.BELOW),
        ("other_cultivated", 6667, Reach.REACHES),
        ("public_forest_repeat", Fraction(5, 2) * MU_IN_M2, Reach.REACHES),
        ("grass", 13333, Reach.BELOW),
        ("grass", 13334, Reach.REACHES),
    ],
)
def test_a_figure_lies_below_within_or_above_the_range(
    policy: Policy, key: str, amount: int | Fraction, reach: Reach
) -> None:
    assert policy.thresholds[key].reach(amount) is reach


def test_shanxis_own_figures_are_not_pretended(policy: Policy) -> None:
    assert {t.local for t in policy.thresholds.values()} == {None}


def test_examples_are_marked_and_real_hotlines_are_not(policy: Policy) -> None:
    assert [line.number for line in policy.site.hotlines.values()] == ["110", "12336", "12345"]
    assert not any(line.example for line in policy.site.hotlines.values())
    assert policy.site.footer.example
    assert policy.site.has_examples


def test_the_region_has_the_eight_townships_and_their_villages(policy: Policy) -> None:
    region = policy.region
    assert [town.name for town in region.townships] == [
        "天宁镇",
        "夏家营镇",
        "西营镇",
        "水峪贯镇",
        "西社镇",
        "庞泉沟镇",
        "洪相镇",
        "东坡底乡",
    ]
    assert len(region.village_by_code) == 110
    assert len(region.counties) == 13
    assert len(region.outline_form.encode()) <= 3 * 1024


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("141122100200", "蒲渠河村"),
        ("141122101200", "段村"),
        ("141122100001", "西街"),
        ("141122100007", "龙门社区"),
    ],
)
def test_a_village_has_the_name_people_say(policy: Policy, code: str, short: str) -> None:
    assert policy.region.village_by_code[code].short == short


def test_the_words_of_the_policy_reach_the_translators() -> None:
    with (FOLDER / "categories.toml").open("rb") as file:
        found = list(extract(file, (), (), {}))
    lines = (FOLDER / "categories.toml").read_text("utf-8").splitlines()
    assert "没有证就开采" in {message for _, _, message, _ in found}
    assert all(message in lines[number - 1] for number, _, message, _ in found)
