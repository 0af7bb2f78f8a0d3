"""奖励: the list, proposing, and one reward with the deeds of who comes next."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from admin import reward_page
from admin.access import allow, current_officer
from admin.band_chart import band_of
from admin.forms.rewards import ApproveForm, ProposeForm, ReasonForm, ReviewForm, blame, propose_form
from admin.means import means
from admin.numbers import known_number
from casework import policy
from casework.errors import FundTooLow, Invalid, SamePerson, Stale, WrongState
from casework.officers.roles import Permission
from casework.rewards import actions, proposing
from casework.rewards.candidates import Candidate, candidate_for, candidates
from casework.rewards.eligibility import points
from casework.rewards.journal import balances
from casework.rewards.models import Reward
from casework.rewards.queries import (
    counts,
    earlier_amounts,
    known_reward,
    read_reward,
    reward_list,
)
from casework.rewards.scheme import SchemeTerms, SchemeUndecided, recompute, terms_of
from casework.rewards.terms import Agreement, Answer, RewardState, Severity
from casework.tips.numbers import REWARDS, TIPS

pages = Blueprint("rewards", __name__)
Page = str | Response | tuple[str, int]

CUTS: dict[str, tuple[RewardState, ...]] = {
    "": (),
    "deciding": (RewardState.PROPOSED, RewardState.REVIEWED, RewardState.RETURNED),
    "promised": (RewardState.APPROVED, RewardState.CLAIMED),
    "paid": (RewardState.PAID,),
    "ended": (RewardState.DECLINED, RewardState.WAIVED),
}


@pages.get("/rewards")
@allow(Permission.READ_REWARDS)
def rewards() -> str:
    cut = request.args.get("cut", "")
    cut = cut if cut in CUTS else ""
    officer = current_officer()
    decides = officer.may(Permission.PROPOSE_REWARDS) or officer.may(Permission.APPROVE_REWARDS)
    with means().db.read() as session:
        page = reward_list(session, by=officer, states=CUTS[cut], after=_key("after"), before=_key("before"))
        return render_template(
            "admin/rewards.html",
            page=page,
            chips=_chips(counts(session, by=officer), cut),
            cut=cut,
            waiting=candidates(session, by=officer) if decides else [],
            undecided={c for s in policy.current().schemes.values() if not s.decided for c in s.categories},
        )


@pages.route("/rewards/new/<tip_number>", methods=["GET", "POST"])
@allow(Permission.PROPOSE_REWARDS, Permission.APPROVE_REWARDS)
def new(tip_number: str) -> Page:
    """What may be proposed for one tip. An approver comes here to decline what may not."""
    number = known_number(tip_number, TIPS)
    with means().db.read() as session:
        told = candidate_for(session, tip_number=number, by=current_officer())
        known = known_reward(session, told.tip_id)
    if known is not None and known.state is not RewardState.RETURNED:
        return redirect(url_for("rewards.reward", reward_number=known.reward_number), 303)
    lines = points(policy.current(), told.standing())
    form = propose_form(line for line in lines if line.answer is Answer.ASK)
    if request.method == "GET":
        _prefill(form, known)
        return _show_new(told, form, known)
    if not current_officer().may(Permission.PROPOSE_REWARDS) or not form.validate_on_submit():
        return _show_new(told, form, known, 400)
    try:
        with means().db.begin() as session:
            made = proposing.propose(
                session, tip_number=number, proposal=form.proposal(), by=current_officer()
            )
    except Invalid as refused:
        if not blame(form, refused):
            raise
        return _show_new(told, form, known, 400)
    except SamePerson as refused:
        flash(reward_page.why_not(str(refused.facts["other"])), "bad")
        return _show_new(told, form, known, 403)
    except SchemeUndecided:
        return _show_new(told, form, known, 409)
    flash(_("%(number)s 已提出，等审核。", number=made.reward_number), "good")
    return redirect(url_for("rewards.reward", reward_number=made.reward_number), 303)


@pages.post("/rewards/new/<tip_number>/decline")
@allow(Permission.APPROVE_REWARDS)
def decline_new(tip_number: str) -> Page:
    number = known_number(tip_number, TIPS)
    form = ReasonForm()
    if not form.validate_on_submit():
        flash(_("没存上。请写理由。"), "bad")
        return redirect(url_for("rewards.new", tip_number=number), 303)
    try:
        with means().db.begin() as session:
            made = actions.decline_candidate(
                session, tip_number=number, reason=form.reason.data, by=current_officer()
            )
    except SamePerson as refused:
        flash(reward_page.why_not(str(refused.facts["other"])), "bad")
        return redirect(url_for("rewards.new", tip_number=number), 303)
    flash(_("%(number)s 不予奖励，已告诉举报人。", number=made.reward_number), "good")
    return redirect(url_for("rewards.reward", reward_number=made.reward_number), 303)


@pages.get("/rewards/<reward_number>")
@allow(Permission.READ_REWARDS)
def reward(reward_number: str) -> Page:
    return _show(known_number(reward_number, REWARDS))


@pages.post("/rewards/<reward_number>/review")
@allow(Permission.REVIEW_REWARDS)
def review(reward_number: str) -> Page:
    form = ReviewForm()

    def deed(session: Session, held: Reward) -> None:
        actions.review(
            session,
            reward=held,
            version=form.version.data or 0,
            by=current_officer(),
            words=form.words.data or "",
        )

    return _do(reward_number, "review", form, deed, _("已审核，等批准。"))


@pages.post("/rewards/<reward_number>/approve")
@allow(Permission.APPROVE_REWARDS)
def approve(reward_number: str) -> Page:
    form = ApproveForm()

    def deed(session: Session, held: Reward) -> None:
        actions.approve(
            session,
            reward=held,
            version=form.version.data or 0,
            by=current_officer(),
            decision_document=form.decision_document.data or "",
            words=form.words.data or "",
        )

    return _do(reward_number, "approve", form, deed, _("已批准，钱已预留，举报人看得到了。"))


@pages.route("/rewards/<reward_number>/send-back", methods=["GET", "POST"])
@allow(Permission.REVIEW_REWARDS, Permission.APPROVE_REWARDS)
def send_back(reward_number: str) -> Page:
    return _with_reason(reward_number, "send_back", _("已退回，等经办人改。"))


@pages.route("/rewards/<reward_number>/decline", methods=["GET", "POST"])
@allow(Permission.REVIEW_REWARDS, Permission.APPROVE_REWARDS)
def decline(reward_number: str) -> Page:
    return _with_reason(reward_number, "decline", _("不予奖励，已告诉举报人。"))


def _with_reason(reward_number: str, name: str, done: str) -> Page:
    form = ReasonForm()
    if request.method == "GET":
        return _show(known_number(reward_number, REWARDS), asks=name)

    def deed(session: Session, held: Reward) -> None:
        getattr(actions, name)(
            session,
            reward=held,
            version=form.version.data or 0,
            reason=form.reason.data or "",
            by=current_officer(),
        )

    return _do(reward_number, name, form, deed, done)


def _do(reward_number: str, name: str, form: Any, deed: Any, done: str) -> Page:
    """Runs one deed; what stands in its way is said on the reward's own page, with what was typed."""
    number = known_number(reward_number, REWARDS)
    if not form.validate_on_submit():
        return _show(number, forms={name: form}, asks=name, status=400)
    try:
        with means().db.begin() as session:
            held = actions.reward_for(session, reward_number=number, by=current_officer(), lock=True)
            deed(session, held)
    except Invalid as refused:
        if not blame(form, refused):
            raise
        return _show(number, forms={name: form}, asks=name, status=400)
    except SamePerson as refused:
        return _show(number, trouble=reward_page.why_not(str(refused.facts["other"])), status=403)
    except FundTooLow as refused:
        return _show(number, trouble=_too_low(refused), status=409)
    except Stale:
        return _show(number, trouble=_("别人刚改过这一笔，请看清楚现在的样子再办。"), status=409)
    except WrongState as refused:
        return _show(number, trouble=_gone_by(refused), status=409)
    flash(done, "good")
    return redirect(url_for("rewards.reward", reward_number=number), 303)


