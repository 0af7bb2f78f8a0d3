"""Every state and every move: what the table says, and nothing besides."""

from itertools import product

import pytest

from casework.clues import rules
from casework.clues.rules import Move
from casework.errors import WrongState
from casework.terms import ClueState, Finding, Stage

S, M = ClueState, Move
ALLOWED = {
    (S.REGISTERED, M.ASSIGN): S.ASSIGNED,
    (S.ASSIGNED, M.ASSIGN): S.ASSIGNED,
    (S.FOUND, M.ASSIGN): S.FOUND,
    (S.ASSIGNED, M.FIND): S.FOUND,
    (S.FOUND, M.FIND): S.FOUND,
    (S.FOUND, M.OPEN_CASE): S.IN_CASE,
    (S.FOUND, M.CONCLUDE): S.CONCLUDED,
    (S.IN_CASE, M.CLOSE_OFF): S.CLOSED_OFF,
    (S.CONCLUDED, M.CLOSE_OFF): S.CLOSED_OFF,
}


@pytest.mark.parametrize("state, move", list(product(S, M)))
def test_a_move_leads_where_the_table_says_or_nowhere(state: ClueState, move: Move) -> None:
    expected = ALLOWED.get((state, move))
    assert rules.may(state, move) is (expected is not None)
    if expected is not None:
        assert rules.after(state, move) is expected
        return
    with pytest.raises(WrongState) as refused:
        rules.after(state, move)
    assert refused.value.facts == {"state": state.value, "move": move.value}


def test_nothing_leads_out_of_closed_off() -> None:
    assert not any(rules.may(S.CLOSED_OFF, move) for move in M)


def test_every_finding_has_its_stage_and_only_what_is_so_becomes_a_case() -> None:
    assert set(rules.STAGE_OF_FINDING) == set(Finding)
    assert len(set(rules.STAGE_OF_FINDING.values())) == len(Finding)
    assert rules.STAGE_OF_FINDING[Finding.PARTLY] is Stage.PARTLY
    assert {Finding.SUBSTANTIATED, Finding.PARTLY} == rules.CASE_FINDINGS
