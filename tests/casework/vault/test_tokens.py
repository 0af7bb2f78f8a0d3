"""What a browser carries: unreadable, unchangeable, for one purpose and a while."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.vault import tokens
from casework.vault.tokens import TokenBad

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the machine's clock so many seconds on; the library stamps with it."""
    started = time.time()
    return lambda later: monkeypatch.setattr(time, "time", lambda: started + later)


def kind_of(call: Callable[[], Any]) -> str:
    with pytest.raises(TokenBad) as caught:
        call()
    return caught.value.kind


@given(st.dictionaries(st.text(max_size=8), st.one_of(st.text(max_size=40), st.integers(), st.none())))
def test_a_sealed_value_comes_back_as_it_was(value: dict[str, Any]) -> None:
    sealed = tokens.seal_for_browser(KEY, "track", value)
    assert tokens.open_from_browser(KEY, "track", sealed, max_age=60) == value
    assert sealed.replace("-", "").replace("_", "").isalnum(), "it goes into a cookie as it is"


def test_the_browser_cannot_read_it() -> None:
    sealed = tokens.seal_for_browser(KEY, "track", {"code": "12345678901234567890"})
    assert "12345678901234567890" not in sealed
    assert sealed != tokens.seal_for_browser(KEY, "track", {"code": "12345678901234567890"})


def test_it_opens_for_its_purpose_and_its_key_alone() -> None:
    sealed = tokens.seal_for_browser(KEY, "track", {"a": 1})
    assert kind_of(lambda: tokens.open_from_browser(KEY, "receipt", sealed, max_age=60)) == "bad"
    assert kind_of(lambda: tokens.open_from_browser(OTHER, "track", sealed, max_age=60)) == "bad"


def test_every_changed_character_is_noticed() -> None:
    sealed = tokens.seal_for_browser(KEY, "track", {"a": 1})
    for place in range(len(sealed) - 1):  # the last one may hold bits that base64 ignores
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        assert kind_of(lambda: tokens.open_from_browser(KEY, "track", changed, max_age=60)) == "bad"  # noqa: B023


@given(st.text(max_size=60))
def test_whatever_comes_back_is_a_token_or_bad(sent: str) -> None:
    assert kind_of(lambda: tokens.open_from_browser(KEY, "track", sent, max_age=60)) == "bad"
    assert kind_of(lambda: tokens.read_signed(KEY, "form", sent, max_age=60)) == "bad"


def test_a_sealed_value_grows_old(at: Callable[[float], None]) -> None:
    sealed = tokens.seal_for_browser(KEY, "track", {"a": 1})
    at(899)
    assert tokens.open_aged(KEY, "track", sealed, max_age=900)[1] in (898, 899)
    at(902)
    assert kind_of(lambda: tokens.open_from_browser(KEY, "track", sealed, max_age=900)) == "old"


def test_a_signed_form_may_come_too_early_and_too_late(at: Callable[[float], None]) -> None:
    token = tokens.sign(KEY, "form", "abc")
    assert kind_of(lambda: tokens.read_signed(KEY, "form", token, min_age=3, max_age=60)) == "early"
    at(4)
    assert tokens.read_signed(KEY, "form", token, min_age=3, max_age=60) == "abc"
    at(62)
    assert kind_of(lambda: tokens.read_signed(KEY, "form", token, min_age=3, max_age=60)) == "old"


def test_a_signature_is_for_its_purpose_and_its_key_alone() -> None:
    token = tokens.sign(KEY, "form", "abc")
    assert kind_of(lambda: tokens.read_signed(KEY, "claim", token, max_age=60)) == "bad"
    assert kind_of(lambda: tokens.read_signed(OTHER, "form", token, max_age=60)) == "bad"
    assert kind_of(lambda: tokens.read_signed(KEY, "form", "x" + token, max_age=60)) == "bad"
