"""How long each duty may take. casework.calendar turns a Deadline and a start into an instant."""

from dataclasses import dataclass
from datetime import time

from config.policy.basis import Basis
from config.policy.reading import Files, Row
from config.policy.shelf import Versions

UNITS = ("hours", "days", "working_days")
EXACT, MIDNIGHT = "exact", "24:00"


@dataclass(frozen=True)
class Deadline:
    """`amount` of `unit` from the event that `starts` names.

    `closes` is the hour at which the last day ends: None for hours (counted exactly), and
    time.max for a day that runs to midnight. `rolls`: a last calendar day that falls on a
    rest day moves to the next working day. `extends` is the key of the limit this one prolongs.
    """

    key: str
    label: str
    amount: int
    unit: str
    closes: time | None
    rolls: bool
    starts: str
    extends: str
    basis: Basis


def read_deadlines(files: Files) -> Versions[Deadline]:
    file = files.file("deadlines.toml", ("deadline",))
    found = file.versions("deadline", _deadline)
    known = found.keys()
    for entry in found.entries:
        if entry.extends and entry.extends not in known:
            files.fault(f"deadlines.toml [[deadline]] {entry.key}", f"extends {entry.extends!r}, unknown")
    return found


def _deadline(row: Row) -> Deadline:
    unit = row.choice("unit", UNITS)
    return Deadline(
        key=row.text("key"),
        label=row.text("label"),
        amount=row.whole("amount"),
        unit=unit,
        closes=_closes(row, unit),
        rolls=_rolls(row, unit),
        starts=row.text("starts"),
        extends=row.text("extends", ""),
        basis=row.basis(),
    )


def _closes(row: Row, unit: str) -> time | None:
    words = row.text("end_of_day")
    if (unit == "hours") != (words == EXACT):
        row.fault("end_of_day is 'exact' for hours, and an hour such as '18:00' for days")
    if words in ("", EXACT):
        return None
    if words == MIDNIGHT:
        return time.max
    try:
        return time.fromisoformat(words)
    except ValueError:
        row.fault(f"end_of_day must be 'exact', '24:00' or an hour such as '18:00' (now: {words!r})")
        return None


def _rolls(row: Row, unit: str) -> bool:
    if unit == "days":  # whether it moves is a question of the rule, so the file must say it
        return row.flag("rolls")
    return False
