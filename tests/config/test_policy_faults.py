"""Wrong policy files stop the start, and every fault is told at once."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from config.policy import FOLDER, PolicyError, load_book

Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER / "regions", tmp_path / "regions")
    for path in FOLDER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.fixture
def edit(folder: Path) -> Edit:
    def change(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return change


def faults(folder: Path) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        load_book(folder)
    return caught.value.faults


def add(folder: Path, name: str, text: str) -> None:
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_the_copy_is_good_before_it_is_spoilt(folder: Path) -> None:
    assert load_book(folder).on(date(2026, 11, 23)).deadline("triage").amount == 2


def test_all_faults_of_all_files_are_told_at_once(folder: Path, edit: Edit) -> None:
    edit("deadlines.toml", 'source = "platform_12336"\n', "")
    edit("categories.toml", 'agency = "natural_resources"', 'agency = "forest_police"')
    edit("rewards.toml", "high_yuan = 300000", "high_yuan = 3000")
    edit("thresholds.toml", "low = 100000", 'low = "many"')
    edit("site.toml", 'site_code = "0000000000"', 'site_code = "123"')
    edit("agencies.toml", 'mark = "confirmed"', 'mark = "sure"')
    told = "\n".join(faults(folder))
    for words in (
        "deadlines.toml [[deadline]] acknowledge: source is missing",
        "category 'unlicensed': there is no agency 'forest_police'",
        "rewards.toml [[scheme]] mining: low_yuan, high_yuan and cap_yuan must rise",
        "thresholds.toml [[threshold]] illegal_mining: low must be a number",
        "site.toml [footer]: site_code must have ten digits",
        "agencies.toml [[agency]] natural_resources: mark must be one of",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("deadlines.toml", 'starts = "提交举报"', 'begins = "提交举报"', "unknown setting 'begins'"),
        ("deadlines.toml", 'starts = "提交举报"', 'begins = "提交举报"', "starts is missing"),
        ("deadlines.toml", 'unit = "hours"', 'unit = "weeks"', "unit must be one of"),
        ("deadlines.toml", "amount = 2", "amount = -2", "amount must be a whole number"),
        ("deadlines.toml", "amount = 2", "amount = true", "amount must be a whole number"),
        ("deadlines.toml", 'end_of_day = "18:00"', 'end_of_day = "25:00"', "end_of_day must be"),
        ("deadlines.toml", 'end_of_day = "18:00"', 'end_of_day = "exact"', "end_of_day is 'exact' for hours"),
        ("deadlines.toml", "rolls = true\n", "", "rolls must be true or false"),
        ("deadlines.toml", 'extends = "verify"', 'extends = "verfy"', "extends 'verfy', unknown"),
        ("deadlines.toml", "valid_from = 2021-04-30", "", "valid_from is missing"),
        ("deadlines.toml", "valid_from = 2021-04-30", 'valid_from = "2021"', "valid_from must be a date"),
        (
            "deadlines.toml",
            "valid_from = 2021-04-30",
            "valid_from = 2021-04-30\nvalid_until = 2020-01-01",
            "lies before valid_from",
        ),
        (
            "deadlines.toml",
            'source = "petition"',
            'source = "letter"',
            "source 'letter' is not in sources.toml",
        ),
        ("deadlines.toml", "[[deadline]]", "[[deadlin]]", "unknown table or setting 'deadlin'"),
        ("deadlines.toml", "amount = 0", "amount = ", "deadlines.toml: cannot be read"),
        ("sources.toml", 'title = "交城县的决定（待定）"', 'name = "x"', "title is missing"),
        ("rewards.toml", "decided = true\nlow", "decided = false\nlow", "may hold no amounts"),
        ("rewards.toml", "uplift_percent = 100", "uplift_percent = 150", "at most 100"),
        ("rewards.toml", "up_to_yuan = 100000", "up_to_yuan = 10000", "steps must rise"),
        ("rewards.toml", "up_to_yuan = 100000\n", "", "only the last has no up_to_yuan"),
        ("rewards.toml", '["land"]', '["land", "other"]', "'other' is in two schemes"),
        ("rewards.toml", '"reopened_pit", "other"]', '"reopened_pit"]', "'other' is in no scheme"),
        ("rewards.toml", '["land"]', '["land", "sea"]', "there is no category 'sea'"),
        ("thresholds.toml", "high = 300000", "high = 3", "low lies above high"),
        ("thresholds.toml", "high = 300000\n", "", "needs low and high"),
        (
            "thresholds.toml",
            'multiple_of = "illegal_mining"',
            'multiple_of = "mining"',
            "multiple_of 'mining'",
        ),
        ("thresholds.toml", "multiple = 5\n", "", "multiple_of needs multiple"),
        ("thresholds.toml", '"permanent_basic_farmland"', '"meadow"', "there is no land class 'meadow'"),
        ("categories.toml", 'hand_to = "discipline"', 'hand_to = "nobody"', "there is no body 'nobody'"),
        ("agencies.toml", 'jurisdiction = "141122100"', 'jurisdiction = "140000"', "no division '140000'"),
        ("site.toml", 'closes = "18:00"', 'closes = "late"', "closes must be an hour"),
        ("site.toml", "[footer]", "[foot]", "the table [footer] is missing"),
        (
            "regions/places.toml",
            'village = "141122100213"',
            'village = "141122101200"',
            "not in its township",
        ),
        ("regions/places.toml", 'county = "141122"', 'county = "141121"', "not of the county '141121'"),
        ("regions/townships.json", '"141122101200"', '"141123101200"', "no twelve-digit code"),
        ("regions/townships.json", "[", "{", "not a list of townships"),
        ("regions/luliang.geojson", '"geometry"', '"shape"', "is not GeoJSON of counties"),
        ("regions/outline.geojson", "[112.17093,37.66552],", "", "an outline is not closed"),
    ],
)
def test_a_fault_is_told_in_words(folder: Path, edit: Edit, name: str, old: str, new: str, told: str) -> None:
    edit(name, old, new)
    assert any(told in fault for fault in faults(folder)), faults(folder)


def test_a_missing_file_is_a_fault_and_not_a_crash(folder: Path) -> None:
    (folder / "rewards.toml").unlink()
    (folder / "regions" / "outline_form.geojson").unlink()
    told = "\n".join(faults(folder))
    assert "rewards.toml: cannot be read" in told
    assert "outline_form.geojson: cannot be read" in told


NEW_TRIAGE = """
[[deadline]]
key = "triage"
label = "登记分流"
amount = 1
unit = "working_days"
end_of_day = "18:00"
starts = "收到举报"
source = "county"
article = "待定"
mark = "local-decision"
valid_from = 2027-01-01
"""


def test_two_versions_in_force_on_one_day_are_refused(folder: Path) -> None:
    add(folder, "deadlines.toml", NEW_TRIAGE)
    assert any("'triage'" in fault and "overlap" in fault for fault in faults(folder))


def test_a_new_version_takes_over_on_its_day(folder: Path, edit: Edit) -> None:
    triage = 'article = "第五条"\nmark = "assumed"\nvalid_from = 2021-04-30'
    edit("deadlines.toml", triage, triage + "\nvalid_until = 2026-12-31")
    add(folder, "deadlines.toml", NEW_TRIAGE)
    book = load_book(folder)
    assert book.on(date(2026, 12, 31)).deadline("triage").amount == 2
    assert book.on(date(2027, 1, 1)).deadline("triage").amount == 1


def test_the_provinces_own_figure_settles_the_range(folder: Path, edit: Edit) -> None:
    edit("thresholds.toml", "high = 300000\n", "high = 300000\nlocal = 200000\n")
    thresholds = load_book(folder).on(date(2026, 11, 23)).thresholds
    assert thresholds["illegal_mining"].reach(19_999_999).value == "below"
    assert thresholds["illegal_mining"].reach(20_000_000).value == "reaches"
    assert thresholds["illegal_mining_grave"].reach(100_000_000).value == "reaches"
