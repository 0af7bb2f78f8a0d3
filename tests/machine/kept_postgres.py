"""One PostgreSQL database a process, emptied for each test that asks: dropping one waits for a checkpoint, up to seconds.

A test that changed more than rows (a trigger, a grant, a table of the queue) leaves a database that no other test gets.
"""

from contextlib import ExitStack

import psycopg
from psycopg import sql

from tests.machine import databases

# Everything but rows: relations with their rights, columns, triggers, constraints, functions.
_SHAPE = """
SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
  SELECT concat('relation ', oid, relname, relacl) AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat('trigger ', tgrelid, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT concat('function ', proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT concat('constraint ', conrelid, conname) FROM pg_constraint
  UNION ALL SELECT concat('column ', attrelid, attname, atttypid, attnotnull, attisdropped) FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
) AS lines
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class KeptPostgres:
    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._kept = ExitStack()
        self._name = self._shape = ""

    def fresh(self) -> str:
        """Name of a migrated database without a row in it and nobody connected."""
        if not self._name or not self._emptied():
            self.close()
            self._name = self._kept.enter_context(databases.copied_postgres(self._server, self._template))
            with self._connected() as connection:
                self._shape = self._shape_now(connection)
        return self._name

    def close(self) -> None:
        self._kept.close()

    def _connected(self) -> psycopg.Connection[tuple[str]]:
        url = databases.sqlalchemy_url(self._server, self._name).replace("postgresql+psycopg", "postgresql")
        return psycopg.connect(url)

    def _shape_now(self, connection: psycopg.Connection[tuple[str]]) -> str:
        row = connection.execute(_SHAPE).fetchone()
        assert row
        return row[0]

    def _emptied(self) -> bool:
        with self._connected() as connection:
            connection.execute(_OTHERS)
            if self._shape_now(connection) != self._shape:
                return False
            tables = [sql.Identifier(name) for (name,) in connection.execute(_TABLES)]
            sequences = [sql.Identifier(name) for (name,) in connection.execute(_SEQUENCES)]
            # The owner may pass by triggers and foreign keys; what the tests are about may not.
            connection.execute("SET LOCAL session_replication_role = replica")
            for table in tables:
                connection.execute(sql.SQL("DELETE FROM {}").format(table))
            for sequence in sequences:
                connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sequence))
        return True
