"""Cases: the five-element test, the words that ledgers print, what each agency decided."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from admin.forms.amounts import Amount, Count
from admin.forms.fields import Choices, Day, Pick, Radio, Version, digits, plain, term_choices
from casework import policy
from casework.cases import units
from casework.cases.actions import LONGEST, CaseWords
from casework.cases.models import Case
from casework.cases.outcomes import LONGEST_DOCUMENT, LONGEST_REMARK, LandAndMining, Measures
from casework.cases.rules import LONGEST_BASIS, Answer
from casework.cases.terms import Element, Restored
from casework.cases.thresholds import Circumstance
from casework.clues.models import Clue
from casework.terms import Agency, Category, SubjectKind
from config.policy import Choice

MU, SQUARE_METRES = "mu", "m2"


def _most(characters: int) -> Length:
    return Length(max=characters, message=_l("太长了，最多 %(max)d 个字"))


def _line(label: Any, most: int, *, must: Any = None) -> StringField:
    return StringField(label, [DataRequired(must) if must else MayBeEmpty(), _most(most)], filters=[plain])


class CaseWordsForm(FlaskForm):  # type: ignore[misc]
    category = Pick(_l("类别"))
    summary = _line(_l("案情摘要"), LONGEST["summary"], must=_l("请用自己的话写一句摘要"))
    subject_kind = Pick(_l("当事人是"))
    subject_name = _line(_l("当事人名称"), LONGEST["subject_name"], must=_l("请写当事人，台账要用"))
    township = Pick(_l("乡镇"))
    village = _line(_l("村"), LONGEST["village"])
    place = _line(_l("位置"), LONGEST["place"])
    mineral = Pick(_l("矿种"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = policy.current()
        self.category.choices = term_choices(Category)
        self.subject_kind.choices = term_choices(SubjectKind)
        self.township.choices = [("", gettext("不清楚"))] + [(t.code, t.name) for t in now.region.townships]
        self.mineral.choices = _with_blank(now.minerals.values(), gettext("不涉及矿"))

    def words(self) -> CaseWords:
        return CaseWords(
            category=Category(self.category.data),
            summary=self.summary.data,
            subject_kind=SubjectKind(self.subject_kind.data),
            subject_name=self.subject_name.data,
            mineral=self.mineral.data or None,
            township=self.township.data or None,
            village=self.village.data or None,
            place=self.place.data or None,
        )

    def fill_from(self, row: Case | Clue) -> None:
        """The officer's own words for a clue, or for the case as it is."""
        for name in ("summary", "subject_name", "township", "village", "place", "mineral"):
            self[name].data = getattr(row, name) or ""
        self.category.data, self.subject_kind.data = row.category.value, row.subject_kind.value


class EditCaseForm(CaseWordsForm):
    version = Version(_l("版本"))

    def fill_from(self, row: Case | Clue) -> None:
        super().fill_from(row)
        self.version.data = row.version


def _basis(hint: Any) -> StringField:
    return StringField(
        _l("依据"), [DataRequired(_l("请写依据")), _most(LONGEST_BASIS)], filters=[plain], description=hint
    )


