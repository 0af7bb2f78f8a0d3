"""收件箱: tips that wait, one opened beside them, and what is decided on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from admin import navigation
from admin.access import allow, current_officer
from admin.chips import Chip, capped, paged
from admin.clocks import clocks_shown
from admin.deed_forms import faults_of, typed
from admin.forms.inbox import DeclineForm, HandOnForm, MergeForm, RegisterForm
from admin.means import means
from admin.numbers import known_number, read_number
from admin.photo_strip import photo_strip, recordings
from admin.query import chosen, pick
from casework import calendar, policy
from casework.clues import actions as clues
from casework.clues.reading import TipReading, read_inbox_tip
from casework.errors import AlreadyDone, CaseworkError, Invalid, NotFound, Stale, WrongState
from casework.officers.roles import Permission
from casework.officers.sight import sight_of
from casework.terms import Category, Channel
from casework.tips import actions as tips
from casework.tips import inbox as waiting
from casework.tips.inbox import InboxCounts, InboxFilter
from casework.tips.models import Tip
from casework.tips.numbers import CLUES, TIPS

pages = Blueprint("inbox", __name__)

Answer = str | Response | tuple[str, int]
Deed = Callable[[Session, Tip], "Done"]
_DUE = ("over", "today")
_CUTS = ("urgent", "due", "channel", "category")


@dataclass(frozen=True)
class Done:
    """Where to go once it is true, and what to say there (parts/flashes.html)."""

    url: str
    words: Any


@pages.get("/inbox")
@allow(Permission.READ_INBOX)
def inbox() -> Answer:
    cut = InboxFilter(
        urgent=chosen("urgent", ("1",)) == "1",
        due=chosen("due", _DUE),
        channel=pick("channel", Channel),
        category=pick("category", Category),
    )
    after, before = request.args.get("after", ""), request.args.get("before", "")
    officer = current_officer()
    sight = sight_of(officer)
    with means().db.begin() as session:
        counts = waiting.counts(session, sight=sight)
        page = waiting.inbox_page(
            session, sight=sight, keys=means().office_keys, cut=cut, after=after, before=before
        )
        # The list shows the beginning of what people wrote, so listing it is a deed.
        waiting.glance(session, rows=page.rows, by=officer)
    navigation.note("inbox", counts.all, counts.over > 0)
    kept = {name: value for name, value in request.args.items() if name in _CUTS and value}
    return render_template(
        "admin/inbox.html",
        page=page,
        counts=counts,
        cut=cut,
        cut_on=cut != InboxFilter(),
        chips=_chips(counts, cut),
        kept=[(name, value) for name, value in kept.items() if name != "category"],
        paged=paged(
            "inbox.inbox",
            kept,
            rows=len(page.rows),
            size=waiting.PAGE,
            before=page.before,
            after=page.after,
            total=counts.all if cut == InboxFilter() else None,
        ),
        categories=list(Category),
    )


def _chips(counts: InboxCounts, cut: InboxFilter) -> list[Chip]:
    """Each a cut of its own; what the select beneath them adds is taken away again."""
    plain = replace(cut, category=None)
    here = url_for("inbox.inbox")

    def chip(label: str, number: int, query: str, wanted: InboxFilter, sign: str = "", key: str = "") -> Chip:
        return Chip(label, capped(number), here + query, plain == wanted, sign, key)

    return [
        chip(_("全部"), counts.all, "", InboxFilter()),
        chip(_("要紧"), counts.urgent, "?urgent=1", InboxFilter(urgent=True), "care"),
        chip(_("超期"), counts.over, "?due=over", InboxFilter(due="over"), "over", "g d"),
        chip(_("今天到期"), counts.today, "?due=today", InboxFilter(due="today"), "today"),
        *(
            chip(gettext(channel.label), number, f"?channel={channel}", InboxFilter(channel=channel))
            for channel, number in counts.channels.items()
        ),
    ]


@pages.get("/inbox/<tip_number>")
@allow(Permission.READ_INBOX)
def tip(tip_number: str) -> Answer:
    return _page(known_number(tip_number, TIPS))


@pages.post("/inbox/<tip_number>/register")
@allow(Permission.TRIAGE_TIPS)
def register(tip_number: str) -> Answer:
    form = RegisterForm()

    def do(session: Session, tip: Tip) -> Done:
        clue = clues.register_clue(
            session, tip=tip, words=form.words(), by=current_officer(), version=form.version.seen
        )
        words = _("%(tip)s 已登记为线索 %(clue)s。", tip=tip.tip_number, clue=clue.clue_number)
        if clues.is_seen(clue, current_officer()):
            return Done(url_for("clues.clue", clue_number=clue.clue_number), words)
        return Done(url_for("inbox.inbox"), words + _("它不在您能看的范围里了。"))

    return _decide(tip_number, form, do)


@pages.post("/inbox/<tip_number>/merge")
@allow(Permission.TRIAGE_TIPS)
def merge(tip_number: str) -> Answer:
    form = MergeForm()

    def do(session: Session, tip: Tip) -> Done:
        officer, number = current_officer(), read_number(form.into.data, CLUES)
        try:
            into = clues.clue_for(session, clue_number=number, by=officer, lock=True)
        except NotFound:
            raise Invalid("into", "unknown") from None
        clues.merge_tip(session, tip=tip, into=into, by=officer, version=form.version.seen)
        words = _("%(tip)s 已并入", tip=tip.tip_number)
        url = url_for("clues.clue", clue_number=number)
        return Done(url_for("inbox.inbox"), {"words": words, "url": url, "way": number})

    return _decide(tip_number, form, do)


@pages.post("/inbox/<tip_number>/decline")
@allow(Permission.TRIAGE_TIPS)
def decline(tip_number: str) -> Answer:
    form = DeclineForm()

    def do(session: Session, tip: Tip) -> Done:
        by, version = current_officer(), form.version.seen
        tips.decline_tip(session, tip=tip, reason=form.reason.data, by=by, version=version)
        sentence = gettext(policy.current().decline_reasons[form.reason.data].sentence)
        words = _("%(tip)s 不予受理。举报人会看到：%(words)s", tip=tip.tip_number, words=sentence)
        return Done(url_for("inbox.inbox"), words)

    return _decide(tip_number, form, do)


@pages.post("/inbox/<tip_number>/hand-on")
@allow(Permission.TRIAGE_TIPS)
def hand_on(tip_number: str) -> Answer:
    form = HandOnForm()

    def do(session: Session, tip: Tip) -> Done:
        by, version = current_officer(), form.version.seen
        tips.hand_on_tip(session, tip=tip, body=form.body.data, by=by, version=version)
        body = gettext(policy.current().bodies[form.body.data].name)
        return Done(url_for("inbox.inbox"), _("%(tip)s 已转 %(body)s。", tip=tip.tip_number, body=body))

    return _decide(tip_number, form, do)


def _decide(tip_number: str, form: FlaskForm, do: Deed) -> Answer:
    """Shape, then the deed in one transaction; what goes wrong is told on the tip's own page, with what was typed."""
    number = known_number(tip_number, TIPS)
    if not form.validate():
        return _page(number, form), 400
    try:
        with means().db.begin() as session:
            found = tips.tip_for(session, tip_number=number, by=current_officer(), lock=True)
            done = do(session, found)
    except Invalid as error:
        form[error.field].errors = [_fault(error)]
        return _page(number, form), 400
    except (Stale, WrongState, AlreadyDone) as error:
        return _page(number, form, error), 409
    flash(done.words, "good")
    return redirect(done.url, 303)


