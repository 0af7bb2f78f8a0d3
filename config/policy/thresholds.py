"""Criminal thresholds and administrative penalties: what a figure may reach. Nothing here decides."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from config.policy.basis import Basis
from config.policy.reading import Files, Row
from config.policy.shelf import Versions

MU_IN_M2 = Fraction(2000, 3)
CIRCUMSTANCES = ("ordinary", "special", "repeat")


class Reach(str, Enum):
    """Where a figure lies. MAY: inside the range in which the province fixes its own figure."""

    BELOW = "below"
    MAY = "may"
    REACHES = "reaches"


@dataclass(frozen=True)
class Threshold:
    """`low` to `high` in whole 分 (measure 'value') or m² (measure 'area', an exact fraction).

    `local` is the province's own figure in the same unit; None: not found, so say so.
    """

    key: str
    crime: str
    label: str
    statute: str
    measure: str
    circumstance: str
    land_class: str
    low: Fraction
    high: Fraction
    local: Fraction | None
    multiple_of: str
    multiple: int
    basis: Basis

    def reach(self, amount: float | Decimal | Fraction) -> Reach:
        """Where `amount` (分 or m²) lies; the words on screen stay 可能达到, 未达到."""
        exact = Fraction(amount)
        if exact >= (self.high if self.local is None else self.local):
            return Reach.REACHES
        if self.local is None and exact >= self.low:
            return Reach.MAY
        return Reach.BELOW


@dataclass(frozen=True)
class Penalty:
    """An article's range in words, for the officer to read; nothing is computed from it."""

    key: str
    label: str
    rule: str
    basis: Basis


@dataclass(frozen=True)
class ThresholdBook:
    thresholds: Versions[Threshold]
    penalties: Versions[Penalty]


def read_thresholds(files: Files) -> ThresholdBook:
    file = files.file("thresholds.toml", ("threshold", "penalty"))
    found = file.versions("threshold", _threshold)
    found.entries = [_multiplied(entry, found, files) for entry in found.entries]
    return ThresholdBook(found, file.versions("penalty", _penalty))


def _threshold(row: Row) -> Threshold:
    measure = row.choice("measure", ("value", "area"))
    unit = MU_IN_M2 if measure == "area" else Fraction(100)
    low, high, local = (_figure(row.amount_or_none(name), unit) for name in ("low", "high", "local"))
    multiple_of, multiple = row.text("multiple_of", ""), row.whole_or_none("multiple", low=2)
    _check_figures(row, low, high, bool(multiple_of), multiple)
    return Threshold(
        key=row.text("key"),
        crime=row.text("crime"),
        label=row.text("label"),
        statute=row.text("statute"),
        measure=measure,
        circumstance=row.choice("circumstance", CIRCUMSTANCES),
        land_class=row.text("land_class", ""),
        low=low or Fraction(0),
        high=high or Fraction(0),
        local=local,
        multiple_of=multiple_of,
        multiple=multiple or 1,
        basis=row.basis(),
    )


def _figure(amount: Decimal | None, unit: Fraction) -> Fraction | None:
    return None if amount is None else Fraction(amount) * unit


def _check_figures(
    row: Row, low: Fraction | None, high: Fraction | None, derived: bool, multiple: int | None
) -> None:
    if derived:
        if low is not None or high is not None or multiple is None:
            row.fault("multiple_of needs multiple, and then no low or high")
    elif low is None or high is None:
        row.fault("needs low and high, or multiple_of and multiple")
    elif low > high:
        row.fault("low lies above high")


def _multiplied(entry: Threshold, found: Versions[Threshold], files: Files) -> Threshold:
    if not entry.multiple_of:
        return entry
    start = next((e for e in found.entries if e.key == entry.multiple_of and not e.multiple_of), None)
    if start is None:
        files.fault(
            f"thresholds.toml [[threshold]] {entry.key}", f"multiple_of {entry.multiple_of!r}, unknown"
        )
        return entry
    n = entry.multiple
    local = entry.local or (None if start.local is None else start.local * n)
    return replace(entry, low=start.low * n, high=start.high * n, local=local)


def _penalty(row: Row) -> Penalty:
    return Penalty(row.text("key"), row.text("label"), row.text("rule"), row.basis())
