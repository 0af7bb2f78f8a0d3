"""Which move leads from which state, and who may not take two of the steps."""

from collections.abc import Mapping

from casework.errors import SamePerson, WrongState
from casework.rewards.terms import RewardMove as Move
from casework.rewards.terms import RewardState as State

NEXT: dict[tuple[State | None, Move], State] = {
    (None, Move.PROPOSE): State.PROPOSED,
    (None, Move.DECLINE): State.DECLINED,
    (State.PROPOSED, Move.REVIEW): State.REVIEWED,
    (State.PROPOSED, Move.SEND_BACK): State.RETURNED,
    (State.PROPOSED, Move.DECLINE): State.DECLINED,
    (State.REVIEWED, Move.APPROVE): State.APPROVED,
    (State.REVIEWED, Move.SEND_BACK): State.RETURNED,
    (State.REVIEWED, Move.DECLINE): State.DECLINED,
    (State.RETURNED, Move.PROPOSE): State.PROPOSED,
    (State.RETURNED, Move.DECLINE): State.DECLINED,
    (State.APPROVED, Move.CLAIM): State.CLAIMED,
    (State.CLAIMED, Move.PAY_OUT): State.PAID,
    (State.PROPOSED, Move.WAIVE): State.WAIVED,
    (State.RETURNED, Move.WAIVE): State.WAIVED,
    (State.REVIEWED, Move.WAIVE): State.WAIVED,
    (State.APPROVED, Move.WAIVE): State.WAIVED,
}

# For each step, those that whoever takes it may not have taken on the same reward before: 提出、审核、批准、
# 发放各由不同的人. Sending back and declining belong to whoever would otherwise have said yes.
APART: dict[Move, frozenset[Move]] = {
    Move.PROPOSE: frozenset({Move.REVIEW, Move.APPROVE}),
    Move.REVIEW: frozenset({Move.PROPOSE, Move.APPROVE}),
    Move.APPROVE: frozenset({Move.PROPOSE, Move.REVIEW}),
    Move.SEND_BACK: frozenset({Move.PROPOSE}),
    Move.DECLINE: frozenset({Move.PROPOSE}),
    Move.PAY_OUT: frozenset({Move.PROPOSE, Move.REVIEW, Move.APPROVE}),
}

# Nobody who handled the clue or the case decides about the money that hangs on it.
CLOSED_TO_HANDLERS = frozenset({Move.APPROVE, Move.DECLINE})

WITH_MONEY = frozenset({State.APPROVED, State.CLAIMED})
SPENT = frozenset({State.PAID})
COUNTED = frozenset(
    {State.PROPOSED, State.RETURNED, State.REVIEWED, State.APPROVED, State.CLAIMED, State.PAID}
)


def after(state: State | None, move: Move) -> State:
    """Raises WrongState when the move does not exist there."""
    try:
        return NEXT[(state, move)]
    except KeyError:
        raise WrongState(f"{move} does not follow {state}", state=str(state), move=move.value) from None


def refuse_same_person(move: Move, officer_id: int, taken: Mapping[Move, frozenset[int]]) -> None:
    """`taken` says who took which step of this reward, earlier rounds among it. Raises SamePerson."""
    for other in sorted(APART.get(move, frozenset())):
        if officer_id in taken.get(other, frozenset()):
            raise SamePerson(f"{move} after {other}", move=move.value, other=other.value)


def refuse_handler(move: Move, officer_id: int, handlers: frozenset[int]) -> None:
    """Raises SamePerson for who handled the clue or the case."""
    if move in CLOSED_TO_HANDLERS and officer_id in handlers:
        raise SamePerson(f"{move} by a handler", move=move.value, other="handle")
