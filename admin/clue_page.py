"""What the page of one clue is made of, beside the reading itself: which forms stand there, and what is said of faults."""

from flask import current_app, url_for
from flask_babel import gettext
from flask_babel import gettext as _

from admin.clue_map import Sketch, sketch
from admin.history import moment
from casework.clues.models import Clue
from casework.clues.reading import ClueReading
from casework.clues.rules import CASE_FINDINGS, Move, may
from casework.errors import AlreadyDone, CaseworkError, Invalid, Stale
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.terms import ClueState

P = Permission
OPEN_CASE = "case_opening.open_case"


def may_do(officer: Officer, clue: Clue) -> dict[str, bool]:
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


def case_url(officer: Officer, clue: Clue) -> str:
    """Where a case is opened over this clue, for who may, once the finding bears it."""
    fit = clue.finding in CASE_FINDINGS and may(clue.state, Move.OPEN_CASE)
    if fit and OPEN_CASE in current_app.view_functions and officer.may(P.HANDLE_CASES):
        return url_for(OPEN_CASE, clue=clue.clue_number)
    return ""


def talk(reading: ClueReading) -> dict[int, list[dict[str, str]]]:
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


def drawn(reading: ClueReading) -> Sketch | None:
    clue = reading.clue
    if clue.longitude is None or clue.latitude is None:
        return None
    return sketch(clue.longitude, clue.latitude, reading.near)


def trouble(error: CaseworkError | None, clue: Clue, *, stands: bool) -> str:
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


def fault_of(error: Invalid) -> str:
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
