"""The code that opens the way back, and the PIN that may be set once."""

import unicodedata

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, ValidationError

from casework.vault.codes import CodeSlip, read_code
from portal.forms.claim import slip_words


class CodeForm(FlaskForm):  # type: ignore[misc]
    receipt_code = StringField(
        _l("查询码"),
        [InputRequired(_l("请填查询码，20 位数字"))],
        description=_l("20 位数字。空格、短横、全角数字都行"),
    )
    code = ""

    def validate_receipt_code(self, field: StringField) -> None:
        try:
            self.code = read_code(field.data or "")
        except CodeSlip as slip:
            raise ValidationError(slip_words(slip)) from None


def six_digits(typed: str | None) -> str:
    return unicodedata.normalize("NFKC", typed or "").strip()


class PinForm(FlaskForm):  # type: ignore[misc]
    claim_pin = PasswordField(
        _l("领奖密码"),
        [InputRequired(_l("请填 6 位数字"))],
        description=_l("6 位数字，自己记牢。别用生日、手机尾号。设了就不能改"),
        filters=[six_digits],
    )

    def validate_claim_pin(self, field: PasswordField) -> None:
        pin = field.data or ""
        if not (pin.isascii() and pin.isdecimal()):
            raise ValidationError(gettext("领奖密码只要数字"))
        if len(pin) != 6:
            raise ValidationError(gettext("要 6 位数字，现在是 %(n)s 位", n=len(pin)))
