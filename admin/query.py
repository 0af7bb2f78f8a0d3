"""What a page's address asks for: each value one of those known, or the page is refused (400)."""

from collections.abc import Iterable
from typing import TypeVar

from flask import request

from admin.forms.fields import plain
from casework.errors import Invalid
from casework.terms import Term

T = TypeVar("T", bound=Term)
LONGEST_WORDS = 100


def chosen(name: str, known: Iterable[str]) -> str:
    """One of `known`, or "" where nothing is asked. Raises Invalid."""
    value = request.args.get(name, "")
    if value and value not in known:
        raise Invalid(name, "unknown")
    return value


def pick(name: str, kind: type[T]) -> T | None:
    value = chosen(name, [term.value for term in kind])
    return kind(value) if value else None


def words(name: str) -> str:
    """What somebody typed into a search box, on one line and of a length that a query can bear."""
    return " ".join(plain(request.args.get(name, "")).split())[:LONGEST_WORDS]


def position() -> int:
    """From which row on a screen counts; a hint for the words under a list, never for the query."""
    value = request.args.get("from", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 8 else 0
