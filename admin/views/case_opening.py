"""立案: the five-element test over one or more borne-out clues."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from admin.access import allow, current_officer
from admin.case_faults import put_fault
from admin.forms.cases import OpenCaseForm
from admin.means import means
from admin.numbers import known_number
from casework.cases import actions as cases
from casework.cases.queries import case_number_of, openable
from casework.cases.terms import Element
from casework.clues.models import Clue
from casework.errors import AlreadyDone, Invalid, NotAllowed, WrongState
from casework.officers.roles import Permission
from casework.officers.sight import sight_of
from casework.terms import Agency
from casework.tips.numbers import CLUES

pages = Blueprint("case_opening", __name__)

MOST_CLUES = 20


@dataclass(frozen=True)
class Offered:
    """The clue a case is opened over, and others that could lie in it too."""

    clue: Clue
    others: list[Clue]
    case_number: str | None


@pages.app_context_processor
def opening() -> dict[str, Any]:
    """For the clue's own page, where a case is opened too (parts/open_case_form.html)."""
    return {"opening_form": opening_form}


def opening_form(clue: Clue) -> OpenCaseForm:
    """Nothing decided yet, the officer's own words for the clue standing ready to be confirmed."""
    form = OpenCaseForm(formdata=None)
    form.fill_from(clue)
    return form


@pages.get("/cases/open")
@allow(Permission.HANDLE_CASES)
def open_case() -> str:
    """A form over one clue (`?clue=QS-2026-0001`), its own plain words standing ready to be confirmed."""
    offered = _offered(_numbers(request.args.getlist("clue")))
    return _page(opening_form(offered.clue), offered, [])


@pages.post("/cases/open")
@allow(Permission.HANDLE_CASES)
def take_case() -> str | Response | tuple[str, int]:
    form, numbers = OpenCaseForm(), _numbers(request.form.getlist("clue"))
    if not form.validate():
        return _page(form, _offered(numbers), numbers), 400
    try:
        with means().db.begin() as session:
            case_number = _open(session, form, numbers)
    except Invalid as error:
        put_fault(form, error)
        return _page(form, _offered(numbers), numbers), 400
    except (AlreadyDone, WrongState):
        return _page(
            form, _offered(numbers), numbers, _("没有立案：这条线索已经在一个案件里，或者已经办结。")
        ), 409
    except NotAllowed:
        return _page(form, _offered(numbers), numbers, _("没有立案：涉及公职人员的线索单独立案。")), 403
    flash(_("%(case)s 已立案。处罚决定九十日内作出（行政处罚法第六十条）。", case=case_number), "good")
    return redirect(url_for("case.case", case_number=case_number), 303)


def _open(session: Session, form: OpenCaseForm, numbers: list[str]) -> str:
    officer = current_officer()
    opened = cases.open_case(
        session,
        clues=cases.clues_for(session, clue_numbers=numbers, by=officer, lock=True),
        test=form.test(),
        words=form.words(),
        lead_agency=Agency(form.lead_agency.data),
        joint=form.joint.data,
        by=officer,
    )
    return opened.case_number


def _numbers(given: list[str]) -> list[str]:
    """Raises Invalid for none or too many, NotFound for what is no clue's number."""
    numbers = [known_number(number, CLUES) for number in dict.fromkeys(given)]
    if not numbers or len(numbers) > MOST_CLUES:
        raise Invalid("clue", "none" if not numbers else "too_many")
    return numbers


def _offered(numbers: list[str]) -> Offered:
    officer = current_officer()
    with means().db.read() as session:
        clue = cases.clues_for(session, clue_numbers=numbers, by=officer)[0]
        others = openable(session, sight=sight_of(officer), beside=clue)
        return Offered(clue, others, case_number_of(session, clue.id))


def _page(form: OpenCaseForm, offered: Offered, picked: list[str], clash: str = "") -> str:
    return render_template(
        "admin/case_open.html",
        form=form,
        clue=offered.clue,
        others=offered.others,
        picked=picked,
        in_case=offered.case_number,
        elements=list(Element),
        faults=[(field.id, field.errors[0]) for field in form if field.errors],
        clash=clash,
    )
