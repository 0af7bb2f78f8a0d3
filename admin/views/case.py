"""One case: its page, and what is done with it until it is archived."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from admin.access import allow, current_officer
from admin.case_faults import put_fault
from admin.case_page import clash_of, figures_shown, history, known_of, owed, recorded
from admin.clocks import clocks_shown
from admin.forms.cases import (
    CaseVersionForm,
    EditCaseForm,
    JoinClueForm,
    MeasuresForm,
    OutcomeForm,
    ThresholdForm,
)
from admin.means import means
from admin.numbers import known_number, read_number
from casework import policy
from casework.cases import actions as cases
from casework.cases import rules, thresholds
from casework.cases.models import Case
from casework.cases.outcomes import may_set, set_outcome
from casework.cases.reading import CaseRead, read_case
from casework.cases.terms import CaseMove
from casework.errors import AlreadyDone, CaseworkError, Invalid, NotFound, SamePerson, Stale, WrongState
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.officers.sight import sight_of
from casework.terms import Agency
from casework.tips.numbers import CASES, CLUES

pages = Blueprint("case", __name__)

Answer = str | Response | tuple[str, int]
Deed = Callable[[Session, Case], str]
_HANDLES = Permission.HANDLE_CASES


@pages.get("/cases/<case_number>")
@allow(Permission.READ_CASES)
def case(case_number: str) -> Answer:
    return _page(known_number(case_number, CASES))


@pages.post("/cases/<case_number>/edit")
@allow(_HANDLES)
def edit(case_number: str) -> Answer:
    form = EditCaseForm()

    def do(session: Session, case: Case) -> str:
        cases.edit_case(
            session, case=case, words=form.words(), by=current_officer(), version=form.version.seen
        )
        return _("案情已改。")

    return _decide(case_number, form, do, "edit")


@pages.post("/cases/<case_number>/outcome")
@allow(_HANDLES)
def outcome(case_number: str) -> Answer:
    """Each agency sends its own form; the rules refuse the other's."""
    of_police = current_officer().agency is Agency.PUBLIC_SECURITY
    form = MeasuresForm() if of_police else OutcomeForm()

    def do(session: Session, case: Case) -> str:
        set_outcome(
            session, case=case, figures=form.figures(), by=current_officer(), version=form.version.seen
        )
        return _("处理结果已记下，以前的还在下面。")

    return _decide(case_number, form, do, "outcome")


@pages.post("/cases/<case_number>/join-clue")
@allow(_HANDLES)
def join_clue(case_number: str) -> Answer:
    form = JoinClueForm()

    def do(session: Session, case: Case) -> str:
        officer, number = current_officer(), read_number(form.clue.data, CLUES)
        try:
            (clue,) = cases.clues_for(session, clue_numbers=[number], by=officer, lock=True)
        except NotFound:
            raise Invalid("clue", "unknown") from None
        try:
            cases.join_clue(session, case=case, clue=clue, by=officer, version=form.version.seen)
        except AlreadyDone:
            raise Invalid("clue", "in_a_case") from None
        return _("%(clue)s 已并入这个案件。", clue=number)

    return _decide(case_number, form, do, "join")


@pages.post("/cases/<case_number>/mark-joint")
@allow(_HANDLES)
def mark_joint(case_number: str) -> Answer:
    return _step(case_number, cases.mark_joint, _("已转为两家联合办理。"))


@pages.post("/cases/<case_number>/conclude")
@allow(_HANDLES)
def conclude(case_number: str) -> Answer:
    return _step(case_number, cases.conclude_case, _("已办结。举报人会看到“处理完毕”。"))


@pages.post("/cases/<case_number>/close-off")
@allow(Permission.CLOSE_OFF)
def close_off(case_number: str) -> Answer:
    return _step(case_number, cases.close_off_case, _("已销号。举报人会看到“已销号”。"))


@pages.post("/cases/<case_number>/archive")
@allow(Permission.CLOSE_OFF)
def archive(case_number: str) -> Answer:
    return _step(case_number, cases.archive_case, _("已归档。"))


def _step(case_number: str, move: Callable[..., None], words: str) -> Answer:
    form = CaseVersionForm()

    def do(session: Session, case: Case) -> str:
        move(session, case=case, by=current_officer(), version=form.version.seen)
        return words

    return _decide(case_number, form, do, "")


