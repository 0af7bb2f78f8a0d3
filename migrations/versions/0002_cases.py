"""Cases: what they gather, the five-element test, outcomes that are only ever added."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import append_only, free_again

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("case_elements", "case_outcomes")


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_number", sa.String(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "concluded",
                "closed_off",
                "archived",
                name="case_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "lead_agency",
            sa.Enum(
                "natural_resources",
                "public_security",
                name="agency",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("joint", sa.Boolean(), nullable=False),
        sa.Column("involves_official", sa.Boolean(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=9), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "unlicensed",
                "disguised",
                "beyond_boundary",
                "reopened_pit",
                "land",
                "other",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column(
            "subject_kind",
            sa.Enum(
                "company",
                "person",
                "unknown",
                name="subject_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_name", sa.String(length=120), nullable=False),
        sa.Column("mineral", sa.String(length=24), nullable=True),
        sa.Column("township", sa.String(length=9), nullable=True),
        sa.Column("village", sa.String(length=60), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closed_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_off_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(state = 'archived') = (archived_at is not null)", name=op.f("ck_cases_archived_state")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (concluded_at is null)", name=op.f("ck_cases_concluded_state")
        ),
        sa.CheckConstraint(
            "(state in ('closed_off', 'archived')) = (closed_off_at is not null)",
            name=op.f("ck_cases_closed_state"),
        ),
        sa.CheckConstraint(
            "lead_agency = 'natural_resources' or joint", name=op.f("ck_cases_police_lead_is_joint")
        ),
        sa.CheckConstraint(
            "(archived_at is null) = (archived_by is null)", name=op.f("ck_cases_archived_whole")
        ),
        sa.CheckConstraint(
            "(closed_off_at is null) = (closed_off_by is null)", name=op.f("ck_cases_closed_off_whole")
        ),
        sa.CheckConstraint(
            "(concluded_at is null) = (concluded_by is null)", name=op.f("ck_cases_concluded_whole")
        ),
        sa.CheckConstraint("closed_off_by <> concluded_by", name=op.f("ck_cases_closed_off_by_another")),
        sa.ForeignKeyConstraint(["archived_by"], ["officers.id"], name=op.f("fk_cases_archived_by_officers")),
        sa.ForeignKeyConstraint(
            ["closed_off_by"], ["officers.id"], name=op.f("fk_cases_closed_off_by_officers")
        ),
        sa.ForeignKeyConstraint(
            ["concluded_by"], ["officers.id"], name=op.f("fk_cases_concluded_by_officers")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["officers.id"], name=op.f("fk_cases_opened_by_officers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("case_number", name=op.f("uq_cases_case_number")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index("ix_cases_list", ["involves_official", "state", "id"], unique=False)

    op.create_table(
        "case_clues",
        sa.Column(
            "clue_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_clues_case_id_cases")),
        sa.ForeignKeyConstraint(["clue_id"], ["clues.id"], name=op.f("fk_case_clues_clue_id_clues")),
        sa.ForeignKeyConstraint(
            ["joined_by"], ["officers.id"], name=op.f("fk_case_clues_joined_by_officers")
        ),
        sa.PrimaryKeyConstraint("clue_id", name=op.f("pk_case_clues")),
    )
    with op.batch_alter_table("case_clues", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_clues_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_elements",
        sa.Column(
            "case_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "element",
            sa.Enum(
                "person",
                "facts",
                "liability",
                "jurisdiction",
                "time",
                name="element",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_elements_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "element", name=op.f("pk_case_elements")),
    )
    op.create_table(
        "case_outcomes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "agency",
            sa.Enum(
                "natural_resources",
                "public_security",
                name="agency",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("land_area_m2", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("land_class", sa.String(length=24), nullable=True),
        sa.Column("land_fine_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "restored",
            sa.Enum(
                "yes", "no", "not_yet", name="restored", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("restored_on", sa.Date(), nullable=True),
        sa.Column("mined_mass_kg", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confiscated_mass_kg", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "confiscated_value_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("mining_fine_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shut_down", sa.Boolean(), nullable=True),
        sa.Column("penalty_document", sa.String(length=60), nullable=True),
        sa.Column("penalty_on", sa.Date(), nullable=True),
        sa.Column("administrative_detention", sa.Integer(), nullable=True),
        sa.Column("criminal_detention", sa.Integer(), nullable=True),
        sa.Column("arrest", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "agency = 'natural_resources' or (land_area_m2 is null and land_class is null and land_fine_fen is null and restored is null and restored_on is null and mined_mass_kg is null and confiscated_mass_kg is null and confiscated_value_fen is null and mining_fine_fen is null and shut_down is null and penalty_document is null and penalty_on is null)",
            name=op.f("ck_case_outcomes_land_and_mining"),
        ),
        sa.CheckConstraint(
            "agency = 'public_security' or (administrative_detention is null and criminal_detention is null and arrest is null)",
            name=op.f("ck_case_outcomes_measures"),
        ),
        sa.CheckConstraint(
            "restored_on is null or coalesce(restored, '') = 'yes'", name=op.f("ck_case_outcomes_restored_on")
        ),
        sa.CheckConstraint(
            "(penalty_document is null) = (penalty_on is null)", name=op.f("ck_case_outcomes_penalty_whole")
        ),
        sa.CheckConstraint(
            "coalesce(land_area_m2, 0) >= 0 and coalesce(land_fine_fen, 0) >= 0 and coalesce(mined_mass_kg, 0) >= 0 and coalesce(confiscated_mass_kg, 0) >= 0 and coalesce(confiscated_value_fen, 0) >= 0 and coalesce(mining_fine_fen, 0) >= 0 and coalesce(administrative_detention, 0) >= 0 and coalesce(criminal_detention, 0) >= 0 and coalesce(arrest, 0) >= 0",
            name=op.f("ck_case_outcomes_amounts"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_outcomes_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["officers.id"], name=op.f("fk_case_outcomes_recorded_by_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_outcomes")),
        sa.UniqueConstraint(
            "case_id", "agency", "number", name=op.f("uq_case_outcomes_case_id_agency_number")
        ),
    )
    with op.batch_alter_table("case_outcomes", schema=None) as batch_op:
        batch_op.create_index("ix_case_outcomes_recorded", ["recorded_at"], unique=False)
    append_only(*APPEND_ONLY)


def downgrade() -> None:
    free_again(*APPEND_ONLY)
    with op.batch_alter_table("case_outcomes", schema=None) as batch_op:
        batch_op.drop_index("ix_case_outcomes_recorded")

    op.drop_table("case_outcomes")
    op.drop_table("case_elements")
    with op.batch_alter_table("case_clues", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_clues_case_id"))

    op.drop_table("case_clues")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_list")
        batch_op.drop_index(batch_op.f("ix_cases_jurisdiction"))

    op.drop_table("cases")
