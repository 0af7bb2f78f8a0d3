"""Forms and pieces bent at random: an answer below 500 to each, and never a tip that nobody sent."""

import random

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from casework.db import Database
from casework.tips.models import Tip
from portal.forms.tip import PARTS
from portal.waiting_room import FREE
from tests.portal.citizen import BOUNDARY, ENOUGH, Citizen, multipart
from tests.portal.test_uploads import uploader

FORM = f"multipart/form-data; boundary={BOUNDARY}"
FIELDS = [name for names in PARTS for name in names if name not in ("photos", "recordings")]
WORDS = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        ["", "y", "nan", "-inf", "1e400", "9" * 400, "wgs84", "named", "2026-02-30", "١٢٣", "\u202e"]
    ),
    st.floats().map(str),
    st.dates().map(str),
)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    for deed in FREE:
        monkeypatch.setitem(FREE, deed, 10**12)


@pytest.mark.long
def test_bent_bodies(desk: Flask, sqlite_db: Database, patient: None) -> None:
    dice, villager = random.Random(20261123), Citizen(desk).open_form()
    fields = villager.hidden() | ENOUGH | {"pledge": ""}
    body = multipart(fields, [("photos", "a.jpg", dice.randbytes(600_000)), ("recordings", "b", b"x" * 9)])
    for turn in range(1500):
        bent = bytearray(body)
        for _ in range(dice.randrange(1, 12)):
            at = dice.randrange(min(len(bent), 6000) if turn % 3 else len(bent))
            dice.choice([_flip, _cut, _double])(bent, at, dice)
        answer = desk_answer(villager, bytes(bent))
        assert answer < 500, turn
    with sqlite_db.read() as session:
        assert session.scalar(select(func.count()).select_from(Tip)) == 0


def desk_answer(villager: Citizen, body: bytes) -> int:
    return villager.client.post("/tip", data=body, content_type=FORM).status_code


def _flip(body: bytearray, at: int, dice: random.Random) -> None:
    body[at : at + 1] = dice.randbytes(1)


def _cut(body: bytearray, at: int, dice: random.Random) -> None:
    del body[at : at + dice.randrange(1, 400)]


def _double(body: bytearray, at: int, dice: random.Random) -> None:
    body[at:at] = body[at : at + dice.randrange(1, 400)]


@pytest.mark.long
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bent=st.dictionaries(st.sampled_from(FIELDS), WORDS, min_size=1, max_size=6))
def test_strange_words_in_every_field(desk: Flask, patient: None, bent: dict[str, str]) -> None:
    villager = Citizen(desk).open_form()
    answer = villager.send(**bent)
    assert answer.status_code in (303, 400)
    if answer.status_code == 303:
        code, _ = villager.receipt()
        villager.follow(code)


@pytest.mark.long
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    headers=st.dictionaries(
        st.sampled_from(
            ["Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Form", "X-Wait", "Tus-Resumable"]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
        min_size=1,
    ),
    piece=st.binary(max_size=600),
)
def test_strange_pieces(desk: Flask, patient: None, headers: dict[str, str], piece: bytes) -> None:
    ahead = uploader(Citizen(desk))
    assert ahead.create(500, **headers).status_code < 500
    ahead.create(500)
    assert ahead.piece(0, piece, **headers).status_code < 500
