"""查进度: by code to the page of one tip, and what its informant may do there."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from casework.errors import NotFound
from casework.rewards import claims
from casework.terms import RewardStage
from casework.tips import lookup
from casework.tips.lookup import Track
from portal import claimant, form_key, guard, obstacles, progress, tracker
from portal.form_key import FormKey
from portal.forms.supplement import SupplementForm
from portal.forms.track import CodeForm, PinForm
from portal.guard import public
from portal.means import means
from portal.obstacles import Obstacle
from portal.picker import picker
from portal.tracker import Informant

pages = Blueprint("track", __name__)
Deed = Callable[[Informant], AnyResponse]


@pages.get("/track")
@public
def ask() -> AnyResponse:
    return _asked(CodeForm(formdata=None))


@pages.post("/track")
@public
def look_up() -> AnyResponse:
    """Exempt from the global token check: a page left open only has to be pressed again."""
    form = CodeForm(request.form)
    if not obstacles.csrf_holds():
        return _asked(form, Obstacle(_("隔得太久，请再按一次。")))
    if not form.validate():
        return _asked(form, status=400)
    if (obstacle := obstacles.crowded("look-up")) is not None:
        return _asked(form, obstacle)
    try:
        with means().db.read() as session:
            known = tracker.informant_of(session, form.code)
    except NotFound:
        form.receipt_code.errors = [_("查询码不对，或者已经过期。")]
        return _asked(form, status=404)
    response = redirect("/track/tip", 303)
    tracker.remember(response, known)
    return response


def _asked(form: CodeForm, obstacle: Obstacle | None = None, *, status: int = 200) -> AnyResponse:
    html = render_template("portal/track.html", form=form, obstacle=obstacle)
    return make_response(html, obstacle.status if obstacle else status)


def for_the_informant(deed: Deed) -> Callable[[], AnyResponse]:
    """Only with the sealed cookie; each page gives it fifteen minutes more. Without: the code again."""

    @wraps(deed)
    def view() -> AnyResponse:
        known = tracker.informant()
        if known is None:
            return redirect("/track", 303)
        try:
            response = deed(known)
        except NotFound:  # deleted meanwhile
            response = redirect("/track", 303)
            tracker.forget(response)
            return response
        tracker.remember(response, known)
        return response

    return view


@pages.get("/track/tip")
@public
@for_the_informant
def tip(known: Informant) -> AnyResponse:
    return show(known, SupplementForm(formdata=None), form_key.mint(form_key.SUPPLEMENT))


def show(
    known: Informant,
    form: SupplementForm,
    key: FormKey,
    obstacle: Obstacle | None = None,
    *,
    status: int = 200,
) -> AnyResponse:
    """The page of one tip, with the form for a supplement as it stands."""
    guard.may_show_previews()
    track = _read(known)
    html = render_template(
        "portal/track_tip.html",
        track=track,
        title=progress.title(track.stage),
        words=progress.words(track),
        steps=progress.timeline(track),
        talk=_talk(track),
        reward=progress.reward(track),
        payout_number=_payout_number(known),
        form=form,
        obstacle=obstacle,
        display_form="supplement",
        **picker(key),
    )
    return make_response(html, obstacle.status if obstacle else status)


def _read(known: Informant) -> Track:
    with means().db.read() as session:
        return lookup.read_track(session, receipt_id=known.receipt_id, private_key=known.private_key)


def _payout_number(known: Informant) -> str | None:
    """Only where code and PIN were shown in this browser: the code alone does not hand out money."""
    shown = claimant.claimant()
    if shown is None or shown.receipt_id != known.receipt_id:
        return None
    with means().db.read() as session:
        told = claims.standing(session, receipt_id=known.receipt_id, private_key=known.private_key)
    return told.claim.number if told.claim and told.stage is RewardStage.CLAIMED else None


def _talk(track: Track) -> list[tuple[str, object]]:
    """Messages of the office and supplements of the informant, as they came one after the other."""
    rows = [(m.sent_at, "office", m) for m in track.messages]
    rows += [(s.received_at, "informant", s) for s in track.supplements]  # type: ignore[misc]
    return [(side, said) for _at, side, said in sorted(rows, key=lambda row: row[0])]


# ── deeds ──
@pages.get("/track/pin")
@public
@for_the_informant
def ask_pin(known: Informant) -> AnyResponse:
    track = _read(known)
    if track.pin_is_set or not track.wants_reward:
        return redirect("/track/tip", 303)
    return _pin_page(PinForm(formdata=None))


@pages.post("/track/pin")
@public
@for_the_informant
def set_pin(known: Informant) -> AnyResponse:
    form = PinForm()
    if not form.validate():
        return _pin_page(form, 400)
    keys = means().receipt_keys
    with means().db.begin() as session:
        lookup.set_pin(session, receipt_id=known.receipt_id, pin=form.claim_pin.data, keys=keys)
    return redirect("/track/tip#reward", 303)


def _pin_page(form: PinForm, status: int = 200) -> AnyResponse:
    return make_response(render_template("portal/pin.html", form=form), status)


@pages.get("/track/withdraw")
@public
@for_the_informant
def ask_withdraw(known: Informant) -> AnyResponse:
    if _read(known).withdrawn_at:
        return redirect("/track/tip", 303)
    return make_response(render_template("portal/withdraw.html"))


@pages.post("/track/withdraw")
@public
@for_the_informant
def withdraw(known: Informant) -> AnyResponse:
    return _do(lambda session: lookup.withdraw(session, receipt_id=known.receipt_id))


@pages.get("/track/waive")
@public
@for_the_informant
def ask_waive(known: Informant) -> AnyResponse:
    if not progress.reward(_read(known)).may_waive:
        return redirect("/track/tip", 303)
    return make_response(render_template("portal/waive.html"))


@pages.post("/track/waive")
@public
@for_the_informant
def waive(known: Informant) -> AnyResponse:
    return _do(lambda session: lookup.waive_reward(session, receipt_id=known.receipt_id))


def _do(deed: Callable[[Session], None]) -> AnyResponse:
    with means().db.begin() as session:
        deed(session)
    return redirect("/track/tip", 303)


@pages.post("/track/leave")
@public
def leave() -> AnyResponse:
    """看完了，退出: the next one at this phone has to show a code."""
    response = redirect("/", 303)
    tracker.forget(response)
    return response
