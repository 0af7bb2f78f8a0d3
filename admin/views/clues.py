"""线索: the desk with its cuts, and giving out several clues at once."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from admin import navigation
from admin.access import allow, current_officer
from admin.chips import Chip, capped, paged
from admin.forms.clues import AssignManyForm
from admin.history import told
from admin.means import means
from admin.numbers import read_number
from admin.query import chosen, pick, words
from casework import policy
from casework.clues import actions
from casework.clues.handlers import Handler, handlers
from casework.clues.models import Clue
from casework.clues.queries import PAGE, DeskFilter, chips, clue_of_tip, desk
from casework.clues.reading import changes_since
from casework.errors import CaseworkError, Invalid, NotAllowed, NotFound, Stale, WrongState
from casework.officers.models import Officer
from casework.officers.queries import officer_by_username
from casework.officers.roles import Permission
from casework.officers.sight import sight_of
from casework.terms import Agency, Category, ClueState
from casework.tips import actions as tips
from casework.tips.numbers import CLUES, TIPS

pages = Blueprint("clues", __name__)

Answer = str | Response | tuple[str, int]
SORTS = ("due", "newest", "updated")
_DUE = ("over", "today", "soon", "none")
_CUTS = ("state", "category", "township", "agency", "handler", "due", "sort", "q")


@pages.get("/clues", endpoint="desk")
@allow(Permission.READ_CLUES)
def clue_desk() -> Answer:
    text = words("q")
    if there := _exact(text):
        return redirect(there, 303)
    sight = sight_of(current_officer())
    sort = chosen("sort", SORTS) or "due"
    after, before = request.args.get("after", ""), request.args.get("before", "")
    with means().db.read() as session:
        people = handlers(session, sight=sight)
        cut = _cut(people, text)
        counts = chips(session, sight=sight, cut=cut)
        page = desk(session, sight=sight, cut=cut, sort=sort, after=after, before=before)
    navigation.note("clues", counts["all"], counts["over"] > 0)
    kept = {name: value for name, value in request.args.items() if name in _CUTS and value}
    return render_template(
        "admin/clues.html",
        page=page,
        counts=counts,
        cut=cut,
        cut_on=cut != DeskFilter(),
        sort=sort,
        kept=kept,
        chips=_chips(counts, cut),
        paged=paged(
            "clues.desk",
            kept,
            rows=len(page.rows),
            size=PAGE,
            before=page.before,
            after=page.after,
            total=counts["shown"],
        ),
        people=people,
        states=list(ClueState),
        categories=list(Category),
        agencies=list(Agency),
        towns=policy.current().region.townships,
        back=request.full_path.rstrip("?"),
    )


@pages.post("/clues/assign")
@allow(Permission.ASSIGN_CLUES, Permission.TAKE_CLUES)
def assign_many() -> Answer:
    """Each clue with the version that the list showed: what somebody has changed since is told and left alone."""
    form = AssignManyForm()
    if not form.validate():
        raise Invalid("pick", "unknown")
    officer = current_officer()
    done, left = [], []
    with means().db.begin() as session:
        to = _receiver(session, form.to.data)
        for number, version in sorted(form.picked.items()):
            clue = actions.clue_for(session, clue_number=number, by=officer, lock=True)
            try:
                actions.assign_clue(session, clue=clue, to=to, by=officer, version=version)
                done.append(number)
            except (Stale, WrongState, Invalid, NotAllowed) as error:
                left.append(f"{number}{_why(session, clue, version, error)}")
    if done:
        flash(_("%(n)s 条分派给%(who)s。", n=len(done), who=to.name), "good")
    for each in left:
        flash(each, "care")
    if not form.picked:
        flash(_("一条也没选。先在清单里勾上，再分派。"), "care")
    return redirect(form.back, 303)


def _receiver(session: Session, username: str) -> Officer:
    try:
        return officer_by_username(session, username)
    except NotFound:
        raise Invalid("to", "unknown") from None


def _why(session: Session, clue: Clue, version: int, error: CaseworkError) -> str:
    if isinstance(error, Stale):
        changes = told(changes_since(session, clue=clue, version=version))
        what = "；".join(f"{line.when} {line.who} {line.title}{line.words}" for line in changes)
        return _("：您看的时候别人动过，没有分派。%(what)s", what=what)
    if isinstance(error, WrongState):
        return _("：现在这一步不能分派。")
    if isinstance(error, Invalid):
        return _("：这个人办不了（角色、单位或者管辖不合），没有分派。")
    return _("：别人在办，没有分派。")


def _cut(people: list[Handler], text: str) -> DeskFilter:
    by_username = {person.username: person.officer_id for person in people}
    handler = chosen("handler", ("none", "me", *by_username))
    mine = current_officer().id if handler == "me" else None
    return DeskFilter(
        state=pick("state", ClueState),
        category=pick("category", Category),
        township=chosen("township", policy.current().region.township_by_code) or None,
        agency=pick("agency", Agency),
        handler_id=by_username.get(handler, mine),
        unassigned=handler == "none",
        due=chosen("due", _DUE),
        words=text,
        closed=bool(text),  # who looks for one clue finds it wherever it stands
    )


def _chips(counts: dict[str, int], cut: DeskFilter) -> list[Chip]:
    here, mine = url_for("clues.desk"), current_officer().id

    def chip(label: str, name: str, query: str, wanted: DeskFilter, sign: str = "", key: str = "") -> Chip:
        return Chip(label, capped(counts[name]), here + query, cut == wanted, sign, key)

    return [
        chip(_("全部"), "all", "", DeskFilter()),
        chip(_("超期"), "over", "?due=over", DeskFilter(due="over"), "over", "g d"),
        chip(_("今天"), "today", "?due=today", DeskFilter(due="today"), "today"),
        chip(_("三天内"), "soon", "?due=soon", DeskFilter(due="soon"), "soon"),
        chip(_("没人办"), "unassigned", "?handler=none", DeskFilter(unassigned=True)),
        chip(_("我的"), "mine", "?handler=me", DeskFilter(handler_id=mine)),
    ]


def _exact(text: str) -> str:
    """Where a number that was typed whole leads, if this officer may know of it."""
    officer = current_officer()
    clue_number, tip_number = read_number(text, CLUES), read_number(text, TIPS)
    if not (clue_number or tip_number):
        return ""
    with means().db.read() as session:
        try:
            if tip_number:
                return _exact_tip(session, officer, tip_number)
            actions.clue_for(session, clue_number=clue_number, by=officer)
        except NotFound:
            return ""
    return url_for("clues.clue", clue_number=clue_number)


def _exact_tip(session: Session, officer: Officer, tip_number: str) -> str:
    """A tip's own page for who reads the inbox; for others the clue that it became."""
    tip = tips.tip_for(session, tip_number=tip_number, by=officer)
    if officer.may(Permission.READ_INBOX):
        return url_for("inbox.tip", tip_number=tip_number)
    clue = clue_of_tip(session, tip.id)
    if clue is None:
        return ""
    actions.clue_for(session, clue_number=clue.clue_number, by=officer)
    return url_for("clues.clue", clue_number=clue.clue_number)
