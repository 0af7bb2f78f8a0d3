"""Which move leads from which state, and what opens a case. Nothing else may change a case's state."""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.cases.terms import CaseMove, CaseState, Element
from casework.errors import Invalid, WrongState

LONGEST_BASIS = 200
S, M = CaseState, CaseMove

# 办结、销号、归档 are three moments (house.md §3). What is found later is still recorded after 办结, because
# arrests and restoring land often come then; after 销号 nothing is added any more.
NEXT: dict[tuple[CaseState, CaseMove], CaseState] = {
    (S.OPEN, M.EDIT): S.OPEN,
    (S.OPEN, M.SET_OUTCOME): S.OPEN,
    (S.OPEN, M.JOIN_CLUE): S.OPEN,
    (S.OPEN, M.MARK_JOINT): S.OPEN,
    (S.OPEN, M.CONCLUDE): S.CONCLUDED,
    (S.CONCLUDED, M.EDIT): S.CONCLUDED,
    (S.CONCLUDED, M.SET_OUTCOME): S.CONCLUDED,
    (S.CONCLUDED, M.MARK_JOINT): S.CONCLUDED,
    (S.CONCLUDED, M.CLOSE_OFF): S.CLOSED_OFF,
    (S.CLOSED_OFF, M.ARCHIVE): S.ARCHIVED,
}


@dataclass(frozen=True)
class Answer:
    """An officer's answer to one element, and what it rests on."""

    holds: bool
    basis: str


def after(state: CaseState, move: CaseMove) -> CaseState:
    """Raises WrongState where the table has no such move."""
    try:
        return NEXT[state, move]
    except KeyError:
        raise WrongState(f"{move} is not a move from {state}", state=state.value, move=move.value) from None


def may(state: CaseState, move: CaseMove) -> bool:
    return (state, move) in NEXT


def refuse_missing_element(answers: Mapping[Element, Answer]) -> None:
    """五项都符合才立案; raises Invalid on the first that is missing, fails, or rests on nothing.

    `field` is the element's value, or that with `_basis`; reasons are unanswered, fails, empty, too_long.
    """
    for element in Element:
        answer = answers.get(element)
        if answer is None:
            raise Invalid(element.value, "unanswered", element=element.value)
        if not answer.holds:
            raise Invalid(element.value, "fails", element=element.value)
        basis = answer.basis.strip()
        if not basis or len(basis) > LONGEST_BASIS:
            raise Invalid(
                f"{element.value}_basis", "empty" if not basis else "too_long", element=element.value
            )
