"""Signing in, in two steps on one address: name and password, then the time code."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, Regexp


class PasswordForm(FlaskForm):
    username = StringField(_l("账号"), [InputRequired(_l("请填账号")), Length(max=40)])
    password = PasswordField(_l("密码"), [InputRequired(_l("请填密码")), Length(max=200)])


class OtpForm(FlaskForm):
    otp = StringField(
        _l("六位验证码"),
        [InputRequired(_l("请填验证码")), Regexp(r"^\s*\d{6}\s*$", message=_l("验证码是 6 位数字"))],
    )
