"""发放: the number, then the voucher."""

import re
import unicodedata

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length, Regexp

from admin.forms.fields import plain
from casework.rewards.payouts import LONGEST_VOUCHER


def ten_digits(value: str | None) -> str:
    """Blanks and hyphens between the groups, and full-width digits, are how people write it."""
    return re.sub(r"[\s\-‐–—－·.]", "", unicodedata.normalize("NFKC", value or ""))


class NumberForm(FlaskForm):  # type: ignore[misc]
    payout_number = StringField(
        _l("取款暗号"),
        [
            DataRequired(_l("请填取款暗号")),
            Regexp(r"^[0-9]{10}$", re.ASCII, message=_l("取款暗号是 10 位数字")),
        ],
        filters=[ten_digits],
    )


class PayForm(NumberForm):
    voucher_number = StringField(
        _l("凭证号"),
        [
            DataRequired(_l("请填凭证号")),
            Length(max=LONGEST_VOUCHER, message=_l("太长了，最多 %(max)d 个字")),
        ],
        filters=[plain],
    )
