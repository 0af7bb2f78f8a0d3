"""A real Redis: the one named, the one on loopback, or Debian's, started for this process alone."""

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from functools import cache

import redis

from tests.machine.packages import Missing, path_of
from tests.machine.ports import free_port
from tests.machine.turns import is_alive, turn

LOOPBACK = "redis://127.0.0.1:6379"
_MARK = "qingshan-tests"


@cache
def redis_url() -> str:
    """URL of an empty numbered database that this process has to itself. Raises Missing."""
    server = os.environ.get("TEST_REDIS_URL", "").rstrip("/")
    if server and not _answers(server):
        raise Missing("TEST_REDIS_URL names a server that does not answer")
    if not server:
        server = LOOPBACK if _answers(LOOPBACK) else _own_server()
    with turn("redis"):
        return _claim_database(server)


def is_somewhere() -> bool:
    """Whether a server answers already, so that none need be installed."""
    return _answers(os.environ.get("TEST_REDIS_URL") or LOOPBACK)


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _claim_database(server: str) -> str:
    """An empty database, or one whose test process has died; never one that holds somebody's data."""
    for number in range(15, 0, -1):
        client = redis.Redis.from_url(f"{server}/{number}")
        owner = client.get(_MARK)
        if owner is None and client.dbsize():
            continue
        if owner is not None and is_alive(int(str(owner, "ascii"))):  # type: ignore[arg-type]
            continue
        client.flushdb()
        client.set(_MARK, os.getpid())
        atexit.register(client.flushdb)
        return f"{server}/{number}"
    raise Missing("every numbered Redis database is in use")


def empty(url: str) -> None:
    """Between tests."""
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        client.set(_MARK, os.getpid())


def _own_server() -> str:
    folder, port = tempfile.mkdtemp(prefix="qingshan-redis-"), free_port()
    command = [
        str(path_of("redis")),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        folder,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop() -> None:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    url, until = f"redis://127.0.0.1:{port}", time.monotonic() + 10
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > until:
            raise Missing("redis-server did not start")
        time.sleep(0.05)
    return url
