"""How far it is, in the words of the village: one large sentence, the steps with their dates, the reward."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from casework import calendar, policy
from casework.rewards.sentences import APPROVED
from casework.terms import N_, RewardStage, Stage
from casework.tips.lookup import Track
from portal.pages import day, label, moment, yuan

TimelineRow = tuple[str, str, str, str]

# title, words, and what "最迟" stands before while this stage lasts.
STAGES: dict[Stage, tuple[str, str, str]] = {
    Stage.RECEIVED: (
        N_("收到了，等我们登记"),
        N_("不受理的话，会写明理由。"),
        N_("最迟 %(day)s 告诉您受不受理。"),
    ),
    Stage.ACCEPTED: (N_("已受理"), N_("我们接下了，正在安排人去核查。"), N_("最迟 %(day)s 告诉您结果。")),
    Stage.DECLINED: (N_("没有受理"), "", ""),
    Stage.HANDED_ON: (N_("已转给别的单位"), "", ""),
    Stage.VERIFYING: (N_("正在核查"), N_("我们已派人去核查。"), N_("最迟 %(day)s 告诉您结果。")),
    Stage.SUBSTANTIATED: (
        N_("查实了"),
        N_("您说的情况属实，正在处理。"),
        N_("最迟 %(day)s 告诉您处理结果。"),
    ),
    Stage.PARTLY: (
        N_("部分查实"),
        N_("您说的情况有一部分属实，正在处理。"),
        N_("最迟 %(day)s 告诉您处理结果。"),
    ),
    Stage.UNFOUNDED: (
        N_("没有查到"),
        N_("去核查过了，没有查到您说的情况。您有新的情况，可以在下面补充。"),
        "",
    ),
    Stage.INCONCLUSIVE: (
        N_("暂时查不清"),
        N_("去核查过了，还查不清楚。您知道得更多的话，请在下面补充。"),
        "",
    ),
    Stage.CASE_OPENED: (N_("已立案"), N_("正在按法律程序调查处理。"), N_("最迟 %(day)s 告诉您处理结果。")),
    Stage.CONCLUDED: (N_("处理完毕"), N_("处理决定已经作出，正在落实。"), ""),
    Stage.CLOSED_OFF: (N_("已销号"), N_("事情全部落实，这件事办完了。"), ""),
}

# What usually comes after a stage; nothing where the way ends.
_ACCEPT, _VERIFY, _TELL = N_("决定受不受理"), N_("派人去核查"), N_("告诉您结果")
_HANDLE, _CLOSE = N_("处理"), N_("销号")
NEXT: dict[Stage, tuple[str, ...]] = {
    Stage.RECEIVED: (_ACCEPT, _VERIFY, _TELL),
    Stage.ACCEPTED: (_VERIFY, _TELL),
    Stage.VERIFYING: (_TELL,),
    Stage.SUBSTANTIATED: (_HANDLE, _CLOSE),
    Stage.PARTLY: (_HANDLE, _CLOSE),
    Stage.CASE_OPENED: (_HANDLE, _CLOSE),
    Stage.CONCLUDED: (_CLOSE,),
}


@dataclass(frozen=True)
class RewardTold:
    title: str
    words: str = ""
    amount: str = ""
    may_claim: bool = False
    may_waive: bool = False


def title(stage: Stage) -> str:
    return gettext(STAGES[stage][0])


def words(track: Track) -> str:
    """What stands under the large sentence: why, who now, and until when."""
    note = next((step.note for step in reversed(track.steps) if step.stage is track.stage), None)
    said = _reason(note) if track.stage in (Stage.DECLINED, Stage.HANDED_ON) else ""
    _title, plain, until = STAGES[track.stage]
    due = track.answer_by or (decision_by(track.received_at) if track.stage is Stage.RECEIVED else None)
    promised = gettext(until, day=day(due)) if until and due and due >= calendar.today() else ""
    return "".join((said, gettext(plain) if plain else "", promised))


def decision_by(received_at: datetime) -> date:
    """The last day to decide whether a tip is taken on (config/deadlines.toml, triage)."""
    return calendar.local_day(calendar.due_at(policy.current().deadlines["triage"], received_at).at)


def timeline(track: Track) -> list[TimelineRow]:
    """Rows for parts/timeline.html: what was, where it stands, what usually follows."""
    rows = [("done", label(step.stage), moment(step.at), _reason(step.note)) for step in track.steps]
    if rows:
        _done, last, when, said = rows[-1]
        ended = not NEXT.get(track.stage)
        rows[-1] = ("done" if ended else "now", last, when, said)
    follows = () if track.withdrawn_at else NEXT.get(track.stage, ())
    return rows + [("later", gettext(word), "", "") for word in follows]


def _reason(note: str | None) -> str:
    """A decline reason's sentence, or who takes it now; a key that policy has dropped says nothing."""
    now, note = policy.current(), note or ""
    if note in now.decline_reasons:
        return gettext(now.decline_reasons[note].sentence)
    if note in now.bodies:
        return gettext("这件事归%(who)s管，我们已经转过去。", who=gettext(now.bodies[note].tell))
    return ""


def reward(track: Track) -> RewardTold:
    """The reward box, for each stage; amount and last day only where they are decided."""
    if track.waived_at is not None or track.reward_stage is RewardStage.WAIVED:
        return RewardTold(gettext("您放弃了奖励"))
    if not track.wants_reward:
        return RewardTold(gettext("没有要奖励"), gettext("举报的时候没有选要奖励，以后不能补。"))
    amount = yuan(track.reward_amount_fen) if track.reward_amount_fen is not None else ""
    stage = track.reward_stage
    if stage is RewardStage.APPROVED:
        until = day(track.reward_claim_by) if track.reward_claim_by else ""
        told = gettext(APPROVED, amount=amount, day=until)
        return RewardTold(gettext("可以领奖励了"), told, amount, may_claim=True, may_waive=True)
    if stage is RewardStage.CLAIMED:
        return RewardTold(
            gettext("等您去领"), gettext("取款暗号在“领奖励”那一页看。"), amount, may_claim=True
        )
    simple = {
        RewardStage.NONE: (
            N_("还不到时候"),
            N_("查实、办完以后才定。到时候写在这里：多少钱、到哪天为止、怎么领。"),
        ),
        RewardStage.PROPOSED: (N_("正在审核"), N_("批准以后写在这里：多少钱、到哪天为止、怎么领。")),
        RewardStage.PAID: (N_("已发放"), ""),
        RewardStage.LAPSED: (N_("过期没有领"), N_("过了领取的日子，按规定算放弃。")),
        RewardStage.DECLINED: (N_("不发奖励"), N_("按奖励办法，这一件不够发奖励的条件。")),
    }
    head, said = simple[stage]
    waivable = stage in (RewardStage.NONE, RewardStage.PROPOSED)
    paid = amount if stage is RewardStage.PAID else ""
    return RewardTold(gettext(head), gettext(said) if said else "", paid, may_waive=waivable)
