"""That `make bench` measures what it says: one tiny round of it, without a verdict on the figures."""

from pathlib import Path

import pytest

from tests.benchmarks import __main__ as bench
from tests.benchmarks import lists, start, web
from tests.benchmarks.table import GOOD, MISSED, UNSAID, Turns, as_text, at_most, compare
from tests.machine import databases


def test_a_ratio_above_its_target_is_missed() -> None:
    assert compare("form", Turns([3.1, 3.2], [2.0, 2.1]), 1.5).verdict == MISSED
    assert compare("form", Turns([2.9, 2.9], [2.0, 2.1]), 1.5).verdict == GOOD
    assert compare("inbox", Turns([4.0], [2.0]), 1.5, plus=1.0).verdict == GOOD
    assert at_most("statements", 7, 6).verdict == MISSED


def test_nothing_is_said_when_the_yardstick_itself_spreads_twofold() -> None:
    assert compare("form", Turns([3.0, 3.0], [1.0, 2.1]), 1.5).verdict == UNSAID


def test_what_was_answered_wrongly_is_missed_however_fast() -> None:
    assert compare("form", Turns([1.0], [1.0], ["a receipt leads nowhere"]), 1.5).verdict == MISSED


def test_the_table_has_one_line_a_measure() -> None:
    rows = [compare("form", Turns([1.0], [1.0]), 1.5), at_most("语句", 5, 6)]
    lines = as_text(rows).splitlines()
    assert len(lines) == 4
    assert lines[0].split() == ["what", "this", "product", "yardstick", "ratio", "target", "verdict"]


def test_a_missed_row_makes_the_command_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "run", lambda _plan, _folder: [at_most("statements", 7, 6)])
    assert bench.main(["--quick"]) == 1
    monkeypatch.setattr(bench, "run", lambda _plan, _folder: [at_most("statements", 6, 6)])
    assert bench.main(["--quick"]) == 0


@pytest.mark.long
def test_citizens_pages_are_measured_and_every_tip_is_found(sqlite_template: Path, tmp_path: Path) -> None:
    tiny = bench.PLANS["tiny"].sizes
    with databases.sqlite_copy(sqlite_template, tmp_path) as db:
        url = db.url.render_as_string(hide_password=False)
    with web.sites(tmp_path, url, f"sqlite:///{tmp_path / 'floor.db'}") as both:
        rows = web.finish(both, web.measure(both, tiny, "SQLite"))
        assert both.portal.accepted > 40
        assert not any(row.why for row in rows if "yardstick" not in row.why), rows
        both.portal.accepted += 1
        assert both.portal.faults(), "a tip that is not in the database goes unnoticed"
        visit = start.first_visit(both.portal.server.port)
    assert visit.requests <= start.MOST_REQUESTS, visit.sizes
    assert visit.kib <= start.MOST_KIB, visit.sizes


def test_lists_are_measured_with_rows_on_them(sqlite_template: Path, tmp_path: Path) -> None:
    plan = bench.PLANS["tiny"]
    rows = lists.measure(tmp_path, sqlite_template, plan.few_rows, plan.many_rows, plan.pages)
    assert len(rows) == 6
    statements = [row for row in rows if "statements" in row.what]
    assert [row.verdict for row in statements] == [GOOD, GOOD], rows
    assert not any("shows" in row.why for row in rows), rows
