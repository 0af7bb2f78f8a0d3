"""One reward as its page tells it: conditions, who signs after whom, what the fund holds, what the informant reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from admin.pages import due, language
from casework import calendar, labels, policy
from casework.errors import SamePerson
from casework.labels import Standing
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.rewards import rules
from casework.rewards.actions import DECLINES, SENDS_BACK
from casework.rewards.candidates import handlers_of
from casework.rewards.eligibility import Point
from casework.rewards.models import Reward
from casework.rewards.queries import RewardRead, StepRead
from casework.rewards.sentences import APPROVED
from casework.rewards.steps import steps_taken
from casework.rewards.terms import Answer, RewardMove, RewardState

PERMISSIONS = {RewardMove.REVIEW: Permission.REVIEW_REWARDS, RewardMove.APPROVE: Permission.APPROVE_REWARDS}


@dataclass(frozen=True)
class Condition:
    """See parts/conditions.html."""

    answer: Answer
    words: str
    note: str


@dataclass(frozen=True)
class Rung:
    """See parts/ladder.html."""

    state: str
    title: str
    who: str
    when: str
    due: Standing | None = None


@dataclass(frozen=True)
class Past:
    """See parts/history.html."""

    state: str
    title: str
    words: str
    when: str
    who: str


def conditions(lines: Iterable[Point]) -> list[Condition]:
    """From the list of points as it stands now, or as it was stored with the decision."""
    return [Condition(line.answer, _words(line), _note(line)) for line in lines]


def stored_points(reward: Reward) -> list[Point]:
    """The points as they were answered, in the words of today's policy; a key it knows no more stands for itself."""
    shelf, told = policy.current(), reward.inputs.get("points", [])
    found = []
    for point in told:
        exclusion = point["key"] in shelf.exclusions
        check = (shelf.exclusions if exclusion else shelf.conditions).get(point["key"])
        found.append(
            Point(
                key=point["key"],
                label=check.label if check else point["key"],
                answer=Answer(point["answer"]),
                by_system=point["by_system"],
                fact=reward.inputs.get("first_tip", "") if point["key"] == "first_informant" else "",
                note=point["note"],
                article=check.basis.article if check else "",
                exclusion=exclusion,
            )
        )
    return found


def rungs(told: RewardRead) -> list[Rung]:
    """提出、审核、批准、告知、发放: done, now, later, or where it stopped."""
    reward = told.reward
    last = {step.move: step for step in told.steps}
    step = policy.current().ladder.get(reward.ladder_step)
    approve = _("%(who)s批准", who=_(step.label)) if step else _("批准")
    ways = [
        (RewardMove.PROPOSE, _("提出"), RewardState.RETURNED),
        (RewardMove.REVIEW, _("审核"), RewardState.PROPOSED),
        (RewardMove.APPROVE, approve, RewardState.REVIEWED),
        (RewardMove.CLAIM, _("举报人申领"), RewardState.APPROVED),
        (RewardMove.PAY_OUT, _("发放"), RewardState.CLAIMED),
    ]
    stops = {RewardState.DECLINED: RewardMove.DECLINE, RewardState.WAIVED: RewardMove.WAIVE}
    found = [_rung(told, last, move, title, waits) for move, title, waits in ways]
    if reward.state in stops:
        ended = last.get(stops[reward.state])
        found = [rung for rung in found if rung.state == "done"]
        found.append(Rung("stopped", _(reward.state.label), ended.who if ended else "", _when(ended)))
    return found


def past(told: RewardRead) -> list[Past]:
    """Every step with its words, the newest first."""
    return [
        Past(
            "", _(step.move.label), f" {step.words}" if step.words else "", _when(step), step.who or _("系统")
        )
        for step in reversed(told.steps)
    ]


def _rung(
    told: RewardRead, last: dict[RewardMove, StepRead], move: RewardMove, title: str, waits: RewardState
) -> Rung:
    state, hints = told.reward.state, _hints(told.reward.claim_by)
    order = list(RewardMove)
    if state is waits:
        return Rung("now", title, hints.get(move, ""), "", due(told.due_at))
    step = last.get(move)
    undone = move is RewardMove.REVIEW and state in (RewardState.RETURNED, RewardState.PROPOSED)
    if step is not None and not undone and order.index(move) >= 0:
        return Rung("done", title, step.who or _("系统"), _when(step))
    return Rung("later", title, hints.get(move, ""), "")


def _hints(claim_by: date | None) -> dict[RewardMove, str]:
    return {
        RewardMove.REVIEW: _("不能是提出的人"),
        RewardMove.APPROVE: _("不能是提出、审核的人，也不能是办这条线索的人"),
        RewardMove.CLAIM: _("凭查询码和领奖密码"),
        RewardMove.PAY_OUT: _("出纳，不能是前面任何一人"),
    }


def sentence(amount_fen: int, claim_by: date | None) -> str:
    """Word for word what the informant reads once it is approved; before that, with the day it would be today."""
    day = claim_by or calendar.local_day(
        calendar.due_at(policy.current().deadlines["reward_claim"], calendar.now()).at
    )
    return _(
        APPROVED,
        amount=labels.yuan(amount_fen, language()),
        day=labels.local_date(day, language(), today=calendar.today()),
    )


def open_deeds(session: Session, reward: Reward, by: Officer) -> dict[str, str]:
    """What this officer may do now: deed → "" when open, else why it is not theirs although their role would have it."""
    wanted: dict[RewardMove, Permission | None] = {
        RewardMove.REVIEW: Permission.REVIEW_REWARDS,
        RewardMove.APPROVE: Permission.APPROVE_REWARDS,
        RewardMove.SEND_BACK: SENDS_BACK.get(reward.state),
        RewardMove.DECLINE: DECLINES.get(reward.state),
    }
    taken = steps_taken(session, reward.id)
    handlers = handlers_of(session, reward.tip_id, reward.case_id)
    found = {}
    for move, permission in wanted.items():
        if permission is None or not by.may(permission) or (reward.state, move) not in rules.NEXT:
            continue
        try:
            rules.refuse_same_person(move, by.id, taken)
            rules.refuse_handler(move, by.id, handlers)
            found[move.value] = ""
        except SamePerson as refused:
            found[move.value] = why_not(str(refused.facts["other"]))
    return found


def why_not(other: str) -> str:
    """For who took a step that excludes this one."""
    return {
        "propose": _("这笔是您提出的，要由别人来办。"),
        "review": _("这笔是您审核的，要由别人来办。"),
        "approve": _("这笔是您批准的，要由别人来办。"),
        "handle": _("线索或者案件是您办的，奖励要由别人决定。"),
    }.get(other, _("前面的一步是您办的，这一步要由别人来办。"))


def _words(line: Point) -> str:
    return _("没有：%(what)s", what=_(line.label)) if line.exclusion else str(_(line.label))


def _note(line: Point) -> str:
    if line.answer is Answer.LATER:
        return str(_("领取时再核，现在不知道身份"))
    if line.fact:
        first = _("先举报的是 %(number)s", number=line.fact)
        return f"{first}，{line.note}" if line.note else str(first)
    return line.note or (str(_("系统核对")) if line.by_system else "")


def _when(step: StepRead | None) -> str:
    return labels.local_time(step.at, language(), today=calendar.today()) if step else ""
