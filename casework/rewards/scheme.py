"""What a scheme allows: band, uplift, cap. Pure arithmetic on whole 分, so that a decision can be done over on paper."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from casework.errors import Invalid, WrongState
from config.policy.rewards import RewardScheme


class SchemeUndecided(WrongState):
    """The county has not decided to reward this kind of tip; nothing may be proposed."""

    code = "scheme_undecided"


@dataclass(frozen=True)
class SchemeTerms:
    """A scheme's terms as they stood on one day; stored with the decision that was taken under them."""

    key: str
    version: str
    low_fen: int
    high_fen: int
    uplift_percent: int
    cap_fen: int
    source: str
    article: str

    def as_inputs(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_inputs(cls, stored: dict[str, Any]) -> Self:
        return cls(**stored)


def terms_of(scheme: RewardScheme) -> SchemeTerms:
    """Raises SchemeUndecided for a scheme that is off."""
    if scheme.band is None:
        raise SchemeUndecided(scheme.key)
    return SchemeTerms(
        key=scheme.key,
        version=scheme.basis.valid_from.isoformat(),
        low_fen=scheme.band.low_fen,
        high_fen=scheme.band.high_fen,
        uplift_percent=scheme.band.uplift_percent,
        cap_fen=scheme.band.cap_fen,
        source=scheme.basis.source.title,
        article=scheme.basis.article,
    )


def amount_under(terms: SchemeTerms, *, base_fen: int, uplift_percent: int) -> int:
    """The amount: base and what the uplift adds, a fraction of a 分 dropped.

    山西省非法违法采矿线索举报奖励办法第五条: 5,000 元至 300,000 元，贡献突出的可以提高 100%，最高不超过 500,000 元。Both ends of
    the band belong to it. Raises Invalid `amount_yuan` or `uplift_percent`.
    """
    if base_fen < terms.low_fen:
        raise Invalid("amount_yuan", "below_band", low_fen=terms.low_fen)
    if base_fen > terms.high_fen:
        raise Invalid("amount_yuan", "above_band", high_fen=terms.high_fen)
    if not 0 <= uplift_percent <= terms.uplift_percent:
        raise Invalid("uplift_percent", "out_of_range", most=terms.uplift_percent)
    amount = base_fen + base_fen * uplift_percent // 100
    if amount > terms.cap_fen:
        raise Invalid(
            "uplift_percent" if uplift_percent else "amount_yuan", "above_cap", cap_fen=terms.cap_fen
        )
    return amount


def recompute(inputs: dict[str, Any]) -> int:
    """The amount of a stored decision out of its own inputs, whatever the policy says today."""
    return amount_under(
        SchemeTerms.from_inputs(inputs["terms"]),
        base_fen=inputs["base_fen"],
        uplift_percent=inputs["uplift_percent"],
    )
