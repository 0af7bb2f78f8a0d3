"""Between the units officers write (亩, 吨, 元) and those that are stored (m², kg, 分), both ways."""

from decimal import ROUND_HALF_UP, Decimal

_M2_IN_MU = Decimal(10_000) / 15  # 1 亩 = 666.67 m²
_HUNDREDTH = Decimal("0.01")


def mu_of(area_m2: Decimal) -> Decimal:
    """To the hundredth, as the forms are filled."""
    return (area_m2 / _M2_IN_MU).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def square_metres(mu: Decimal) -> Decimal:
    """To the hundredth; every hundredth of a 亩 comes back as it was entered."""
    return (mu * _M2_IN_MU).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def tonnes_of(mass_kg: int) -> Decimal:
    return Decimal(mass_kg) / 1000


def kilograms(tonnes: Decimal) -> int:
    """Raises ValueError for less than a kilogram: nothing is rounded away unseen."""
    return _whole(tonnes * 1000)


def yuan_of(amount_fen: int) -> Decimal:
    return Decimal(amount_fen) / 100


def fen(yuan: Decimal) -> int:
    """Raises ValueError for less than a 分."""
    return _whole(yuan * 100)


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise ValueError("finer than what is stored")
    return int(value)
