"""Sealing: data keys, words, messages, identities. A suite id and a key id stand before every value.

`context` says which table, row and field a value belongs to; a value moved elsewhere does not open.
"""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from casework.vault.keys import OfficeKeys, Ring

HPKE_X25519 = 0x11
AES_256_GCM = 0x01
_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_HEAD = 3  # suite id, key id in two bytes
_PAD = 256  # bytes; lengths of what people wrote are blurred to this


class SealBroken(Exception):
    """The value does not open: wrong key, wrong place, or somebody changed it."""


class KeyUnknown(SealBroken):
    """The value names a key version that this process does not hold."""


@dataclass(frozen=True)
class PublicKey:
    """The public half of an X25519 key and its version."""

    number: int
    raw: bytes


def new_data_key() -> bytes:
    return os.urandom(32)


def new_ref() -> str:
    """A random name of a row, known before the row is stored: the row's part of a context."""
    return os.urandom(16).hex()


def context(table: str, ref: str, field: str) -> bytes:
    return f"{table}:{ref}:{field}".encode()


# --- data keys -------------------------------------------------------------------------------


def wrap_for_office(data_key: bytes, to: PublicKey, about: bytes) -> bytes:
    """A data key that only office processes can take out again (HPKE, RFC 9180)."""
    return _seal_to(to, data_key, about)


def wrap_for_shelf(data_key: bytes, keys: OfficeKeys, about: bytes) -> bytes:
    """The same under the shelf key: twenty times cheaper to open, for lists and search."""
    return _seal_under(keys.shelf, data_key, about)


def unwrap(wrapped: bytes, keys: OfficeKeys, about: bytes) -> bytes:
    if is_on_shelf(wrapped):
        return _open_under(keys.shelf, wrapped, about)
    return _open_from(keys.reading, wrapped, about)


def is_on_shelf(wrapped: bytes) -> bool:
    return wrapped[:1] != bytes((HPKE_X25519,))


def wrap_for_draft(data_key: bytes, draft: Ring, about: bytes) -> bytes:
    """While a resumable upload is incomplete the portal must be able to go on with it."""
    return _seal_under(draft, data_key, about)


def unwrap_draft(wrapped: bytes, draft: Ring, about: bytes) -> bytes:
    return _open_under(draft, wrapped, about)


# --- words -----------------------------------------------------------------------------------


def seal_words(data_key: bytes, words: str, about: bytes) -> bytes:
    """Words under a data key, padded so that their length tells little."""
    return _seal_under(Ring(0, {0: data_key}), _pad(words.encode()), about)


def open_words(data_key: bytes, sealed: bytes, about: bytes) -> str:
    return _unpad(_open_under(Ring(0, {0: data_key}), sealed, about)).decode()


def seal_message(words: str, to: PublicKey, about: bytes) -> bytes:
    """A message to the informant's or the office's public key."""
    return _seal_to(to, _pad(words.encode()), about)


def open_message_as_informant(sealed: bytes, private: bytes, about: bytes) -> str:
    return _unpad(_open_from(Ring(0, {0: private}), sealed, about)).decode()


def open_message_as_office(sealed: bytes, keys: OfficeKeys, about: bytes) -> str:
    return _unpad(_open_from(keys.reading, sealed, about)).decode()


def seal_identity(words: str, to: PublicKey, about: bytes) -> bytes:
    """A name and a telephone number to the identity key, before they touch the database."""
    return _seal_to(to, _pad(words.encode()), about)


def open_identity(sealed: bytes, private: bytes, number: int, about: bytes) -> str:
    return _unpad(_open_from(Ring(number, {number: private}), sealed, about)).decode()


def seal_totp_secret(secret: str, key: bytes, about: bytes) -> bytes:
    return _seal_under(Ring(0, {0: key}), secret.encode(), about)


def open_totp_secret(sealed: bytes, key: bytes, about: bytes) -> str:
    return _open_under(Ring(0, {0: key}), sealed, about).decode()


# --- the two ways underneath -----------------------------------------------------------------


def _seal_under(ring: Ring, plain: bytes, about: bytes) -> bytes:
    head = bytes((AES_256_GCM,)) + ring.current.to_bytes(2, "big")
    nonce = os.urandom(12)
    return head + nonce + AESGCM(ring.key).encrypt(nonce, plain, head + about)


def _open_under(ring: Ring, sealed: bytes, about: bytes) -> bytes:
    key = _pick(ring, sealed, AES_256_GCM)
    try:
        return AESGCM(key).decrypt(sealed[_HEAD : _HEAD + 12], sealed[_HEAD + 12 :], sealed[:_HEAD] + about)
    except (InvalidTag, ValueError):
        raise SealBroken("the sealed value does not open here") from None


def _seal_to(to: PublicKey, plain: bytes, about: bytes) -> bytes:
    head = bytes((HPKE_X25519,)) + to.number.to_bytes(2, "big")
    return head + _HPKE.encrypt(plain, X25519PublicKey.from_public_bytes(to.raw), info=head + about)


def _open_from(ring: Ring, sealed: bytes, about: bytes) -> bytes:
    private = X25519PrivateKey.from_private_bytes(_pick(ring, sealed, HPKE_X25519))
    try:
        return _HPKE.decrypt(sealed[_HEAD:], private, info=sealed[:_HEAD] + about)
    except (InvalidTag, ValueError):
        raise SealBroken("the sealed value does not open here") from None


def _pick(ring: Ring, sealed: bytes, suite: int) -> bytes:
    if len(sealed) <= _HEAD or sealed[0] != suite:
        raise SealBroken("the value was not sealed in this way")
    number = int.from_bytes(sealed[1:_HEAD], "big")
    try:
        return ring.keys[number]
    except KeyError:
        raise KeyUnknown(f"key version {number} is not held here") from None


def _pad(plain: bytes) -> bytes:
    size = len(plain) + 4
    return len(plain).to_bytes(4, "big") + plain + bytes(-size % _PAD)


def _unpad(padded: bytes) -> bytes:
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]
