"""The tip form: the fields of contract.md §3, in six parts, in the words of the village."""

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FloatField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from casework import calendar, policy
from casework.terms import Datum, IdentityKind, Ongoing, PointSource, SubjectKind

# The part of the page in which each field stands; the error summary and the ticks at the top go by it.
PARTS = (
    ("category", "disguise"),
    ("township", "village", "place", "longitude", "latitude", "datum"),
    ("photos", "recordings"),
    ("narrative", "ongoing", "happened_on", "mineral", "land_class", "subject_kind", "subject_name"),
    ("identity", "informant_name", "informant_phone", "wants_reward", "claim_pin"),
    ("pledge",),
)
LONGEST_NARRATIVE = 5000
EARLIEST = date(1980, 1, 1)
_BREAKS = str.maketrans({"\v": "\n", "\f": "\n", "\r": "\n"})


def plain(value: str | None) -> str:
    """Line breaks of every kind become one kind; a phone's odd ones are nobody's fault."""
    return (value or "").replace("\r\n", "\n").translate(_BREAKS).strip()


def digits(value: str | None) -> str:
    """Full-width digits, as many keyboards give them, become the usual ones."""
    return unicodedata.normalize("NFKC", value or "").strip()


def known_source(value: str | None) -> str:
    """Where a position came from; one of unknown origin is sealed like the device's own."""
    return value if value in set(PointSource) else PointSource.DEVICE.value


def readable(_form: Any, field: Field) -> None:
    """Control characters are typed by machines; no page could show them again."""
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in field.data or ""):
        raise ValidationError(gettext("里面有看不见的符号，请删掉重写"))


class OneOf(RadioField):
    """A RadioField whose every refusal is one sentence that says what to do; sent empty, it keeps its default."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value for value in valuelist if value])

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in dict(self.choices):
            raise StopValidation(gettext("请从这几种里选一种"))


class PickOne(SelectField):
    """Likewise, for a list that folds."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value for value in valuelist if value])

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in dict(self.choices):
            raise StopValidation(gettext("请从这几种里选一种"))


class Tick(BooleanField):
    """Ticked is `y`, as the page sends it; every other word is not."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = "y" in valuelist


class Day(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("请写成年、月、日，例：2026-11-21")) from None


class Number(FloatField):
    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = float(digits(valuelist[0]))
        except ValueError:
            self.data = None
            raise ValueError(gettext("要写成数字，例：111.8333")) from None


class TipForm(FlaskForm):  # type: ignore[misc]
    category = OneOf(_l("您看到的是哪一种？"), [InputRequired(_l("请选一种。拿不准就选“别的”"))])
    disguise = PickOne(_l("打着什么名义"), [Optional()])

    township = PickOne(_l("乡镇"), [Optional()])
    village = StringField(_l("村"), [Length(max=60, message=_l("村名太长了")), readable], filters=[plain])
    place = StringField(
        _l("怎么走"),
        [Length(max=500, message=_l("太长了，最多 500 个字")), readable],
        description=_l("像给亲戚指路一样写。例：村北大桥过去，往西沟里走二里地"),
        filters=[plain],
    )
    longitude = Number(_l("东经"), [Optional(), NumberRange(-180, 180, _l("东经在 180 以内"))])
    latitude = Number(_l("北纬"), [Optional(), NumberRange(-90, 90, _l("北纬在 90 以内"))])
    datum = PickOne(_l("从哪里看来的"), default=Datum.WGS84.value)
    point_source = HiddenField(default=PointSource.MAP.value, filters=[known_source])

    photos = MultipleFileField(_l("照片"))
    recordings = MultipleFileField(_l("录像或者录音"))

    narrative = TextAreaField(
        _l("看到了什么？"),
        [
            DataRequired(_l("请写一写看到了什么，一句话也行")),
            Length(max=LONGEST_NARRATIVE, message=_l("太长了，最多 5000 个字")),
            readable,
        ],
        description=_l("什么人、用什么机器、挖什么、多大、往哪里运。知道多少写多少。"),
        filters=[plain],
    )
    ongoing = OneOf(_l("现在停了吗？"), [Optional()])
    happened_on = Day(_l("哪天看到的"), [Optional()])
    mineral = PickOne(_l("挖的是什么"), [Optional()])
    land_class = PickOne(_l("占的是什么地"), [Optional()])
    subject_kind = PickOne(_l("谁在干"), default=SubjectKind.UNKNOWN.value)
    subject_name = StringField(
        _l("单位或人的名字、车牌"),
        [Length(max=200, message=_l("太长了，最多 200 个字")), readable],
        filters=[plain],
    )
    involves_official = Tick(_l("牵涉公职人员"))

    identity = OneOf(_l("要不要留名？"), default=IdentityKind.ANONYMOUS.value)
    informant_name = StringField(
        _l("姓名"), [Length(max=60, message=_l("姓名太长了")), readable], filters=[plain]
    )
    informant_phone = StringField(
        _l("电话"), [Length(max=30, message=_l("电话太长了")), readable], filters=[digits]
    )
    wants_reward = Tick(_l("查实了，我要领奖励"))
    claim_pin = StringField(
        _l("设一个领奖密码"),
        description=_l("6 位数字，自己记牢。别用生日、手机尾号。现在不设，查进度的时候也能设"),
        filters=[digits],
    )

    pledge = Tick(_l("我写的是我知道的实情"), [DataRequired(_l("请勾选这一条"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = policy.current()
        self.category.choices = [(kind.key, gettext(kind.words)) for kind in now.categories.values()]
        self.township.choices = [
            ("", gettext("不知道、不在县里")),
            *((town.code, gettext(town.name)) for town in now.region.townships),
        ]
        self.disguise.choices = _choices(now.disguises.values(), blank=True)
        self.mineral.choices = _choices(now.minerals.values())
        self.land_class.choices = _choices(now.land_classes.values(), blank=True)
        self.subject_kind.choices = [
            (kind.value, gettext(kind.label))
            for kind in (SubjectKind.UNKNOWN, SubjectKind.COMPANY, SubjectKind.PERSON)
        ]
        self.ongoing.choices = [
            (Ongoing.YES.value, gettext("没停，还在干")),
            (Ongoing.NO.value, gettext("停了")),
            (Ongoing.UNKNOWN.value, gettext("不知道")),
        ]
        self.datum.choices = [
            (Datum.WGS84.value, gettext("手机指南针、卫星定位")),
            (Datum.GCJ02.value, gettext("高德、腾讯地图")),
            (Datum.BD09.value, gettext("百度地图")),
        ]
        self.identity.choices = [
            (IdentityKind.ANONYMOUS.value, gettext("不留名")),
            (IdentityKind.NAMED.value, gettext("留名")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        whole = super().validate(extra_validators)
        for check in (_place, _name, _pin, _day):
            whole = check(self) and whole
        return bool(whole)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(field id, sentence) in the order of the page, for the error summary."""
        return [
            (name, gettext("第 %(n)s 部分：%(words)s", n=number, words=self[name].errors[0]))
            for number, names in enumerate(PARTS, 1)
            for name in names
            if self[name].errors
        ]

    @property
    def part_states(self) -> list[str]:
        """`wrong`, `done` or "" for each of the six parts."""
        return [
            "wrong" if any(self[name].errors for name in names) else _done(self, names) for names in PARTS
        ]


