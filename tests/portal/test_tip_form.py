"""The shape of the tip form: what is needed, and what each refusal says."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from casework import calendar
from portal.forms.tip import TipForm

ENOUGH = {
    "category": "unlicensed",
    "place": "沟口第二个岔口",
    "narrative": "天黑以后有挖机",
    "identity": "anonymous",
    "pledge": "y",
}


def filled(portal: Flask, **changes: str) -> TipForm:
    with portal.test_request_context("/tip", method="POST"):
        typed = {name: value for name, value in (ENOUGH | changes).items() if value != ""}
        form = TipForm(MultiDict(typed), meta={"csrf": False})
        form.validate()
        form.told = form.faults  # type: ignore[attr-defined]  # sentences need the request's language
        return form


def told(portal: Flask, **changes: str) -> dict[str, str]:
    return dict(filled(portal, **changes).told)  # type: ignore[attr-defined]


def test_only_kind_words_place_and_pledge_are_needed(portal: Flask) -> None:
    assert told(portal) == {}


@pytest.mark.parametrize("name", ["category", "narrative", "pledge"])
def test_what_is_needed_is_asked_for(portal: Flask, name: str) -> None:
    assert list(told(portal, **{name: ""})) == [name]


def test_blank_words_are_no_words(portal: Flask) -> None:
    assert list(told(portal, narrative=" \n ")) == ["narrative"]


@pytest.mark.parametrize(
    "place", [{"township": "141122103"}, {"longitude": "111.71", "latitude": "37.69"}, {"place": "沟口"}]
)
def test_any_form_of_place_is_a_place(portal: Flask, place: dict[str, str]) -> None:
    assert told(portal, **({"place": ""} | place)) == {}


def test_no_place_is_asked_for_once(portal: Flask) -> None:
    assert told(portal, place="") == {"township": "第 2 部分：请选乡镇，或者写明地点"}


def test_half_a_position_is_told(portal: Flask) -> None:
    assert list(told(portal, longitude="111.71")) == ["latitude"]


@pytest.mark.parametrize("value", ["东边", "1e9", "nan", "inf", "181"])
def test_a_position_that_is_none_is_told(portal: Flask, value: str) -> None:
    assert "longitude" in told(portal, longitude=value, latitude="37.69")


def test_full_width_digits_are_digits(portal: Flask) -> None:
    form = filled(
        portal, longitude="１１１．７１", latitude="３７．６９", wants_reward="y", claim_pin="２４６８１３"
    )
    assert not form.errors
    assert (form.longitude.data, form.claim_pin.data) == (111.71, "246813")


@pytest.mark.parametrize(
    ("pin", "words"),
    [
        ("2580", "要 6 位数字，现在是 4 位"),
        ("12a456", "领奖密码只要数字"),
    ],
)
def test_a_pin_is_six_digits_where_a_reward_is_wanted(portal: Flask, pin: str, words: str) -> None:
    assert told(portal, wants_reward="y", claim_pin=pin)["claim_pin"].endswith(words)


def test_a_pin_may_be_set_later(portal: Flask) -> None:
    assert told(portal, wants_reward="y") == {}


def test_a_pin_without_a_reward_is_not_looked_at(portal: Flask) -> None:
    assert told(portal, claim_pin="25") == {}


def test_who_gives_a_name_gives_a_way_to_be_reached(portal: Flask) -> None:
    assert list(told(portal, identity="named")) == ["informant_name", "informant_phone"]
    assert told(portal, identity="named", informant_name="沐云川", informant_phone="0358-000 0000") == {}


def test_tomorrow_was_not_seen(portal: Flask) -> None:
    tomorrow = calendar.today() + timedelta(days=1)
    assert list(told(portal, happened_on=tomorrow.isoformat())) == ["happened_on"]


@pytest.mark.parametrize(
    "strange",
    [
        {"category": "volcano"},
        {"township": "999999999"},
        {"ongoing": "perhaps"},
        {"datum": "mars"},
        {"identity": "both"},
        {"mineral": "gold"},
        {"happened_on": "昨天"},
    ],
)
def test_a_choice_that_was_not_offered_is_refused(portal: Flask, strange: dict[str, str]) -> None:
    assert list(told(portal, **strange)) == list(strange)


def test_faults_come_in_the_order_of_the_page(portal: Flask) -> None:
    names = list(
        told(portal, category="", place="", narrative="", pledge="", wants_reward="y", claim_pin="2")
    )
    assert names == ["category", "township", "narrative", "claim_pin", "pledge"]


def test_a_position_of_unknown_origin_counts_as_the_device_s_own(portal: Flask) -> None:
    assert filled(portal, point_source="sky").point_source.data == "device"
    assert filled(portal).point_source.data == "map"
