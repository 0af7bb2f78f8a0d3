"""A newcomer: a fresh clone, a bare environment, `make run`, and Ctrl-C (contract §1)."""

import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.machine.ports import answers_at, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
THREE_MINUTES = 180


@pytest.mark.long
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_make_run_answers_within_three_minutes_and_stops_cleanly(
    tmp_path: Path, ending: signal.Signals
) -> None:
    """Needs git, python3 and make, and a package index."""
    clone, port = tmp_path / "clone", free_port()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home")}
    started = time.monotonic()
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=clone,
            env=bare,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        browse = build_opener(ProxyHandler({})).open
        while True:
            assert process.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() - started < THREE_MINUTES, (tmp_path / "log").read_text()
            try:
                with browse(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    assert answer.status == 200
                break
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.5)
        if ending is signal.SIGINT:
            os.killpg(process.pid, ending)  # a terminal tells all that run in it
        else:
            process.terminate()
        process.wait(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    said = (tmp_path / "log").read_text()
    assert "Traceback" not in said
    assert not answers_at(port)
    assert (clone / "var" / "demo-accounts.json").stat().st_mode & 0o777 == 0o600
    left = subprocess.run(["pgrep", "-f", str(clone)], capture_output=True, text=True, check=False).stdout
    assert not left, f"still running: {left}"
