"""What can go wrong, by meaning. Each surface translates these once, in its own errors.py."""

from collections.abc import Mapping


class CaseworkError(Exception):
    """Root of everything the domain refuses. `code` is stable and safe to show or log."""

    code = "casework"

    def __init__(self, detail: str = "", **facts: object) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.facts: Mapping[str, object] = facts


class NotFound(CaseworkError):
    """There is no such thing, or this officer may not know of it: both are answered alike."""

    code = "not_found"


class NotAllowed(CaseworkError):
    """The person is known but this deed is not theirs."""

    code = "not_allowed"


class WrongState(CaseworkError):
    """The thing is not in a state in which this move exists."""

    code = "wrong_state"


class Stale(CaseworkError):
    """Somebody else changed the thing since the page was read."""

    code = "stale"


class Invalid(CaseworkError):
    """The words were well-formed but mean something the rules refuse. `field` names the input."""

    code = "invalid"

    def __init__(self, field: str, reason: str, **facts: object) -> None:
        super().__init__(reason, **facts)
        self.field = field
        self.reason = reason


class AlreadyDone(CaseworkError):
    """The deed was done before; asking again changes nothing."""

    code = "already_done"


class SamePerson(NotAllowed):
    """Two steps that exclude each other were asked of one person."""

    code = "same_person"


class Throttled(CaseworkError):
    """Too many wrong guesses. `facts['until']` is the instant from which it may be tried again."""

    code = "throttled"


class Unavailable(CaseworkError):
    """Something the product stands on is away (database, store). Nothing was stored; try again."""

    code = "unavailable"


class FundTooLow(CaseworkError):
    """The fund holds less than is asked of it."""

    code = "fund_too_low"
