"""What each PostgreSQL role may touch, as SQL: the database's own half of "Who can read what".

The portal's role inserts into sealed tables and reads back nothing but the id; it reads
receipts and what hangs on them, and changes of a receipt what its informant may change. No
runtime role owns a table (docs/operate.md).
"""

import re
from collections.abc import Iterator

from sqlalchemy import MetaData

# INSERT and SELECT(id): what the public sent, what it caused, and the trail of both.
SEALED = ("tips", "supplements", "identities", "duties", "trail_entries")
# Columns that more than the id are read back: what names a supplement, to find its photos' states by.
READ_BACK = {"supplements": ("id", "form_digest")}
# What the portal may read and change whole: nothing in them opens without a key it does not hold.
PORTAL_OWN = ("evidence", "counters")
# What it may read and add to; a claim is made on the portal, the worker answers it.
PORTAL_ADDS = ("receipts", "receipt_steps", "supplement_marks", "reward_claims")
# What it may change of these. Never the informant's public key or the code's digest: whoever took the portal over
# could put his own there, claim a stranger's reward, and be told the payout number.
PORTAL_CHANGES = {
    "receipts": ("pin_hash", "pin_failures", "pin_locked_until", "withdrawn_at", "waived_at", "reward_stage")
}
PORTAL_READS: dict[str, tuple[str, ...] | None] = {
    "messages": ("id", "ref", "receipt_id", "sent_at", "asks", "for_informant"),
    "public_keys": None,
    "marks": None,
    "alembic_version": None,
}
APPEND_ONLY = (
    "trail_entries",
    "trail_blocks",
    "trail_block_entries",
    "case_elements",
    "case_outcomes",
    "journal_entries",
    "reward_steps",
)

_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def portal_grants(role: str, metadata: MetaData) -> Iterator[str]:
    """SQL for the role that portal processes connect as."""
    _checked(role)
    yield f"GRANT USAGE ON SCHEMA public TO {role};"
    for table in SEALED:
        yield f"GRANT INSERT ON {table} TO {role};"
        read_back = ", ".join(READ_BACK.get(table, ("id",)))
        yield f"GRANT SELECT ({read_back}) ON {table} TO {role};"
    for table in PORTAL_OWN:
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {role};"
    for table in PORTAL_ADDS:
        yield f"GRANT SELECT, INSERT ON {table} TO {role};"
    for table, names in PORTAL_CHANGES.items():
        yield f"GRANT UPDATE ({', '.join(names)}) ON {table} TO {role};"
    for table, columns in PORTAL_READS.items():
        what = f"SELECT ({', '.join(columns)})" if columns else "SELECT"
        yield f"GRANT {what} ON {table} TO {role};"
    yield from _sequences(role, (*SEALED, *PORTAL_OWN, *PORTAL_ADDS), metadata)


def office_grants(role: str, metadata: MetaData) -> Iterator[str]:
    """SQL for the role of office and worker: everything but to own tables or to change what is only added."""
    _checked(role)
    yield f"GRANT USAGE ON SCHEMA public TO {role};"
    names = sorted(metadata.tables)
    for table in names:
        deeds = "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        yield f"GRANT {deeds} ON {table} TO {role};"
    yield f"GRANT SELECT ON alembic_version TO {role};"
    yield from _sequences(role, names, metadata)


def _sequences(role: str, tables: tuple[str, ...] | list[str], metadata: MetaData) -> Iterator[str]:
    for name in tables:
        column = metadata.tables[name].autoincrement_column
        if column is not None and column.autoincrement is not False and not column.foreign_keys:
            yield f"GRANT USAGE ON SEQUENCE {name}_{column.name}_seq TO {role};"


def _checked(role: str) -> None:
    if not _ROLE.fullmatch(role):
        raise ValueError("a role's name is lower-case letters, digits and underlines")
