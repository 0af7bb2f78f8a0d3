"""docs/policy.md says what the files say. A failing test prints the rows it should hold."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from config.policy import FOLDER, MU_IN_M2, Basis, Policy, load_policy

DOC = (FOLDER.parent / "docs" / "policy.md").read_text("utf-8")
Rows = Callable[[Policy], Iterator[str]]
UNITS = {"hours": "小时", "days": "日", "working_days": "工作日"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(on=date(2026, 11, 23))


def ground(basis: Basis) -> str:
    return f"{basis.cited} | {basis.mark.value}"


def limits(policy: Policy) -> Iterator[str]:
    for d in policy.deadlines.values():
        end = "" if d.closes is None else "24:00" if d.closes.hour == 23 else f"{d.closes:%H:%M}"
        yield f"| `{d.key}` | {d.label} | {d.amount} {UNITS[d.unit]} | {end} | {ground(d.basis)} |"


def thresholds(policy: Policy) -> Iterator[str]:
    for t in policy.thresholds.values():
        unit, name = (100, "元") if t.measure == "value" else (MU_IN_M2, "亩")
        low, high = (f"{float(value / unit):.8g}" for value in (t.low, t.high))
        span = low if low == high else f"{low}–{high}"
        yield f"| `{t.key}` | {t.crime} | {span} {name} | {ground(t.basis)} |"


def reasons(policy: Policy) -> Iterator[str]:
    for r in policy.decline_reasons.values():
        yield f"| `{r.key}` | {r.label} | {ground(r.basis)} |"


def checks(policy: Policy) -> Iterator[str]:
    for kind, shelf in (("条件", policy.conditions), ("除外", policy.exclusions)):
        for c in shelf.values():
            yield f"| `{c.key}` | {kind} | {c.label} | {ground(c.basis)} |"


@pytest.mark.parametrize("rows", [limits, thresholds, reasons, checks])
def test_the_document_holds_every_row(rows: Rows, policy: Policy) -> None:
    missing = [row for row in rows(policy) if row not in DOC]
    assert not missing, "\n".join(missing)


def test_the_document_names_every_file_and_every_choice(policy: Policy) -> None:
    for path in [*FOLDER.glob("*.toml"), *FOLDER.glob("regions/*")]:
        assert path.name in DOC, path.name
    for shelf in (policy.schemes, policy.ladder, policy.claim_methods, policy.counters, policy.bodies):
        for key in shelf:
            assert f"`{key}`" in DOC, key
