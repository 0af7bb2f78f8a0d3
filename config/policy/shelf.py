"""Entries by key: all versions of them, and those in force on one day."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

from config.policy.basis import Basis, UnknownKey


class Entry(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def basis(self) -> Basis: ...


E = TypeVar("E", bound=Entry)


class Shelf(Mapping[str, E], Generic[E]):
    """The entries of one kind in force on one day, in the order of the file."""

    def __init__(self, kind: str, on: date, entries: Mapping[str, E]) -> None:
        self.kind = kind
        self.on = on
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> E:
        """Raises UnknownKey, which says what was looked for."""
        try:
            return self._entries[key]
        except KeyError:
            raise UnknownKey(self.kind, key, self.on) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries


class Versions(Generic[E]):
    """Every version of every entry of one kind."""

    def __init__(self, kind: str, entries: list[E]) -> None:
        self.kind = kind
        self.entries = entries

    def keys(self) -> set[str]:
        return {entry.key for entry in self.entries}

    def on(self, day: date) -> Shelf[E]:
        held = {entry.key: entry for entry in self.entries if entry.basis.holds_on(day)}
        return Shelf(self.kind, day, held)

    def overlaps(self) -> list[str]:
        """Keys that would have two versions in force on one day."""
        faults = []
        for key in sorted(self.keys()):
            spans = sorted((e.basis for e in self.entries if e.key == key), key=lambda b: b.valid_from)
            for earlier, later in pairwise(spans):
                if earlier.valid_until is None or later.valid_from <= earlier.valid_until:
                    faults.append(
                        f"{self.kind} {key!r}: the versions from {earlier.valid_from} and from"
                        f" {later.valid_from} overlap; give the earlier one a valid_until before the later"
                    )
        return faults
