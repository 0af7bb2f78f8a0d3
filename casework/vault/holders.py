"""Keys that no one person opens: the private half is wrapped once for each pair of holders."""

import os
from dataclasses import dataclass, field
from itertools import combinations

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.vault.keys import x25519_public
from casework.vault.sealing import SealBroken

SHORTEST_PASSPHRASE = 12


@dataclass(frozen=True)
class Holder:
    """A key-holder's name and passphrase, together only while the key is made or opened."""

    name: str
    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class PairWrap:
    first: str
    second: str
    salt: bytes
    wrapped: bytes


def make_held_key(purpose: str, holders: list[Holder]) -> tuple[bytes, list[PairWrap]]:
    """A new X25519 key: its public half, and its private half wrapped for every pair of holders.

    Needs two holders at least; with three, losing one is survivable.
    """
    if len({holder.name for holder in holders}) != len(holders) or len(holders) < 2:
        raise ValueError("a held key needs two or more different holders")
    private = X25519PrivateKey.generate().private_bytes_raw()
    wraps = [
        _wrap(purpose, private, *sorted(pair, key=lambda h: h.name)) for pair in combinations(holders, 2)
    ]
    return x25519_public(private), wraps


def open_held_key(purpose: str, wrap: PairWrap, one: Holder, other: Holder) -> bytes:
    """The private half, for a process that ends right after. Raises SealBroken on a wrong passphrase."""
    first, second = sorted((one, other), key=lambda h: h.name)
    if (first.name, second.name) != (wrap.first, wrap.second):
        raise SealBroken("these two do not hold this key together")
    try:
        return AESGCM(_pair_key(wrap.salt, first, second)).decrypt(
            wrap.wrapped[:12], wrap.wrapped[12:], _about(purpose, first, second)
        )
    except InvalidTag:
        raise SealBroken("a passphrase is wrong") from None


def _wrap(purpose: str, private: bytes, first: Holder, second: Holder) -> PairWrap:
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_pair_key(salt, first, second)).encrypt(nonce, private, _about(purpose, first, second))
    return PairWrap(first.name, second.name, salt, nonce + sealed)


def _pair_key(salt: bytes, first: Holder, second: Holder) -> bytes:
    halves = b"".join(
        hash_secret_raw(holder.passphrase.encode(), salt + bytes((n,)), 3, 64 * 1024, 1, 32, Type.ID)
        for n, holder in enumerate((first, second))
    )
    return HKDF(hashes.SHA256(), 32, salt=salt, info=b"qingshan pair").derive(halves)


def _about(purpose: str, first: Holder, second: Holder) -> bytes:
    return f"{purpose}:{first.name}:{second.name}".encode()
