"""资金: what the fund holds, its journal, money that arrives and who confirms it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.access import allow, current_officer
from admin.forms.fund import AppropriateForm, ConfirmForm
from admin.forms.rewards import blame
from admin.means import means
from admin.pages import language
from casework import calendar, labels, policy
from casework.errors import Invalid, SamePerson, WrongState
from casework.officers.roles import Permission
from casework.rewards import appropriations, fund_reading
from casework.rewards.fund_reading import FundFigures
from casework.rewards.terms import AppropriationKind, JournalKind

pages = Blueprint("fund", __name__)
Page = str | Response | tuple[str, int]

CUTS: dict[str, tuple[JournalKind, ...]] = {
    "": (),
    "appropriate": (JournalKind.APPROPRIATE,),
    "reserve": (JournalKind.RESERVE,),
    "pay_out": (JournalKind.PAY_OUT,),
    "release": (JournalKind.RELEASE,),
}


@pages.get("/fund")
@allow(Permission.READ_FUND)
def fund() -> Page:
    form = AppropriateForm(formdata=None)
    form.kind.data = AppropriationKind.SUPPLEMENT.value
    return _show(form)


@pages.post("/fund/appropriations")
@allow(Permission.APPROPRIATE)
def appropriate() -> Page:
    form = AppropriateForm()
    if not form.validate_on_submit():
        return _show(form, status=400)
    try:
        with means().db.begin() as session:
            appropriations.appropriate(
                session,
                kind=AppropriationKind(form.kind.data),
                amount_fen=form.amount_yuan.fen,
                document_number=form.document_number.data,
                by=current_officer(),
            )
    except Invalid as refused:
        if not blame(form, refused):
            raise
        return _show(form, status=400)
    flash(_("记下了，等别人确认。确认以前不算进余额。"), "good")
    return redirect(url_for("fund.fund"), 303)


@pages.post("/fund/appropriations/<int:number>/confirm")
@allow(Permission.CONFIRM_APPROPRIATIONS)
def confirm(number: int) -> Page:
    return _decide(number, appropriations.confirm_appropriation, _("已确认，算进余额了。"))


@pages.post("/fund/appropriations/<int:number>/refuse")
@allow(Permission.CONFIRM_APPROPRIATIONS)
def refuse(number: int) -> Page:
    return _decide(number, appropriations.refuse_appropriation, _("没有确认，这一笔不算。"))


def _decide(number: int, deed: Any, done: str) -> Page:
    if not ConfirmForm().validate_on_submit() or number >= 2**63:
        return _show(AppropriateForm(formdata=None), status=400)
    try:
        with means().db.begin() as session:
            deed(session, appropriation_id=number, by=current_officer())
    except SamePerson:
        trouble = _("这一笔是您记的，要由别人确认。")
        return _show(AppropriateForm(formdata=None), trouble=trouble, status=403)
    except WrongState:
        return _show(AppropriateForm(formdata=None), trouble=_("这一笔已经有人办过了。"), status=409)
    flash(done, "good")
    return redirect(url_for("fund.fund"), 303)


def _show(form: AppropriateForm, *, trouble: str = "", status: int = 200) -> tuple[str, int]:
    cut = request.args.get("cut", "")
    cut = cut if cut in CUTS else ""
    rule = next(iter(policy.current().fund_rules.values()))
    with means().db.read() as session:
        told = fund_reading.figures(session)
        page = fund_reading.journal_page(
            session, kinds=CUTS[cut], after=_number("after"), before=_number("before")
        )
        waiting = fund_reading.waiting(session)
        faults = fund_reading.faults(session)
    return render_template(
        "admin/fund.html",
        told=told,
        tiles=_tiles(told),
        page=page,
        chips=_chips(cut),
        cut=cut,
        waiting=waiting,
        faults=faults,
        form=form,
        wrong_fields=[(f.name, str(f.errors[0])) for f in form if f.errors and f.name != "csrf_token"],
        trouble=trouble,
        year=calendar.today().year,
        rule=rule,
        # Templates format what they translate, and this sentence holds a per cent sign.
        rule_words=_(rule.rule),
        sees_rewards=current_officer().may(Permission.READ_REWARDS),
    ), status


def _tiles(told: FundFigures) -> list[dict[str, Any]]:
    now = told.balances
    nearest = _("没有等着领的")
    if told.next_claim_end:
        day = labels.local_date(told.next_claim_end, language(), today=calendar.today())
        nearest = _("%(n)s 笔，最早 %(day)s 到期", n=told.promised, day=day)
    elif told.promised:
        nearest = _("%(n)s 笔，都已申领", n=told.promised)
    return [
        _tile(_("账上余额"), now.held_fen, _("收 %(in)s 减 付 %(out)s", **_in_out(told)), ""),
        _tile(_("已批未领（预留）"), now.reserved_fen, nearest, "reserve", "care"),
        _tile(_("还能批"), now.available_fen, _("余额减预留"), ""),
        _tile(_("今年已发"), told.paid_fen, _("%(n)s 笔", n=told.paid), "pay_out"),
    ]


def _tile(label: str, fen: int, words: str, cut: str, kind: str = "") -> dict[str, Any]:
    figure = labels.yuan(fen, language(), unit=False)
    return {
        "label": label,
        "figure": figure,
        "words": words,
        "url": url_for("fund.fund", cut=cut or None),
        "kind": kind,
    }


def _in_out(told: FundFigures) -> dict[str, str]:
    now = told.balances
    return {
        "in": labels.yuan(now.appropriated_fen, language(), unit=False),
        "out": labels.yuan(now.paid_fen, language(), unit=False),
    }


def _chips(cut: str) -> list[dict[str, Any]]:
    names = {
        "": _("全部"),
        "appropriate": _("拨入"),
        "reserve": _("预留"),
        "pay_out": _("发放"),
        "release": _("预留退回"),
    }
    return [
        {
            "label": label,
            "count": "",
            "url": url_for("fund.fund", cut=key or None),
            "on": key == cut,
            "sign": "",
            "key": "",
        }
        for key, label in names.items()
    ]


def _number(name: str) -> int | None:
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else None
