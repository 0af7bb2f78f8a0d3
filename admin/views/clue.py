"""One clue: all that is known of it, and every deed that may be done with it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from admin.access import allow, current_officer
from admin.clocks import clocks_shown
from admin.clue_map import sketch
from admin.deed_forms import faults_of, typed
from admin.forms.clues import (
    AssignForm,
    EditForm,
    FindForm,
    MessageForm,
    PlainForm,
    VersionForm,
)
from admin.history import moment, told
from admin.means import means
from admin.numbers import known_number
from admin.photo_strip import photo_strip, recordings
from admin.uploads import arrived
from admin.views.clues import pages
from casework import calendar, db
from casework.cases.queries import case_number_of
from casework.clues import actions
from casework.clues.models import Clue
from casework.clues.reading import ClueReading, Happened, changes_since, read_clue
from casework.clues.rules import CASE_FINDINGS, Move, may
from casework.errors import AlreadyDone, CaseworkError, Invalid, NotFound, Stale, WrongState
from casework.officers.models import Officer
from casework.officers.queries import officer_by_username
from casework.officers.roles import Permission
from casework.terms import ClueState, Finding
from casework.tips import actions as tips
from casework.tips.numbers import CLUES

Answer = str | Response | tuple[str, int]
Deed = Callable[[Session, Clue], str]
P = Permission
OPEN_CASE = "case_opening.open_case"
FORMS: dict[str, type[FlaskForm]] = {
    "edit": EditForm,
    "assign": AssignForm,
    "find": FindForm,
    "message": MessageForm,
}


@pages.get("/clues/<clue_number>")
@allow(P.READ_CLUES)
def clue(clue_number: str) -> Answer:
    return _page(known_number(clue_number, CLUES))


@pages.post("/clues/<clue_number>/assign")
@allow(P.ASSIGN_CLUES)
def assign(clue_number: str) -> Answer:
    form = AssignForm()

    def do(session: Session, clue: Clue) -> str:
        to, by = _officer(session, form.to.data), current_officer()
        actions.assign_clue(session, clue=clue, to=to, by=by, version=form.version.seen)
        return _("分派给%(who)s了。", who=to.name)

    return _do(clue_number, "assign", form, do)


@pages.post("/clues/<clue_number>/take")
@allow(P.TAKE_CLUES)
def take(clue_number: str) -> Answer:
    form = VersionForm()

    def do(session: Session, clue: Clue) -> str:
        by = current_officer()
        actions.assign_clue(session, clue=clue, to=by, by=by, version=form.version.seen)
        return _("这条线索归您办了。")

    return _do(clue_number, "take", form, do)


@pages.post("/clues/<clue_number>/call")
@allow(P.VERIFY_CLUES, P.ASSIGN_CLUES)
def call(clue_number: str) -> Answer:
    def do(session: Session, clue: Clue) -> str:
        actions.note_call(session, clue=clue, by=current_officer())
        return _("记下了：已经电话通知现场。")

    return _do(clue_number, "call", PlainForm(), do)


@pages.post("/clues/<clue_number>/visit")
@allow(P.VERIFY_CLUES)
def visit(clue_number: str) -> Answer:
    def do(session: Session, clue: Clue) -> str:
        actions.note_visit(session, clue=clue, by=current_officer())
        return _("记下了：已经到过现场。")

    return _do(clue_number, "visit", PlainForm(), do)


@pages.post("/clues/<clue_number>/find")
@allow(P.VERIFY_CLUES)
def find(clue_number: str) -> Answer:
    form = FindForm()

    def do(session: Session, clue: Clue) -> str:
        actions.find(
            session,
            clue=clue,
            finding=Finding(form.finding.data),
            facts=form.facts.data,
            by=current_officer(),
            version=form.version.seen,
        )
        return _("核查结论存好了，举报人已经看得到。")

    return _do(clue_number, "find", form, do)


@pages.post("/clues/<clue_number>/edit")
@allow(P.VERIFY_CLUES, P.TRIAGE_TIPS)
def edit(clue_number: str) -> Answer:
    form = EditForm()

    def do(session: Session, clue: Clue) -> str:
        words, version = form.words(), form.version.seen
        actions.edit_clue(session, clue=clue, words=words, by=current_officer(), version=version)
        return _("摘要改好了。")

    return _do(clue_number, "edit", form, do)


@pages.post("/clues/<clue_number>/message")
@allow(P.SEND_MESSAGES)
def message(clue_number: str) -> Answer:
    form = MessageForm()

    def do(session: Session, clue: Clue) -> str:
        try:
            tip = actions.tip_of(session, clue=clue, tip_number=form.tip_number.data)
        except NotFound:
            raise Invalid("tip_number", "unknown") from None
        words, asks = form.message.data, form.asks.data
        tips.send_message(session, tip=tip, words=words, asks=asks, by=current_officer())
        return _("话放好了，举报人下次来查就看得到。")

    return _do(clue_number, "message", form, do)


@pages.post("/clues/<clue_number>/photos")
@allow(P.VERIFY_CLUES)
def photos(clue_number: str) -> Answer:
    came = arrived("photos")

    def do(session: Session, clue: Clue) -> str:
        if came.faults:
            raise Invalid("photos", came.faults[0])
        added = actions.add_evidence(session, clue=clue, files=came.files, by=current_officer())
        bells = means().bells
        for number in added:
            db.after_commit(session, partial(bells.ring, "photo", number))
        return _("收下 %(n)s 张照片，正在清除附带信息，清好就看得到。", n=len(added))

    return _do(clue_number, "photos", PlainForm(), do)


@pages.post("/clues/<clue_number>/conclude")
@allow(P.CONCLUDE_CLUES)
def conclude(clue_number: str) -> Answer:
    form = VersionForm()

    def do(session: Session, clue: Clue) -> str:
        actions.conclude_clue(session, clue=clue, by=current_officer(), version=form.version.seen)
        return _("办结了，举报人已经看得到。")

    return _do(clue_number, "conclude", form, do)


@pages.post("/clues/<clue_number>/close-off")
@allow(P.CLOSE_OFF)
def close_off(clue_number: str) -> Answer:
    form = VersionForm()

    def do(session: Session, clue: Clue) -> str:
        actions.close_off_alone(session, clue=clue, by=current_officer(), version=form.version.seen)
        return _("销号了。")

    return _do(clue_number, "close-off", form, do)


def _do(clue_number: str, name: str, form: FlaskForm, do: Deed) -> Answer:
    """Shape, then the deed in one transaction; what goes wrong is told on the page, with what was typed."""
    number = known_number(clue_number, CLUES)
    if not form.validate():
        return _page(number, name, form), 400
    try:
        with means().db.begin() as session:
            found = actions.clue_for(session, clue_number=number, by=current_officer(), lock=True)
            words = do(session, found)
    except Invalid as error:
        fault = _fault(error)
        if error.field in form:
            form[error.field].errors = [fault]
        return _page(number, name, form, fault=fault), 400
    except (Stale, WrongState, AlreadyDone) as error:
        return _page(number, name, form, error=error), 409
    flash(words, "good")
    return redirect(url_for("clues.clue", clue_number=number), 303)


def _officer(session: Session, username: str) -> Officer:
    try:
        return officer_by_username(session, username)
    except NotFound:
        raise Invalid("to", "unknown") from None


def _page(
    number: str,
    tried: str = "",
    form: FlaskForm | None = None,
    *,
    fault: str = "",
    error: CaseworkError | None = None,
) -> str:
    officer = current_officer()
    with means().db.begin() as session:
        found = actions.clue_for(session, clue_number=number, by=officer)
        reading = read_clue(session, clue=found, by=officer, keys=means().office_keys)
        changes = _changes(session, found, form, error)
        case_number = case_number_of(session, found.id)
    forms: dict[str, Any] = {name: kind(formdata=None) for name, kind in FORMS.items()}
    forms["edit"].fill_from_clue(reading.clue)
    forms["find"].finding.data = reading.clue.finding
    forms["find"].facts.data = reading.clue.finding_facts
    if form is not None:
        forms[tried] = form
    allowed = _may(officer, reading.clue)
    stands = allowed.get(tried.replace("-", "_"), False)
    return render_template(
        "admin/clue.html",
        reading=reading,
        clue=reading.clue,
        clocks=clocks_shown(reading.clocks),
        history=told(reading.history),
        photos=photo_strip(
            reading.files, tips={one.tip.id: one.tip.tip_number for one in reading.tips}, names=reading.names
        ),
        recordings=recordings(reading.files),
        drawn=_drawn(reading),
        forms=forms,
        tried=tried,
        faults=faults_of(form) or ([("main", fault)] if fault else []),
        trouble=_trouble(error, reading.clue, stands=stands),
        changes=told(changes),
        may=allowed,
        talk=_talk(reading),
        typed=[] if error is None or stands else typed(form),
        case_url=_case_url(officer, reading.clue),
        case_number=case_number if officer.may(P.READ_CASES) else None,
        read_at=calendar.now(),
    )


def _changes(
    session: Session, clue: Clue, form: FlaskForm | None, error: CaseworkError | None
) -> list[Happened]:
    """What others did since the page was shown, where that is why the deed did not go through."""
    if not isinstance(error, Stale) or form is None or "version" not in form:
        return []
    return changes_since(session, clue=clue, version=form["version"].data or clue.version - 1)


def _may(officer: Officer, clue: Clue) -> dict[str, bool]:
    """Which forms this officer finds on the page of this clue; the rules decide again when one is sent."""
    mine = clue.handler_id == officer.id
    alive = clue.state is not ClueState.CLOSED_OFF
    return {
        "assign": may(clue.state, Move.ASSIGN) and officer.may(P.ASSIGN_CLUES),
        "take": may(clue.state, Move.ASSIGN) and clue.handler_id is None and officer.may(P.TAKE_CLUES),
        "find": may(clue.state, Move.FIND) and mine and officer.may(P.VERIFY_CLUES),
        "call": alive and bool(officer.permissions & {P.VERIFY_CLUES, P.ASSIGN_CLUES}),
        "visit": alive and officer.may(P.VERIFY_CLUES),
        "photos": alive and officer.may(P.VERIFY_CLUES),
        "edit": alive and bool(officer.permissions & {P.VERIFY_CLUES, P.TRIAGE_TIPS}),
        "message": officer.may(P.SEND_MESSAGES),
        "conclude": may(clue.state, Move.CONCLUDE)
        and officer.may(P.CONCLUDE_CLUES)
        and (mine or officer.may(P.ASSIGN_CLUES)),
        "close_off": clue.state is ClueState.CONCLUDED and officer.may(P.CLOSE_OFF),
    }


def _case_url(officer: Officer, clue: Clue) -> str:
    """Where a case is opened over this clue, for who may, once the finding bears it."""
    fit = clue.finding in CASE_FINDINGS and may(clue.state, Move.OPEN_CASE)
    if fit and OPEN_CASE in current_app.view_functions and officer.may(P.HANDLE_CASES):
        return url_for(OPEN_CASE, clue=clue.clue_number)
    return ""


def _talk(reading: ClueReading) -> dict[int, list[dict[str, str]]]:
    """What was said to and by each informant, in order: messages, and what they added (parts/said.html)."""
    found = {}
    for one in reading.tips:
        lines = [(m.sent_at, "office", reading.names.get(m.sent_by or 0, ""), m.words) for m in one.messages]
        lines += [(s.received_at, "informant", _("举报人"), s.words) for s in one.supplements if s.words]
        found[one.tip.id] = [
            {"side": side, "who": who, "when": moment(at), "text": text}
            for at, side, who, text in sorted(lines)
        ]
    return found


def _drawn(reading: ClueReading) -> object:
    clue = reading.clue
    if clue.longitude is None or clue.latitude is None:
        return None
    return sketch(clue.longitude, clue.latitude, reading.near)


def _trouble(error: CaseworkError | None, clue: Clue, *, stands: bool) -> str:
    """Why the deed did not go through; `stands`: its form is still on the page, with what was typed."""
    if error is None:
        return ""
    if isinstance(error, Stale) and stands:
        return _("没有存：您看的时候，别人动过这条线索。您写的还在，请看清再按一次。")
    if isinstance(error, Stale):
        return _("没有存：您看的时候，别人动过这条线索。这一步现在不归您办。")
    if isinstance(error, AlreadyDone):
        return _("这一步已经办过了。")
    if "duties" in error.facts:
        return _("还有没办完的期限，不能销号。")
    return _("线索现在是“%(state)s”，这一步办不了。", state=gettext(clue.state.label))


def _fault(error: Invalid) -> str:
    words = {
        ("to", "unknown"): _("没有这个人"),
        ("to", "cannot_handle"): _("这个人办不了这条线索：角色、单位或者管辖不合"),
        ("facts", "empty"): _("请写认定的事实"),
        ("summary", "empty"): _("请用自己的话写一句摘要"),
        ("message", "empty"): _("请写要说的话"),
        ("tip_number", "unknown"): _("这条线索里没有这件举报"),
        ("photos", "empty"): _("请先选照片"),
        ("photos", "too_large"): _("有照片超过 20 兆，没有收"),
        ("photos", "too_many"): _("一次最多 9 张"),
        ("photos", "unavailable"): _("照片没存上，请再按一次"),
    }
    return words.get((error.field, error.reason), _("请看一看这里"))
