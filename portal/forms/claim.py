"""领奖励, in two steps on one address: code and PIN, then how and where."""

import unicodedata

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, StopValidation, ValidationError

from casework.vault.codes import CodeSlip, read_code
from config.policy import ClaimMethod, Counter


def plain(value: str | None) -> str:
    return unicodedata.normalize("NFKC", value or "").strip()


class CodeForm(FlaskForm):  # type: ignore[misc]
    receipt_code = StringField(
        _l("查询码"),
        [InputRequired(_l("请填查询码，20 位数字"))],
        description=_l("20 位数字。空格、短横、全角数字都行"),
    )
    claim_pin = PasswordField(
        _l("领奖密码"),
        [InputRequired(_l("请填领奖密码，6 位数字"))],
        description=_l("举报时您自己设的 6 位数字"),
        filters=[plain],
    )
    code = ""

    def validate_receipt_code(self, field: StringField) -> None:
        try:
            self.code = read_code(field.data or "")
        except CodeSlip as slip:
            raise ValidationError(slip_words(slip)) from None

    def validate_claim_pin(self, field: PasswordField) -> None:
        pin = field.data or ""
        if not (pin.isascii() and pin.isdecimal()):
            raise ValidationError(gettext("只能是数字，6 位"))
        if len(pin) != 6:
            raise ValidationError(gettext("要 6 位数字，现在是 %(n)s 位", n=len(pin)))


class OneOf(RadioField):
    """A RadioField whose every refusal is one sentence that says what to do."""

    def pre_validate(self, form: FlaskForm) -> None:
        if self.data not in dict(self.choices):
            raise StopValidation(gettext("请从这几种里选一种"))


class WayForm(FlaskForm):  # type: ignore[misc]
    claim_method = OneOf(_l("怎么领"), [InputRequired(_l("请选一种领法"))])
    counter = OneOf(_l("到哪个网点"), [InputRequired(_l("请选一个网点"))])

    def offer(self, methods: tuple[ClaimMethod, ...], counters: tuple[Counter, ...]) -> None:
        """What is open today; a single choice is made already."""
        self.claim_method.choices = [(way.key, gettext(way.words)) for way in methods]
        self.counter.choices = [(place.key, gettext(place.label)) for place in counters]
        for field in (self.claim_method, self.counter):
            if field.data is None and len(field.choices) == 1:
                field.data = field.choices[0][0]


def slip_words(slip: CodeSlip) -> str:
    """Only slips of the pen are told: they say nothing about what exists."""
    if slip.kind == "check":
        return gettext("有一位抄错了。请对照纸条，一组一组看")
    if slip.kind == "length":
        return gettext("要 20 位数字，现在是 %(n)s 位", n=slip.digits)
    return gettext("查询码只有数字，20 位")
