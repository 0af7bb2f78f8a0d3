"""Where amounts stand on the band of a scheme: positions for the drawing, spaced by ratio, not by difference."""

import math
from dataclasses import dataclass

from casework.rewards.scheme import SchemeTerms

LEFT, RIGHT = 20.0, 600.0


@dataclass(frozen=True)
class Band:
    """See parts/band_chart.html. `x` are positions between LEFT and RIGHT; `anchor` keeps a label inside."""

    low_fen: int
    high_fen: int
    cap_fen: int
    high_x: float
    amount_fen: int
    amount_x: float
    anchor: str
    earlier_fen: tuple[int, ...]
    earlier_x: tuple[float, ...]


def band_of(terms: SchemeTerms, amount_fen: int, earlier_fen: tuple[int, ...]) -> Band:
    def x(fen: int) -> float:
        inside = min(max(fen, terms.low_fen), terms.cap_fen)
        share = math.log(inside / terms.low_fen) / math.log(terms.cap_fen / terms.low_fen)
        return round(LEFT + share * (RIGHT - LEFT), 1)

    at = x(amount_fen)
    return Band(
        low_fen=terms.low_fen,
        high_fen=terms.high_fen,
        cap_fen=terms.cap_fen,
        high_x=x(terms.high_fen),
        amount_fen=amount_fen,
        amount_x=at,
        anchor="" if at < 90 else "end" if at > 530 else "mid",
        earlier_fen=earlier_fen,
        earlier_x=tuple(x(fen) for fen in earlier_fen),
    )
