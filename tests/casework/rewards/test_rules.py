"""Every pair of state and move, and every pair of steps that exclude each other."""

from itertools import product

import pytest

from casework.errors import SamePerson, WrongState
from casework.rewards import rules
from casework.rewards.terms import RewardMove as M
from casework.rewards.terms import RewardState as S

WAY = {
    M.PROPOSE: {None: S.PROPOSED, S.RETURNED: S.PROPOSED},
    M.REVIEW: {S.PROPOSED: S.REVIEWED},
    M.APPROVE: {S.REVIEWED: S.APPROVED},
    M.SEND_BACK: {S.PROPOSED: S.RETURNED, S.REVIEWED: S.RETURNED},
    M.DECLINE: {None: S.DECLINED, S.PROPOSED: S.DECLINED, S.REVIEWED: S.DECLINED, S.RETURNED: S.DECLINED},
    M.CLAIM: {S.APPROVED: S.CLAIMED},
    M.PAY_OUT: {S.CLAIMED: S.PAID},
    M.WAIVE: {S.PROPOSED: S.WAIVED, S.RETURNED: S.WAIVED, S.REVIEWED: S.WAIVED, S.APPROVED: S.WAIVED},
}


@pytest.mark.parametrize(("state", "move"), list(product([None, *S], M)))
def test_a_move_exists_only_where_the_way_has_it(state, move):
    if state in WAY[move]:
        assert rules.after(state, move) is WAY[move][state]
    else:
        with pytest.raises(WrongState):
            rules.after(state, move)


EXCLUDED = {
    (M.REVIEW, M.PROPOSE),
    (M.APPROVE, M.PROPOSE),
    (M.APPROVE, M.REVIEW),
    (M.PAY_OUT, M.PROPOSE),
    (M.PAY_OUT, M.REVIEW),
    (M.PAY_OUT, M.APPROVE),
    (M.PROPOSE, M.REVIEW),
    (M.PROPOSE, M.APPROVE),
    (M.REVIEW, M.APPROVE),
    (M.SEND_BACK, M.PROPOSE),
    (M.DECLINE, M.PROPOSE),
}


@pytest.mark.parametrize(("move", "earlier"), list(product(M, M)))
def test_one_person_never_takes_two_steps_that_exclude_each_other(move, earlier):
    taken = {earlier: frozenset({7})}
    if (move, earlier) in EXCLUDED:
        with pytest.raises(SamePerson):
            rules.refuse_same_person(move, 7, taken)
    else:
        rules.refuse_same_person(move, 7, taken)
    rules.refuse_same_person(move, 8, taken)


@pytest.mark.parametrize("move", list(M))
def test_who_handled_the_clue_neither_approves_nor_declines(move):
    if move in (M.APPROVE, M.DECLINE):
        with pytest.raises(SamePerson):
            rules.refuse_handler(move, 7, frozenset({7}))
    else:
        rules.refuse_handler(move, 7, frozenset({7}))
    rules.refuse_handler(move, 8, frozenset({7}))
