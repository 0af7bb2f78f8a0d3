"""The product as it runs in service: `app.py run` with web and worker, on a port and in a folder of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from tests.machine.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 90  # seconds until it must answer; a busy two-core machine tells the demo story slowly
_open = build_opener(ProxyHandler({})).open  # loopback is never asked through a proxy


@dataclass(frozen=True)
class Product:
    """`url` answers; `folder` holds keys, evidence, accounts, `log`; `command` runs `app.py …` beside it."""

    url: str
    port: int
    folder: Path
    environ: dict[str, str] = field(repr=False)

    @property
    def accounts(self) -> dict[str, dict[str, Any]]:
        """The demo accounts by username (contract §4)."""
        found: dict[str, dict[str, Any]] = json.loads((self.folder / "demo-accounts.json").read_text("utf-8"))
        return found

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def command(
        self, *arguments: str, typed: str = "", good: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """`python app.py …` with the same settings. `typed` goes to its standard input."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "app.py"), *arguments],
            env=self.environ,
            cwd=self.folder,
            input=typed,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0 or not good, f"app.py {arguments[0]}: {done.stdout}{done.stderr}"
        return done


def settings_for(database_url: str, folder: Path, port: int, **changed: str) -> dict[str, str]:
    """An environment in which nothing of this machine's own installation is touched. `changed`: PUBLIC_URL="…"."""
    ours = {
        "DATABASE_URL": database_url,
        "QUEUE_URL": f"sqlite:///{folder / 'queue.db'}",
        "EVIDENCE_URL": f"file://{folder / 'evidence'}",
        "PORTAL_KEYS": f"{folder / 'keys' / 'portal'}",
        "RECEIPT_KEYS": f"{folder / 'keys' / 'receipt'}",
        "OFFICE_KEYS": f"{folder / 'keys' / 'office'}",
        "ANCHORS": f"{folder / 'anchors'}",
        "VAR": str(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DEMO": "1",
    }
    theirs = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    return theirs | {f"QINGSHAN_{name}": value for name, value in (ours | changed).items()}


@contextmanager
def running(database_url: str, folder: Path, **changed: str) -> Iterator[Product]:
    """Starts `app.py run` and waits until it is ready; stops it at the end and sees that it stopped cleanly.

    With the demo story as under `make run`; `DEMO="0"` makes keys first, as a service does, and tells no story.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environ = settings_for(database_url, folder, port, **changed)
    product = Product(f"http://127.0.0.1:{port}", port, folder, environ)
    if environ["QINGSHAN_DEMO"] == "0":
        product.command("migrate")
        product.command("vault", "init")
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), "run"], env=environ, cwd=folder, stdout=log, stderr=log
        )
    try:
        _wait_until_ready(product, process)
        yield product
    finally:
        _stop(process)
    assert process.returncode == 0, f"it did not stop cleanly ({process.returncode}):\n{product.log}"


def _wait_until_ready(product: Product, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, f"it ended before it answered:\n{product.log}"
        assert time.monotonic() < until, f"it does not answer:\n{product.log}"
        try:
            with _open(f"{product.url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