def _choices(options: Iterable[Any], *, blank: bool = False) -> list[tuple[str, str]]:
    first = [("", gettext("请选择"))] if blank else []
    return first + [(option.key, gettext(option.words)) for option in options]


def _done(form: TipForm, names: tuple[str, ...]) -> str:
    fields = ("category", "township", "place", "longitude", "narrative", "wants_reward", "pledge")
    return "done" if any(form[name].data for name in names if name in fields) else ""


def _refuse(field: Field, words: str) -> bool:
    field.errors = [*field.errors, words]
    return False


def _place(form: TipForm) -> bool:
    """A place in some form: township, words or a position (contract §3)."""
    if (form.longitude.data is None) != (form.latitude.data is None) and not (
        form.longitude.errors or form.latitude.errors
    ):
        lacking = form.latitude if form.latitude.data is None else form.longitude
        return _refuse(lacking, gettext("东经、北纬要一起写"))
    if form.township.data or form.place.data or form.longitude.data is not None:
        return True
    return _refuse(form.township, gettext("请选乡镇，或者写明地点"))


def _name(form: TipForm) -> bool:
    if form.identity.data != IdentityKind.NAMED.value:
        return True
    named = bool(form.informant_name.data) or _refuse(form.informant_name, gettext("留名的，请写姓名"))
    reached = sum(c.isdecimal() for c in form.informant_phone.data or "") >= 7
    reached = reached or _refuse(form.informant_phone, gettext("留名的，请写能打通的电话"))
    return named and reached


def _pin(form: TipForm) -> bool:
    """A PIN only where a reward is wanted, and later on the track page if not now (contract §3)."""
    pin = form.claim_pin.data or ""
    if not form.wants_reward.data or not pin or (pin.isascii() and pin.isdecimal() and len(pin) == 6):
        return True
    if not pin.isdecimal():
        return _refuse(form.claim_pin, gettext("领奖密码只要数字"))
    return _refuse(form.claim_pin, gettext("要 6 位数字，现在是 %(n)s 位", n=len(pin)))


def _day(form: TipForm) -> bool:
    seen = form.happened_on.data
    if not isinstance(seen, date) or EARLIEST <= seen <= calendar.today():
        return True
    return _refuse(
        form.happened_on, gettext("这一天还没到") if seen > EARLIEST else gettext("这一天太早了，写错了吗？")
    )
