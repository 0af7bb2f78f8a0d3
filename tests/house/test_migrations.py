"""Migrations: one line of numbers, equal to the models, and no trigger lost on the way (confidentiality.md, Trail)."""

import ast
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, inspect, text
from sqlalchemy.dialects import sqlite

from casework import schema
from casework.db import Database
from tests.house import tree
from tests.machine import databases

VERSIONS = tree.ROOT / "migrations" / "versions"


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path, dialect: str) -> Iterator[Database]:
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'empty.db'}"
        if dialect == "postgres":
            server = request.getfixturevalue("postgres_server")
            url = databases.sqlalchemy_url(server, stack.enter_context(databases.empty_postgres(server)))
        db = Database(url)
        stack.callback(db.dispose)
        yield db


both = pytest.mark.parametrize("dialect", ["sqlite", "postgres"])


def numbers() -> list[str]:
    found = [path.stem for path in sorted(VERSIONS.glob("*.py")) if path.stem != "__init__"]
    assert found
    return found


def test_migrations_are_numbered_without_a_gap_or_a_fork() -> None:
    expected = [f"{number:04}" for number in range(1, len(numbers()) + 1)]
    assert [name[:4] for name in numbers()] == expected
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+", name) for name in numbers())
    line = list(ScriptDirectory(str(VERSIONS.parent)).walk_revisions())[::-1]
    assert [step.revision for step in line] == expected
    assert [step.down_revision for step in line] == [None, *expected[:-1]]


@both
def test_migrations_make_what_the_models_say(empty: Database, dialect: str) -> None:
    schema.migrate(empty)
    assert schema.is_current(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, schema.metadata())
    assert not differences, "write a migration for:\n" + "\n".join(str(one) for one in differences)


@both
def test_the_database_checks_what_the_models_say(empty: Database, dialect: str) -> None:
    """Alembic does not compare CHECK constraints: a new word in an enum would pass here and fail in service."""
    schema.migrate(empty)
    inspector = inspect(empty.engine)
    faults = []
    for table in schema.metadata().tables.values():
        made = {str(check["name"]): check["sqltext"] for check in inspector.get_check_constraints(table.name)}
        said = {str(c.name): _condition(c) for c in table.constraints if isinstance(c, CheckConstraint)}
        faults += [f"{table.name}: {name}" for name in said.keys() ^ made.keys()]
        if dialect == "sqlite":  # PostgreSQL keeps a condition in words of its own
            faults += [
                f"{table.name}: {name} differs"
                for name in said.keys() & made.keys()
                if said[name] != _plain(made[name])
            ]
    assert not faults, "\n".join(sorted(faults))


def _condition(constraint: CheckConstraint) -> str:
    compiled = constraint.sqltext.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    return _plain(str(compiled).replace(f"{constraint.table.name}.", ""))


def _plain(condition: str) -> str:
    return re.sub(r"[\s()\"]", "", condition).lower()


@both
def test_migrating_twice_changes_nothing(empty: Database, dialect: str) -> None:
    schema.migrate(empty)
    before = schema.revision(empty)
    schema.migrate(empty)
    assert schema.revision(empty) == before


@both
def test_no_migration_loses_a_trigger(empty: Database, dialect: str) -> None:
    expected: dict[str, int] = {}
    for name in numbers():
        schema.migrate(empty, to=name[:4])
        for table in _marked(VERSIONS / f"{name}.py", "append_only"):
            expected[table] = 2  # update and delete; on PostgreSQL both in one, and truncate
        for table in _marked(VERSIONS / f"{name}.py", "free_again", within="upgrade"):
            expected.pop(table)
        with empty.engine.connect() as connection:
            found = _triggers(connection)
        kept = {table: found.get(table, 0) for table in expected}
        assert kept == expected, f"after {name}"
    assert {"trail_entries", "trail_blocks"} <= expected.keys()


def _marked(path: Path, function: str, *, within: str = "upgrade") -> list[str]:
    """Tables that a migration names in `append_only(...)` or `free_again(...)`, as text or as a tuple of texts."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    tuples = {
        target.id: ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Tuple, ast.List))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    upgrade = next(n for n in module.body if isinstance(n, ast.FunctionDef) and n.name == within)
    found: list[str] = []
    for call in ast.walk(upgrade):
        if isinstance(call, ast.Call) and tree.called(call) == function:
            for argument in call.args:
                if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Name):
                    found += tuples[argument.value.id]
                else:
                    found.append(ast.literal_eval(argument))
    return found


def _triggers(connection: Connection) -> dict[str, int]:
    """Append-only triggers of each table."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(
            text(
                "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_no\\_%' ESCAPE '\\'"
            )
        )
    else:
        rows = connection.execute(
            text(
                "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE tgname LIKE '%\\_no\\_%'"
            )
        )
    counted: dict[str, int] = {}
    for (table,) in rows:
        counted[table] = counted.get(table, 0) + 1
    return counted
