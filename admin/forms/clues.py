"""What is done with a clue: assign, find, speak, conclude, close off."""

from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.forms.clue_words import ClueWordsForm
from admin.forms.fields import Radio, Version, plain, term_choices
from admin.numbers import known_number
from casework.errors import Invalid
from casework.terms import Finding
from casework.tips.actions import LONGEST_MESSAGE
from casework.tips.numbers import CLUES

LONGEST_FACTS = 5000
MOST_PICKED = 100


class EditForm(ClueWordsForm):
    pass


class AssignForm(FlaskForm):  # type: ignore[misc]
    """`to` is a username; who may have the clue, the rules decide."""

    to = StringField(_l("分派给"), [DataRequired(_l("请选一个人")), Length(max=40)], filters=[plain])
    version = Version(_l("版本"))


class AssignManyForm(FlaskForm):  # type: ignore[misc]
    """`pick` holds a clue's number and the version that the list showed: QS-2026-0187~4."""

    to = StringField(_l("分派给"), [DataRequired(_l("请选一个人")), Length(max=40)], filters=[plain])

    @property
    def picked(self) -> dict[str, int]:
        """Raises Invalid `pick` for what no list of ours holds."""
        found: dict[str, int] = {}
        for each in request.form.getlist("pick")[: MOST_PICKED + 1]:
            number, _, version = each.partition("~")
            shaped = version.isascii() and version.isdecimal() and len(version) < 10
            if not shaped or len(found) == MOST_PICKED:
                raise Invalid("pick", "unknown")
            found[known_number(number, CLUES)] = int(version)
        return found

    @property
    def back(self) -> str:
        """The list as it was cut; any other address is refused its wish."""
        here, wanted = url_for("clues.desk"), request.form.get("back", "")
        return wanted if wanted == here or wanted.startswith(f"{here}?") else here


class VersionForm(FlaskForm):  # type: ignore[misc]
    """For deeds that ask nothing more than that the page showed the clue as it is."""

    version = Version(_l("版本"))


class FindForm(FlaskForm):  # type: ignore[misc]
    finding = Radio(_l("查得怎么样"), [InputRequired(_l("请选一个结论"))])
    facts = TextAreaField(
        _l("认定的事实"),
        [
            DataRequired(_l("请写认定的事实")),
            Length(max=LONGEST_FACTS, message=_l("太长了，最多 %(max)d 个字")),
        ],
        filters=[plain],
    )
    version = Version(_l("版本"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finding.choices = term_choices(Finding)


class MessageForm(FlaskForm):  # type: ignore[misc]
    tip_number = StringField(
        _l("对谁说"), [DataRequired(_l("请选一件举报")), Length(max=40)], filters=[plain]
    )
    message = TextAreaField(
        _l("问一句"),
        [
            DataRequired(_l("请写要说的话")),
            Length(max=LONGEST_MESSAGE, message=_l("太长了，最多 %(max)d 个字")),
        ],
        filters=[plain],
    )
    asks = BooleanField(_l("要对方回话"))


class PlainForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token: visited, called, photos."""