def _page(number: str, form: FlaskForm | None = None, error: CaseworkError | None = None) -> str:
    """The whole page, or the pane alone when the list asks for it. Reading the tip is a deed."""
    officer = current_officer()
    with means().db.begin() as session:
        found = tips.tip_for(session, tip_number=number, by=officer)
        reading = read_inbox_tip(session, tip=found, by=officer, keys=means().office_keys)
    forms: dict[str, Any] = {
        "register": RegisterForm(formdata=None),
        "merge": MergeForm(formdata=None),
        "decline": DeclineForm(formdata=None),
        "hand_on": HandOnForm(formdata=None),
    }
    forms["register"].fill_from_tip(reading.said)
    names = {RegisterForm: "register", MergeForm: "merge", DeclineForm: "decline", HandOnForm: "hand_on"}
    tried = names.get(type(form), "") if form is not None else ""
    if form is not None:
        forms[tried] = form
    pane = form is None and request.headers.get("HX-Request") == "true"
    return render_template(
        "admin/tip_pane.html" if pane else "admin/tip.html",
        reading=reading,
        said=reading.said,
        tip=reading.said.tip,
        clocks=clocks_shown(reading.clocks),
        photos=_photos(reading),
        recordings=recordings(reading.files),
        forms=forms,
        tried=tried,
        faults=faults_of(form),
        clash_error=error,
        typed=typed(form) if error is not None else [],
        read_at=calendar.now(),
        may_decide=officer.may(Permission.TRIAGE_TIPS),
    )


def _photos(reading: TipReading) -> Sequence[object]:
    return photo_strip(reading.files, tips={}, names=reading.names)


def _fault(error: Invalid) -> str:
    words = {
        ("into", "unknown"): _("没有这条线索，或者不在您能看的范围里"),
        ("summary", "empty"): _("请用自己的话写一句摘要"),
        ("summary", "too_long"): _("太长了，最多 200 个字"),
        ("reason", "unknown"): _("请从这几条里选一条"),
        ("body", "unknown"): _("请从这几个单位里选一个"),
    }
    return words.get((error.field, error.reason), _("请看一看这里"))
