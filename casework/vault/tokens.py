"""What travels through a browser and comes back: sealed values, signed times."""

import json
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from itsdangerous import BadSignature, URLSafeTimedSerializer

_VERSION = b"\x01"


class TokenBad(Exception):
    """Not ours, changed, too old or not yet due. `kind` is `bad`, `old` or `early`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def seal_for_browser(key: bytes, purpose: str, value: dict[str, Any]) -> str:
    """A value that the browser carries but cannot read (Flask's own cookie is signed, not sealed)."""
    nonce = os.urandom(12)
    plain = json.dumps({"at": int(time.time()), "v": value}, separators=(",", ":")).encode()
    sealed = AESGCM(key).encrypt(nonce, plain, _VERSION + purpose.encode())
    return urlsafe_b64encode(_VERSION + nonce + sealed).rstrip(b"=").decode("ascii")


def open_from_browser(key: bytes, purpose: str, sealed: str, *, max_age: int) -> dict[str, Any]:
    """Raises TokenBad when it is not ours or older than `max_age` seconds."""
    return open_aged(key, purpose, sealed, max_age=max_age)[0]


def open_aged(key: bytes, purpose: str, sealed: str, *, max_age: int) -> tuple[dict[str, Any], int]:
    """The value and its age in seconds."""
    try:
        raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        plain = AESGCM(key).decrypt(raw[1:13], raw[13:], raw[:1] + purpose.encode())
        body = json.loads(plain)
    except (InvalidTag, ValueError):
        raise TokenBad("bad") from None
    age = int(time.time()) - int(body["at"])
    if age > max_age:
        raise TokenBad("old")
    return body["v"], age


def sign(key: bytes, purpose: str, value: Any) -> str:
    return URLSafeTimedSerializer(key, salt=purpose).dumps(value)


def read_signed(key: bytes, purpose: str, token: str, *, min_age: float = 0, max_age: int) -> Any:
    """A signed value. Raises TokenBad `early` before `min_age` seconds, `old` after `max_age`."""
    signer = URLSafeTimedSerializer(key, salt=purpose)
    try:
        value, signed_at = signer.loads(token, return_timestamp=True)
    except BadSignature:
        raise TokenBad("bad") from None
    age = time.time() - signed_at.timestamp()
    if age > max_age:
        raise TokenBad("old")
    if age < min_age:
        raise TokenBad("early")
    return value
