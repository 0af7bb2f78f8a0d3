"""领奖励: code and PIN, then how and where, then the payout number. One address, as the contract has it."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework import calendar, policy
from casework.db import after_commit
from casework.errors import Invalid
from casework.rewards import claims
from casework.terms import RewardStage
from casework.vault.codes import informant_key
from portal import claimant, obstacles
from portal.forms.claim import CodeForm, WayForm
from portal.guard import public
from portal.means import means
from portal.obstacles import Obstacle
from portal.tracker import Informant

pages = Blueprint("claim", __name__)


@pages.get("/claim")
@public
def claim() -> Response:
    known = claimant.claimant()
    return _asked(CodeForm(formdata=None)) if known is None else _standing(known, _way_form())


@pages.post("/claim")
@public
def answer() -> Response:
    """Exempt from the global token check: a page left open only has to be pressed again."""
    way = "claim_method" in request.form or "counter" in request.form
    return _claim() if way else _check()


@pages.post("/claim/done")
@public
def done() -> Response:
    """Puts the paper away: the next one at this device starts from the beginning."""
    response = redirect("/claim", 303)
    claimant.forget(response)
    return response


def _check() -> Response:
    form = CodeForm(request.form)
    if not obstacles.csrf_holds():
        return _asked(form, Obstacle(_("隔得太久，请再按一次。")))
    if not form.validate():
        return _asked(form, status=400)
    if (obstacle := obstacles.crowded("claim")) is not None:
        return _asked(form, obstacle)
    keys = means().receipt_keys
    with means().db.begin() as session:  # committed either way: wrong PINs are counted
        receipt = claims.claimant(session, code=form.code, pin=form.claim_pin.data or "", keys=keys)
    if receipt is None:
        form.claim_pin.errors = [_("查询码或密码不对。")]
        return _asked(form, status=403)
    response = redirect("/claim", 303)
    claimant.remember(
        response, Informant(receipt.id, informant_key(keys, form.code, receipt.key_version).private)
    )
    return response


def _asked(form: CodeForm, obstacle: Obstacle | None = None, *, status: int = 200) -> Response:
    form.claim_pin.data = ""  # a PIN is never sent back
    html = render_template("portal/claim.html", form=form, faults=_faults(form), obstacle=obstacle)
    return make_response(html, obstacle.status if obstacle else status)


def _claim() -> Response:
    known = claimant.claimant()
    if known is None:
        return redirect("/claim", 303)  # fifteen minutes are over
    form = _way_form()
    if not obstacles.csrf_holds():
        return _standing(known, form, Obstacle(_("隔得太久，请再按一次。")))
    if not form.validate():
        return _standing(known, form, status=400)
    try:
        _store(known, form)
    except Invalid as refused:  # closed between the page and the press
        form[refused.field].errors = [_("请从这几种里选一种")]
        return _standing(known, form, status=400)
    response = redirect("/claim", 303)
    claimant.remember(response, known)
    return response


def _store(known: Informant, form: WayForm) -> None:
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


def _standing(
    known: Informant, form: WayForm, obstacle: Obstacle | None = None, *, status: int = 200
) -> Response:
    """The page for where the reward stands: nothing yet, choose a way, wait for the number, go and fetch it, done."""
    with means().db.read() as session:
        told = claims.standing(session, receipt_id=known.receipt_id, private_key=known.private_key)
    shelf = policy.current()
    if told.stage is RewardStage.APPROVED and told.claim is None:
        html = render_template(
            "portal/claim_way.html",
            told=told,
            form=form,
            faults=_faults(form),
            obstacle=obstacle,
            days_left=calendar.working_days_between(calendar.today(), told.claim_by) if told.claim_by else 0,
            small=_second_lines(),
            undecided=[way for way in shelf.claim_methods.values() if not way.decided],
        )
    else:
        counter = shelf.counters.get(told.claim.counter) if told.claim else None
        html = render_template("portal/claim_told.html", told=told, counter=counter, Stage=RewardStage)
    return make_response(html, obstacle.status if obstacle else status)


def _second_lines() -> dict[str, str]:
    """What stands in small type under a method and a counter."""
    shelf = policy.current()
    lines = {way.key: _(way.hint) for way in shelf.claim_methods.values()}
    return lines | {place.key: _(place.hint) for place in shelf.counters.values() if place.hint}


def _way_form() -> WayForm:
    form, shelf, demo = WayForm(request.form or None), policy.current(), means().is_demo
    form.offer(shelf.open_claim_methods(demo=demo), shelf.open_counters(demo=demo))
    return form


def _faults(form: CodeForm | WayForm) -> list[tuple[str, str]]:
    return [(field.id, str(field.errors[0])) for field in form if field.errors and field.name != "csrf_token"]
