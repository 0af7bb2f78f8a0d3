"""One clue: all that is known of it, and every deed that may be done with it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from admin.access import allow, current_officer
from admin.clocks import clocks_shown
from admin.clue_page import case_url, drawn, fault_of, may_do, talk, trouble
from admin.deed_forms import faults_of, typed
from admin.forms.clues import (
    AssignForm,
    EditForm,
    FindForm,
    MessageForm,
    PlainForm,
    VersionForm,
)
from admin.history import told
from admin.means import means
from admin.numbers import known_number
from admin.photo_strip import photo_strip, recordings
from admin.uploads import arrived
from admin.views.clues import pages
from casework import calendar, db
from casework.cases.queries import case_number_of
from casework.clues import actions
from casework.clues.models import Clue
from casework.clues.reading import Happened, changes_since, read_clue
from casework.errors import AlreadyDone, CaseworkError, Invalid, NotFound, Stale, WrongState
from casework.officers.models import Officer
from casework.officers.queries import officer_by_username
from casework.officers.roles import Permission
from casework.terms import Finding
from casework.tips import actions as tips
from casework.tips.numbers import CLUES

Answer = str | Response | tuple[str, int]
Deed = Callable[[Session, Clue], str]
P = Permission
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
        fault = fault_of(error)
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
    allowed = may_do(officer, reading.clue)
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
        drawn=drawn(reading),
        forms=forms,
        tried=tried,
        faults=faults_of(form) or ([("main", fault)] if fault else []),
        trouble=trouble(error, reading.clue, stands=stands),
        changes=told(changes),
        may=allowed,
        talk=talk(reading),
        typed=[] if error is None or stands else typed(form),
        case_url=case_url(officer, reading.clue),
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
