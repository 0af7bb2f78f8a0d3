"""Reward schemes, who approves how much, how it is claimed, and where the money comes from."""

from dataclasses import dataclass

from config.policy.basis import Basis
from config.policy.reading import Files, Row
from config.policy.shelf import Versions


@dataclass(frozen=True)
class RewardBand:
    """Whole 分. The amount lies in low–high; uplift adds at most that per cent; never above the cap."""

    low_fen: int
    high_fen: int
    uplift_percent: int
    cap_fen: int


@dataclass(frozen=True)
class RewardScheme:
    """A scheme the county has not decided has `decided` False and no band."""

    key: str
    label: str
    categories: tuple[str, ...]
    decided: bool
    band: RewardBand | None
    rule: str
    basis: Basis


@dataclass(frozen=True)
class LadderStep:
    """Who approves amounts up to and including `up_to_fen`; None on the last step: no upper end."""

    key: str
    label: str
    up_to_fen: int | None
    decided: bool
    basis: Basis


@dataclass(frozen=True)
class ClaimMethod:
    """`decided`: the county has recorded it. `in_demo`: open in the demo although it has not."""

    key: str
    words: str
    hint: str
    label: str
    anonymous: bool
    needs_account: bool
    decided: bool
    in_demo: bool
    basis: Basis


@dataclass(frozen=True)
class Counter:
    """Where cash is handed out. `example` ones are fictional and open in the demo only."""

    key: str
    label: str
    hint: str
    example: bool
    basis: Basis


@dataclass(frozen=True)
class Check:
    """A condition, or an exclusion. `when`: 'proposal', or 'claim' where the person is known only then."""

    key: str
    label: str
    when: str
    basis: Basis


@dataclass(frozen=True)
class FundRule:
    key: str
    label: str
    share_percent: int
    share_of: str
    rule: str
    basis: Basis


@dataclass(frozen=True)
class RewardBook:
    schemes: Versions[RewardScheme]
    ladder: Versions[LadderStep]
    claim_methods: Versions[ClaimMethod]
    counters: Versions[Counter]
    conditions: Versions[Check]
    exclusions: Versions[Check]
    fund_rules: Versions[FundRule]


def read_rewards(files: Files) -> RewardBook:
    kinds = ("scheme", "ladder", "claim_method", "counter", "condition", "exclusion", "fund")
    file = files.file("rewards.toml", kinds)
    return RewardBook(
        schemes=file.versions("scheme", _scheme),
        ladder=file.versions("ladder", _step),
        claim_methods=file.versions("claim_method", _claim_method),
        counters=file.versions("counter", _counter),
        conditions=file.versions("condition", _condition),
        exclusions=file.versions("exclusion", _exclusion),
        fund_rules=file.versions("fund", _fund),
    )


def _scheme(row: Row) -> RewardScheme:
    decided = row.flag("decided")
    return RewardScheme(
        key=row.text("key"),
        label=row.text("label"),
        categories=row.texts("categories"),
        decided=decided,
        band=_band(row, decided),
        rule=row.text("rule"),
        basis=row.basis(),
    )


def _band(row: Row, decided: bool) -> RewardBand | None:
    names = ("low_yuan", "high_yuan", "uplift_percent", "cap_yuan")
    if not decided:
        if any(name in row.data for name in names):
            row.fault("a scheme that is not decided may hold no amounts")
        return None
    low, high, uplift, cap = (row.whole(name) for name in names)
    if not 0 < low <= high <= cap:
        row.fault("low_yuan, high_yuan and cap_yuan must rise from above nought")
    if uplift > 100:
        row.fault("uplift_percent may be at most 100")
    return RewardBand(low * 100, high * 100, uplift, cap * 100)


def _step(row: Row) -> LadderStep:
    yuan = row.whole_or_none("up_to_yuan", low=1)
    return LadderStep(
        row.text("key"),
        row.text("label"),
        None if yuan is None else yuan * 100,
        row.flag("decided"),
        row.basis(),
    )


def _claim_method(row: Row) -> ClaimMethod:
    return ClaimMethod(
        key=row.text("key"),
        words=row.text("words"),
        hint=row.text("hint"),
        label=row.text("label"),
        anonymous=row.flag("anonymous"),
        needs_account=row.flag("needs_account"),
        decided=row.flag("decided"),
        in_demo=row.flag("in_demo"),
        basis=row.basis(),
    )


def _counter(row: Row) -> Counter:
    return Counter(row.text("key"), row.text("label"), row.text("hint", ""), row.flag("example"), row.basis())


def _condition(row: Row) -> Check:
    return Check(row.text("key"), row.text("label"), "proposal", row.basis())


def _exclusion(row: Row) -> Check:
    when = row.choice("when", ("proposal", "claim"))
    return Check(row.text("key"), row.text("label"), when, row.basis())


def _fund(row: Row) -> FundRule:
    share = row.whole("share_percent", low=1)
    if share > 100:
        row.fault("share_percent may be at most 100")
    return FundRule(
        row.text("key"), row.text("label"), share, row.text("share_of"), row.text("rule"), row.basis()
    )
