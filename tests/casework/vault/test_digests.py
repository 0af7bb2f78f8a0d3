"""Digests of the trail and signatures on anchors."""

from hypothesis import given
from hypothesis import strategies as st

from casework.vault import digests

entries = st.lists(
    st.tuples(st.integers(1, 2**40), st.binary(min_size=32, max_size=32)), min_size=2, unique=True
)


def test_an_entrys_digest_hangs_on_every_field_and_on_no_order() -> None:
    fields = {"deed": "sign_in", "actor_id": 1, "facts": {"a": 1, "b": [2, 3]}}
    again = {"facts": {"b": [2, 3], "a": 1}, "actor_id": 1, "deed": "sign_in"}
    assert digests.entry_digest(fields) == digests.entry_digest(again)
    for changed in (
        {"deed": "sign_out"},
        {"actor_id": 2},
        {"actor_id": "1"},
        {"facts": {"a": 1, "b": [3, 2]}},
    ):
        assert digests.entry_digest(fields | changed) != digests.entry_digest(fields)


@given(entries)
def test_a_block_binds_its_entries_their_numbers_and_their_order(bound: list[tuple[int, bytes]]) -> None:
    whole = digests.block_digest(digests.GENESIS, bound)
    renumbered = [(bound[0][0] + 1, bound[0][1]), *bound[1:]]
    for other in (bound[::-1], bound[1:], bound[:-1], renumbered, [*bound, bound[0]]):
        assert other == bound or digests.block_digest(digests.GENESIS, other) != whole
    assert digests.block_digest(b"\x01" * 32, bound) != whole


def test_a_signature_holds_for_its_words_and_its_key_alone() -> None:
    key, other = b"k" * 32, b"o" * 32
    public, words = digests.anchor_public(key), b"qingshan trail 2026-11-23 block 7 00ff"
    signature = digests.sign_anchor(key, words)
    assert digests.anchor_holds(public, words, signature)
    assert not digests.anchor_holds(public, words + b"0", signature)
    assert not digests.anchor_holds(digests.anchor_public(other), words, signature)
    assert not digests.anchor_holds(public, words, signature[:-1])


@given(st.integers(0, 2**64 - 1), st.integers(0, 7))
def test_likeness_shows_band_by_band_and_only_under_its_key(likeness: int, band: int) -> None:
    bands = digests.likeness_bands(b"k" * 32, likeness)
    nearly = digests.likeness_bands(b"k" * 32, likeness ^ (1 << (8 * band)))
    assert [one == other for one, other in zip(bands, nearly, strict=True)] == [n != band for n in range(8)]
    assert not set(bands) & set(digests.likeness_bands(b"x" * 32, likeness))


def test_a_files_digest_is_sha_256() -> None:
    assert digests.file_digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
