"""Start to first answer and memory, beside bare Flask; what a first visit to the form costs on the wire."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import servers
from tests.benchmarks.table import Row, Turns, at_most, compare
from tests.benchmarks.visitor import Visitor

MOST_KIB, MOST_REQUESTS = 40, 4
# What a browser fetches by itself for a page: sheets, scripts, its icon, pictures.
FETCHED = re.compile(
    r'<link[^>]*\brel="(?:stylesheet|icon|preload)"[^>]*\bhref="([^"]+)"'
    r'|<link[^>]*\bhref="([^"]+)"[^>]*\brel="(?:stylesheet|icon|preload)"'
    r'|<(?:script|img)[^>]*\bsrc="([^"]+)"'
)
PARTS = re.compile(r"url\([\"']?(/[^)\"']+|[^):\"']+\.(?:svg|woff2?|png))[\"']?\)")


@dataclass(frozen=True)
class FirstVisit:
    """Requests and bytes, headers not counted, as a browser with gzip fetches them."""

    sizes: dict[str, int]

    @property
    def requests(self) -> int:
        return len(self.sizes)

    @property
    def kib(self) -> float:
        return sum(self.sizes.values()) / 1024


def first_visit(port: int, path: str = "/tip") -> FirstVisit:
    visitor = Visitor(port)
    try:
        return visit_with(lambda address, **headers: visitor.get(address, **headers).body, path)
    finally:
        visitor.close()


def visit_with(fetch: Callable[..., bytes], path: str = "/tip") -> FirstVisit:
    """`fetch` answers a body as it comes over the wire."""
    wanted, sizes = [path], {}
    while wanted:
        address = wanted.pop()
        sizes[address] = len(fetch(address, **{"Accept-Encoding": "gzip"}))
        plain = fetch(address).decode("utf-8")
        found = [next(filter(None, groups)) for groups in FETCHED.findall(plain)] if address == path else []
        if address.endswith(".css"):
            found = [name if name.startswith("/") else f"/static/{name}" for name in PARTS.findall(plain)]
        wanted += [each for each in dict.fromkeys(found) if each not in sizes]
    return FirstVisit(sizes)


def visit_rows(port: int) -> list[Row]:
    found = first_visit(port)
    return [
        at_most("first visit to the form, compressed", found.kib, MOST_KIB, unit="KiB"),
        at_most("first visit to the form", found.requests, MOST_REQUESTS, unit="requests"),
    ]


def measure(folder: Path, database: str, floor_database: str, rounds: int) -> list[Row]:
    """Both surfaces in one web process; without the worker, which floor has none of. The database is there already."""
    times, memory = Turns(), Turns()
    for _ in range(rounds):
        turns = ["ours", "theirs"]
        random.shuffle(turns)
        for turn in turns:
            ours = turn == "ours"
            started = (
                servers.product(folder, database, "app")
                if ours
                else servers.floor(folder / "floor", floor_database)
            )
            with started as server:
                visitor = Visitor(server.port)
                for _ in range(20):
                    visitor.get("/tip")
                visitor.close()
                (times.ours if ours else times.theirs).append(server.started_in)
                (memory.ours if ours else memory.theirs).append(server.memory_mib())
    return [
        compare("start to first answer", times, 2.5, unit="s"),
        compare("memory of the web processes (PSS)", memory, 2.5, unit="MiB"),
    ]
