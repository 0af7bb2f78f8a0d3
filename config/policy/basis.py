"""What a figure rests on: title, article, how far it was checked, and from when it holds."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Self


class Mark(str, Enum):
    """How far a figure was checked. `.label` is what a screen says beside it."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    CONFIRMED = "confirmed", "已核对条文"
    SECONDARY = "secondary", "据转载，待核对"
    ASSUMED = "assumed", "本系统设定，待核对"
    LOCAL_DECISION = "local-decision", "由县里决定"


@dataclass(frozen=True)
class Source:
    """One document of config/sources.toml. `number` is empty and `issued` None where not seen."""

    key: str
    title: str
    number: str = ""
    issued: date | None = None


@dataclass(frozen=True)
class Basis:
    """The ground a figure stands on."""

    source: Source
    article: str
    mark: Mark
    valid_from: date
    valid_until: date | None = None
    note: str = ""

    @property
    def cited(self) -> str:
        """The document and the article, as a screen prints them: 《信访工作条例》第三十四条."""
        if self.source.key in ("setting", "county"):
            return f"{self.source.title}：{self.article}"
        number = f"（{self.source.number}）" if self.source.number else ""
        return f"《{self.source.title}》{number}{self.article}"

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class PolicyError(ValueError):
    """Holds every fault found in the policy files, one a line: file, entry, and what it should be."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class UnknownKey(KeyError):
    """The policy in force on that day knows no such key."""

    def __init__(self, kind: str, key: str, on: date) -> None:
        super().__init__(f"{kind} {key!r} is not in the policy in force on {on.isoformat()}")
        self.kind = kind
        self.key = key
        self.on = on

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would print the quotes too
