"""Citizens' pages over HTTP: CPU of the server's processes a request, the product and the floor in turns."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from casework.db import Database
from tests.benchmarks import servers
from tests.benchmarks.sites import Floor, Portal, Refused
from tests.benchmarks.table import Row, Turns, beside, compare
from tests.benchmarks.visitor import Visitor
from tests.factories import photos
from tests.factories.officers import lay_reading_key
from tests.machine.key_folders import KeyFolders

RIPE = 2.1  # seconds until a form that was shown may be sent
AT_ONCE = 32


@dataclass(frozen=True)
class Sizes:
    """How many rounds, and how many requests a round."""

    rounds: int = 5
    requests: int = 40
    uploads: int = 3
    waves: int = 4


@dataclass
class Sites:
    portal: Portal
    floor: Floor

    def faults(self) -> list[str]:
        return self.portal.faults() + self.floor.faults()


@contextmanager
def sites(folder: Path, database: str, floor_database: str) -> Iterator[Sites]:
    """`database` is migrated and empty; so is `floor_database`. Keys are made here."""
    keys, db = KeyFolders(folder / "keys"), Database(database)
    with db.begin() as session:
        lay_reading_key(session, keys)
    try:
        with (
            servers.product(folder, database) as ours,
            servers.floor(folder / "floor", floor_database) as theirs,
        ):
            both = Sites(Portal(ours, keys=keys, db=db), Floor(theirs))
            yield both
            both.portal.visitor.close()
            both.floor.visitor.close()
    finally:
        db.dispose()


def measure(both: Sites, sizes: Sizes, where: str) -> list[Row]:
    portal, floor = both.portal, both.floor
    for site in (portal, floor):
        _repeat(site.open_form, 12)  # warms templates, caches, pools; and the forms are sent below
    time.sleep(RIPE)
    for site in (portal, floor):
        _repeat(site.submit, 12)
        site.open_track()
    page = _turns(both, sizes, Floor.open_form)
    time.sleep(RIPE)
    sent = _turns(both, sizes, Floor.submit)
    rows = [
        compare(f"tip form page, {where}", page, 1.5),
        # As the floors of docs/benchmarks.md were measured: the form is fetched, filled and sent.
        compare(f"submit a tip: form fetched and sent, {where}", page + sent, 2.0),
        beside(f"  of that the sending alone, {where}", sent),
    ]
    rows += _look_ups(both, sizes, where)
    rows += _uploads(both, sizes, where)
    rows += _at_once(both, sizes, where)
    return rows


def finish(both: Sites, rows: list[Row]) -> list[Row]:
    """What was counted is in the database; otherwise no figure means anything."""
    faults = both.faults()
    found = (
        f"{both.portal.accepted} tips and {both.portal.photos} photos" if not faults else "; ".join(faults)
    )
    return [
        *rows,
        Row(f"all accepted are stored ({found})", "", "", "", "all", "missed" if faults else "good"),
    ]


def _turns(
    both: Sites, sizes: Sizes, deed: Callable[[Floor], None] | None = None, **each: Callable[[], None]
) -> Turns:
    """`deed` is done by both; or `ours` and `theirs` name what each does."""
    turns = Turns()
    for _ in range(sizes.rounds):
        order = [("ours", both.portal, turns.ours), ("theirs", both.floor, turns.theirs)]
        random.shuffle(order)
        for name, site, figures in order:
            begun = site.server.cpu_ms()
            for _ in range(sizes.requests):
                # By the class, so that the product's own way of doing it is taken where it has one.
                getattr(site, deed.__name__)() if deed else each[name]()
            figures.append((site.server.cpu_ms() - begun) / sizes.requests)
    return turns


def _repeat(deed: Callable[[], None], times: int) -> None:
    for _ in range(times):
        deed()


# ── the way back ──
def _look_ups(both: Sites, sizes: Sizes, where: str) -> list[Row]:
    portal, floor = both.portal, both.floor

    def hit(site: Floor) -> Callable[[], None]:
        return lambda: site.look_up(random.choice(site.known))

    def miss(site: Floor) -> Callable[[], None]:
        return lambda: site.look_up(_unknown(), 404)

    def visit(site: Floor) -> Callable[[], None]:
        def whole() -> None:
            site.look_up(random.choice(site.known))
            site.read_track()

        return whole

    hits = _turns(both, sizes, ours=hit(portal), theirs=hit(floor))
    misses = _turns(both, sizes, ours=miss(portal), theirs=miss(floor))
    visits = _turns(both, sizes, ours=visit(portal), theirs=visit(floor))
    return [
        compare(f"look-up by receipt code, {where}", hits, 1.5),
        compare(f"look-up of a code that nobody has, {where}", misses, 1.5),
        beside(f"  look-up and the page it leads to, {where}", visits),
    ]


def _unknown() -> str:
    body = random.randrange(10**18)
    return f"{body:018d}{98 - body * 100 % 97:02d}"


# ── photos ──
def _uploads(both: Sites, sizes: Sizes, where: str) -> list[Row]:
    photo = photos.encoded(photos.noisy_picture(2600, 1950), "JPEG", quality=88)
    photo += bytes(max(0, 3_000_000 - len(photo)))
    portal, floor, few = both.portal, both.floor, Sizes(sizes.rounds, sizes.uploads)
    for site in (portal, floor):
        _repeat(site.open_form, 2 * few.rounds * few.requests + 2)
    time.sleep(RIPE)

    def with_form() -> None:
        portal.submit(photo)
        portal.photos += 1

    def bare() -> None:
        floor.submit(photo)

    rows = [
        compare(f"3 MB photo with the form, {where}", _turns(both, few, ours=with_form, theirs=bare), 2.0)
    ]
    in_pieces = _turns(both, few, ours=lambda: portal.upload(photo), theirs=bare)
    return [*rows, compare(f"3 MB photo in resumable pieces, {where}", in_pieces, 2.0)]


# ── many at once ──
def _at_once(both: Sites, sizes: Sizes, where: str) -> list[Row]:
    """32 citizens send at the same moment: nothing is refused, and the last waits not much longer than on the floor."""
    turns = Turns()
    for site in (both.portal, both.floor):
        site.forms.clear()
        _repeat(site.open_form, AT_ONCE * sizes.waves)
    time.sleep(RIPE)
    waits: dict[str, list[float]] = {"ours": [], "theirs": []}
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        for _ in range(sizes.waves):
            order = [("ours", both.portal), ("theirs", both.floor)]
            random.shuffle(order)
            for name, site in order:
                tasks = [crowd.submit(_one, site) for _ in range(AT_ONCE)]
                for task in tasks:
                    try:
                        waits[name].append(task.result())
                    except (Refused, OSError) as refused:
                        turns.faults.append(f"{name}: {str(refused)[:60]}")
    turns.ours, turns.theirs = [_p99(waits["ours"])], [_p99(waits["theirs"])]
    return [compare(f"{AT_ONCE} tips at once, p99 wait, {where}", turns, 3.0)]


def _one(site: Floor) -> float:
    visitor = Visitor(site.server.port)
    visitor.cookies = dict(site.visitor.cookies)
    begun = time.monotonic()
    try:
        site.submit(visitor=visitor)
        return (time.monotonic() - begun) * 1000
    finally:
        visitor.close()


def _p99(figures: list[float]) -> float:
    ordered = sorted(figures) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
