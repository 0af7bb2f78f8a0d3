"""登入与退出."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.access import cookie_name, current_officer, open_to_all, open_to_signed_in
from admin.forms.sign_in import OtpForm, PasswordForm
from admin.means import means
from casework.errors import Throttled
from casework.officers import sign_in as doors
from casework.vault.tokens import TokenBad, open_from_browser, seal_for_browser

pages = Blueprint("sign_in", __name__)

HALF_WAY = "sign-in half way"
HALF_WAY_LIFE = 5 * 60


@pages.route("/sign-in", methods=["GET", "POST"])
@open_to_all
def sign_in() -> str | Response | tuple[str, int]:
    if request.method == "POST" and "otp" in request.form:
        return _check_otp()
    if request.method == "POST":
        return _check_password()
    return render_template(
        "admin/sign_in.html", form=PasswordForm(), refused="", why=request.args.get("why", "")
    )


def _check_password() -> str | Response | tuple[str, int]:
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("admin/sign_in.html", form=form, refused="", why=""), 400
    try:
        with means().db.begin() as session:
            officer = doors.check_password(
                session, username=form.username.data, password=form.password.data, keys=means().office_keys
            )
    except Throttled:
        return _refused("wait", 429)
    if officer is None:
        return _refused("wrong", 403)
    half_way = seal_for_browser(means().office_keys.cookie, HALF_WAY, {"officer": officer.id})
    return render_template("admin/otp.html", form=OtpForm(), half_way=half_way, refused="")


def _check_otp() -> str | Response | tuple[str, int]:
    form, half_way = OtpForm(), request.form.get("half_way", "")
    try:
        known = open_from_browser(means().office_keys.cookie, HALF_WAY, half_way, max_age=HALF_WAY_LIFE)
    except TokenBad:
        return _refused("again", 403)
    if not form.validate_on_submit():
        return render_template("admin/otp.html", form=form, half_way=half_way, refused=""), 400
    try:
        with means().db.begin() as session:
            token = doors.check_otp(
                session, officer_id=known["officer"], otp=form.otp.data, keys=means().office_keys
            )
    except Throttled:
        return _refused("wait", 429)
    if token is None:
        return render_template("admin/otp.html", form=form, half_way=half_way, refused="wrong"), 403
    response = redirect(_next_page(), 303)
    response.set_cookie(
        cookie_name(), token, secure=means().settings.https, httponly=True, samesite="Strict", path="/admin"
    )
    return response


@pages.post("/sign-out")
@open_to_signed_in
def sign_out() -> Response:
    with means().db.begin() as session:
        doors.sign_out(session, row_id=g.office_session_id, by=current_officer())
    response = redirect(url_for("sign_in.sign_in"), 303)
    response.delete_cookie(cookie_name(), path="/admin")
    flash(_("您已退出。"), "good")
    return response


def _refused(kind: str, status: int) -> tuple[str, int]:
    return render_template(
        "admin/sign_in.html", form=PasswordForm(formdata=None), refused=kind, why=""
    ), status


def _next_page() -> str:
    """Only addresses of the office itself; anything else would let a link lead out of it."""
    wanted = request.args.get("next", "")
    return (
        wanted
        if wanted.startswith("/admin/") and "//" not in wanted and "\\" not in wanted
        else url_for("desk.desk")
    )
