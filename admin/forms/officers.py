"""Adding and changing accounts."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from casework.officers.roles import Role


class RolesField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RolesForm(FlaskForm):
    roles = RolesField(_l("角色"), [InputRequired(_l("至少选一个角色"))])
    active = BooleanField(_l("账号可以用"))

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.roles.choices = [(role.value, gettext(role.label)) for role in Role]


class OfficerForm(RolesForm):
    username = StringField(
        _l("账号"),
        [
            InputRequired(_l("请填账号")),
            Regexp(r"^[a-z][a-z0-9_.-]{2,39}$", message=_l("小写字母开头，3 到 40 个字母、数字、点、横线")),
        ],
    )
    name = StringField(_l("姓名"), [InputRequired(_l("请填姓名")), Length(max=40)])
    unit = SelectField(_l("单位"), [InputRequired(_l("请选单位"))])
    jurisdiction = StringField(
        _l("管辖"),
        [
            InputRequired(_l("请填区划代码")),
            Regexp(r"^(\d{4}|\d{6}|\d{9})$", message=_l("区划代码是 4、6 或 9 位数字")),
        ],
    )
