"""The product's portal and the floor under the same gunicorn, and what their processes have used."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psycopg

from tests.machine.ports import free_port
from tests.machine.product import ROOT, settings_for

PATIENCE = 60
GUNICORN = (sys.executable, "-m", "gunicorn", "--no-control-socket")
_BY_THREAD = Path("/proc/self/schedstat").exists()
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """`cpu_ms` counts every process of the server, and on PostgreSQL the backends that serve it."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    started_in: float
    database: str = ""

    def cpu_ms(self) -> float:
        return sum(cpu_ms(pid) for pid in (*tree(self.process.pid), *self._backends()))

    def memory_mib(self) -> float:
        """Of the whole tree; what processes share is counted once (PSS)."""
        return sum(_pss_kib(pid) for pid in tree(self.process.pid)) / 1024

    def _backends(self) -> list[int]:
        if not self.database.startswith("postgresql"):
            return []
        with psycopg.connect(self.database.replace("+psycopg", ""), autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return [row[0] for row in rows]


@contextmanager
def floor(folder: Path, database: str) -> Iterator[Server]:
    folder.mkdir(parents=True, exist_ok=True)
    theirs = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environ = theirs | {"FLOOR_DATABASE": database, "FLOOR_FILES": str(folder), "PYTHONPATH": str(ROOT)}
    port = free_port()
    likewise = ("-k", "gthread", "-w", "1", "--threads", "8", "--keep-alive", "5")  # config/gunicorn.py
    command = (*GUNICORN, *likewise, "-b", f"127.0.0.1:{port}", "tests.benchmarks.floor:application()")
    with _started("floor", command, environ, port, "/hello", folder, database) as server:
        yield server


@contextmanager
def product(folder: Path, database: str, app: str = "portal_app") -> Iterator[Server]:
    """Keys and database are there already. One proxy is believed, so that every visitor has an address."""
    port = free_port()
    environ = settings_for(database, folder, port, DEMO="0", PROXIES="1") | {"PYTHONPATH": str(ROOT)}
    command = (*GUNICORN, "-c", str(ROOT / "config" / "gunicorn.py"), f"app:{app}")
    with _started(app, command, environ, port, "/tip", folder, database) as server:
        yield server


@contextmanager
def _started(
    name: str,
    command: tuple[str, ...],
    environ: dict[str, str],
    port: int,
    page: str,
    folder: Path,
    database: str,
) -> Iterator[Server]:
    begun = time.monotonic()
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, cwd=folder, stdout=log, stderr=log)
    try:
        _wait(port, page, process, folder / f"{name}.log")
        yield Server(name, port, process, time.monotonic() - begun, database)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, page: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the first answer."""
    until = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, f"it ended before it answered:\n{log.read_text()}"
        assert time.monotonic() < until, f"it does not answer:\n{log.read_text()}"
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", page)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.02)


# ── /proc ──
def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(found for child in children for found in tree(int(child)))]


def cpu_ms(pid: int) -> float:
    """Nanoseconds of every living thread where the kernel tells them, else hundredths of a second."""
    try:
        if _BY_THREAD:
            tasks = Path(f"/proc/{pid}/task").iterdir()
            return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(value) for value in fields[11:13]) / _TICK * 1000
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
