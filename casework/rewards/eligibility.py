"""够不够条件: each point answered by the system where it knows, by an officer with a reason elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from casework.errors import Invalid
from casework.rewards.terms import Answer
from casework.terms import Finding, SubjectKind
from config.policy import Policy
from config.policy.rewards import Check

LONGEST_NOTE = 200


@dataclass(frozen=True)
class Standing:
    """What the system knows about one tip and its case. `first_tip` is the number of an earlier one, or empty."""

    finding: Finding | None
    subject_kind: SubjectKind
    concluded: bool
    first_tip: str
    wants_reward: bool
    withdrawn: bool


@dataclass(frozen=True)
class Point:
    """One line of the list. `fact` is a number or value that the answer rests on."""

    key: str
    label: str
    answer: Answer
    by_system: bool
    fact: str = ""
    note: str = ""
    article: str = ""
    exclusion: bool = False

    def as_inputs(self) -> dict[str, Any]:
        return {"key": self.key, "answer": self.answer.value, "by_system": self.by_system, "note": self.note}


@dataclass(frozen=True)
class Said:
    """An officer's answer to one point, and how it was checked."""

    answer: Answer
    note: str


def _yes(holds: bool) -> Answer:
    return Answer.PASSES if holds else Answer.FAILS


# What the system answers by itself. A point that is not here is the officer's, so that a new one in
# config/rewards.toml needs no change of code. A later tip is no bar: 后来的举报提供了有用的新证据，可以酌情给.
KNOWN: dict[str, Callable[[Standing], Answer]] = {
    "substantiated": lambda s: _yes(s.finding in (Finding.SUBSTANTIATED, Finding.PARTLY)),
    "clear_subject": lambda s: Answer.PASSES if s.subject_kind is not SubjectKind.UNKNOWN else Answer.ASK,
    "case_concluded": lambda s: _yes(s.concluded),
    "first_informant": lambda s: Answer.ASK if s.first_tip else Answer.PASSES,
    "wants_reward": lambda s: _yes(s.wants_reward),
    "withdrawn": lambda s: _yes(not s.withdrawn),
}


def points(policy: Policy, standing: Standing, said: Mapping[str, Said] | None = None) -> tuple[Point, ...]:
    """The whole list, conditions before exclusions, with what the officer said filled in where it was theirs."""
    lines = [(check, False) for check in policy.conditions.values()]
    lines += [(check, True) for check in policy.exclusions.values()]
    return tuple(
        _point(check, standing, (said or {}).get(check.key), exclusion) for check, exclusion in lines
    )


def refuse_unfit(lines: tuple[Point, ...]) -> None:
    """Raises Invalid on the first point that fails, was left open, or was answered without a reason."""
    for line in lines:
        if line.answer is Answer.FAILS:
            raise Invalid(f"answer_{line.key}", "fails", label=line.label)
        if line.answer is Answer.ASK:
            raise Invalid(f"answer_{line.key}", "unanswered", label=line.label)
        if not line.by_system and line.answer is Answer.PASSES and not line.note:
            raise Invalid(f"note_{line.key}", "empty", label=line.label)
        if len(line.note) > LONGEST_NOTE:
            raise Invalid(f"note_{line.key}", "too_long", label=line.label)


def _point(check: Check, standing: Standing, said: Said | None, exclusion: bool) -> Point:
    article = check.basis.article
    if check.when == "claim":
        return Point(check.key, check.label, Answer.LATER, True, article=article, exclusion=exclusion)
    answer = KNOWN[check.key](standing) if check.key in KNOWN else Answer.ASK
    fact = standing.first_tip if check.key == "first_informant" else ""
    if answer is not Answer.ASK:
        return Point(check.key, check.label, answer, True, fact, article=article, exclusion=exclusion)
    given = said or Said(Answer.ASK, "")
    return Point(
        check.key,
        check.label,
        given.answer,
        False,
        fact,
        given.note.strip(),
        article=article,
        exclusion=exclusion,
    )
