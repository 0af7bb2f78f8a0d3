"""领奖励: code and PIN, then how and where, then the payout number. One address, as the contract has it."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_babel import gettext as _

from casework import calendar, policy
from casework.db import after_commit
from casework.errors import Invalid
from casework.rewards import claims
from casework.terms import RewardStage
from casework.vault.codes import informant_key
from portal import claimant
from portal.claimant import Claimant
from portal.forms.claim import CodeForm, WayForm
from portal.guard import public
from portal.means import means

pages = Blueprint("claim", __name__)
Page = str | Response | tuple[str, int]


@pages.get("/claim")
@public
def claim() -> Page:
    known = claimant.claimant()
    if known is None:
        return render_template("portal/claim.html", form=CodeForm(formdata=None), faults=[])
    return _standing(known, _way_form())


@pages.post("/claim")
@public
def answer() -> Page:
    if "claim_method" in request.form or "counter" in request.form:
        return _claim()
    return _check()


@pages.post("/claim/done")
@public
def done() -> Page:
    """Puts the paper away: the next one at this device starts from the beginning."""
    response = _again()
    claimant.forget(response)
    return response


def _check() -> Page:
    form = CodeForm()
    if not form.validate_on_submit():
        return _refused(form, 400)
    keys = means().receipt_keys
    with means().db.begin() as session:  # committed either way: wrong PINs are counted
        receipt = claims.claimant(session, code=form.code, pin=form.claim_pin.data, keys=keys)
    if receipt is None:
        form.claim_pin.errors = [_("查询码或密码不对。")]
        return _refused(form, 403)
    private_key = informant_key(keys, form.code, receipt.key_version).private
    response = _again()
    claimant.remember(response, Claimant(receipt.id, private_key))
    return response


def _again() -> Response:
    return make_response(redirect("/claim", 303))


def _refused(form: CodeForm, status: int) -> tuple[str, int]:
    form.claim_pin.data = ""  # a PIN is never sent back
    return render_template("portal/claim.html", form=form, faults=_faults(form)), status


def _claim() -> Page:
    known = claimant.claimant()
    if known is None:
        return _again()  # fifteen minutes are over
    form = _way_form()
    if not form.validate_on_submit():
        return _standing(known, form, 400)
    try:
        with means().db.begin() as session:
            made = claims.claim_reward(
                session,
                receipt_id=known.receipt_id,
                method=form.claim_method.data,
                counter=form.counter.data,
                demo=means().is_demo,
            )
            number = made.id
            after_commit(session, lambda: means().bells.ring("claim", number))
    except Invalid as refused:  # closed between the page and the press
        form[refused.field].errors = [_("请从这几种里选一种")]
        return _standing(known, form, 400)
    response = _again()
    claimant.remember(response, known)
    return response


def _standing(known: Claimant, form: WayForm, status: int = 200) -> tuple[str, int]:
    """The page for where the reward stands: nothing yet, choose a way, wait for the number, go and fetch it, done."""
    with means().db.read() as session:
        told = claims.standing(session, receipt_id=known.receipt_id, private_key=known.private_key)
    today, shelf = calendar.today(), policy.current()
    if told.stage is RewardStage.APPROVED and told.claim is None:
        days_left = calendar.working_days_between(today, told.claim_by) if told.claim_by else 0
        small = {key: _(way.hint) for key, way in shelf.claim_methods.items()}
        small |= {key: _(place.hint) for key, place in shelf.counters.items() if place.hint}
        undecided = [way for way in shelf.claim_methods.values() if not way.decided]
        return render_template(
            "portal/claim_way.html",
            told=told,
            form=form,
            faults=_faults(form),
            days_left=days_left,
            small=small,
            undecided=undecided,
        ), status
    counter = shelf.counters.get(told.claim.counter) if told.claim else None
    return render_template("portal/claim_told.html", told=told, counter=counter, Stage=RewardStage), status


def _way_form() -> WayForm:
    form, shelf, demo = WayForm(), policy.current(), means().is_demo
    form.offer(shelf.open_claim_methods(demo=demo), shelf.open_counters(demo=demo))
    return form


def _faults(form: CodeForm | WayForm) -> list[tuple[str, str]]:
    return [(field.id, str(field.errors[0])) for field in form if field.errors and field.name != "csrf_token"]