def _show(
    number: str,
    *,
    forms: dict[str, Any] | None = None,
    asks: str = "",
    trouble: str = "",
    status: int = 200,
) -> tuple[str, int]:
    officer = current_officer()
    with means().db.read() as session:
        found = actions.reward_for(session, reward_number=number, by=officer)
        told = read_reward(session, found)
        deeds = reward_page.open_deeds(session, found, officer)
        fund = balances(session)
    made = {"review": ReviewForm, "approve": ApproveForm, "send_back": ReasonForm, "decline": ReasonForm}
    blank = {name: kind(formdata=None) for name, kind in made.items()}
    terms = SchemeTerms.from_inputs(found.inputs["terms"]) if "terms" in found.inputs else None
    return render_template(
        "admin/reward.html",
        told=told,
        reward=found,
        deeds=deeds,
        forms=blank | (forms or {}),
        asks=asks,
        trouble=trouble,
        fund=fund,
        terms=terms,
        agrees=terms is None or recompute(found.inputs) == found.amount_fen,
        band=band_of(terms, found.amount_fen, told.earlier_fen) if terms else None,
        conditions=reward_page.conditions(reward_page.stored_points(found)),
        rungs=reward_page.rungs(told),
        sentence=reward_page.sentence(found.amount_fen, found.claim_by),
        needs_document=_needs_document(found.amount_fen),
        severity=Severity(found.inputs.get("severity", Severity.MINOR)),
        agreement=Agreement(found.inputs.get("agreement", Agreement.WHOLE)),
        past=reward_page.past(told),
        States=RewardState,
    ), status


