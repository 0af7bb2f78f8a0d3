"""Passwords, PINs and time codes. Argon2id by OWASP's figures (t=2, m=19 MiB, p=1)."""

import hmac
import secrets
import unicodedata
from datetime import datetime
from hashlib import sha256

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from casework.vault.keys import ReceiptKeys

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_STEP = 30  # seconds, RFC 6238
# Unknown names take as long as known ones: their password is checked against this.
_NOBODY = _HASHER.hash(secrets.token_hex(16))
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def password_matches(hashed: str | None, password: str) -> bool:
    """Takes alike long whether or not there is a hash to match."""
    try:
        return _HASHER.verify(hashed or _NOBODY, password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def new_password() -> str:
    """Sixteen letters in four groups, easy to type from paper (78 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def hash_pin(keys: ReceiptKeys, pin: str, ref: str) -> str:
    """A six-digit PIN is guessed at once from its hash alone; the pepper outside the database forbids that."""
    return _HASHER.hash(_peppered(keys, pin, ref))


def pin_matches(keys: ReceiptKeys, hashed: str | None, pin: str, ref: str) -> bool:
    return password_matches(hashed, _peppered(keys, pin, ref))


def _peppered(keys: ReceiptKeys, pin: str, ref: str) -> str:
    return hmac.digest(keys.pin_pepper, f"{ref}:{pin}".encode(), sha256).hex()


def new_totp_secret() -> str:
    return pyotp.random_base32()


def totp_address(secret: str, name: str) -> str:
    """The otpauth address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="青山")


def totp_step(secret: str, code: str, at: datetime, last_step: int | None) -> int | None:
    """The time step that `code` belongs to, or None when it is wrong or was used before (replay).

    One step either side is let through for slow clocks and slow fingers.
    """
    now = int(at.timestamp()) // _STEP
    totp, typed = pyotp.TOTP(secret), unicodedata.normalize("NFKC", code).encode()
    for step in (now, now - 1, now + 1):
        right = hmac.compare_digest(totp.generate_otp(step).encode(), typed)
        if right and (last_step is None or step > last_step):
            return step
    return None


def new_session_token() -> str:
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def name_digest(key: bytes, name: str) -> bytes:
    """Counts sign-ins of a name without keeping names that do not exist."""
    return hmac.digest(key, b"sign-in" + name.casefold().encode(), sha256)
