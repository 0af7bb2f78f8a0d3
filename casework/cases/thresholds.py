"""够不够刑事标准: what the figures may reach, with the article. It shows and never decides (domain.md §4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from casework.terms import N_, Term
from config.policy import Policy, Reach, Threshold

MINING = "illegal_mining"
LAND = "area"


class Reading(Term):
    MAY_REACH = "may_reach", N_("可能达到")
    BELOW = "below", N_("未达到")
    TO_APPRAISE = "to_appraise", N_("待鉴定")


class Circumstance(Term):
    ORDINARY = "ordinary", N_("一般")
    SPECIAL = "special", N_("国家规划矿区、禁采区、禁采期等")
    REPEAT = "repeat", N_("受过处罚又犯")


@dataclass(frozen=True)
class Known:
    """What is known of a case: value in 分, area in m². `mined` and `occupied` say that there is something to weigh."""

    value_fen: int | None = None
    area_m2: Decimal | None = None
    land_class: str | None = None
    mined: bool = False
    occupied: bool = False
    circumstance: Circumstance = Circumstance.ORDINARY


@dataclass(frozen=True)
class Weighed:
    """One threshold and where the figure lies. `low` and `high` are in 分 or m²; `local` says whether the
    province's own figure is known; `note` and `cited` stand beside it on the page."""

    key: str
    crime: str
    label: str
    statute: str
    measure: str
    low: Fraction
    high: Fraction
    local: bool
    reading: Reading
    cited: str
    note: str


def weigh(policy: Policy, known: Known) -> tuple[Weighed, ...]:
    """The thresholds that bear on these figures, in the order of config/thresholds.toml."""
    return tuple(_weighed(entry, known) for entry in _bearing(policy, known))


def _bearing(policy: Policy, known: Known) -> Iterator[Threshold]:
    """Of each measure those for the circumstance; where the rules name none for it, the ordinary ones."""
    fitting = [entry for entry in policy.thresholds.values() if _fits(entry, known)]
    for measure in dict.fromkeys(entry.measure for entry in fitting):
        of_kind = [entry for entry in fitting if entry.measure == measure]
        special = [entry for entry in of_kind if entry.circumstance == str(known.circumstance)]
        yield from special or [e for e in of_kind if e.circumstance == str(Circumstance.ORDINARY)]


def _fits(entry: Threshold, known: Known) -> bool:
    if entry.measure == LAND:
        return known.occupied and entry.land_class == known.land_class
    return known.mined and _base(entry).startswith(MINING)


def _base(entry: Threshold) -> str:
    """破坏性采矿 asks how it was dug, which no figure here says; it is not offered."""
    return entry.multiple_of or entry.key


def _weighed(entry: Threshold, known: Known) -> Weighed:
    figure = known.area_m2 if entry.measure == LAND else known.value_fen
    return Weighed(
        key=entry.key,
        crime=entry.crime,
        label=entry.label,
        statute=entry.statute,
        measure=entry.measure,
        low=entry.low,
        high=entry.high,
        local=entry.local is not None,
        reading=_reading(entry, figure),
        cited=entry.basis.cited,
        note=entry.basis.note,
    )


def _reading(entry: Threshold, figure: int | Decimal | None) -> Reading:
    """A value is fixed by 价格认证 and destruction by 鉴定; so even a high figure only 可能达到."""
    if figure is None:
        return Reading.TO_APPRAISE
    return Reading.BELOW if entry.reach(figure) is Reach.BELOW else Reading.MAY_REACH