def _show_new(
    told: Candidate, form: ProposeForm, known: Reward | None, status: int = 200
) -> str | tuple[str, int]:
    scheme = policy.current().scheme_for(told.category.value)
    terms = terms_of(scheme) if scheme.band else None
    with means().db.read() as session:
        earlier = earlier_amounts(session, scheme.key)
        fund = balances(session)
    lines = points(policy.current(), told.standing())
    return render_template(
        "admin/reward_new.html",
        told=told,
        form=form,
        known=known,
        scheme=scheme,
        rule_words=_(scheme.rule),
        terms=terms,
        earlier=earlier,
        fund=fund,
        conditions=reward_page.conditions(line for line in lines if line.answer is not Answer.ASK),
        asked=form.asked,
        fails=any(line.answer is Answer.FAILS for line in lines),
        reason_form=ReasonForm(formdata=None),
    ), status


def _prefill(form: ProposeForm, known: Reward | None) -> None:
    """What was sent back comes back as it was written."""
    if known is None:
        return
    inputs = known.inputs
    form.amount_yuan.data = str(known.base_fen // 100)
    form.severity.data, form.agreement.data = inputs["severity"], inputs["agreement"]
    form.uplift.data, form.uplift_percent.data = known.uplift_percent > 0, known.uplift_percent or None
    form.reason.data = known.reason
    for point in inputs["points"]:
        if f"answer_{point['key']}" in form:
            form[f"answer_{point['key']}"].data = point["answer"]
            form[f"note_{point['key']}"].data = point["note"]


def _chips(found: dict[RewardState, int], cut: str) -> list[dict[str, Any]]:
    names = {
        "": _("全部"),
        "deciding": _("在审批"),
        "promised": _("已批未领"),
        "paid": _("已发放"),
        "ended": _("没有发"),
    }
    return [
        {
            "label": label,
            "count": sum(found.get(state, 0) for state in (CUTS[key] or RewardState)),
            "url": url_for("rewards.rewards", cut=key or None),
            "on": key == cut,
            "sign": "",
            "key": "",
        }
        for key, label in names.items()
    ]


def _key(name: str) -> int | None:
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else None


def _needs_document(amount_fen: int) -> bool:
    shelf = policy.current()
    return amount_fen > 0 and shelf.step_for(amount_fen).key != next(iter(shelf.ladder))


def _too_low(refused: FundTooLow) -> str:
    there = int(str(refused.facts["there_fen"])) // 100
    return _("资金不够：还能批 %(there)s 元。请先追加拨款。", there=f"{there:,}")


def _gone_by(refused: WrongState) -> str:
    return {
        "waived": _("举报人刚刚放弃了奖励，不用再办。"),
        "withdrawn": _("举报人撤回了举报，按规定不能奖励；请办“不予奖励”。"),
    }.get(str(refused.facts.get("state", "")), _("这一笔已经不在这一步了。"))