def _decide(case_number: str, form: FlaskForm, do: Deed, tried: str) -> Answer:
    """Shape, then the deed in one transaction; what goes wrong is told on the case's page, with what was typed."""
    number = known_number(case_number, CASES)
    if not form.validate():
        return _page(number, form, tried), 400
    try:
        with means().db.begin() as session:
            found = cases.case_for(session, case_number=number, by=current_officer(), lock=True)
            words = do(session, found)
    except Invalid as error:
        put_fault(form, error)
        return _page(number, form, tried), 400
    except (Stale, WrongState, AlreadyDone, SamePerson) as error:
        return _page(number, form, tried, error), 409
    flash(words, "good")
    return redirect(url_for("case.case", case_number=number), 303)


def _page(
    number: str, form: FlaskForm | None = None, tried: str = "", error: CaseworkError | None = None
) -> str:
    officer = current_officer()
    with means().db.read() as session:
        case = cases.case_for(session, case_number=number, by=officer)
        read = read_case(session, case=case, sight=sight_of(officer))
        missing = cases.missing_for_conclusion(session, case)
    forms = _forms(read, officer)
    if form is not None and tried:
        forms[tried] = form
        if isinstance(error, Stale):
            # Whoever sends it again has seen what changed, and means it.
            form.version.data = error.facts["version"]
    tested = _tested()
    return render_template(
        "admin/case.html",
        case=case,
        read=read,
        shown={agency: _shown(read, agency) for agency in Agency},
        told={agency: recorded(read, agency) for agency in Agency},
        clocks=clocks_shown(read.clocks),
        owed=owed(read.owed),
        history=history(read),
        forms=forms,
        tried=tried,
        faults=[(field.id, field.errors[0]) for field in form if field.errors] if form is not None else [],
        clash=clash_of(error, read),
        missing=missing,
        may=_may(case, officer),
        weighed=_weigh(read, tested),
        tested=tested,
    )


def _forms(read: CaseRead, officer: Officer) -> dict[str, Any]:
    forms: dict[str, Any] = {
        "edit": EditCaseForm(formdata=None),
        "outcome": MeasuresForm(formdata=None)
        if officer.agency is Agency.PUBLIC_SECURITY
        else OutcomeForm(formdata=None),
        "join": JoinClueForm(formdata=None),
    }
    forms["edit"].fill_from(read.case)
    newest = read.newest(officer.agency)
    forms["outcome"].fill_from(newest.figures if newest else None, newest.number if newest else 0)
    return forms


def _shown(read: CaseRead, agency: Agency) -> list[tuple[str, str]]:
    newest = read.newest(agency)
    return figures_shown(newest.figures) if newest else []


def _tested() -> ThresholdForm:
    """Figures to try against the limits, from the address; nothing is kept of them."""
    form = ThresholdForm(MultiDict(request.args) if request.method == "GET" else None, meta={"csrf": False})
    form.validate()
    return form


def _weigh(read: CaseRead, tested: ThresholdForm) -> tuple[thresholds.Weighed, ...]:
    known = known_of(read, value_yuan=tested.value_yuan.data, circumstance=tested.chosen())
    return thresholds.weigh(policy.current(), known)


def _may(case: Case, officer: Officer) -> dict[str, bool]:
    """Which forms this officer is shown; the rules decide again when one comes back."""
    leads = officer.may(_HANDLES) and cases.leads(case, officer)
    closes = officer.may(Permission.CLOSE_OFF)

    def open_to(move: CaseMove) -> bool:
        return rules.may(case.state, move)

    return {
        "edit": leads and open_to(CaseMove.EDIT),
        "outcome": may_set(case, officer.agency, officer) and open_to(CaseMove.SET_OUTCOME),
        "join": leads and open_to(CaseMove.JOIN_CLUE),
        "joint": leads and not case.joint and open_to(CaseMove.MARK_JOINT),
        "conclude": leads and open_to(CaseMove.CONCLUDE),
        "close_off": closes and open_to(CaseMove.CLOSE_OFF),
        "archive": closes and open_to(CaseMove.ARCHIVE),
        "other": case.concluded_by != officer.id,
    }
