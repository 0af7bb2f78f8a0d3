"""The same Argon2id at a low cost: these tests are about what follows from a hash, not about its price."""

from typing import Literal

import pytest
from argon2 import PasswordHasher

from casework.vault import passwords


class CountingHasher(PasswordHasher):
    checked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.checked += 1
        return super().verify(hash, password)


@pytest.fixture(autouse=True)
def hasher(monkeypatch: pytest.MonkeyPatch) -> CountingHasher:
    """Counts how often a password was checked against a hash."""
    cheap = CountingHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", cheap)
    monkeypatch.setattr(passwords, "_NOBODY", cheap.hash("nobody"))
    return cheap
