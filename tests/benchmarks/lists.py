"""Officers' lists: a page over very many rows beside the same page over a thousand, and a late page beside the first.

The office runs within this process, so that each page's own CPU time is known, and its statements can be counted.
"""

import gc
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import select

from casework.clues.models import Clue
from casework.clues.queries import IS_OPEN
from casework.clues.queries import PAGE as DESK_PAGE
from casework.officers.roles import Role
from casework.terms import TipState
from casework.tips.models import Tip
from tests.benchmarks import crowd
from tests.benchmarks.table import Row, Turns, at_most, compare
from tests.clients import Browser
from tests.factories.office import Office
from tests.machine import databases
from tests.machine.key_folders import KeyFolders

MOST_STATEMENTS = 6
ROUNDS = 5
_ROW = re.compile(r"data-row[ =>]")


@dataclass
class Hall:
    """An office with so many rows, and an officer at the desk of it."""

    office: Office
    browser: Browser
    rows: int
    cpu: dict[str, list[list[float]]] = field(default_factory=dict)

    def see(self, path: str) -> float:
        """CPU milliseconds of one page."""
        begun = time.thread_time()
        answer = self.browser.get(path)
        took = (time.thread_time() - begun) * 1000
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return took

    def shows(self, path: str) -> int:
        return len(_ROW.findall(self.browser.get(path).text))

    def statements(self, path: str) -> int:
        with self.office.statements() as heard:
            self.browser.get(path)
        return len(heard)


def measure(folder: Path, template: Path, few: int, many: int, pages: int) -> list[Row]:
    keys = KeyFolders(folder / "list-keys")
    with (
        _hall(folder / "few", template, keys, few) as small,
        _hall(folder / "many", template, keys, many) as large,
    ):
        return [
            *_list_rows("inbox", "/admin/inbox", _late_inbox(large), small, large, pages),
            *_list_rows("clue desk", "/admin/clues", _late_desk(large), small, large, pages),
        ]


@contextmanager
def _hall(folder: Path, template: Path, keys: KeyFolders, rows: int) -> Iterator[Hall]:
    folder.mkdir()
    with databases.sqlite_copy(template, folder) as db:
        office = Office(db, keys, folder)
        officer = office.officer(Role.TRIAGE)
        crowd.lay(db, tips=rows, clues=rows)
        yield Hall(office, office.sign_in(officer), rows)


def _list_rows(name: str, path: str, late: str, small: Hall, large: Hall, pages: int) -> list[Row]:
    places = {"few": (small, path), "many": (large, path), "late": (large, late)}
    for hall, where in places.values():
        for _ in range(5):
            hall.see(where)
    found = _samples(places, pages)
    p99 = Turns([_p99(each) for each in found["many"]], [_p99(each) for each in found["few"]])
    middle = Turns([median(each) for each in found["late"]], [median(each) for each in found["many"]])
    faults = [f"{where} shows {n} rows" for hall, where in places.values() if (n := hall.shows(where)) < 20]
    p99.faults, rows = faults, f"{large.rows:,} rows"
    return [
        compare(f"{name} at {rows} against {small.rows:,}, p99", p99, 1.3, plus=1.0),
        compare(f"{name}, a late page against the first, {rows}", middle, 1.2),
        at_most(f"{name}, statements of a page", large.statements(path), MOST_STATEMENTS),
    ]


def _samples(places: dict[str, tuple[Hall, str]], pages: int) -> dict[str, list[list[float]]]:
    """Some pages of each a round, in random order; rubbish is collected between rounds and not within."""
    found: dict[str, list[list[float]]] = {name: [] for name in places}
    for _ in range(ROUNDS):
        turns = [name for name in places for _ in range(pages // ROUNDS + 1)]
        random.shuffle(turns)
        this: dict[str, list[float]] = {name: [] for name in places}
        gc.collect()
        for name in turns:
            hall, path = places[name]
            this[name].append(hall.see(path))
        for name, figures in this.items():
            found[name].append(figures)
    return found


def _late_inbox(hall: Hall) -> str:
    """The last page but one, as somebody reaches it who goes on from page to page."""
    query = select(Tip.id).where(Tip.state == TipState.NEW, Tip.urgent.is_(False)).order_by(Tip.id.desc())
    with hall.office.db.read() as session:
        return f"/admin/inbox?after=0~{session.scalars(query.offset(60).limit(1)).one()}"


def _late_desk(hall: Hall) -> str:
    query = (
        select(Clue)
        .where(IS_OPEN)
        .order_by(Clue.next_due_at.desc(), Clue.id.desc())
        .offset(DESK_PAGE * 2)
        .limit(1)
    )
    with hall.office.db.read() as session:
        last = session.scalars(query).one()
    return f"/admin/clues?after={last.next_due_at.isoformat().replace('+', '%2B')}~{last.id}"


def _p99(figures: list[float]) -> float:
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
