"""Indexes by which the inbox and the desk are walked, however many rows there are."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN = sa.text("state <> 'closed_off'")


def upgrade() -> None:
    op.drop_index("ix_duties_about", "duties")
    op.create_index("ix_duties_about", "duties", ["about_kind", "about_id", "state", "due_at"])
    op.drop_index("ix_clues_desk", "clues")
    columns = ["involves_official", "next_due_at", "id", "jurisdiction"]
    op.create_index("ix_clues_desk", "clues", columns, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_clues_desk", "clues")
    op.create_index("ix_clues_desk", "clues", ["involves_official", "state", "next_due_at", "id"])
    op.drop_index("ix_duties_about", "duties")
    op.create_index("ix_duties_about", "duties", ["about_kind", "about_id"])
