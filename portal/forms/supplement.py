"""回话或者补充: words, photos, or both; and the code once more where the page was left open too long."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from portal.forms.tip import plain, readable


class SupplementForm(FlaskForm):  # type: ignore[misc]
    message = TextAreaField(
        _l("回话或者补充"),
        [Length(max=5000, message=_l("太长了，最多 5000 个字")), readable],
        description=_l("别写自己的名字、住址，除非您愿意。"),
        filters=[plain],
    )
    receipt_code = StringField(
        _l("查询码"), description=_l("20 位数字。空格、短横、全角数字都行"), filters=[plain]
    )
