"""What is decided on a tip: register, merge, decline, hand on."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.forms.clue_words import ClueWordsForm
from admin.forms.fields import Pick, Radio, Version, digits
from casework import policy


class RegisterForm(ClueWordsForm):
    pass


class MergeForm(FlaskForm):  # type: ignore[misc]
    into = StringField(
        _l("并入线索"),
        [DataRequired(_l("请填线索编号")), Length(max=40, message=_l("这不是线索编号"))],
        filters=[digits],
    )
    version = Version(_l("版本"))


class DeclineForm(FlaskForm):  # type: ignore[misc]
    reason = Radio(_l("为什么不受理"), [InputRequired(_l("请选一条理由"))])
    version = Version(_l("版本"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [
            (reason.key, gettext(reason.label)) for reason in policy.current().decline_reasons.values()
        ]


class HandOnForm(FlaskForm):  # type: ignore[misc]
    body = Pick(_l("转给谁"), [InputRequired(_l("请选一个单位"))])
    version = Version(_l("版本"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body.choices = [("", gettext("请选"))] + [
            (body.key, f"{gettext(body.name)}：{gettext(body.takes)}")
            for body in policy.current().bodies.values()
        ]
