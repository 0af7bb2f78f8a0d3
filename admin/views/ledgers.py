"""台账: the Lüliang form as a page to check and print, and as a workbook to send."""

import io
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext
from flask_babel import gettext as _

from admin.access import allow, current_officer
from admin.downloads import XLSX, hand_out
from admin.forms.ledgers import Asked, asked, period_choices, place_choices
from admin.means import means
from casework import calendar
from casework.ledgers.form import (
    HEAD_ROWS,
    HEADS,
    TITLE,
    UNITS,
    Frame,
    cells,
    printed,
    tonnes_printed,
    yuan_printed,
)
from casework.ledgers.luliang import Cut, LuliangRow, Totals, lines, totals
from casework.ledgers.workbook import write_workbook
from casework.officers.roles import Permission
from casework.officers.sight import sight_of

pages = Blueprint("ledgers", __name__)

LINES = 500  # on one page; the workbook always holds all


@pages.get("/ledgers")
@allow(Permission.READ_LEDGERS)
def ledgers() -> str:
    wanted = asked()
    with means().db.read() as session:
        rows = list(lines(session, _cut(wanted), after=request.args.get("after", ""), limit=LINES + 1))
        sums = totals(session, _cut(wanted))
    more, rows = len(rows) > LINES, rows[:LINES]
    return render_template(
        "admin/ledger.html",
        asked=wanted,
        title=TITLE,
        units=UNITS,
        frame_of_form=_frame(),
        heads=[[head for head in HEADS if head.row == row] for row in range(HEAD_ROWS)],
        rows=[(row, printed(cells(row))) for row in rows],
        doubtful=[row for row in rows if row.doubts],
        sums=_sums(sums),
        moved=_moved(wanted, rows),
        next_url=_address("ledgers.ledgers", wanted, after=rows[-1].cursor) if more else "",
        workbook_url=_address("ledgers.workbook", wanted),
        periods=period_choices(wanted.period),
        places=place_choices(),
    )


@pages.get("/ledgers/workbook")
@allow(Permission.READ_LEDGERS)
def workbook() -> Response:
    wanted, out = asked(), io.BytesIO()
    with means().db.read() as session:
        write_workbook(out, lines=lines(session, _cut(wanted)), frame=_frame())
    return hand_out(
        out.getvalue(),
        kind="ledger",
        ref=wanted.form,
        period=wanted.code,
        name=f"{gettext('吕梁台账')} {wanted.words}.xlsx",
        plain_name=f"ledger-{wanted.form}-{wanted.code}.xlsx",
        mimetype=XLSX,
    )


def _cut(wanted: Asked) -> Cut:
    return Cut(sight_of(current_officer()), wanted.period, wanted.jurisdiction)


def _frame() -> Frame:
    return Frame(filled_on=calendar.today(), filled_by=current_officer().name)


def _moved(wanted: Asked, rows: list[LuliangRow]) -> str:
    """比上期多几行、改几行, for a half month."""
    if wanted.period is None or not rows:
        return ""
    new = sum(row.new for row in rows)
    return str(_("新列 %(new)s 行，以前列过、这期有变的 %(old)s 行", new=new, old=len(rows) - new))


def _sums(found: Totals) -> str:
    """合计, outside the form, which has no such line."""
    words = _(
        "共 %(n)s 行。合计（表外）：占地 %(land)s 亩，占地罚款 %(land_fine)s 元，开采 %(mined)s 吨，没收 %(taken)s 吨，"
        "采矿罚款 %(mining_fine)s 元，行政拘留 %(a)s 人，刑事拘留 %(b)s 人，逮捕 %(c)s 人。",
        n=found.rows,
        land=f"{found.land_mu:,.2f}",
        land_fine=yuan_printed(found.land_fine_yuan),
        mined=tonnes_printed(found.mined_tonnes),
        taken=tonnes_printed(found.confiscated_tonnes),
        mining_fine=yuan_printed(found.mining_fine_yuan),
        a=found.administrative_detention,
        b=found.criminal_detention,
        c=found.arrest,
    )
    return str(words)


def _address(endpoint: str, wanted: Asked, **more: str) -> str:
    query: dict[str, Any] = {"form": wanted.form, "period": wanted.code, **more}
    if wanted.jurisdiction:
        query["jurisdiction"] = wanted.jurisdiction
    return url_for(endpoint, **query)
