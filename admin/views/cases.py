"""案件: the list with its cuts. One case and its deeds are in case.py, opening one in case_opening.py."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.access import allow, current_officer
from admin.chips import Chip, capped, paged
from admin.means import means
from admin.numbers import read_number
from admin.query import chosen, pick, words
from casework import policy
from casework.cases import actions
from casework.cases.queries import PAGE, CaseFilter, case_list, chips
from casework.cases.terms import CaseState
from casework.errors import NotFound
from casework.officers.roles import Permission
from casework.officers.sight import sight_of
from casework.terms import Agency
from casework.tips.numbers import CASES

pages = Blueprint("cases", __name__)

_DUE = ("over", "soon")
_CUTS = ("state", "closed", "due", "township", "lead_agency", "joint", "q")


@pages.get("/cases")
@allow(Permission.READ_CASES)
def cases() -> str | Response:
    text = words("q")
    if there := _exact(text):
        return redirect(there, 303)
    cut, sight = _cut(text), sight_of(current_officer())
    after, before = request.args.get("after", ""), request.args.get("before", "")
    with means().db.read() as session:
        counts = chips(session, sight=sight)
        page = case_list(session, sight=sight, cut=cut, after=after, before=before)
    kept = {name: value for name, value in request.args.items() if name in _CUTS and value}
    return render_template(
        "admin/cases.html",
        page=page,
        cut=cut,
        cut_on=cut != CaseFilter(),
        chips=_chips(counts, cut),
        kept=[(name, value) for name, value in kept.items() if name in ("state", "closed", "due", "joint")],
        paged=paged(
            "cases.cases",
            kept,
            rows=len(page.rows),
            size=PAGE,
            before=page.before,
            after=page.after,
            total=_total(counts, cut),
        ),
        towns=[(town.code, town.name) for town in policy.current().region.townships],
        agencies=list(Agency),
    )


def _cut(text: str) -> CaseFilter:
    towns = [town.code for town in policy.current().region.townships]
    return CaseFilter(
        state=pick("state", CaseState),
        township=chosen("township", towns) or None,
        lead_agency=pick("lead_agency", Agency),
        joint=chosen("joint", ("1",)) == "1",
        due=chosen("due", _DUE),
        words=text,
        closed=chosen("closed", ("1",)) == "1",
    )


_CHIPS: dict[str, CaseFilter] = {
    "all": CaseFilter(),
    "open": CaseFilter(state=CaseState.OPEN),
    "over": CaseFilter(due="over"),
    "soon": CaseFilter(due="soon"),
    "concluded": CaseFilter(state=CaseState.CONCLUDED),
    "closed": CaseFilter(closed=True),
}


def _chips(counts: dict[str, int], cut: CaseFilter) -> list[Chip]:
    """Each a cut of its own; what the selects beneath them add is taken away again."""
    plain = replace(cut, township=None, lead_agency=None, words="")
    here = url_for("cases.cases")
    told = (
        ("all", _("在办和已办结"), "", "", ""),
        ("open", _("在办"), "?state=open", "", ""),
        ("over", _("超期"), "?due=over", "over", "g d"),
        ("soon", _("七天内到期"), "?due=soon", "soon", ""),
        ("concluded", _("已办结，等销号"), "?state=concluded", "", ""),
        ("closed", _("已销号"), "?closed=1", "", ""),
    )
    return [
        Chip(label, capped(counts[key]), here + query, plain == _CHIPS[key], sign, shortcut)
        for key, label, query, sign, shortcut in told
    ]


def _total(counts: dict[str, int], cut: CaseFilter) -> int | None:
    """Counted only where the chips did; a cut of one's own is not counted for its sake."""
    return next((counts[key] for key, known in _CHIPS.items() if known == cut), None)


def _exact(text: str) -> str:
    """Where a number that was typed whole leads, if this officer may know of it."""
    number = read_number(text, CASES)
    if not number:
        return ""
    with means().db.read() as session:
        try:
            actions.case_for(session, case_number=number, by=current_officer())
        except NotFound:
            return ""
    return url_for("case.case", case_number=number)
