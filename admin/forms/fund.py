"""记一笔拨款."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.forms.fields import Pick, plain, term_choices
from admin.forms.money import YuanField
from casework.rewards.appropriations import LONGEST_DOCUMENT
from casework.rewards.terms import AppropriationKind


class AppropriateForm(FlaskForm):  # type: ignore[misc]
    kind = Pick(_l("哪一种"), [InputRequired(_l("请选一种"))])
    amount_yuan = YuanField(_l("金额（元）"), [InputRequired(_l("请填金额"))])
    document_number = StringField(
        _l("文号"),
        [DataRequired(_l("请填文号")), Length(max=LONGEST_DOCUMENT, message=_l("太长了，最多 %(max)d 个字"))],
        filters=[plain],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = term_choices(AppropriationKind)


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token: which one it is stands in the address."""
