"""Which move leads from which state. Nothing else may change a clue's state."""

from casework.errors import WrongState
from casework.terms import N_, ClueState, Finding, Stage, Term


class Move(Term):
    ASSIGN = "assign", N_("分派")
    FIND = "find", N_("填结论")
    OPEN_CASE = "open_case", N_("立案")
    CONCLUDE = "conclude", N_("办结")
    CLOSE_OFF = "close_off", N_("销号")


S, M = ClueState, Move

NEXT: dict[tuple[ClueState, Move], ClueState] = {
    (S.REGISTERED, M.ASSIGN): S.ASSIGNED,
    (S.ASSIGNED, M.ASSIGN): S.ASSIGNED,
    (S.ASSIGNED, M.FIND): S.FOUND,
    # A finding may be corrected until something rests on it.
    (S.FOUND, M.FIND): S.FOUND,
    (S.FOUND, M.ASSIGN): S.FOUND,
    (S.FOUND, M.OPEN_CASE): S.IN_CASE,
    (S.FOUND, M.CONCLUDE): S.CONCLUDED,
    (S.IN_CASE, M.CLOSE_OFF): S.CLOSED_OFF,
    (S.CONCLUDED, M.CLOSE_OFF): S.CLOSED_OFF,
}

# Only what was found to be so becomes a case (domain.md §2.3: 有违反法律法规的事实).
CASE_FINDINGS = frozenset({Finding.SUBSTANTIATED, Finding.PARTLY})

STAGE_OF_FINDING: dict[Finding, Stage] = {
    Finding.SUBSTANTIATED: Stage.SUBSTANTIATED,
    Finding.PARTLY: Stage.PARTLY,
    Finding.UNFOUNDED: Stage.UNFOUNDED,
    Finding.INCONCLUSIVE: Stage.INCONCLUSIVE,
}


def after(state: ClueState, move: Move) -> ClueState:
    """Raises WrongState where the table has no such move."""
    try:
        return NEXT[state, move]
    except KeyError:
        raise WrongState(f"{move} is not a move from {state}", state=state.value, move=move.value) from None


def may(state: ClueState, move: Move) -> bool:
    return (state, move) in NEXT
