"""A held key: each pair of three opens it, nobody alone. Argon2 at 64 MiB, so the key is made once here."""

from itertools import combinations

import pytest

from casework.vault.holders import Holder, PairWrap, make_held_key, open_held_key
from casework.vault.keys import x25519_public
from casework.vault.sealing import PublicKey, SealBroken, open_identity, seal_identity

ONE, TWO, THREE = (
    Holder("bai.shou", "白鹭滩 morning 1"),
    Holder("gu.an", "枣花湾 noon 2"),
    Holder("shen.jian", "柳叶坪 night 3"),
)
Held = tuple[bytes, list[PairWrap]]


@pytest.fixture(scope="module")
def held() -> Held:
    return make_held_key("identity", [THREE, ONE, TWO])


def wrap_of(held: Held, one: Holder, other: Holder) -> PairWrap:
    first, second = sorted((one.name, other.name))
    return next(wrap for wrap in held[1] if (wrap.first, wrap.second) == (first, second))


def test_each_pair_of_three_opens_what_was_sealed_to_it(held: Held) -> None:
    sealed = seal_identity("郑重山\n13800000000", PublicKey(1, held[0]), b"here")
    for one, other in combinations((ONE, TWO, THREE), 2):
        private = open_held_key("identity", wrap_of(held, one, other), other, one)
        assert x25519_public(private) == held[0]
        assert open_identity(sealed, private, 1, b"here").startswith("郑重山")


def test_nobody_opens_it_alone(held: Held) -> None:
    for wrap in held[1]:
        for alone in (ONE, TWO, THREE):
            with pytest.raises(SealBroken):
                open_held_key("identity", wrap, alone, alone)


def test_one_who_plays_the_other_too_does_not_open_it(held: Held) -> None:
    wrap = wrap_of(held, ONE, TWO)
    with pytest.raises(SealBroken, match="wrong"):
        open_held_key("identity", wrap, ONE, Holder(TWO.name, ONE.passphrase))


def test_a_pair_opens_its_own_wrap_only(held: Held) -> None:
    with pytest.raises(SealBroken, match="do not hold"):
        open_held_key("identity", wrap_of(held, ONE, TWO), ONE, THREE)


def test_a_key_of_one_purpose_does_not_open_as_another(held: Held) -> None:
    with pytest.raises(SealBroken):
        open_held_key("fund", wrap_of(held, ONE, TWO), ONE, TWO)


@pytest.mark.parametrize("holders", [[], [ONE], [ONE, ONE], [ONE, TWO, Holder(ONE.name, "another one")]])
def test_fewer_than_two_different_holders_hold_nothing(holders: list[Holder]) -> None:
    with pytest.raises(ValueError, match="two or more different"):
        make_held_key("identity", holders)


def test_a_passphrase_does_not_show_when_printed() -> None:
    assert ONE.passphrase not in repr(ONE)
