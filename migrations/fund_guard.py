"""The fund's promise kept by the database itself: no account falls below zero.

What leaves `reserved` must have been reserved for the same reward, so that no payment passes its
reservation. On PostgreSQL the trigger holds the fund's row, so that two movers cannot both see the
same money; on SQLite one writer at a time holds the whole file.
"""

from alembic import op

_HELD = (
    "SELECT coalesce(sum(CASE WHEN to_account = NEW.from_account THEN amount_fen ELSE -amount_fen END), 0) "
    "FROM journal_entries WHERE fund_id = NEW.fund_id AND NEW.from_account IN (from_account, to_account)"
)
_TOO_LITTLE = (
    f"(NEW.from_account = 'available' AND ({_HELD}) < NEW.amount_fen) OR "
    f"(NEW.from_account = 'reserved' AND ({_HELD} AND reward_id = NEW.reward_id) < NEW.amount_fen)"
)


def guard_fund() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER journal_entries_not_below_zero BEFORE INSERT ON journal_entries "
            f"WHEN {_TOO_LITTLE} BEGIN SELECT RAISE(ABORT, 'the account holds less'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION qingshan_fund_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM funds WHERE id = NEW.fund_id FOR UPDATE; "
        f"IF {_TOO_LITTLE} THEN RAISE EXCEPTION 'the account holds less' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_entries_not_below_zero BEFORE INSERT ON journal_entries "
        "FOR EACH ROW EXECUTE FUNCTION qingshan_fund_guard()"
    )


def unguard_fund() -> None:
    """For downgrades."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER journal_entries_not_below_zero" + ("" if sqlite else " ON journal_entries"))
    if not sqlite:
        op.execute("DROP FUNCTION qingshan_fund_guard()")
