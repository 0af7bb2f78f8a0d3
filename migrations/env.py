"""Alembic's entry: runs on a connection handed over by casework.schema, or on QINGSHAN_DATABASE_URL."""

from typing import Any, Literal

from alembic import context

from casework import schema

target_metadata = schema.metadata()


def plain_types(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations name SQL types only, never the product's own classes, which may change."""
    if kind == "type" and type(item).__name__ == "Instant":
        return "sa.DateTime(timezone=True)"
    return False


def run(connection) -> None:  # type: ignore[no-untyped-def]
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plain_types,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    from casework.db import Database
    from config.settings import load_settings

    with Database(load_settings().database_url).engine.begin() as made:
        run(made)
