"""Receipt codes, informant keys, claim and payout numbers: the secrets that people carry home."""

import hmac
import os
import secrets
import unicodedata
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.vault.keys import OfficeKeys, ReceiptKeys, x25519_public

FORM_KEY_BYTES = 18
# Blanks, hyphens and dots of every kind, and what chat programs put in unseen when a line is copied.
_BETWEEN = str.maketrans(
    "", "", " \t\r\n\u3000\u00a0-‐‑‒–—―−－_.·,，、\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
)


class CodeSlip(ValueError):
    """The typed code cannot be a receipt code. `kind` is `length`, `letters` or `check`."""

    def __init__(self, kind: str, digits: int = 0) -> None:
        super().__init__(kind)
        self.kind = kind
        self.digits = digits


@dataclass(frozen=True)
class InformantKey:
    """Derived from the receipt code; only `public` is ever stored."""

    public: bytes
    private: bytes = field(repr=False)


def new_form_key() -> bytes:
    """One for each form that is shown; the same form sent again gives the same receipt."""
    return os.urandom(FORM_KEY_BYTES)


def receipt_code(keys: ReceiptKeys, form_key: bytes) -> str:
    """Twenty digits: eighteen from the form key and two by ISO 7064 MOD 97-10 (the whole leaves 1)."""
    digest = hmac.digest(keys.code, b"receipt-code" + form_key, sha256)
    body = int.from_bytes(digest, "big") % 10**18
    return f"{body:018d}{98 - body * 100 % 97:02d}"


def read_code(typed: str) -> str:
    """Twenty digits out of what a person typed: blanks, hyphens and full-width digits are the same.

    Raises CodeSlip; a wrong check digit may be told, because it says nothing about what exists.
    """
    digits = unicodedata.normalize("NFKC", typed).translate(_BETWEEN)
    if not digits.isascii() or not digits.isdecimal():
        raise CodeSlip("letters")
    if len(digits) != 20:
        raise CodeSlip("length", len(digits))
    if int(digits) % 97 != 1:
        raise CodeSlip("check")
    return digits


def code_digests(keys: ReceiptKeys, code: str) -> list[bytes]:
    """What `code` looks like in the database, newest pepper first; the first is what is stored."""
    ring = keys.receipt_pepper
    numbers = sorted(ring.keys, key=lambda number: (number != ring.current, -number))
    return [hmac.digest(ring.keys[number], b"code" + code.encode(), sha256) for number in numbers]


def form_key_digest(keys: ReceiptKeys, form_key: bytes) -> bytes:
    return hmac.digest(keys.code, b"form-key" + form_key, sha256)


def content_digest(keys: ReceiptKeys, content: bytes) -> bytes:
    """Tells a second click from a changed form, and nothing else: keyed, so that it cannot be guessed at."""
    return hmac.digest(keys.code, b"content" + content, sha256)


def informant_key(keys: ReceiptKeys, code: str, version: int | None = None) -> InformantKey:
    """The informant's own key pair, from code and pepper (HKDF-SHA256)."""
    pepper = keys.receipt_pepper.keys[version or keys.receipt_pepper.current]
    private = HKDF(hashes.SHA256(), 32, salt=pepper, info=b"qingshan informant key").derive(code.encode())
    return InformantKey(public=x25519_public(private), private=private)


def new_payout_number() -> str:
    """Ten digits that an informant says at the counter."""
    return f"{secrets.randbelow(10**10):010d}"


def payout_digest(keys: OfficeKeys, number: str) -> bytes:
    digits = unicodedata.normalize("NFKC", number).translate(_BETWEEN)
    return hmac.digest(keys.payout, b"payout" + digits.encode(), sha256)


def limiter_key(secret: bytes, window: int, address: str) -> str:
    """A counter's name for an address in a ten-minute window; useless when the window is over."""
    return hmac.digest(secret, f"{window}:{address}".encode(), sha256).hex()[:24]


def same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)
