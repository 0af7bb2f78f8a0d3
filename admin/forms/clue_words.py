"""The officer's own plain words for a clue: the same fields when registering and when editing."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from admin.forms.fields import Choices, Degrees, Pick, Version, plain, term_choices
from casework import policy
from casework.clues.actions import LONGEST_SUMMARY, ClueWords
from casework.clues.models import Clue
from casework.clues.reading import TipSaid
from casework.terms import Agency, Category, SubjectKind
from config.policy import Choice

_LONGEST = {"village": 60, "place": 200, "subject_name": 120}


def _most(characters: int) -> Length:
    return Length(max=characters, message=_l("太长了，最多 %(max)d 个字"))


class ClueWordsForm(FlaskForm):  # type: ignore[misc]
    category = Pick(_l("类别"))
    summary = TextAreaField(
        _l("摘要"),
        [DataRequired(_l("请用自己的话写一句摘要")), _most(LONGEST_SUMMARY)],
        filters=[plain],
    )
    agency = Pick(_l("主办"))
    township = Pick(_l("乡镇"))
    village = StringField(_l("村"), [_most(_LONGEST["village"])], filters=[plain])
    place = StringField(_l("地点"), [_most(_LONGEST["place"])], filters=[plain])
    longitude = Degrees(_l("东经"), [Optional(), NumberRange(-180, 180, _l("东经在 180 以内"))])
    latitude = Degrees(_l("北纬"), [Optional(), NumberRange(-90, 90, _l("北纬在 90 以内"))])
    subject_kind = Pick(_l("指向"))
    subject_name = StringField(_l("名称"), [_most(_LONGEST["subject_name"])], filters=[plain])
    mineral = Pick(_l("矿种"))
    land_class = Pick(_l("地类"))
    version = Version(_l("版本"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = policy.current()
        self.category.choices = term_choices(Category)
        self.agency.choices = term_choices(Agency)
        self.township.choices = [("", gettext("不清楚"))] + [
            (town.code, town.name) for town in now.region.townships
        ]
        self.subject_kind.choices = term_choices(SubjectKind)
        self.mineral.choices = _with_blank(now.minerals.values())
        self.land_class.choices = _with_blank(now.land_classes.values())

    def validate(self, extra_validators: Any = None) -> bool:
        whole = super().validate(extra_validators)
        one_only = (self.longitude.data is None) != (self.latitude.data is None)
        if one_only and not (self.longitude.errors or self.latitude.errors):
            lacking = self.latitude if self.latitude.data is None else self.longitude
            lacking.errors = [*lacking.errors, gettext("东经、北纬要一起写")]
            return False
        return bool(whole)

    def words(self) -> ClueWords:
        return ClueWords(
            category=Category(self.category.data),
            summary=self.summary.data,
            agency=Agency(self.agency.data),
            township=self.township.data or None,
            village=self.village.data or None,
            place=self.place.data or None,
            longitude=self.longitude.data,
            latitude=self.latitude.data,
            subject_kind=SubjectKind(self.subject_kind.data),
            subject_name=self.subject_name.data or None,
            mineral=self.mineral.data or None,
            land_class=self.land_class.data or None,
        )

    def fill_from_tip(self, said: TipSaid) -> None:
        """What the tip says stands ready to be confirmed or changed; the summary is the officer's own."""
        tip, point = said.tip, said.point
        self._fill(tip, category=tip.category.value, summary="", subject_name=said.words.subject_name)
        self.agency.data = policy.current().categories[tip.category.value].agency
        self.place.data = said.words.place[: _LONGEST["place"]]
        self.longitude.data, self.latitude.data = point or (None, None)

    def fill_from_clue(self, clue: Clue) -> None:
        self._fill(
            clue, category=clue.category.value, summary=clue.summary, subject_name=clue.subject_name or ""
        )
        self.agency.data, self.place.data = clue.agency.value, clue.place or ""
        self.longitude.data, self.latitude.data = clue.longitude, clue.latitude

    def _fill(self, row: Any, *, category: str, summary: str, subject_name: str) -> None:
        self.category.data, self.summary.data = category, summary
        self.township.data, self.village.data = row.township or "", row.village or ""
        self.subject_kind.data = row.subject_kind.value
        self.subject_name.data = subject_name[: _LONGEST["subject_name"]]
        self.mineral.data, self.land_class.data = row.mineral or "", row.land_class or ""
        self.version.data = row.version


def _with_blank(choices: Iterable[Choice]) -> Choices:
    return [("", gettext("不清楚"))] + [
        (choice.key, gettext(choice.label)) for choice in choices if choice.key != "unknown"
    ]
