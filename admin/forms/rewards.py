"""提出、审核、批准、退回、不予奖励: one form a deed."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from admin.forms.fields import Pick, Version, plain, term_choices
from admin.forms.money import YuanField
from casework.errors import Invalid
from casework.rewards.actions import LONGEST_DOCUMENT
from casework.rewards.eligibility import LONGEST_NOTE, Point, Said
from casework.rewards.proposing import Proposal
from casework.rewards.steps import LONGEST_REASON
from casework.rewards.terms import Agreement, Answer, Severity

_TOO_LONG = _l("太长了，最多 %(max)d 个字")


class ProposeForm(FlaskForm):  # type: ignore[misc]
    """Made by `propose_form`, which adds the points that are the officer's to answer."""

    amount_yuan = YuanField(_l("金额（元）"), [InputRequired(_l("请填金额"))])
    severity = Pick(_l("违法轻重"), [InputRequired(_l("请选一种"))])
    agreement = Pick(_l("举报与查实"), [InputRequired(_l("请选一种"))])
    uplift = BooleanField(_l("贡献突出，另加"))
    uplift_percent = IntegerField(
        _l("加百分之几"), [Optional(), NumberRange(1, 100, message=_l("从 1 到 100"))]
    )
    reason = TextAreaField(
        _l("理由"),
        [DataRequired(_l("请写理由")), Length(max=LONGEST_REASON, message=_TOO_LONG)],
        filters=[plain],
    )
    asked: tuple[Point, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        good: bool = super().validate(extra_validators)
        if self.uplift.data and self.uplift_percent.data is None and not self.uplift_percent.errors:
            self.uplift_percent.errors = [gettext("加了奖，请填加多少")]
            return False
        return good

    def proposal(self) -> Proposal:
        return Proposal(
            base_fen=self.amount_yuan.fen,
            uplift_percent=self.uplift_percent.data or 0 if self.uplift.data else 0,
            severity=Severity(self.severity.data),
            agreement=Agreement(self.agreement.data),
            reason=self.reason.data or "",
            said={line.key: self._said(line) for line in self.asked},
        )

    def _said(self, line: Point) -> Said:
        return Said(Answer(self[f"answer_{line.key}"].data), self[f"note_{line.key}"].data or "")


def propose_form(asked: Iterable[Point]) -> ProposeForm:
    """The form with two fields for each point that the system cannot answer: the answer, and how it was checked."""
    lines = tuple(asked)
    fields: dict[str, Any] = {"asked": lines}
    for line in lines:
        # The label of a point stands in the policy; the catalogue translates it there.
        label = gettext(line.label)
        fields[f"answer_{line.key}"] = Pick(label, [InputRequired(_l("请答这一条"))])
        fields[f"note_{line.key}"] = StringField(
            gettext("怎么核的：%(what)s", what=label),
            [DataRequired(_l("请写怎么核的")), Length(max=LONGEST_NOTE, message=_TOO_LONG)],
            filters=[plain],
        )
    form: ProposeForm = type("ProposeFormOfToday", (ProposeForm,), fields)()
    for line in lines:
        form[f"answer_{line.key}"].choices = _answers(line)
    form.severity.choices = [("", gettext("请选")), *term_choices(Severity)]
    form.agreement.choices = [("", gettext("请选")), *term_choices(Agreement)]
    return form


def _answers(line: Point) -> list[tuple[str, str]]:
    good, bad = (gettext("没有"), gettext("有")) if line.exclusion else (gettext("符合"), gettext("不符合"))
    return [("", gettext("请选")), (Answer.PASSES.value, good), (Answer.FAILS.value, bad)]


class ReviewForm(FlaskForm):  # type: ignore[misc]
    words = StringField(_l("审核意见"), [Optional(), Length(max=200, message=_TOO_LONG)], filters=[plain])
    version = Version(_l("版本"))


class ApproveForm(FlaskForm):  # type: ignore[misc]
    decision_document = StringField(
        _l("会议纪要或文号"), [Optional(), Length(max=LONGEST_DOCUMENT, message=_TOO_LONG)], filters=[plain]
    )
    words = StringField(_l("批准意见"), [Optional(), Length(max=200, message=_TOO_LONG)], filters=[plain])
    version = Version(_l("版本"))


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """For 退回 and 不予奖励."""

    reason = TextAreaField(
        _l("理由"),
        [DataRequired(_l("请写理由")), Length(max=LONGEST_REASON, message=_TOO_LONG)],
        filters=[plain],
    )
    version = Version(_l("版本"))


def blame(form: FlaskForm, refused: Invalid) -> bool:
    """Lays what the rules refused at the field it is about; False when the form has no such field."""
    if refused.field not in form:
        return False
    field: Field = form[refused.field]
    field.errors = [words_for(refused)]
    return True


def words_for(refused: Invalid) -> str:
    facts = {name: _yuan(value) for name, value in refused.facts.items() if isinstance(value, int)}
    sentence = {
        ("amount_yuan", "below_band"): _l("不能少于 %(low_fen)s 元"),
        ("amount_yuan", "above_band"): _l("不能多于 %(high_fen)s 元"),
        ("amount_yuan", "above_cap"): _l("合计不能多于 %(cap_fen)s 元"),
        ("amount_yuan", "above_case_cap"): _l(
            "一案合计不能多于 %(cap_fen)s 元，别的举报已经提了 %(others_fen)s 元"
        ),
        ("amount_yuan", "too_much"): _l("金额太大，请核对"),
        ("amount_yuan", "not_positive"): _l("金额要大于 0"),
        ("uplift_percent", "out_of_range"): _l("超过了可以加的幅度"),
        ("uplift_percent", "above_cap"): _l("加上以后合计不能多于 %(cap_fen)s 元"),
        ("decision_document", "empty"): _l("这个金额要会议决定，请填会议纪要或文号"),
        ("document_number", "taken"): _l("这个文号已经记过了"),
        ("voucher_number", "taken"): _l("这个凭证号已经用过了"),
    }.get((refused.field, refused.reason))
    if sentence is not None:
        return str(sentence) % facts if facts else str(sentence)
    if refused.reason == "fails":
        return gettext("这一条不符合，不能提奖励；可以报批准人不予奖励")
    return gettext("请填这一项") if refused.reason in ("empty", "unanswered") else gettext("这一项不对")


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole:,}" + (f".{rest:02d}" if rest else "")
