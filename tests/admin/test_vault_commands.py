"""`vault init`, `status`, `open-identity`, `doctor`: keys as an operator makes them, on a machine of its own."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from admin.commands import commands
from casework.db import Database
from casework.officers.queries import newest_public_key

# A command's connections end with its process, which here goes on.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

PHRASES = {name: f"passphrase of {name}" for name in ("one", "two", "three", "four", "five")}


@pytest.fixture
def run(sqlite_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a command on an empty installation; `typed` are lines at its prompts."""
    monkeypatch.setenv("QINGSHAN_DATABASE_URL", sqlite_db.url.render_as_string(hide_password=False))
    monkeypatch.setenv("QINGSHAN_QUEUE_URL", f"sqlite:///{tmp_path}/queue.db")
    monkeypatch.setenv("QINGSHAN_EVIDENCE_URL", f"file://{tmp_path}/evidence")
    for kind in ("portal", "receipt", "office"):
        monkeypatch.setenv(f"QINGSHAN_{kind.upper()}_KEYS", str(tmp_path / kind))

    def invoke(*words: str, typed: list[str] | None = None) -> Result:
        return CliRunner().invoke(commands, words, input="\n".join(typed or []) + "\n")

    return invoke


def holders(*names: str) -> list[str]:
    return [word for name in names for word in ("--holder", name)]


def phrases(*names: str) -> list[str]:
    return [PHRASES[name] for name in names]


def test_new_holders_are_a_new_version_and_names_left_before_still_open(run, sqlite_db: Database) -> None:
    run("vault", "init", *holders("one", "two", "three"), typed=phrases("one", "two", "three"))
    with sqlite_db.read() as session:
        first = newest_public_key(session, "identity")
    again = run("vault", "init", *holders("four", "five"), typed=phrases("four", "five"))
    assert again.exit_code == 0, again.output
    with sqlite_db.read() as session:
        second = newest_public_key(session, "identity")
    assert (first.number, second.number) == (1, 2)
    assert first.raw != second.raw
    assert "version 2" in again.output


@pytest.mark.parametrize("present", [("portal", "receipt"), ("office", "receipt")])
def test_the_doctor_is_content_with_a_machine_of_one_surface(run, present: tuple[str, ...]) -> None:
    run("vault", "init", *(f"--{kind}" for kind in present))
    told = run("doctor")
    assert told.exit_code == 0, told.output
    assert f"holds {', '.join(sorted(present, key=('portal', 'receipt', 'office').index))}" in told.output


@pytest.mark.parametrize("present", [(), ("receipt",), ("portal",), ("office",)])
def test_the_doctor_misses_keys_without_which_no_surface_runs(run, present: tuple[str, ...]) -> None:
    if present:
        run("vault", "init", *(f"--{kind}" for kind in present))
    told = run("doctor")
    assert told.exit_code == 1
    assert " keys in " in told.output


def test_a_short_passphrase_makes_no_key(run, sqlite_db: Database) -> None:
    told = run("vault", "init", *holders("one", "two"), typed=["short", "short"])
    assert told.exit_code == 2
    assert "no public key" in run("vault", "status").output
