"""回话或者补充: words and photos added to a tip. Whatever happens, nothing typed is lost."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from casework.errors import Invalid, NotFound, Unavailable
from casework.evidence import cleaning, drafts
from casework.tips import lookup
from casework.vault.codes import CodeSlip, read_code
from portal import display, errors, form_key, guard, obstacles, tracker
from portal.arrivals import arrivals
from portal.form_key import FormKey
from portal.forms.claim import slip_words
from portal.forms.supplement import SupplementForm
from portal.guard import public
from portal.means import means
from portal.obstacles import Obstacle
from portal.picker import picker
from portal.tracker import Informant
from portal.views import evidence, track

pages = Blueprint("supplement", __name__)


@pages.get("/track/supplement")
@public
def back() -> AnyResponse:
    """A reload of the page that a press has shown."""
    return redirect("/track/tip", 303)


@pages.post("/track/supplement")
@public
def send() -> AnyResponse:
    """Exempt from the global token check, which would lose what was typed: obstacles.stale looks instead."""
    arrivals()
    given = form_key.from_browser(form_key.SUPPLEMENT, request.form.get(form_key.FIELD, ""))
    key, form = given or form_key.mint(form_key.SUPPLEMENT), SupplementForm(request.form)
    known = tracker.informant()
    try:
        return _answer(known, form, given, key)
    except (HTTPException, NotFound):
        raise
    except Exception as error:  # noqa: BLE001 - whatever ails us, the words are shown again
        errors.log_failure(error)
        return _again(known, form, key, obstacles.our_fault())


def _answer(
    known: Informant | None, form: SupplementForm, given: FormKey | None, key: FormKey
) -> AnyResponse:
    found, obstacle = arrivals(), obstacles.stale(given)
    if "set" in request.form or "drop" in request.form:
        return _redraw(known, form, key)
    if known is None and obstacle is None:
        known, obstacle = _by_code(form)
    if obstacle is None and (known is None or not form.validate()):
        return _again(known, form, key, status=400)
    obstacle = (
        obstacle
        or obstacles.crowded("supplement", found.size_bytes)
        or (obstacles.not_stored() if found.lost else None)
    )
    if known is None or obstacle is not None:
        return _again(known, form, key, obstacle)
    return _receive(known, form, key)


def _by_code(form: SupplementForm) -> tuple[Informant | None, Obstacle | None]:
    """Who left the page open too long types the code once more; their words wait for it."""
    if not form.receipt_code.data:
        form.receipt_code.errors = [_("隔得太久，请再填一次查询码。您写的都还在。")]
        return None, None
    try:
        code = read_code(form.receipt_code.data)
    except CodeSlip as slip:
        form.receipt_code.errors = [slip_words(slip)]
        return None, None
    if (obstacle := obstacles.crowded("look-up")) is not None:
        return None, obstacle
    try:
        with means().db.read() as session:
            return tracker.informant_of(session, code), None
    except NotFound:
        form.receipt_code.errors = [_("查询码不对，或者已经过期。")]
        return None, None


def _redraw(known: Informant | None, form: SupplementForm, key: FormKey) -> AnyResponse:
    evidence.keep(key)
    try:
        evidence.drop(key, request.form.get("drop", ""))
    except Unavailable:
        return _show(known, form, key, obstacles.not_stored())
    response = _show(known, form, key)
    display.remember(response, request.form.get("set", ""))
    return response


def _receive(known: Informant, form: SupplementForm, key: FormKey) -> AnyResponse:
    try:
        _store(known, form.message.data, key)
    except Invalid:
        form.message.errors = [_("请写一句话，或者加照片")]
        return _again(known, form, key, status=400)
    except Unavailable:
        return _again(known, form, key, obstacles.not_stored())
    response = redirect("/track/tip#talk", 303)
    tracker.remember(response, known)
    return response


def _store(known: Informant, words: str, key: FormKey) -> None:
    reading, whole = means().public_key("reading"), False
    try:
        with means().db.begin() as session:
            kept = evidence.keep_in(session, key)
            added = lookup.add_supplement(
                session,
                receipt_id=known.receipt_id,
                words=words,
                form_key=key.raw,
                keys=means().receipt_keys,
                reading=reading,
            )
            twice = [] if added else drafts.drop_kept(session, kept)
            whole = True
    except Exception:
        if not whole:
            evidence.forget_arrivals()
        raise
    cleaning.throw_away(means().store, twice)


def _again(
    known: Informant | None,
    form: SupplementForm,
    key: FormKey,
    obstacle: Obstacle | None = None,
    *,
    status: int = 200,
) -> AnyResponse:
    evidence.keep(key)
    return _show(known, form, key, obstacle, status=status)


def _show(
    known: Informant | None,
    form: SupplementForm,
    key: FormKey,
    obstacle: Obstacle | None = None,
    *,
    status: int = 200,
) -> AnyResponse:
    if known is not None:
        response = track.show(known, form, key, obstacle, status=status)
        tracker.remember(response, known)
        return response
    guard.may_show_previews()
    html = render_template(
        "portal/code_again.html",
        form=form,
        obstacle=obstacle,
        display_form="supplement",
        **picker(key),
    )
    return make_response(html, obstacle.status if obstacle else status)
