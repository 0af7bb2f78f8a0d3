"""我要举报: the form, and what becomes of it when it is sent. Whatever happens, nothing typed is lost."""

from base64 import urlsafe_b64encode

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from casework import policy
from casework.db import DatabaseBusy
from casework.errors import Unavailable
from casework.evidence import cleaning, drafts
from casework.terms import IdentityKind
from casework.tips.receiving import Received, receive_tip
from casework.tips.submission import Submission
from portal import cookies, display, errors, form_key, guard, obstacles, tracker
from portal.arrivals import arrivals
from portal.form_key import FormKey
from portal.forms.submission import submission
from portal.forms.supplement import SupplementForm
from portal.forms.tip import TipForm
from portal.guard import public
from portal.means import means
from portal.obstacles import Obstacle
from portal.picker import picker, tickets
from portal.views import evidence
from portal.views.home import may_claim_unnamed
from portal.views.receipt import LIFE, NAME

pages = Blueprint("tip", __name__)


@pages.get("/tip")
@public
def blank() -> AnyResponse:
    form = TipForm(formdata=None)
    category = request.args.get("category")
    if category in policy.current().categories:
        form.category.data = category
    return show(form, form_key.mint(form_key.TIP))


@pages.post("/tip")
@public
def send() -> AnyResponse:
    """Exempt from the global token check, which would lose what was typed: obstacles.stale looks instead."""
    arrivals()
    known = form_key.from_browser(form_key.TIP, request.form.get(form_key.FIELD, ""))
    key, form = known or form_key.mint(form_key.TIP), TipForm(request.form)
    try:
        return _answer(form, known, key)
    except HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - whatever ails us, the words are shown again
        errors.log_failure(error)
        return show_again(form, key, obstacles.our_fault())


def _answer(form: TipForm, known: FormKey | None, key: FormKey) -> AnyResponse:
    found = arrivals()
    if "set" in request.form or "drop" in request.form:
        return _redraw(form, key)
    obstacle = obstacles.stale(known) or obstacles.hasty(key) or obstacles.trapped()
    if obstacle is None and not _is_whole(form):
        return show_again(form, key, status=400)
    obstacle = obstacle or obstacles.crowded("tip", found.size_bytes)
    if obstacle is not None:
        return show_again(form, key, obstacle)
    if found.lost:
        return show_again(form, key, obstacles.not_stored())
    return _receive(form, key)


def _is_whole(form: TipForm) -> bool:
    whole = form.validate()
    if form.identity.data == IdentityKind.NAMED.value and not _may_be_named():
        form.identity.errors = [_("现在不能留名。请选不留名，或者打电话")]
        whole = False
    return bool(whole)


def _may_be_named() -> bool:
    """Where no identity key was laid down, there is nothing to seal a name to."""
    try:
        means().public_key("identity")
    except DatabaseBusy:
        return True  # told as busy a moment later
    except Unavailable:
        return False
    return True


def _redraw(form: TipForm, key: FormKey) -> AnyResponse:
    """大字, English, 删掉: the page changes, what was typed stays, and nothing is checked."""
    evidence.keep(key)
    try:
        evidence.drop(key, request.form.get("drop", ""))
    except Unavailable:
        return show(form, key, obstacles.not_stored())
    response = show(form, key)
    display.remember(response, request.form.get("set", ""))
    return response


# ── receiving ──
def _receive(form: TipForm, key: FormKey) -> AnyResponse:
    said = submission(form)
    try:
        received, missing = _store(said, key)
        response = _already(received, key, said.narrative) if received.changed else _on_to_the_receipt()
    except Unavailable:
        return show_again(form, key, obstacles.not_stored())
    slip = {
        "k": urlsafe_b64encode(key.raw).decode("ascii"),
        "missing": missing,
        "surplus": arrivals().surplus,
        "outside": bool(said.point and not said.point.in_county),
    }
    cookies.put(response, NAME, slip, life=LIFE)
    return response


def _store(said: Submission, key: FormKey) -> tuple[Received, int]:
    """The tip with its photos in one transaction; and how many uploads that the form names never arrived whole."""
    seals = means().seals(named=said.identity is IdentityKind.NAMED)
    whole = False
    try:
        with means().db.begin() as session:
            kept = evidence.keep_in(session, key)
            missing = drafts.missing(session, tickets=tickets(), form_digest=key.digest)
            received = receive_tip(session, submission=said, form_key=key.raw, seals=seals)
            twice = drafts.drop_kept(session, kept) if received.again and not received.changed else []
            whole = True
    except Unavailable:
        if not whole:  # a commit that was not answered may have been made: then the rows want their files
            evidence.forget_arrivals()
        raise
    cleaning.throw_away(means().store, twice)
    return received, 0 if received.again else missing


def _on_to_the_receipt() -> AnyResponse:
    return redirect("/tip/received", 303)


def _already(received: Received, key: FormKey, words: str) -> Response:
    """The form came before with other content: that stays, and what was changed can be added to it."""
    later = form_key.mint(form_key.SUPPLEMENT)
    with means().db.begin() as session:
        drafts.hand_over(session, form_digest=key.digest, to=later.digest)
        informant = tracker.informant_of(session, received.code)
    form = SupplementForm(formdata=None, message=words)
    response = make_response(
        render_template(
            "portal/already.html",
            form=form,
            tip_number=received.tip_number,
            display_form="supplement",
            **picker(later),
        ),
        409,
    )
    tracker.remember(response, informant)
    guard.may_show_previews()
    return response


# ── showing ──
def show_again(
    form: TipForm, key: FormKey, obstacle: Obstacle | None = None, *, status: int = 200
) -> AnyResponse:
    evidence.keep(key)
    return show(form, key, obstacle, status=status)


def show(form: TipForm, key: FormKey, obstacle: Obstacle | None = None, *, status: int = 200) -> AnyResponse:
    guard.may_use_position()
    guard.may_show_previews()
    html = render_template(
        "portal/tip.html",
        form=form,
        hints={kind.key: kind.hint for kind in policy.current().categories.values()},
        anonymous_claim=may_claim_unnamed(),
        obstacle=obstacle,
        trap=obstacles.TRAP,
        display_form="tip",
        **picker(key),
    )
    return make_response(html, obstacle.status if obstacle else status)
