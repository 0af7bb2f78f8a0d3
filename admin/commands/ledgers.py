"""ledger export: a ledger as a workbook, without a page; recorded in the trail like any download."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import click

from admin.commands.ground import Ground, ground
from casework import calendar, trail
from casework.errors import Invalid
from casework.ledgers.form import Frame
from casework.ledgers.luliang import FORM, Cut, LuliangRow, lines, totals
from casework.ledgers.workbook import write_workbook
from casework.officers.sight import Sight
from casework.periods import ALL, Period, read_period
from casework.trail import COMMAND, Deed
from casework.vault.digests import file_digest

# Nobody is signed in at a command line, so what involves an official is left out (domain.md §5.3).
_EVERYBODY_S = Sight(officer_id=0, jurisdiction="", agency=None, ordinary=True, officials=False)
_STEP = 100


@click.group()
def ledger() -> None:
    """台账."""


@ledger.command("export")
@click.option("--form", type=click.Choice([FORM]), required=True, help="Which ledger.")
@click.option(
    "--period", default=ALL, help="A half month such as 2026-11a or 2026-11b; all: everything so far."
)
@click.option("--jurisdiction", default="", help="Division code: 141122, or nine digits of a township.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="FILE.xlsx")
def export(form: str, period: str, jurisdiction: str, out: Path) -> None:
    """Writes a ledger as XLSX."""
    cut = Cut(_EVERYBODY_S, _period(period), _division(jurisdiction))
    here = ground()
    try:
        count = _write(here, cut, out)
        with here.db.begin() as session:
            facts = {"kind": form, "digest": file_digest(out.read_bytes()), "period": period}
            trail.record(session, deed=Deed.DOWNLOAD, by=COMMAND, about=("ledger", form), facts=facts)
    finally:
        here.db.dispose()
    click.echo(f"{out}: {count} lines")


def _write(here: Ground, cut: Cut, out: Path) -> int:
    frame = Frame(filled_on=calendar.today())
    with here.db.read() as session:
        rows = totals(session, cut).rows
        with click.progressbar(length=rows, label="lines", file=sys.stderr) as bar, _opened(out) as file:
            return write_workbook(file, lines=_counted(lines(session, cut), bar.update), frame=frame)


def _opened(out: Path) -> BinaryIO:
    try:
        return out.open("wb")
    except OSError as error:
        raise click.BadParameter(f"cannot write {out}: {error.strerror}", param_hint="--out") from None


def _period(code: str) -> Period | None:
    try:
        return read_period(code)
    except Invalid:
        raise click.BadParameter(
            f"{code!r} is no half month; write 2026-11a or all", param_hint="--period"
        ) from None


def _division(code: str) -> str:
    if code and not (code.isascii() and code.isdecimal() and len(code) in (4, 6, 9)):
        raise click.BadParameter("four, six or nine digits", param_hint="--jurisdiction")
    return code


def _counted(told: Iterable[LuliangRow], tell: Callable[[int], object]) -> Iterator[LuliangRow]:
    for number, line in enumerate(told, 1):
        if number % _STEP == 0:
            tell(_STEP)
        yield line


COMMANDS = (ledger,)
