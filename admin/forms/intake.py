"""What somebody says on the telephone, in a letter or at the counter, as an officer types it."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from admin.forms.fields import Day, Degrees, Pick, Radio, digits, plain, term_choices
from casework import calendar, geo, labels, policy
from casework.terms import (
    Category,
    Channel,
    Datum,
    Disguise,
    IdentityKind,
    Ongoing,
    PointSource,
    SubjectKind,
)
from casework.tips.submission import Point, Submission

LONGEST_NARRATIVE = 5000
CHANNELS = (Channel.PHONE, Channel.LETTER, Channel.WALK_IN)


def _most(characters: int) -> Length:
    return Length(max=characters, message=_l("太长了，最多 %(max)d 个字"))


class IntakeForm(FlaskForm):  # type: ignore[misc]
    form_key = HiddenField()
    channel = Radio(_l("怎么来的"), [InputRequired(_l("请选一种"))])
    narrative = TextAreaField(
        _l("说了什么"), [DataRequired(_l("请写对方说了什么")), _most(LONGEST_NARRATIVE)], filters=[plain]
    )
    category = Pick(_l("类别"), [InputRequired(_l("请选一种"))])
    ongoing = Radio(_l("现在停了吗"), default=Ongoing.UNKNOWN.value)
    urgent = BooleanField(_l("有人有危险，要马上去"))
    township = Pick(_l("乡镇"))
    village = StringField(_l("村"), [_most(60)], filters=[plain])
    place = StringField(_l("怎么走"), [_most(500)], filters=[plain])
    wants_reward = BooleanField(_l("查实了要领奖励"))
    claim_pin = StringField(_l("领奖密码"), filters=[digits])
    identity = Radio(_l("留不留名"), default=IdentityKind.ANONYMOUS.value)
    informant_name = StringField(_l("姓名"), [_most(60)], filters=[plain])
    informant_phone = StringField(_l("电话"), [_most(30)], filters=[digits])
    involves_official = BooleanField(_l("牵涉公职人员"))

    letter_on = Day(_l("来信日期"), [Optional()])
    happened_on = Day(_l("哪天看到的"), [Optional()])
    subject_kind = Pick(_l("谁在干"), default=SubjectKind.UNKNOWN.value)
    subject_name = StringField(_l("单位或人的名字、车牌"), [_most(200)], filters=[plain])
    mineral = Pick(_l("挖的是什么"))
    land_class = Pick(_l("占的是什么地"))
    disguise = Pick(_l("打着什么名义"))
    longitude = Degrees(_l("东经"), [Optional(), NumberRange(-180, 180, _l("东经在 180 以内"))])
    latitude = Degrees(_l("北纬"), [Optional(), NumberRange(-90, 90, _l("北纬在 90 以内"))])
    datum = Pick(_l("从哪里看来的"), default=Datum.WGS84.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = policy.current()
        blank = [("", gettext("不清楚"))]
        self.channel.choices = term_choices(CHANNELS)
        self.category.choices = [("", gettext("请选")), *term_choices(Category)]
        self.ongoing.choices = term_choices(Ongoing)
        self.township.choices = blank + [(town.code, town.name) for town in now.region.townships]
        self.identity.choices = term_choices(IdentityKind)
        self.subject_kind.choices = term_choices(SubjectKind)
        self.mineral.choices = blank + _options(now.minerals)
        self.land_class.choices = blank + _options(now.land_classes)
        self.disguise.choices = blank + term_choices(Disguise)
        self.datum.choices = term_choices(Datum)

    def validate(self, extra_validators: Any = None) -> bool:
        whole = super().validate(extra_validators)
        for check in (_place, _name, _pin, _days):
            whole = check(self) and whole
        return bool(whole)

    def submission(self) -> Submission:
        """Only after `validate`; what does not apply is left out, whatever was typed there."""
        named = self.identity.data == IdentityKind.NAMED.value
        wants_reward = bool(self.wants_reward.data)
        ongoing = Ongoing(self.ongoing.data or Ongoing.UNKNOWN.value)
        return Submission(
            category=Category(self.category.data),
            narrative=self._narrative(),
            township=self.township.data or None,
            village=self.village.data or None,
            place=self.place.data,
            point=self._point(),
            subject_kind=SubjectKind(self.subject_kind.data or SubjectKind.UNKNOWN.value),
            subject_name=self.subject_name.data,
            mineral=self.mineral.data or None,
            land_class=self.land_class.data or None,
            disguise=Disguise(self.disguise.data) if self.disguise.data else None,
            ongoing=ongoing,
            happened_on=self.happened_on.data,
            identity=IdentityKind.NAMED if named else IdentityKind.ANONYMOUS,
            informant_name=self.informant_name.data if named else "",
            informant_phone=self.informant_phone.data if named else "",
            wants_reward=wants_reward,
            claim_pin=self.claim_pin.data or None if wants_reward else None,
            involves_official=bool(self.involves_official.data),
            channel=Channel(self.channel.data),
            urgent=bool(self.urgent.data),
        )

    def _narrative(self) -> str:
        """A letter's date goes with its words: it is theirs, and sealed like them."""
        if self.channel.data != Channel.LETTER.value or self.letter_on.data is None:
            return str(self.narrative.data)
        dated = gettext("（来信日期：%(day)s）", day=labels.local_date(self.letter_on.data))
        return f"{self.narrative.data}\n{dated}"

    def _point(self) -> Point | None:
        longitude, latitude = self.longitude.data, self.latitude.data
        if longitude is None or latitude is None:
            return None
        datum = Datum(self.datum.data or Datum.WGS84.value)
        lon, lat = geo.to_wgs84(longitude, latitude, datum)
        inside = geo.in_county(policy.current().region, lon, lat)
        return Point(longitude, latitude, datum, PointSource.MAP, lon, lat, inside)


def _options(shelf: Any) -> list[tuple[str, str]]:
    return [(choice.key, gettext(choice.label)) for choice in shelf.values() if choice.key != "unknown"]


def _refuse(field: Field, words: str) -> bool:
    field.errors = [*field.errors, words]
    return False


def _place(form: IntakeForm) -> bool:
    if (form.longitude.data is None) != (form.latitude.data is None):
        lacking = form.latitude if form.latitude.data is None else form.longitude
        return bool(lacking.errors) or _refuse(lacking, gettext("东经、北纬要一起写"))
    if form.township.data or form.place.data or form.longitude.data is not None:
        return True
    return _refuse(form.township, gettext("请选乡镇，或者写怎么走"))


def _name(form: IntakeForm) -> bool:
    if form.identity.data != IdentityKind.NAMED.value:
        return True
    named = bool(form.informant_name.data) or _refuse(form.informant_name, gettext("留名的，请写姓名"))
    reached = sum(c.isdecimal() for c in form.informant_phone.data or "") >= 7
    return (reached or _refuse(form.informant_phone, gettext("留名的，请写能打通的电话"))) and named


def _pin(form: IntakeForm) -> bool:
    """May be left empty: whoever holds the code sets one on the track page."""
    pin = form.claim_pin.data or ""
    if not form.wants_reward.data or not pin or (pin.isascii() and pin.isdecimal() and len(pin) == 6):
        return True
    return _refuse(form.claim_pin, gettext("领奖密码要 6 位数字"))


def _days(form: IntakeForm) -> bool:
    today, whole = calendar.today(), True
    for field in (form.letter_on, form.happened_on):
        if field.data and field.data > today:
            whole = _refuse(field, gettext("这一天还没到"))
    return whole
