"""What is wrong with what was typed about a case: the rules' refusals in plain words, at the field they belong to."""

from flask_babel import gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from casework.cases.terms import Element
from casework.errors import Invalid

# What the rules call a figure, and the box it is typed in.
_BOXES = {
    "land_area_m2": "land_area",
    "land_fine_fen": "land_fine_yuan",
    "mined_mass_kg": "mined_tonnes",
    "confiscated_mass_kg": "confiscated_tonnes",
    "confiscated_value_fen": "confiscated_value_yuan",
    "mining_fine_fen": "mining_fine_yuan",
}


def put_fault(form: FlaskForm, error: Invalid) -> None:
    """Puts the sentence at its field; at the form's first one where the whole is meant."""
    name = _BOXES.get(error.field, error.field)
    field = form[name] if name in form else next(iter(form))
    field.errors = [fault_of(error)]


def fault_of(error: Invalid) -> str:
    if error.field in {element.value for element in Element} and error.reason == "fails":
        label = gettext(Element(error.field).label)
        return _("“%(element)s”不成立，不能立案。五项都成立才立案。", element=label)
    return _words().get((error.field, error.reason)) or _reasons().get(error.reason) or _("请看一看这里")


def _words() -> dict[tuple[str, str], str]:
    return {
        ("clue", "none"): _("请选一条线索"),
        ("clue", "unknown"): _("没有这条线索，或者不在您能看的范围里"),
        ("clue", "not_substantiated"): _("只有查实、部分查实的线索才能立案"),
        ("clue", "in_a_case"): _("这条线索已经在一个案件里"),
        ("clue", "far_apart"): _("这几条线索不在一个地方，不能并成一个案件"),
        ("lead_agency", "out_of_sight"): _(
            "主办是另一家，又不联合办理，您就看不到这个案件了。请改主办，或者勾联合办理"
        ),
        ("outcome", "empty"): _("一项也没填"),
        ("restored_on", "not_restored"): _("恢复了原状才填恢复日期"),
        ("penalty_on", "both_or_neither"): _("有处罚决定文号，就要填日期"),
        ("penalty_document", "both_or_neither"): _("有处罚决定日期，就要填文号"),
    }


def _reasons() -> dict[str, str]:
    return {
        "empty": _("请填这一项"),
        "too_long": _("太长了"),
        "unknown": _("请从这几种里选一种"),
        "unanswered": _("请选是或不是"),
        "out_of_range": _("这个数太大了，请核对"),
        "in_the_future": _("这一天还没到"),
    }
