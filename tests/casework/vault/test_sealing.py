"""Sealing: what is sealed opens with the right key in the right place, and in no other way."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.vault import sealing
from casework.vault.keys import OfficeKeys, Ring, x25519_public
from casework.vault.sealing import KeyUnknown, PublicKey, SealBroken, context

READING, LATER = b"\x11" * 32, b"\x22" * 32
OFFICE = OfficeKeys(
    reading=Ring(1, {1: READING}),
    shelf=Ring(1, {1: b"s" * 32}),
    cookie=b"c" * 32,
    totp=b"t" * 32,
    search=b"e" * 32,
    payout=b"p" * 32,
    anchor=b"a" * 32,
)
TO_OFFICE = PublicKey(1, x25519_public(READING))
HERE = context("tips", "00ff", "words")
words = st.text(max_size=400)


@given(words)
def test_words_come_back_as_they_were(said: str) -> None:
    key = sealing.new_data_key()
    assert sealing.open_words(key, sealing.seal_words(key, said, HERE), HERE) == said


@given(words)
def test_a_message_opens_for_its_informant_and_an_office_copy_for_the_office(said: str) -> None:
    private = b"\x33" * 32
    to_informant = sealing.seal_message(said, PublicKey(0, x25519_public(private)), HERE)
    to_office = sealing.seal_message(said, TO_OFFICE, HERE)
    assert sealing.open_message_as_informant(to_informant, private, HERE) == said
    assert sealing.open_message_as_office(to_office, OFFICE, HERE) == said
    with pytest.raises(SealBroken):
        sealing.open_message_as_informant(to_informant, READING, HERE)


def test_a_data_key_comes_out_of_either_wrap() -> None:
    key = sealing.new_data_key()
    about = context("tips", "00ff", "key")
    arrived = sealing.wrap_for_office(key, TO_OFFICE, about)
    shelved = sealing.wrap_for_shelf(key, OFFICE, about)
    assert sealing.unwrap(arrived, OFFICE, about) == sealing.unwrap(shelved, OFFICE, about) == key
    assert sealing.is_on_shelf(shelved)
    assert not sealing.is_on_shelf(arrived)


@pytest.mark.parametrize(
    "elsewhere",
    [
        context("clues", "00ff", "words"),
        context("tips", "00fe", "words"),
        context("tips", "00ff", "name"),
        b"",
    ],
    ids=["another table", "another row", "another field", "nowhere"],
)
def test_a_value_moved_elsewhere_does_not_open(elsewhere: bytes) -> None:
    key = sealing.new_data_key()
    for sealed, opens in (
        (sealing.seal_words(key, "夜里有人采石", HERE), lambda s: sealing.open_words(key, s, elsewhere)),
        (
            sealing.wrap_for_office(key, TO_OFFICE, HERE),
            lambda s: sealing.unwrap(s, OFFICE, elsewhere),
        ),
        (sealing.wrap_for_shelf(key, OFFICE, HERE), lambda s: sealing.unwrap(s, OFFICE, elsewhere)),
        (
            sealing.seal_totp_secret("JBSWY3DP", OFFICE.totp, HERE),
            lambda s: sealing.open_totp_secret(s, OFFICE.totp, elsewhere),
        ),
    ):
        with pytest.raises(SealBroken):
            opens(sealed)


def test_every_changed_byte_is_noticed() -> None:
    key = sealing.new_data_key()
    sealed = {
        "words": (sealing.seal_words(key, "x", HERE), lambda s: sealing.open_words(key, s, HERE)),
        "wrap": (
            sealing.wrap_for_office(key, TO_OFFICE, HERE),
            lambda s: sealing.unwrap(s, OFFICE, HERE),
        ),
    }
    for whole, opens in sealed.values():
        for place in range(len(whole)):
            changed = bytearray(whole)
            changed[place] ^= 1
            with pytest.raises(SealBroken):
                opens(bytes(changed))


@given(st.binary(max_size=120), st.sampled_from([b"", b"\x01\x00\x01", b"\x11\x00\x01", b"\x01\x00\x00"]))
def test_bytes_from_anywhere_are_broken_seals_and_never_a_crash(noise: bytes, head: bytes) -> None:
    for opens in (
        lambda s: sealing.unwrap(s, OFFICE, HERE),
        lambda s: sealing.open_words(b"k" * 32, s, HERE),
        lambda s: sealing.open_message_as_office(s, OFFICE, HERE),
        lambda s: sealing.open_identity(s, READING, 1, HERE),
        lambda s: sealing.unwrap_draft(s, OFFICE.shelf, HERE),
    ):
        with pytest.raises(SealBroken):
            opens(head + noise)


def test_a_point_of_low_order_is_a_broken_seal() -> None:
    """The encapsulated key is chosen by whoever seals: all noughts would make the secret known to all."""
    sealed = sealing.wrap_for_office(sealing.new_data_key(), TO_OFFICE, HERE)
    with pytest.raises(SealBroken):
        sealing.unwrap(sealed[:3] + bytes(32) + sealed[35:], OFFICE, HERE)


def test_a_new_key_seals_and_older_ones_still_open() -> None:
    key = sealing.new_data_key()
    before = sealing.wrap_for_office(key, TO_OFFICE, HERE)
    on_old_shelf = sealing.wrap_for_shelf(key, OFFICE, HERE)
    rotated = replace(
        OFFICE,
        reading=Ring(2, {1: READING, 2: LATER}),
        shelf=Ring(2, {1: OFFICE.shelf.key, 2: b"n" * 32}),
    )
    after = sealing.wrap_for_office(key, PublicKey(2, x25519_public(LATER)), HERE)
    for wrapped in (before, after, on_old_shelf, sealing.wrap_for_shelf(key, rotated, HERE)):
        assert sealing.unwrap(wrapped, rotated, HERE) == key
    with pytest.raises(KeyUnknown):
        sealing.unwrap(after, OFFICE, HERE)
    with pytest.raises(KeyUnknown):
        sealing.unwrap(sealing.wrap_for_shelf(key, rotated, HERE), OFFICE, HERE)


def test_the_shelf_key_does_not_open_what_was_sealed_to_the_reading_key() -> None:
    arrived = sealing.wrap_for_office(sealing.new_data_key(), TO_OFFICE, HERE)
    for suite in (b"\x01", b"\x00"):
        with pytest.raises(SealBroken):
            sealing.unwrap(suite + arrived[1:], OFFICE, HERE)


def test_a_draft_key_is_gone_on_with_by_the_portal_alone() -> None:
    draft = Ring(2, {1: b"d" * 32, 2: b"e" * 32})
    key = sealing.new_data_key()
    wrapped = sealing.wrap_for_draft(key, draft, HERE)
    assert sealing.unwrap_draft(wrapped, draft, HERE) == key
    with pytest.raises(SealBroken):
        sealing.unwrap(wrapped, OFFICE, HERE)


@given(st.integers(0, 250), st.integers(0, 250))
def test_short_words_are_of_one_length_when_sealed(one: int, other: int) -> None:
    key = sealing.new_data_key()
    assert len(sealing.seal_words(key, "x" * one, HERE)) == len(sealing.seal_words(key, "x" * other, HERE))


def test_the_same_words_never_look_the_same_twice() -> None:
    key = sealing.new_data_key()
    for seal in (
        lambda: sealing.seal_words(key, "x", HERE),
        lambda: sealing.wrap_for_office(key, TO_OFFICE, HERE),
        lambda: sealing.wrap_for_shelf(key, OFFICE, HERE),
    ):
        assert seal() != seal()
    assert sealing.new_ref() != sealing.new_ref()


def test_a_suite_and_a_key_number_stand_before_every_value() -> None:
    key = sealing.new_data_key()
    assert sealing.wrap_for_office(key, PublicKey(7, TO_OFFICE.raw), HERE)[:3] == b"\x11\x00\x07"
    assert sealing.seal_identity("x", PublicKey(258, TO_OFFICE.raw), HERE)[:3] == b"\x11\x01\x02"
    assert sealing.wrap_for_shelf(key, OFFICE, HERE)[:3] == b"\x01\x00\x01"
