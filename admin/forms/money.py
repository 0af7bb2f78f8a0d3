"""Amounts as officers type them, in 元."""

from typing import Any

from flask_babel import gettext
from wtforms import StringField
from wtforms.validators import StopValidation

from casework.rewards.amounts import read_yuan


class YuanField(StringField):
    """`fen` is the amount in 分 once the form was found right."""

    fen = 0

    def pre_validate(self, form: Any) -> None:
        if not (self.data or "").strip():
            return  # for InputRequired to refuse
        try:
            self.fen = read_yuan(self.data or "")
        except ValueError:
            raise StopValidation(gettext("请写成数字，单位是元，例：20,000")) from None
