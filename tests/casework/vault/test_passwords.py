"""Passwords, PINs and time codes. Argon2 takes its time, so a few hashes serve all tests here."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from casework.vault import passwords
from casework.vault.keys import ReceiptKeys, Ring

KEYS = ReceiptKeys(code=b"c" * 32, receipt_pepper=Ring(1, {1: b"r" * 32}), pin_pepper=b"p" * 32)
NOW = datetime(2026, 11, 23, 1, 0, 15, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


@pytest.fixture(scope="module")
def hashed() -> str:
    return passwords.hash_password("松涛-village-9")


def test_the_password_matches_and_no_other(hashed: str) -> None:
    assert passwords.password_matches(hashed, "松涛-village-9")
    assert not passwords.password_matches(hashed, "松涛-village-8")


def test_without_a_hash_nothing_matches() -> None:
    assert not passwords.password_matches(None, "")
    assert not passwords.password_matches("not a hash", "x")


def test_hashes_are_argon2id_by_owasps_figures(hashed: str) -> None:
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(hashed) <= 160, "the column holds 160"


def test_a_new_password_is_typed_from_paper_without_doubt() -> None:
    password = passwords.new_password()
    assert [len(group) for group in password.split("-")] == [4, 4, 4, 4]
    assert not set(password) & set("0O1lIi")
    assert password != passwords.new_password()


def test_a_pin_hangs_on_pepper_and_receipt() -> None:
    hashed = passwords.hash_pin(KEYS, "204618", "ref-1")
    assert passwords.pin_matches(KEYS, hashed, "204618", "ref-1")
    assert not passwords.pin_matches(KEYS, hashed, "204618", "ref-2")
    other = ReceiptKeys(KEYS.code, KEYS.receipt_pepper, pin_pepper=b"q" * 32)
    assert not passwords.pin_matches(other, hashed, "204618", "ref-1")
    assert not passwords.password_matches(hashed, "204618")


@pytest.mark.parametrize("steps, right", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_time_code_is_good_one_step_either_side(steps: int, right: bool) -> None:
    code = code_at(NOW + timedelta(seconds=30 * steps))
    assert (passwords.totp_step(SECRET, code, NOW, None) is not None) is right


def test_a_used_time_code_is_wrong_and_so_are_older_ones() -> None:
    step = passwords.totp_step(SECRET, code_at(NOW), NOW, None)
    assert step is not None
    assert passwords.totp_step(SECRET, code_at(NOW), NOW, step) is None
    assert passwords.totp_step(SECRET, code_at(NOW - timedelta(seconds=30)), NOW, step) is None
    assert passwords.totp_step(SECRET, code_at(NOW + timedelta(seconds=30)), NOW, step) == step + 1


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３", "六位数字", "\x00", "123456 "])
def test_what_is_no_time_code_is_wrong_and_not_a_crash(typed: str) -> None:
    assert passwords.totp_step(SECRET, typed, NOW, None) is None


def test_a_time_code_in_full_width_digits_is_the_same_code() -> None:
    typed = code_at(NOW).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert passwords.totp_step(SECRET, typed, NOW, None) is not None


def test_an_authenticator_reads_the_address_of_a_secret() -> None:
    address = passwords.totp_address(SECRET, "jiang.yihe")
    read = pyotp.parse_uri(address)
    assert isinstance(read, pyotp.TOTP)
    assert read.at(NOW) == code_at(NOW)
    assert "jiang.yihe" in address


def test_sign_ins_of_a_name_are_counted_without_keeping_the_name() -> None:
    key = b"k" * 32
    assert passwords.name_digest(key, "Jiang") == passwords.name_digest(key, "jiang")
    assert passwords.name_digest(key, "jiang") != passwords.name_digest(b"o" * 32, "jiang")
    assert len(passwords.name_digest(key, "江一禾")) == 32


def test_a_session_token_is_stored_as_its_digest() -> None:
    token = passwords.new_session_token()
    assert len(token) >= 43
    assert token.encode() not in passwords.token_digest(token)
    assert passwords.token_digest(token) != passwords.token_digest(passwords.new_session_token())
