"""The rail: sections in order, the permission that opens each, the count beside it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from casework.clues import queries as clues
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.officers.sight import Sight, sight_of
from casework.terms import N_
from casework.tips import inbox

Counter = Callable[[Session, Sight], tuple[int, bool]]


@dataclass(frozen=True)
class Section:
    """`endpoint` is drawn only where its blueprint is there; `key` is the letter after g."""

    label: str
    endpoint: str
    permissions: frozenset[Permission]
    counts: str = ""
    gap: bool = False
    key: str = ""


@dataclass(frozen=True)
class Drawn:
    label: str
    url: str
    count: str
    over: bool
    gap: bool
    current: bool
    key: str


SECTIONS = (
    Section(N_("收件箱"), "inbox.inbox", frozenset({Permission.READ_INBOX}), "inbox", key="i"),
    Section(N_("线索"), "clues.desk", frozenset({Permission.READ_CLUES}), "clues", key="c"),
    Section(N_("案件"), "cases.cases", frozenset({Permission.READ_CASES})),
    Section(N_("台账"), "ledgers.ledgers", frozenset({Permission.READ_LEDGERS}), gap=True, key="l"),
    Section(N_("奖励"), "rewards.rewards", frozenset({Permission.READ_REWARDS}), gap=True),
    Section(N_("资金"), "fund.fund", frozenset({Permission.READ_FUND})),
    Section(N_("发放"), "payouts.payouts", frozenset({Permission.PAY_OUT})),
    Section(N_("录入"), "intake.intake", frozenset({Permission.ENTER_TIPS}), gap=True),
    Section(N_("人员"), "officers.officers", frozenset({Permission.MANAGE_OFFICERS})),
    Section(N_("留痕"), "trail.trail", frozenset({Permission.READ_TRAIL})),
)


def draw(officer: Officer, session: Session) -> list[Drawn]:
    """The sections this officer may open. Two statements at most: one a count."""
    sight, here = sight_of(officer), (request.endpoint or "").split(".")[0]
    drawn: list[Drawn] = []
    for section in SECTIONS:
        if (
            section.endpoint not in current_app.view_functions
            or not officer.permissions & section.permissions
        ):
            continue
        number, over = _counted(section.counts, session, sight) if section.counts else (0, False)
        drawn.append(
            Drawn(
                label=gettext(section.label),
                url=url_for(section.endpoint),
                count=_capped(number),
                over=over,
                gap=section.gap and bool(drawn),
                current=section.endpoint.split(".")[0] == here,
                key=section.key,
            )
        )
    return drawn


def _counted(name: str, session: Session, sight: Sight) -> tuple[int, bool]:
    """What a view has counted for its own page (`note`) is not counted again for the frame."""
    known: dict[str, tuple[int, bool]] = g.setdefault("counted", {})
    if name not in known:
        known[name] = _COUNTS[name](session, sight)
    return known[name]


def note(name: str, number: int, over: bool) -> None:
    """For views: how many there are, and whether one is late."""
    g.setdefault("counted", {})[name] = (number, over)


def _count_inbox(session: Session, sight: Sight) -> tuple[int, bool]:
    return inbox.waiting(session, sight=sight)


def _count_clues(session: Session, sight: Sight) -> tuple[int, bool]:
    found = clues.chips(session, sight=sight)
    return found["all"], found["over"] > 0


def _capped(number: int) -> str:
    return "1000+" if number > clues.MOST_COUNTED else str(number or "")


_COUNTS: dict[str, Counter] = {"inbox": _count_inbox, "clues": _count_clues}
