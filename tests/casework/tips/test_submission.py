"""Between the form and the seal: what is sealed, what is plain, and what tells two forms apart."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.terms import Category, Channel, Datum, Disguise, IdentityKind, Ongoing, PointSource, SubjectKind
from casework.tips.submission import Point, Submission, TipWords

WHOLE = Submission(
    category=Category.UNLICENSED,
    narrative="夜里有人采石",
    township="141122103",
    village="青石沟村",
    place="北沟第二个岔口",
    point=Point(111.7, 37.7, Datum.GCJ02, PointSource.DEVICE, 111.69, 37.69, in_county=True),
    subject_kind=SubjectKind.COMPANY,
    subject_name="晨鹿石料厂",
    mineral="stone",
    land_class="cultivated",
    disguise=Disguise.NONE,
    ongoing=Ongoing.YES,
    happened_on=date(2026, 11, 20),
    identity=IdentityKind.NAMED,
    informant_name="郑重山",
    informant_phone="13800000000",
    wants_reward=True,
    claim_pin="204618",
    involves_official=False,
    channel=Channel.WEB,
    urgent=False,
)
OTHER: dict[str, Any] = {
    "category": Category.LAND,
    "narrative": "夜里有人采煤",
    "township": "141122106",
    "village": "云窝村",
    "place": "南沟",
    "point": replace(WHOLE.point, longitude=111.8),  # type: ignore[type-var]
    "subject_kind": SubjectKind.PERSON,
    "subject_name": "远岫建材有限公司",
    "mineral": "coal",
    "land_class": None,
    "disguise": None,
    "ongoing": Ongoing.NO,
    "happened_on": None,
    "identity": IdentityKind.ANONYMOUS,
    "informant_name": "季怀瑾",
    "informant_phone": "13900000000",
    "wants_reward": False,
    "claim_pin": "111111",
    "involves_official": True,
    "channel": Channel.PHONE,
    "urgent": True,
}


def test_the_same_form_has_the_same_fingerprint() -> None:
    assert replace(WHOLE).fingerprint() == WHOLE.fingerprint()


@pytest.mark.parametrize("name", [field.name for field in fields(Submission)])
def test_every_field_tells_two_forms_apart(name: str) -> None:
    assert replace(WHOLE, **{name: OTHER[name]}).fingerprint() != WHOLE.fingerprint()


def test_nothing_that_was_said_shows_when_a_submission_is_printed() -> None:
    shown = repr(WHOLE) + repr(WHOLE.words())
    for secret in ("夜里有人采石", "北沟", "晨鹿", "郑重山", "13800000000", "204618", "111.69", "37.7"):
        assert secret not in shown


def test_a_position_from_the_device_is_among_the_words_and_one_from_the_map_is_not() -> None:
    assert WHOLE.words().given == (111.7, 37.7)
    assert WHOLE.words().longitude == 111.69
    on_map = replace(WHOLE, point=replace(WHOLE.point, source=PointSource.MAP))  # type: ignore[type-var]
    assert on_map.words().given is None
    assert on_map.words().longitude is None


@given(
    st.builds(
        TipWords,
        narrative=st.text(max_size=50),
        place=st.text(max_size=20),
        subject_name=st.text(max_size=20),
        longitude=st.none() | st.floats(73, 135),
        latitude=st.none() | st.floats(3, 54),
        given=st.none() | st.tuples(st.floats(73, 135), st.floats(3, 54)),
    )
)
def test_words_come_back_as_they_were(words: TipWords) -> None:
    assert TipWords.from_text(words.as_text()) == words
