"""Numbers as people type them: full-width digits, blanks and commas between thousands; exact, never rounded."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext
from wtforms import Field
from wtforms.widgets import TextInput

from admin.forms.fields import digits

_BETWEEN = str.maketrans("", "", ", ，_")
_LONGEST = 20


class Amount(Field):
    """A Decimal of at most `places` places, or None when empty; what was typed stays in the box after an error."""

    widget = TextInput()
    data: Any

    def __init__(self, label: Any = None, validators: Any = None, *, places: int = 0, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.places = places

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else _written(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = digits(valuelist[0]).translate(_BETWEEN) if valuelist else ""
        if not typed:
            return
        if len(typed) > _LONGEST or not typed.isascii() or not typed.replace(".", "", 1).isdecimal():
            raise ValueError(gettext("请写成数字，例：28500"))
        self.data = _exact(typed, self.places)


class Count(Amount):
    """A whole number of people."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = None if self.data is None else int(self.data)


def _exact(typed: str, places: int) -> Decimal:
    try:
        number = Decimal(typed)
    except InvalidOperation:
        raise ValueError(gettext("请写成数字，例：28500")) from None
    if number != round(number, places):
        words = gettext("最多 %(n)s 位小数", n=places) if places else gettext("请写整数")
        raise ValueError(words)
    return number


def _written(value: Decimal | int) -> str:
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
