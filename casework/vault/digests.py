"""Digests of the trail and of files, and the signature on the day's last block."""

import hmac
import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

GENESIS = bytes(32)


def entry_digest(fields: Mapping[str, object]) -> bytes:
    """Of a trail entry: over its fields as canonical JSON."""
    return sha256(
        json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).digest()


def block_digest(previous: bytes, entries: Iterable[tuple[int, bytes]]) -> bytes:
    """Of a block: over the previous block's digest and each entry's number and digest, in order."""
    state = sha256(previous)
    for number, digest in entries:
        state.update(number.to_bytes(8, "big"))
        state.update(digest)
    return state.digest()


def file_digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def likeness_bands(key: bytes, likeness: int) -> list[bytes]:
    """A perceptual hash as eight keyed bands: enough to find likeness, not to rebuild the hash."""
    return [hmac.digest(key, bytes((n, likeness >> (8 * n) & 255)), sha256)[:6] for n in range(8)]


def sign_anchor(private: bytes, words: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).sign(words)


def anchor_holds(public: bytes, words: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, words)
    except InvalidSignature:
        return False
    return True


def anchor_public(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
