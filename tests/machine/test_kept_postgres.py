"""The database that tests take turns with: empty each time, and not handed on when more than rows was changed."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.machine import databases
from tests.machine.kept_postgres import KeptPostgres


@pytest.fixture
def kept(postgres_server: str, postgres_template: str) -> Iterator[KeptPostgres]:
    kept = KeptPostgres(postgres_server, postgres_template)
    yield kept
    kept.close()


def connect(server: str, name: str) -> psycopg.Connection[tuple[int]]:
    url = databases.sqlalchemy_url(server, name).replace("postgresql+psycopg", "postgresql")
    return psycopg.connect(url)


INSERT = "INSERT INTO units (code, name, agency, jurisdiction) VALUES ('x', 'x', 'public_security', '141122') RETURNING id"


def test_rows_are_gone_and_numbers_begin_again(kept: KeptPostgres, postgres_server: str) -> None:
    names = []
    for _ in range(2):
        names.append(kept.fresh())
        with connect(postgres_server, names[-1]) as connection:
            row = connection.execute(INSERT).fetchone()
        assert row == (1,)
    assert names[0] == names[1]


def test_nobody_is_connected_still(kept: KeptPostgres, postgres_server: str) -> None:
    left = connect(postgres_server, kept.fresh())
    left.execute(INSERT)  # and holds the row
    kept.fresh()
    with pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")
    left.close()


@pytest.mark.parametrize(
    "change",
    [
        "DROP TRIGGER trail_entries_no_change ON trail_entries",
        "ALTER TABLE trail_entries DISABLE TRIGGER ALL",
        "CREATE TABLE huey_task (id int)",
        "GRANT SELECT ON tips TO PUBLIC",
        "ALTER TABLE tips ADD COLUMN x int",
        "ALTER TABLE clues DROP CONSTRAINT ck_clues_point_whole",
    ],
)
def test_a_database_of_another_shape_is_not_handed_on(
    change: str, kept: KeptPostgres, postgres_server: str
) -> None:
    before = kept.fresh()
    with connect(postgres_server, before) as connection:
        connection.execute(change)
    assert kept.fresh() != before
