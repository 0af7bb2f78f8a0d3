"""Receipt codes: twenty digits that people copy by hand, and what is derived from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.vault import codes
from casework.vault.codes import CodeSlip, read_code
from casework.vault.keys import OfficeKeys, ReceiptKeys, Ring

KEYS = ReceiptKeys(code=b"c" * 32, receipt_pepper=Ring(2, {1: b"1" * 32, 2: b"2" * 32}), pin_pepper=b"p" * 32)
form_keys = st.binary(min_size=codes.FORM_KEY_BYTES, max_size=codes.FORM_KEY_BYTES)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def code_of(form_key: bytes) -> str:
    return codes.receipt_code(KEYS, form_key)


def slip(typed: str) -> str:
    with pytest.raises(CodeSlip) as caught:
        read_code(typed)
    return caught.value.kind


@given(form_keys)
def test_a_code_is_twenty_digits_that_leave_one_and_reads_back_as_itself(form_key: bytes) -> None:
    code = code_of(form_key)
    assert len(code) == 20
    assert code.isascii()
    assert int(code) % 97 == 1
    assert read_code(code) == code


@given(form_keys, st.sampled_from([" ", "-", "\u3000", "\u00a0", "－", "—", "\u200b", "\r\n", " - "]))
def test_blanks_hyphens_and_full_width_digits_are_the_same_code(form_key: bytes, between: str) -> None:
    code = code_of(form_key)
    groups = [code[n : n + 4] for n in range(0, 20, 4)]
    assert read_code(f" {between.join(groups)}\n") == code
    assert read_code(between.join(groups).translate(FULL_WIDTH)) == code


@given(form_keys)
def test_every_single_wrong_digit_is_noticed(form_key: bytes) -> None:
    code = code_of(form_key)
    for place in range(20):
        for digit in "0123456789":
            if digit != code[place]:
                assert slip(code[:place] + digit + code[place + 1 :]) == "check"


@given(form_keys)
def test_two_neighbouring_digits_in_the_wrong_order_are_noticed(form_key: bytes) -> None:
    code = code_of(form_key)
    for place in range(19):
        one, other = code[place], code[place + 1]
        if one != other:
            assert slip(code[:place] + other + one + code[place + 2 :]) == "check"


@pytest.mark.parametrize(
    "typed, kind",
    [
        ("", "letters"),
        ("\u3000-", "letters"),
        ("一二三四", "letters"),
        ("O123 4567 8901 2345 6789", "letters"),
        ("١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩٠", "letters"),
        ("1234", "length"),
        ("1" * 21, "length"),
        ("1" * 20, "check"),
    ],
)
def test_what_cannot_be_a_code_is_told_by_kind(typed: str, kind: str) -> None:
    assert slip(typed) == kind


@given(st.one_of(st.text(max_size=60), st.text("0123456789０９ -\u3000", min_size=15, max_size=30)))
def test_whatever_is_typed_is_a_code_or_a_slip(typed: str) -> None:
    try:
        code = read_code(typed)
    except CodeSlip:
        return
    assert int(code) % 97 == 1


def test_the_same_form_gives_the_same_code_and_another_form_another() -> None:
    one, other = codes.new_form_key(), codes.new_form_key()
    assert code_of(one) == code_of(one) != code_of(other)


def test_another_code_secret_gives_another_code() -> None:
    form_key = codes.new_form_key()
    others = ReceiptKeys(code=b"d" * 32, receipt_pepper=KEYS.receipt_pepper, pin_pepper=KEYS.pin_pepper)
    assert code_of(form_key) != codes.receipt_code(others, form_key)


def test_what_is_stored_tells_neither_code_nor_form_nor_content() -> None:
    form_key = codes.new_form_key()
    code = code_of(form_key)
    stored = [
        *codes.code_digests(KEYS, code),
        codes.form_key_digest(KEYS, form_key),
        codes.content_digest(KEYS, form_key),
    ]
    assert len(set(stored)) == len(stored), "each digest is of its own kind"
    assert all(len(digest) == 32 for digest in stored)
    assert not any(code.encode() in digest or form_key in digest for digest in stored)


def test_the_newest_pepper_stands_first_and_older_ones_are_still_looked_for() -> None:
    code = code_of(codes.new_form_key())
    before = ReceiptKeys(KEYS.code, Ring(1, {1: b"1" * 32}), KEYS.pin_pepper)
    digests = codes.code_digests(KEYS, code)
    assert digests[1] == codes.code_digests(before, code)[0]
    assert digests[0] == codes.code_digests(KEYS, code)[0]
    assert len(digests) == 2


def test_the_informants_key_follows_from_code_and_pepper_alone() -> None:
    code, other = code_of(codes.new_form_key()), code_of(codes.new_form_key())
    key = codes.informant_key(KEYS, code)
    assert key == codes.informant_key(KEYS, code)
    assert key.public != codes.informant_key(KEYS, other).public
    assert key.public != codes.informant_key(KEYS, code, version=1).public
    assert key.public != key.private


def test_secrets_do_not_show_when_printed() -> None:
    key = codes.informant_key(KEYS, code_of(codes.new_form_key()))
    assert repr(key.private) not in repr(key)
    assert repr(KEYS.code) not in repr(KEYS)
    assert repr(KEYS.receipt_pepper.key) not in repr(KEYS)


def test_a_payout_number_is_ten_digits_however_it_is_typed() -> None:
    office = OfficeKeys(
        reading=Ring(1, {1: b"r" * 32}),
        shelf=Ring(1, {1: b"s" * 32}),
        cookie=b"c" * 32,
        totp=b"t" * 32,
        search=b"e" * 32,
        payout=b"o" * 32,
        anchor=b"a" * 32,
    )
    number = codes.new_payout_number()
    assert len(number) == 10
    assert number.isdecimal()
    typed = f"{number[:3]}-{number[3:6]} {number[6:]}".translate(FULL_WIDTH)
    assert codes.payout_digest(office, typed) == codes.payout_digest(office, number)
    assert codes.payout_digest(office, "0000000000") != codes.payout_digest(office, "0000000001")


def test_a_limiters_key_changes_with_window_address_and_secret() -> None:
    names = {
        codes.limiter_key(secret, window, address)
        for secret in (b"one", b"two")
        for window in (1, 2)
        for address in ("10.0.0.1", "10.0.0.2")
    }
    assert len(names) == 8
    assert not any("10.0.0" in name for name in names)
