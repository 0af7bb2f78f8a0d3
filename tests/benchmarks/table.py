"""What a measure says, and whether it is good enough. One row a measure (contract §6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from unicodedata import east_asian_width

WIDEST_SPREAD = 2.0  # of the yardstick within one run; beyond it the machine was busy with other things
GOOD, MISSED, UNSAID = "good", "missed", "no verdict"


@dataclass(frozen=True)
class Row:
    """`target` is the largest ratio, or the largest figure where there is no yardstick."""

    what: str
    ours: str
    yardstick: str
    ratio: str
    target: str
    verdict: str
    why: str = ""


@dataclass
class Turns:
    """Figures of the product and of the yardstick, one of each a round, in the same unit."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __add__(self, other: "Turns") -> "Turns":
        """One deed after the other, as one."""
        return Turns(
            [one + more for one, more in zip(self.ours, other.ours, strict=True)],
            [one + more for one, more in zip(self.theirs, other.theirs, strict=True)],
            self.faults + other.faults,
        )

    @property
    def ratio(self) -> float:
        """The median of the rounds' own ratios, so that what slows a whole round says nothing."""
        return median(one / other for one, other in zip(self.ours, self.theirs, strict=True))

    @property
    def spread(self) -> float:
        return max(self.theirs) / min(self.theirs)


def compare(what: str, turns: Turns, target: float, *, unit: str = "ms", plus: float = 0.0) -> Row:
    """`plus` is what the product may take beyond the ratio, in the unit of the figures."""
    ratio = turns.ratio
    allowed = target + plus / median(turns.theirs)
    verdict = GOOD if ratio <= allowed else MISSED
    why = ""
    if turns.spread > WIDEST_SPREAD:
        verdict, why = UNSAID, f"the yardstick itself spread {turns.spread:.1f}-fold"
    if turns.faults:
        verdict, why = MISSED, "; ".join(sorted(set(turns.faults))[:3])
    return Row(
        what=what,
        ours=_figures(turns.ours, unit),
        yardstick=_figures(turns.theirs, unit),
        ratio=f"{ratio:.2f}",
        target=f"≤ {target:g}" + (f" (+ {plus:g} {unit})" if plus else ""),
        verdict=verdict,
        why=why,
    )


def beside(what: str, turns: Turns, *, unit: str = "ms") -> Row:
    """A part of a measure, told for whoever looks for the rest of it; it has no target of its own."""
    return Row(what, _figures(turns.ours, unit), _figures(turns.theirs, unit), f"{turns.ratio:.2f}", "", "")


def at_most(what: str, figure: float, limit: float, *, unit: str = "", faults: Sequence[str] = ()) -> Row:
    """A count that needs no clock."""
    shown = f"{figure:,.1f}".removesuffix(".0") + (f" {unit}" if unit else "")
    verdict = GOOD if figure <= limit and not faults else MISSED
    return Row(what, shown, "", "", f"≤ {limit:g}" + (f" {unit}" if unit else ""), verdict, "; ".join(faults))


def _figures(figures: Sequence[float], unit: str) -> str:
    """Median, and the least and the most beside it."""
    return f"{median(figures):.2f} {unit} ({min(figures):.2f}–{max(figures):.2f})"


HEAD = ("what", "this product", "yardstick", "ratio", "target", "verdict")


def as_text(rows: Sequence[Row]) -> str:
    lines = [HEAD, *((r.what, r.ours, r.yardstick, r.ratio, r.target, r.verdict) for r in rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(HEAD))]
    told = [
        "  ".join(_padded(word, width) for word, width in zip(line, widths, strict=True)) for line in lines
    ]
    told.insert(1, "  ".join("─" * width for width in widths))
    told += [f"{row.what}: {row.why}" for row in rows if row.why]
    return "\n".join(line.rstrip() for line in told)


def _width(word: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in word)


def _padded(word: str, width: int) -> str:
    return word + " " * (width - _width(word))
