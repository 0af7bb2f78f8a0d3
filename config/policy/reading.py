"""Reads the policy files and collects every fault, so that one start shows them all."""

import tomllib
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from config.policy.basis import Basis, Mark, Source
from config.policy.shelf import Entry, Versions

E = TypeVar("E", bound=Entry)

NOWHERE = Source("", "")
EPOCH = date(1900, 1, 1)


class Files:
    """The folder of policy files; every fault found in any of them is in `faults`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.sources: dict[str, Source] = {}
        self.sources = self._sources()

    def file(self, name: str, kinds: Collection[str]) -> "PolicyFile":
        """One TOML file; `kinds` are the tables it may hold."""
        return PolicyFile(self, name, kinds)

    def fault(self, where: str, words: str) -> None:
        self.faults.append(f"{where}: {words}")

    def parsed(self, name: str) -> dict[str, Any]:
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
            return tomllib.loads(text, parse_float=Decimal)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self.fault(name, f"cannot be read: {error}")
            return {}

    def _sources(self) -> dict[str, Source]:
        found = {}
        for key, data in self.parsed("sources.toml").items():
            row = Row(self, f"sources.toml [{key}]", data if isinstance(data, dict) else {}, None)
            found[key] = Source(key, row.text("title"), row.text("number", ""), row.day_or_none("issued"))
            row.done()
        return found


class PolicyFile:
    def __init__(self, files: Files, name: str, kinds: Collection[str]) -> None:
        self.files = files
        self.name = name
        self.data = files.parsed(name)
        default = self.data.get("valid_from")
        self.valid_from = default if isinstance(default, date) else None
        for unknown in sorted(set(self.data) - set(kinds) - {"valid_from"}):
            files.fault(name, f"unknown table or setting {unknown!r}; it holds {', '.join(kinds)}")

    def versions(self, kind: str, build: Callable[["Row"], E]) -> Versions[E]:
        """Every [[kind]] of the file; each needs a key, a source, an article, a mark and a date."""
        entries = []
        for place, data in enumerate(self._rows(kind), start=1):
            key = data.get("key") or data.get("name") or data.get("code") or f"number {place}"
            row = Row(self.files, f"{self.name} [[{kind}]] {key}", data, self.valid_from)
            entries.append(build(row))
            row.done()
        found = Versions(kind, entries)
        for fault in found.overlaps():
            self.files.fault(self.name, fault)
        return found

    def table(self, name: str) -> "Row":
        data = self.data.get(name)
        if not isinstance(data, dict):
            self.files.fault(self.name, f"the table [{name}] is missing")
        return Row(self.files, f"{self.name} [{name}]", data if isinstance(data, dict) else {}, None)

    def top(self) -> "Row":
        """The settings that stand above all tables."""
        plain = {k: v for k, v in self.data.items() if not isinstance(v, list | dict)}
        return Row(self.files, self.name, plain, None)

    def _rows(self, kind: str) -> list[dict[str, Any]]:
        rows = self.data.get(kind, [])
        if not rows or not isinstance(rows, list):
            self.files.fault(self.name, f"needs at least one [[{kind}]]")
            return []
        return [row for row in rows if isinstance(row, dict)]


class Row:
    """One table of a file. A reading that fails notes the fault and gives a harmless value."""

    def __init__(self, files: Files, where: str, data: dict[str, Any], valid_from: date | None) -> None:
        self.files = files
        self.where = where
        self.data = data
        self.valid_from = valid_from
        self.seen: set[str] = set()

    def fault(self, words: str) -> None:
        self.files.fault(self.where, words)

    def text(self, name: str, default: str | None = None) -> str:
        value = self._get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.fault(f"{name} must be a text" if name in self.data else f"{name} is missing")
            return default or ""
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._get(name, None)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            self.fault(f"{name} must be a list of texts")
            return ()
        return tuple(value)

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if value and value not in choices:
            self.fault(f"{name} must be one of {', '.join(choices)} (now: {value!r})")
        return value

    def flag(self, name: str, default: bool | None = None) -> bool:
        value = self._get(name, default)
        if not isinstance(value, bool):
            self.fault(f"{name} must be true or false")
            return False
        return value

    def whole(self, name: str, *, low: int = 0) -> int:
        value = self.whole_or_none(name, low=low)
        if value is None and name not in self.data:
            self.fault(f"{name} is missing")
        return low if value is None else value

    def whole_or_none(self, name: str, *, low: int = 0) -> int | None:
        value = self._get(name, None)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < low:
            self.fault(f"{name} must be a whole number of at least {low} (now: {value!r})")
            return None
        return value

    def amount_or_none(self, name: str) -> Decimal | None:
        value = self._get(name, None)
        if value is None:
            return None
        if not isinstance(value, int | Decimal) or isinstance(value, bool) or value <= 0:
            self.fault(f"{name} must be a number above nought (now: {value!r})")
            return None
        return Decimal(value)

    def day_or_none(self, name: str) -> date | None:
        value = self._get(name, None)
        if value is not None and type(value) is not date:
            self.fault(f"{name} must be a date such as 2026-11-23, without quotes (now: {value!r})")
            return None
        return value

    def basis(self) -> Basis:
        key = self.text("source")
        if key and key not in self.files.sources:
            self.fault(f"source {key!r} is not in sources.toml")
        marks = {mark.value: mark for mark in Mark}
        mark = self.choice("mark", marks)
        return Basis(
            source=self.files.sources.get(key, NOWHERE),
            article=self.text("article"),
            mark=marks.get(mark, Mark.ASSUMED),
            valid_from=self._valid_from(),
            valid_until=self._valid_until(),
            note=self.text("note", ""),
        )

    def done(self) -> None:
        """Says which settings nothing asked for: a misspelt one would otherwise be lost in silence."""
        for unknown in sorted(set(self.data) - self.seen):
            self.fault(f"unknown setting {unknown!r}")

    def _valid_from(self) -> date:
        named = "valid_from" in self.data
        value = self.day_or_none("valid_from") if named else self.valid_from
        if value is None and not named:
            self.fault("valid_from is missing")
        return value or EPOCH

    def _valid_until(self) -> date | None:
        until = self.day_or_none("valid_until")
        start = self.data.get("valid_from", self.valid_from)
        if until is not None and type(start) is date and until < start:
            self.fault(f"valid_until {until} lies before valid_from {start}")
        return until

    def _get(self, name: str, default: Any) -> Any:
        self.seen.add(name)
        return self.data.get(name, default)
