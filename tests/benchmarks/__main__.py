"""`make bench`: one table of ratios to yardsticks measured in the same run (contract §6, docs/benchmarks.md)."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import machine
from tests.benchmarks import lists, photo, start, web
from tests.benchmarks.table import MISSED, UNSAID, Row, Turns, as_text, at_most, compare
from tests.benchmarks.web import Sizes
from tests.machine import databases


@dataclass(frozen=True)
class Plan:
    """How much is measured. Default lies between --quick (three minutes on two cores) and --full."""

    sizes: Sizes
    few_rows: int
    many_rows: int
    pages: int
    photo_rounds: int
    starts: int
    postgres: bool


PLANS = {
    "tiny": Plan(Sizes(1, 3, 1, 1), 100, 200, 3, 1, 1, postgres=False),
    "quick": Plan(Sizes(5, 30, 2, 3), 1000, 20_000, 150, 5, 2, postgres=False),
    "usual": Plan(Sizes(7, 50, 3, 4), 1000, 20_000, 300, 7, 3, postgres=False),
    "full": Plan(Sizes(9, 100, 5, 8), 1000, 200_000, 500, 9, 5, postgres=True),
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--quick", action="store_true", help="three minutes on two cores")
    choice.add_argument("--full", action="store_true", help="PostgreSQL too, more rows, more rounds")
    chosen = parser.parse_args(arguments)
    plan = PLANS["full" if chosen.full else "quick" if chosen.quick else "usual"]
    with tempfile.TemporaryDirectory(prefix="qingshan-bench-") as folder:
        rows = run(plan, Path(folder))
    print(as_text(rows))
    missed = [row for row in rows if row.verdict == MISSED]
    unsaid = [row for row in rows if row.verdict == UNSAID]
    print(f"\n{len(rows)} measures, {len(missed)} missed, {len(unsaid)} without a verdict")
    return 1 if missed else 0


def run(plan: Plan, folder: Path) -> list[Row]:
    template = databases.migrated_file(folder)
    rows = _on_sqlite(plan, folder, template)
    if plan.postgres:
        rows += _on_postgres(plan, folder)
    _say("lists")
    rows += lists.measure(folder, template, plan.few_rows, plan.many_rows, plan.pages)
    _say("photo")
    return rows + _photo(plan)


def _on_sqlite(plan: Plan, folder: Path, template: Path) -> list[Row]:
    here = _folder(folder, "web")
    with _copy(template, here) as url:
        floor = f"sqlite:///{here / 'floor.db'}"
        _say("citizens' pages on SQLite")
        with web.sites(here, url, floor) as both:
            rows = start.visit_rows(both.portal.server.port)
            rows += web.finish(both, web.measure(both, plan.sizes, "SQLite"))
        _say("starts")
        return rows + start.measure(here, url, floor, plan.starts)


def _on_postgres(plan: Plan, folder: Path) -> list[Row]:
    here, server = _folder(folder, "postgres"), machine.postgres_url()
    _say("citizens' pages on PostgreSQL")
    with databases.migrated_postgres(server) as name, databases.empty_postgres(server) as bare:
        urls = databases.sqlalchemy_url(server, name), databases.sqlalchemy_url(server, bare)
        with web.sites(here, *urls) as both:
            return web.finish(both, web.measure(both, plan.sizes, "PostgreSQL"))


def _photo(plan: Plan) -> list[Row]:
    figures = photo.measure_photo(plan.photo_rounds)
    turns = Turns(figures.ours_ms, figures.pillow_ms, figures.faults)
    return [
        compare("clean copy and thumbnail of 12 MP", turns, photo.TARGET_RATIO),
        at_most("memory of that, at most", figures.peak_mib, photo.TARGET_PEAK_MIB, unit="MiB"),
    ]


@contextmanager
def _copy(template: Path, folder: Path) -> Iterator[str]:
    with databases.sqlite_copy(template, folder) as db:
        yield db.url.render_as_string(hide_password=False)


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


def _say(words: str) -> None:
    print(f"… {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
