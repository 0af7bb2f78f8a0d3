"""Every state and every move, and the five-element test."""

from dataclasses import replace
from itertools import product

import pytest

from casework.cases import rules
from casework.cases.rules import NEXT, Answer
from casework.cases.terms import CaseMove as M
from casework.cases.terms import CaseState as S
from casework.cases.terms import Element
from casework.errors import Invalid, WrongState
from tests.factories.cases import STANDS

ALLOWED = {
    S.OPEN: {M.EDIT, M.SET_OUTCOME, M.JOIN_CLUE, M.MARK_JOINT, M.CONCLUDE},
    S.CONCLUDED: {M.EDIT, M.SET_OUTCOME, M.MARK_JOINT, M.CLOSE_OFF},
    S.CLOSED_OFF: {M.ARCHIVE},
    S.ARCHIVED: set(),
}


@pytest.mark.parametrize(("state", "move"), list(product(S, M)))
def test_each_move_exists_in_its_states_and_in_no_other(state: S, move: M) -> None:
    if move in ALLOWED[state]:
        assert rules.after(state, move) is NEXT[state, move]
        assert rules.may(state, move)
    else:
        assert not rules.may(state, move)
        with pytest.raises(WrongState) as refused:
            rules.after(state, move)
        assert refused.value.facts == {"state": state.value, "move": move.value}


def test_the_three_endings_come_one_after_another() -> None:
    state = S.OPEN
    for move, then in ((M.CONCLUDE, S.CONCLUDED), (M.CLOSE_OFF, S.CLOSED_OFF), (M.ARCHIVE, S.ARCHIVED)):
        state = rules.after(state, move)
        assert state is then


def test_all_five_elements_with_a_basis_open_a_case() -> None:
    rules.refuse_missing_element(STANDS)


@pytest.mark.parametrize("element", list(Element))
@pytest.mark.parametrize(
    ("answer", "field", "reason"),
    [
        (None, "{0}", "unanswered"),
        (Answer(False, "行为人没有查到"), "{0}", "fails"),
        (Answer(True, "  "), "{0}_basis", "empty"),
        (Answer(True, "据" * 201), "{0}_basis", "too_long"),
    ],
)
def test_one_element_that_does_not_stand_keeps_a_case_from_being_opened(
    element: Element, answer: Answer | None, field: str, reason: str
) -> None:
    test = {e: a for e, a in STANDS.items() if e is not element}
    if answer is not None:
        test[element] = answer
    with pytest.raises(Invalid) as refused:
        rules.refuse_missing_element(test)
    assert (refused.value.field, refused.value.reason) == (field.format(element.value), reason)
    assert refused.value.facts == {"element": element.value}


def test_a_no_is_told_before_a_basis_is_asked_for() -> None:
    test = STANDS | {Element.TIME: replace(STANDS[Element.TIME], holds=False, basis="")}
    with pytest.raises(Invalid) as refused:
        rules.refuse_missing_element(test)
    assert (refused.value.field, refused.value.reason) == ("time", "fails")