class OpenCaseForm(CaseWordsForm):
    """人事责管时: each answered with yes or no, and what the answer rests on."""

    person = Radio(Element.PERSON.label, [InputRequired(_l("请选是或不是"))])
    person_basis = _basis(_l("谁，凭什么认定：证照、笔录、车辆、账目"))
    facts = Radio(Element.FACTS.label, [InputRequired(_l("请选是或不是"))])
    facts_basis = _basis(_l("违反哪一条，凭什么认定：现场、测量、照片"))
    liability = Radio(Element.LIABILITY.label, [InputRequired(_l("请选是或不是"))])
    liability_basis = _basis(_l("按哪一条应当处罚"))
    jurisdiction = Radio(Element.JURISDICTION.label, [InputRequired(_l("请选是或不是"))])
    jurisdiction_basis = _basis(_l("地点在本县，事项归本机关"))
    time = Radio(Element.TIME.label, [InputRequired(_l("请选是或不是"))])
    time_basis = _basis(_l("行政处罚法第三十六条：二年；连续、继续的，从终了之日算"))
    lead_agency = Radio(_l("主办"), [InputRequired(_l("请选主办单位"))])
    joint = BooleanField(_l("两家联合办理（公安填行政拘留、刑事拘留、逮捕）"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for element in Element:
            self[element.value].choices = [("yes", gettext("是")), ("no", gettext("不是"))]
            self[element.value].label.text = gettext(element.label)
        self.lead_agency.choices = term_choices(Agency)

    def test(self) -> dict[Element, Answer]:
        return {
            element: Answer(self[element.value].data == "yes", self[f"{element.value}_basis"].data or "")
            for element in Element
        }

    def fill_from(self, row: Case | Clue) -> None:
        super().fill_from(row)
        if isinstance(row, Clue):
            self.lead_agency.data = row.agency.value
            self.joint.data = row.agency is Agency.PUBLIC_SECURITY


class OutcomeForm(FlaskForm):  # type: ignore[misc]
    """自然资源: 占地 and 采矿. Empty means that there is nothing to say; a nought is a nought."""

    land_area = Amount(_l("非法占地面积"), places=4)
    land_area_unit = Pick(_l("面积单位"))
    land_class = Pick(_l("地类"))
    land_fine_yuan = Amount(_l("占地罚款（元）"), places=2)
    restored = Pick(_l("是否恢复原状"))
    restored_on = Day(_l("恢复日期"), [MayBeEmpty()])
    mined_tonnes = Amount(_l("非法开采数量（吨）"), places=3)
    confiscated_tonnes = Amount(_l("没收非法矿产品（吨）"), places=3)
    confiscated_value_yuan = Amount(_l("没收矿产品价值（元）"), places=2)
    mining_fine_yuan = Amount(_l("采矿罚款（元）"), places=2)
    shut_down = Pick(_l("非法采矿是否取缔"))
    penalty_document = StringField(
        _l("处罚决定文号"), [MayBeEmpty(), _most(LONGEST_DOCUMENT)], filters=[plain]
    )
    penalty_on = Day(_l("处罚决定日期"), [MayBeEmpty()])
    remark = _line(_l("备注"), LONGEST_REMARK)
    version = Version(_l("版本"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unsaid = ("", gettext("没有这一项"))
        self.land_area_unit.choices = [(MU, gettext("亩")), (SQUARE_METRES, gettext("平方米"))]
        self.land_class.choices = _with_blank(policy.current().land_classes.values(), unsaid[1])
        self.restored.choices = [unsaid, *term_choices(Restored)]
        self.shut_down.choices = [unsaid, ("yes", gettext("是")), ("no", gettext("否"))]

    def figures(self) -> LandAndMining:
        return LandAndMining(
            land_area_m2=self._area(),
            land_class=self.land_class.data or None,
            land_fine_fen=_fen(self.land_fine_yuan),
            restored=Restored(self.restored.data) if self.restored.data else None,
            restored_on=self.restored_on.data,
            mined_mass_kg=_kilograms(self.mined_tonnes),
            confiscated_mass_kg=_kilograms(self.confiscated_tonnes),
            confiscated_value_fen=_fen(self.confiscated_value_yuan),
            mining_fine_fen=_fen(self.mining_fine_yuan),
            shut_down={"yes": True, "no": False}.get(self.shut_down.data or ""),
            penalty_document=self.penalty_document.data or None,
            penalty_on=self.penalty_on.data,
            remark=self.remark.data or None,
        )

    def fill_from(self, told: LandAndMining | None, version: int) -> None:
        """What counts now stands in the form; an area stands in m², as it is stored."""
        self.version.data, self.land_area_unit.data = version, MU
        if told is None:
            return
        if told.land_area_m2 is not None:
            self.land_area.data, self.land_area_unit.data = told.land_area_m2, SQUARE_METRES
        self.land_class.data = told.land_class or ""
        self.restored.data = told.restored.value if told.restored else ""
        self.shut_down.data = {True: "yes", False: "no"}.get(told.shut_down, "")  # type: ignore[arg-type]
        self.restored_on.data, self.penalty_on.data = told.restored_on, told.penalty_on
        self.penalty_document.data, self.remark.data = told.penalty_document or "", told.remark or ""
        for name, value in (
            ("land_fine_yuan", told.land_fine_fen),
            ("confiscated_value_yuan", told.confiscated_value_fen),
            ("mining_fine_yuan", told.mining_fine_fen),
        ):
            self[name].data = None if value is None else units.yuan_of(value)
        for name, mass in (
            ("mined_tonnes", told.mined_mass_kg),
            ("confiscated_tonnes", told.confiscated_mass_kg),
        ):
            self[name].data = None if mass is None else units.tonnes_of(mass)

    def _area(self) -> Any:
        area = self.land_area.data
        if area is None or self.land_area_unit.data == SQUARE_METRES:
            return None if area is None else round(area, 2)
        return units.square_metres(area)


class MeasuresForm(FlaskForm):  # type: ignore[misc]
    """公安: how many people."""

    administrative_detention = Count(_l("行政拘留（人）"))
    criminal_detention = Count(_l("刑事拘留（人）"))
    arrest = Count(_l("逮捕（人）"))
    remark = _line(_l("备注"), LONGEST_REMARK)
    version = Version(_l("版本"))

    def figures(self) -> Measures:
        return Measures(
            administrative_detention=self.administrative_detention.data,
            criminal_detention=self.criminal_detention.data,
            arrest=self.arrest.data,
            remark=self.remark.data or None,
        )

    def fill_from(self, told: Measures | None, version: int) -> None:
        self.version.data = version
        if told is not None:
            for name in ("administrative_detention", "criminal_detention", "arrest"):
                self[name].data = getattr(told, name)
            self.remark.data = told.remark or ""


class JoinClueForm(FlaskForm):  # type: ignore[misc]
    clue = StringField(
        _l("线索编号"),
        [DataRequired(_l("请填线索编号")), Length(max=40, message=_l("这不是线索编号"))],
        filters=[digits],
    )
    version = Version(_l("版本"))


class CaseVersionForm(FlaskForm):  # type: ignore[misc]
    """For deeds that ask nothing more than that the page showed the case as it is."""

    version = Version(_l("版本"))


class ThresholdForm(FlaskForm):  # type: ignore[misc]
    """Figures to try against the limits. It comes with the address and changes nothing."""

    value_yuan = Amount(_l("矿产品价值（元）"), places=2)
    circumstance = Pick(_l("情形"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.circumstance.choices = term_choices(Circumstance)
        if self.circumstance.data not in dict(self.circumstance.choices):
            self.circumstance.data = Circumstance.ORDINARY.value

    def chosen(self) -> Circumstance:
        return Circumstance(self.circumstance.data)


def _with_blank(choices: Iterable[Choice], blank: str) -> Choices:
    return [("", blank)] + [(c.key, gettext(c.label)) for c in choices if c.key != "unknown"]


def _fen(field: Amount) -> int | None:
    return None if field.data is None else units.fen(field.data)


def _kilograms(field: Amount) -> int | None:
    return None if field.data is None else units.kilograms(field.data)
