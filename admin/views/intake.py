"""录入: telephone, letter and walk-in tips on one screen, and the slip that is printed or read out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin import form_key
from admin.access import allow, current_officer
from admin.deed_forms import faults_of
from admin.form_key import FormKey
from admin.forms.intake import IntakeForm
from admin.means import means
from admin.pages import language
from admin.uploads import arrived
from casework import calendar, labels, policy
from casework.errors import Unavailable
from casework.evidence import actions as evidence
from casework.evidence.cleaning import throw_away
from casework.evidence.drafts import keep_drafts
from casework.evidence.queries import drafts_of
from casework.officers.roles import Permission
from casework.terms import Channel, EvidenceKind, IdentityKind
from casework.tips.receiving import Received, receive_tip

pages = Blueprint("intake", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/intake")
@allow(Permission.ENTER_TIPS)
def intake() -> Answer:
    form = IntakeForm(formdata=None)
    form.channel.data = Channel.PHONE.value
    return _page(form, form_key.mint())


@pages.post("/intake")
@allow(Permission.ENTER_TIPS)
def send() -> Answer:
    form = IntakeForm()
    key = form_key.from_page(form.form_key.data or "")
    if key is None:
        form.validate()
        return _page(form, form_key.mint(), _("这一页放得太久了。您写的还在，请再按一次。")), 400
    lost = _keep_photos(key)
    if "drop" in request.form:
        return _drop(form, key)
    if not form.validate() or lost:
        return _page(form, key, lost), 400
    received = _receive(form, key)
    if received is None:
        return _page(form, key), 503
    return _to_slip(key, received)


@pages.get("/intake/received")
@allow(Permission.ENTER_TIPS)
def received() -> Answer:
    """The slip tells nothing of act or place (design.md, Principles 4)."""
    slip = form_key.read_slip()
    if slip is None:
        flash(_("查询码只显示十分钟，现在看不到了。"), "care")
        return redirect(url_for("intake.intake"), 303)
    key, number = slip
    return render_template(
        "admin/intake_received.html",
        code=key.code,
        tip_number=number,
        received_on=labels.local_date(calendar.today(), language()),  # with the year: paper is kept long
        track_url=f"{means().settings.public_url}/track",
    )


@pages.post("/intake/received")
@allow(Permission.ENTER_TIPS)
def handed_over() -> Response:
    response = redirect(url_for("intake.intake"), 303)
    form_key.drop_slip(response)
    return response


def _keep_photos(key: FormKey) -> str:
    """Photos become drafts of this form at once, so that a fault elsewhere does not cost them; answers what was lost."""
    came = arrived("photos")
    if came.files:
        files = [(EvidenceKind.PHOTO, name, file) for file, name in came.files]
        with means().db.begin() as session:
            kept = keep_drafts(session, files=files, form_digest=key.digest)
        for number in kept.waiting:
            means().bells.ring("photo", number)
        if kept.surplus:
            return _("照片最多 9 张，多的没有收。")
    reasons = {
        "too_large": _("有照片超过 20 兆，没有收。别的都还在。"),
        "too_many": _("照片最多 9 张，多的没有收。"),
    }
    return reasons.get(came.faults[0], _("有照片没存上，请再选一次。别的都还在。")) if came.faults else ""


def _drop(form: IntakeForm, key: FormKey) -> Answer:
    wanted = request.form["drop"]
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 4 else 0
    with means().db.begin() as session:
        blob = evidence.drop_draft(session, form_digest=key.digest, number=number)
    throw_away(means().store, [blob] if blob else [])
    return _page(form, key)


def _receive(form: IntakeForm, key: FormKey) -> Received | None:
    """None when nothing could be stored; the page then says what to do, with all that was typed."""
    officer = current_officer()
    try:
        seals = means().seals(named=form.identity.data == IdentityKind.NAMED.value)
    except Unavailable:
        form.identity.errors = [_("还没有身份密钥，现在不能留名。可以先不留名")]
        return None
    try:
        with means().db.begin() as session:
            return receive_tip(
                session,
                submission=form.submission(),
                form_key=key.raw,
                seals=seals,
                by=officer,
                entered_by=officer.id,
            )
    except Unavailable:
        form.narrative.errors = [_("没存上。您写的还在，请再按一次")]
        return None


def _to_slip(key: FormKey, received: Received) -> Response:
    if received.changed:
        words = _(
            "%(number)s 已经存过，这次改的没有存。要补充，请对方凭查询码补。", number=received.tip_number
        )
        flash(words, "care")
    response = redirect(url_for("intake.received"), 303)
    form_key.put_slip(response, key, received.tip_number)
    return response


def _page(form: IntakeForm, key: FormKey, trouble: str = "") -> str:
    with means().db.read() as session:
        photos = drafts_of(session, key.digest)
    return render_template(
        "admin/intake.html",
        form=form,
        key=key,
        photos=photos,
        trouble=trouble,
        faults=faults_of(form),
        towns=policy.current().region.townships,
    )
