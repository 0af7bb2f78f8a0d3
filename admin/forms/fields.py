"""Fields that say in plain words what to do, and text without what no keyboard types."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from wtforms import DateField, FloatField, IntegerField, RadioField, SelectField
from wtforms.validators import StopValidation

from casework.errors import Invalid
from casework.terms import Term

Choices = list[tuple[str, str]]


def plain(value: str | None) -> str:
    """Without control characters (a database refuses some of them) and without blanks at the ends."""
    text = (value or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def digits(value: str | None) -> str:
    """Full-width digits, as many keyboards give them, become the usual ones."""
    return unicodedata.normalize("NFKC", plain(value))


def term_choices(terms: Iterable[Term]) -> Choices:
    return [(term.value, gettext(term.label)) for term in terms]


class Pick(SelectField):
    """A list to choose from, whose every refusal is one sentence that says what to do."""

    def pre_validate(self, form: Any) -> None:
        if self.data is None or self.data not in dict(self.choices):
            raise StopValidation(gettext("请从这几种里选一种"))


class Radio(RadioField):
    """Likewise, with all choices in view; nothing chosen is for InputRequired to refuse."""

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in dict(self.choices):
            raise StopValidation(gettext("请从这几种里选一种"))


class Degrees(FloatField):
    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = float(digits(valuelist[0]))
            except ValueError:
                raise ValueError(gettext("要写成数字，例：111.8333")) from None


class Day(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("请写成年、月、日，例：2026-11-21")) from None


class Version(IntegerField):
    """Which state of the thing the page showed; a form without it is not one of ours."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].isascii() and valuelist[0].isdecimal() and len(valuelist[0]) < 10:
            self.data = int(valuelist[0])
        if self.data is None:
            raise ValueError(gettext("请退回去，刷新这一页再办"))

    @property
    def seen(self) -> int:
        """Only after the form was found whole."""
        if self.data is None:
            raise Invalid("version", "missing")
        return int(self.data)
