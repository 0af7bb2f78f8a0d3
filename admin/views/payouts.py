"""发放: the cashier types a number, sees an amount, hands it over. Nothing else is shown, because nothing else is needed."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.access import allow, current_officer
from admin.forms.payouts import NumberForm, PayForm
from admin.forms.rewards import blame
from admin.means import means
from admin.pages import language
from casework import labels
from casework.errors import Invalid, SamePerson, Throttled
from casework.officers.roles import Permission
from casework.rewards import payouts as deeds
from casework.rewards.payouts import Payable

pages = Blueprint("payouts", __name__)
Page = str | Response | tuple[str, int]


@pages.get("/payouts")
@allow(Permission.PAY_OUT)
def payouts() -> Page:
    return _show(NumberForm(formdata=None))


@pages.post("/payouts")
@allow(Permission.PAY_OUT)
def find() -> Page:
    """By POST: a number that hands out money does not stand in an address."""
    form = NumberForm()
    if not form.validate_on_submit():
        return _show(form, status=400)
    try:
        with means().db.begin() as session:  # committed either way: wrong numbers are counted
            payable = deeds.find_payout(
                session, number=form.payout_number.data, by=current_officer(), keys=means().office_keys
            )
    except Throttled as refused:
        return _wait(form, refused)
    if payable is None:
        return _wrong(form)
    pay = PayForm(formdata=None)
    pay.payout_number.data = payable.number
    return _show_payable(pay, payable)


@pages.post("/payouts/pay")
@allow(Permission.PAY_OUT)
def pay() -> Page:
    form = PayForm()
    if not form.validate_on_submit():
        return _show_again(form)
    try:
        with means().db.begin() as session:
            paid = deeds.pay_out(
                session,
                number=form.payout_number.data,
                voucher_number=form.voucher_number.data,
                by=current_officer(),
                keys=means().office_keys,
            )
    except Invalid as refused:
        if not blame(form, refused):
            raise
        return _show_again(form)
    except SamePerson:
        trouble = _("这一笔前面的手续是您办的，要由别的出纳发。")
        return _show(NumberForm(formdata=None), trouble=trouble, status=403)
    except Throttled as refused:
        return _wait(NumberForm(formdata=None), refused)
    if paid is None:
        return _wrong(NumberForm(formdata=None))
    amount = labels.yuan(paid.amount_fen, language())
    flash(_("已发放 %(amount)s，凭证 %(voucher)s。", amount=amount, voucher=paid.voucher_number), "good")
    return redirect(url_for("payouts.payouts"), 303)


def _show_again(form: PayForm) -> Page:
    """The voucher was wrong, not the number: what was typed stays, and the amount is looked up anew."""
    if form.payout_number.errors:
        return _show(NumberForm(formdata=None), status=400)
    try:
        with means().db.begin() as session:
            payable = deeds.find_payout(
                session, number=form.payout_number.data, by=current_officer(), keys=means().office_keys
            )
    except Throttled as refused:
        return _wait(NumberForm(formdata=None), refused)
    return _show_payable(form, payable, 400) if payable else _wrong(NumberForm(formdata=None))


def _show_payable(form: PayForm, payable: Payable, status: int = 200) -> tuple[str, int]:
    return render_template("admin/payout.html", form=form, payable=payable), status


def _show(form: NumberForm, *, trouble: str = "", status: int = 200) -> tuple[str, int]:
    with means().db.read() as session:
        mine = deeds.paid_by(session, current_officer())
    return render_template("admin/payouts.html", form=form, mine=mine, trouble=trouble), status


def _wrong(form: NumberForm) -> tuple[str, int]:
    form.payout_number.errors = [_("没有这个暗号，或者已经用过了。")]
    return _show(form, status=404)


def _wait(form: NumberForm, refused: Throttled) -> tuple[str, int]:
    when = labels.hour(refused.facts["until"])  # type: ignore[arg-type]
    return _show(form, trouble=_("错得太多了，%(when)s 以后再试。", when=when), status=429)
