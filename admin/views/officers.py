"""人员: accounts, by the administrator, who reads no tip."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.access import allow, current_officer
from admin.forms.officers import OfficerForm, RolesForm
from admin.means import means
from casework.errors import Invalid
from casework.officers import actions
from casework.officers.queries import all_officers, all_units, officer_by_username, unit_by_code
from casework.officers.roles import Permission, Role
from casework.officers.sign_in import revoke_sessions
from casework.vault.passwords import totp_address

pages = Blueprint("officers", __name__)


@pages.get("/officers")
@allow(Permission.MANAGE_OFFICERS)
def officers() -> str:
    with means().db.read() as session:
        return render_template("admin/officers.html", people=all_officers(session))


@pages.route("/officers/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_OFFICERS)
def add() -> str | Response | tuple[str, int]:
    form = OfficerForm()
    with means().db.read() as session:
        form.unit.choices = [(unit.code, unit.name) for unit in all_units(session)]
    if not form.is_submitted():
        form.active.data, form.jurisdiction.data = True, "141122"
        return render_template("admin/officer_new.html", form=form)
    if not form.validate():
        return render_template("admin/officer_new.html", form=form), 400
    try:
        with means().db.begin() as session:
            officer, secrets = actions.add_officer(
                session,
                username=form.username.data,
                name=form.name.data.strip(),
                unit=unit_by_code(session, form.unit.data),
                roles=[Role(role) for role in form.roles.data],
                jurisdiction=form.jurisdiction.data,
                keys=means().office_keys,
                by=current_officer(),
            )
    except Invalid as error:
        getattr(form, error.field).errors = [_invalid(error)]
        return render_template("admin/officer_new.html", form=form), 400
    return _show_secrets(officer.username, officer.name, secrets)


@pages.route("/officers/<username>", methods=["GET", "POST"])
@allow(Permission.MANAGE_OFFICERS)
def change(username: str) -> str | Response | tuple[str, int]:
    with means().db.read() as session:
        officer = officer_by_username(session, username)
    form = RolesForm()
    if not form.is_submitted():
        form.roles.data, form.active.data = [role.value for role in officer.roles], officer.active
        return render_template("admin/officer.html", form=form, person=officer)
    if not form.validate():
        return render_template("admin/officer.html", form=form, person=officer), 400
    try:
        with means().db.begin() as session:
            actions.change_officer(
                session,
                officer=officer_by_username(session, username),
                roles=[Role(role) for role in form.roles.data],
                active=form.active.data,
                by=current_officer(),
            )
    except Invalid as error:
        form.roles.errors = [_invalid(error)]
        return render_template("admin/officer.html", form=form, person=officer), 400
    flash(_("%(name)s 的角色已改，他要重新登入。", name=officer.name), "good")
    return redirect(url_for("officers.officers"), 303)


@pages.post("/officers/<username>/reset")
@allow(Permission.MANAGE_OFFICERS)
def reset(username: str) -> str | Response:
    with means().db.begin() as session:
        officer = officer_by_username(session, username)
        secrets = actions.reset_officer(
            session, officer=officer, keys=means().office_keys, by=current_officer()
        )
    return _show_secrets(officer.username, officer.name, secrets)


@pages.post("/officers/<username>/revoke")
@allow(Permission.MANAGE_OFFICERS)
def revoke(username: str) -> Response:
    with means().db.begin() as session:
        officer = officer_by_username(session, username)
        ended = revoke_sessions(session, officer=officer, by=current_officer(), reason="administrator")
    flash(
        _("已收回 %(name)s 的登入。", name=officer.name)
        if ended
        else _("%(name)s 没有登入。", name=officer.name),
        "good",
    )
    return redirect(url_for("officers.officers"), 303)


def _show_secrets(username: str, name: str, secrets: actions.NewSecrets) -> str:
    return render_template(
        "admin/officer_secrets.html",
        username=username,
        name=name,
        secrets=secrets,
        address=totp_address(secrets.totp_secret, username),
    )


def _invalid(error: Invalid) -> str:
    words = {
        "taken": _("这个账号已经有了"),
        "shape": _("小写字母开头，3 到 40 个字母、数字、点、横线"),
        "outside_unit": _("管辖不在这个单位的范围里"),
        "exclude": _("这几个角色不能由一个人兼任"),
        "none": _("至少选一个角色"),
    }
    return words.get(error.reason, error.reason)
