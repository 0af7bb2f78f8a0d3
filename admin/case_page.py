"""What the page of a case shows beside its forms: figures in words, what is owed, what happened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from admin.pages import language
from casework import calendar, labels, policy
from casework.cases.outcomes import Figures, LandAndMining
from casework.cases.reading import CaseRead, OpenDuty
from casework.cases.thresholds import Circumstance, Known
from casework.cases.units import fen
from casework.errors import CaseworkError, SamePerson, Stale
from casework.labels import Standing, standing
from casework.terms import N_, Agency, Category, Term
from config.policy import UnknownKey

FIELDS = {
    "land_area_m2": N_("非法占地面积"),
    "land_class": N_("地类"),
    "land_fine_fen": N_("占地罚款"),
    "restored": N_("是否恢复原状"),
    "restored_on": N_("恢复日期"),
    "mined_mass_kg": N_("非法开采数量"),
    "confiscated_mass_kg": N_("没收非法矿产品"),
    "confiscated_value_fen": N_("没收矿产品价值"),
    "mining_fine_fen": N_("采矿罚款"),
    "shut_down": N_("非法采矿是否取缔"),
    "penalty_document": N_("处罚决定文号"),
    "penalty_on": N_("处罚决定日期"),
    "administrative_detention": N_("行政拘留"),
    "criminal_detention": N_("刑事拘留"),
    "arrest": N_("逮捕"),
    "remark": N_("备注"),
}
WORDS = {"subject_name": N_("当事人"), "summary": N_("摘要")}
PEOPLE = ("administrative_detention", "criminal_detention", "arrest")
ABOUT = {"case": N_("案件"), "clue": N_("线索"), "tip": N_("举报")}


@dataclass(frozen=True)
class Told:
    """One recorded outcome as a line of its history."""

    number: int
    when: str
    who: str
    changed: str


@dataclass(frozen=True)
class Owed:
    words: str
    about: str
    due: Standing


@dataclass(frozen=True)
class Happened:
    """See parts/history.html."""

    state: str
    title: str
    words: str
    when: str
    who: str


def figures_shown(figures: Figures) -> list[tuple[str, str]]:
    """(label, words) of what an outcome says, in the order of the form; what it does not say is left out."""
    found = ((field.name, getattr(figures, field.name)) for field in fields(figures))
    return [(gettext(FIELDS[name]), _value(name, value)) for name, value in found if value is not None]


def names_of(changed: Iterable[str]) -> str:
    """What changed, in the words of the form."""
    return str(gettext("、")).join(gettext(FIELDS[name]) for name in changed)


def recorded(read: CaseRead, agency: Agency) -> list[Told]:
    """Every outcome of an agency, the newest first."""
    return [
        Told(row.number, _when(row.recorded_at), row.recorded_by, names_of(row.changed))
        for row in reversed(read.recorded)
        if row.agency is agency
    ]


def owed(duties: Iterable[OpenDuty]) -> list[Owed]:
    """What 销号 waits for."""
    return [Owed(_duty_words(duty.rule), gettext(ABOUT[duty.about_kind]), _standing(duty)) for duty in duties]


def history(read: CaseRead) -> list[Happened]:
    """From opening to archiving, the newest first."""
    case, names = read.case, read.names
    steps = [(case.opened_at, gettext("立案"), "", names[case.opened_by])]
    for row in read.recorded:
        title = gettext("填处理结果") if row.agency is Agency.NATURAL_RESOURCES else gettext("填公安措施")
        steps.append((row.recorded_at, title, _aside(names_of(row.changed)), row.recorded_by))
    for at, by, title in (
        (case.concluded_at, case.concluded_by, gettext("办结")),
        (case.closed_off_at, case.closed_off_by, gettext("销号")),
        (case.archived_at, case.archived_by, gettext("归档")),
    ):
        if at is not None and by is not None:
            steps.append((at, title, "", names[by]))
    ordered = sorted(steps, key=lambda step: step[0], reverse=True)
    return [
        Happened("" if number else "now", title, words, _when(at), who)
        for number, (at, title, words, who) in enumerate(ordered)
    ]


@dataclass(frozen=True)
class Clash:
    """Why a deed did not happen, and in words what somebody else did meanwhile."""

    words: str
    changed: str = ""


def clash_of(error: CaseworkError | None, read: CaseRead) -> Clash | None:
    if error is None:
        return None
    if isinstance(error, SamePerson):
        return Clash(gettext("没有办成：办结的人不能自己销号，要由另一个人看过再销。"))
    if isinstance(error, Stale):
        return _stale(error, read)
    if "duties" in error.facts:
        return Clash(gettext("没有办成：还有没办完的事，都办完才能销号。"))
    if "missing" in error.facts:
        return Clash(gettext("没有办成：处理结果和处罚决定都有了，才能办结。"))
    return Clash(gettext("没有办成：这一步已经办过，或者现在还不能办。"))


def _stale(error: Stale, read: CaseRead) -> Clash:
    words = gettext("没有存：您看的时候，别人动过这个案件。您写的还在下面，看清以后再按一次，就按您的存。")
    changed = list(error.facts.get("changed", ()))  # type: ignore[call-overload]
    if not changed:
        return Clash(words)
    who = read.names.get(error.facts["by"], "")  # type: ignore[call-overload]
    return Clash(words, gettext("%(who)s 改了：%(fields)s", who=who, fields=names_of(changed)))


def known_of(read: CaseRead, *, value_yuan: Decimal | None, circumstance: Circumstance) -> Known:
    """What the thresholds are held against: the newest figures, and the value that the officer typed to try."""
    newest = read.newest(Agency.NATURAL_RESOURCES)
    told = newest.figures if newest and isinstance(newest.figures, LandAndMining) else LandAndMining()
    value = fen(value_yuan) if value_yuan is not None else told.confiscated_value_fen
    category = read.case.category
    return Known(
        value_fen=value,
        area_m2=told.land_area_m2,
        land_class=told.land_class,
        mined=category is not Category.LAND or bool(told.mined_mass_kg or value),
        occupied=category is Category.LAND or told.land_area_m2 is not None,
        circumstance=circumstance,
    )


def _value(name: str, value: Any) -> str:
    chosen = language()
    if name == "land_area_m2":
        in_m2 = f"{value.normalize():,f}"
        return str(gettext("%(mu)s（%(m2)s 平方米）", mu=labels.mu(value, chosen), m2=in_m2))
    if name in PEOPLE:
        return str(gettext("%(n)s 人", n=value))
    return _READ.get(name, _plain)(value, chosen)


def _plain(value: Any, chosen: str) -> str:
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    if isinstance(value, Term):
        return str(gettext(value.label))
    if isinstance(value, date):
        return labels.local_date(value, chosen)
    return str(value)


def _land_class(key: str, _chosen: str) -> str:
    known = policy.current().land_classes
    return str(gettext(known[key].label)) if key in known else key


_READ: dict[str, Callable[[Any, str], str]] = {
    "land_class": _land_class,
    "land_fine_fen": labels.yuan,
    "mining_fine_fen": labels.yuan,
    "confiscated_value_fen": labels.yuan,
    "mined_mass_kg": labels.tonnes,
    "confiscated_mass_kg": labels.tonnes,
}


def _duty_words(rule: str) -> str:
    try:
        return str(gettext(policy.current().deadlines[rule].label))
    except UnknownKey:
        return rule


def _standing(duty: OpenDuty) -> Standing:
    return standing(duty.due_at, calendar.now(), paused=duty.paused, language=language())


def _aside(words: str) -> str:
    return str(gettext("（%(words)s）", words=words)) if words else ""


def _when(at: Any) -> str:
    return labels.local_time(at, language(), today=calendar.today())
