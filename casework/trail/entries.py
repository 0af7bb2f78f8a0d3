"""Writing an entry, in the transaction of the deed itself."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from casework import calendar
from casework.trail.actors import Actor
from casework.trail.deeds import FACTS, Deed
from casework.trail.models import Entry
from casework.vault.digests import entry_digest

_PLAIN = re.compile(r"[\w.:@/+\- ]{0,120}", re.ASCII)


class FactRefused(AssertionError):
    """A programming fault: this deed may not hold this fact."""


def record(
    session: Session,
    *,
    deed: Deed,
    by: Actor,
    about: tuple[str, str | int],
    facts: Mapping[str, Any] | None = None,
) -> Entry:
    """Adds an entry. `about` is a kind and a number or ref; `facts` has exactly the keys of FACTS[deed].

    Raises FactRefused for other keys and for values that are more than an id, code or count.
    """
    kept = dict(facts or {})
    if kept.keys() != FACTS[deed]:
        raise FactRefused(f"{deed} holds {sorted(FACTS[deed])}, not {sorted(kept)}")
    for key, value in kept.items():
        kept[key] = _plain(deed, key, value)
    entry = Entry(
        at=calendar.now(),
        deed=deed.value,
        actor_kind=by.actor_kind,
        actor_id=by.actor_id,
        about_kind=about[0],
        about_ref=str(about[1]),
        facts=kept,
    )
    entry.digest = entry_digest(entry.fields())
    session.add(entry)
    return entry


def _plain(deed: Deed, key: str, value: Any) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (list, tuple, frozenset, set)):
        return sorted(_plain(deed, key, item) for item in value)
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return str(value)
    raise FactRefused(f"{deed}: {key} is not an id, a code or a count")
