"""The house: officers, trail, tips with their receipts and evidence, duties, clues."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import append_only, free_again

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("trail_entries", "trail_blocks", "trail_block_entries")


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("series", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_counters")),
    )
    op.create_table(
        "held_key_wraps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first", sa.String(length=40), nullable=False),
        sa.Column("second", sa.String(length=40), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_key_wraps")),
        sa.UniqueConstraint(
            "purpose", "number", "first", "second", name=op.f("uq_held_key_wraps_purpose_number_first_second")
        ),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.create_table(
        "public_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_keys")),
        sa.UniqueConstraint("purpose", "number", name=op.f("uq_public_keys_purpose_number")),
    )
    op.create_table(
        "sign_in_counters",
        sa.Column("name_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name_digest", name=op.f("pk_sign_in_counters")),
    )
    op.create_table(
        "trail_blocks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("last_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_blocks")),
        sa.UniqueConstraint("previous", name=op.f("uq_trail_blocks_previous")),
    )
    op.create_table(
        "trail_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column(
            "actor_kind",
            sa.Enum(
                "officer",
                "informant",
                "worker",
                "command",
                name="actor_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("about_kind", sa.String(length=24), nullable=False),
        sa.Column("about_ref", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_entries")),
    )
    with op.batch_alter_table("trail_entries", schema=None) as batch_op:
        batch_op.create_index("ix_trail_entries_about", ["about_kind", "about_ref", "id"], unique=False)

    op.create_table(
        "units",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
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
        sa.Column("jurisdiction", sa.String(length=9), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_table(
        "officers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
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
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("jurisdiction", sa.String(length=9), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("totp_last_step", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(jurisdiction) in (4, 6, 9)", name=op.f("ck_officers_jurisdiction")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_officers_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("username", name=op.f("uq_officers_username")),
    )
    op.create_table(
        "trail_block_entries",
        sa.Column(
            "entry_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("block_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["trail_blocks.id"], name=op.f("fk_trail_block_entries_block_id_trail_blocks")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["trail_entries.id"], name=op.f("fk_trail_block_entries_entry_id_trail_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_trail_block_entries")),
    )
    with op.batch_alter_table("trail_block_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trail_block_entries_block_id"), ["block_id"], unique=False)

    op.create_table(
        "clues",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clue_number", sa.String(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "registered",
                "assigned",
                "found",
                "in_case",
                "concluded",
                "closed_off",
                name="clue_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
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
        sa.Column("subject_name", sa.String(length=120), nullable=True),
        sa.Column("mineral", sa.String(length=24), nullable=True),
        sa.Column("land_class", sa.String(length=24), nullable=True),
        sa.Column("jurisdiction", sa.String(length=9), nullable=False),
        sa.Column("township", sa.String(length=9), nullable=True),
        sa.Column("village", sa.String(length=60), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("involves_official", sa.Boolean(), nullable=False),
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
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("handler_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_paused", sa.Boolean(), nullable=False),
        sa.Column(
            "finding",
            sa.Enum(
                "substantiated",
                "partly",
                "unfounded",
                "inconclusive",
                name="finding",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("finding_facts", sa.Text(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(finding is null) = (found_at is null)", name=op.f("ck_clues_finding_whole")),
        sa.CheckConstraint("(longitude is null) = (latitude is null)", name=op.f("ck_clues_point_whole")),
        sa.ForeignKeyConstraint(["found_by"], ["officers.id"], name=op.f("fk_clues_found_by_officers")),
        sa.ForeignKeyConstraint(["handler_id"], ["officers.id"], name=op.f("fk_clues_handler_id_officers")),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["officers.id"], name=op.f("fk_clues_registered_by_officers")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_clues_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clues")),
        sa.UniqueConstraint("clue_number", name=op.f("uq_clues_clue_number")),
    )
    with op.batch_alter_table("clues", schema=None) as batch_op:
        batch_op.create_index(
            "ix_clues_desk", ["involves_official", "state", "next_due_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_clues_handler_id"), ["handler_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clues_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index("ix_clues_near", ["category", "latitude", "longitude"], unique=False)

    op.create_table(
        "duties",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("about_kind", sa.String(length=12), nullable=False),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "paused",
                "met",
                "cancelled",
                name="duty_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(state in ('met', 'cancelled')) = (ended_at is not null)", name=op.f("ck_duties_ended")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["officers.id"], name=op.f("fk_duties_ended_by_officers")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_duties_officer_id_officers")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_duties_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.create_index("ix_duties_about", ["about_kind", "about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duties_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index("ix_duties_open", ["state", "due_at"], unique=False)

    op.create_table(
        "officer_roles",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "intake",
                "triage",
                "investigator",
                "liaison",
                "leader",
                "discipline",
                "reward_clerk",
                "reward_reviewer",
                "reward_approver",
                "cashier",
                "keyholder",
                "fund_keyholder",
                "auditor",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_officer_roles_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("officer_id", "role", name=op.f("pk_officer_roles")),
    )
    op.create_table(
        "officer_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("live_officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "end",
            sa.Enum(
                "signed_out",
                "replaced",
                "revoked",
                name="session_end",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_officer_sessions_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_sessions")),
        sa.UniqueConstraint("live_officer_id", name="uq_officer_sessions_live"),
        sa.UniqueConstraint("token_digest", name=op.f("uq_officer_sessions_token_digest")),
    )
    with op.batch_alter_table("officer_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_sessions_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "tips",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("tip_number", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "wechat",
                "phone",
                "letter",
                "walk_in",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "registered",
                "merged",
                "declined",
                "handed_on",
                name="tip_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
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
        sa.Column("jurisdiction", sa.String(length=9), nullable=False),
        sa.Column("township", sa.String(length=9), nullable=True),
        sa.Column("village", sa.String(length=60), nullable=True),
        sa.Column("cell", sa.String(length=24), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column(
            "datum",
            sa.Enum(
                "wgs84", "gcj02", "bd09", name="datum", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column(
            "point_source",
            sa.Enum(
                "map",
                "device",
                "photo",
                name="point_source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("outside_county", sa.Boolean(), nullable=False),
        sa.Column(
            "ongoing",
            sa.Enum(
                "yes", "no", "unknown", name="ongoing", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("urgent", sa.Boolean(), nullable=False),
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
        sa.Column("mineral", sa.String(length=24), nullable=True),
        sa.Column("land_class", sa.String(length=24), nullable=True),
        sa.Column(
            "disguise",
            sa.Enum(
                "land_consolidation",
                "mine_restoration",
                "hazard_control",
                "resettlement",
                "wind_power",
                "none",
                name="disguise",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column(
            "identity",
            sa.Enum(
                "anonymous",
                "named",
                name="identity_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wants_reward", sa.Boolean(), nullable=False),
        sa.Column("involves_official", sa.Boolean(), nullable=False),
        sa.Column("photo_count", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("key_wrap", sa.LargeBinary(), nullable=True),
        sa.Column("on_shelf", sa.Boolean(), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decline_reason", sa.String(length=32), nullable=True),
        sa.Column("handed_on_to", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "point_source = 'map' or longitude is null", name=op.f("ck_tips_point_is_from_map")
        ),
        sa.CheckConstraint("(longitude is null) = (latitude is null)", name=op.f("ck_tips_point_whole")),
        sa.ForeignKeyConstraint(["decided_by"], ["officers.id"], name=op.f("fk_tips_decided_by_officers")),
        sa.ForeignKeyConstraint(["entered_by"], ["officers.id"], name=op.f("fk_tips_entered_by_officers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tips")),
        sa.UniqueConstraint("ref", name=op.f("uq_tips_ref")),
        sa.UniqueConstraint("tip_number", name=op.f("uq_tips_tip_number")),
    )
    with op.batch_alter_table("tips", schema=None) as batch_op:
        batch_op.create_index("ix_tips_inbox", ["state", "involves_official", "urgent", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tips_on_shelf"), ["on_shelf"], unique=False)

    op.create_table(
        "clue_tips",
        sa.Column(
            "tip_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("clue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["clue_id"], ["clues.id"], name=op.f("fk_clue_tips_clue_id_clues")),
        sa.ForeignKeyConstraint(["joined_by"], ["officers.id"], name=op.f("fk_clue_tips_joined_by_officers")),
        sa.ForeignKeyConstraint(["tip_id"], ["tips.id"], name=op.f("fk_clue_tips_tip_id_tips")),
        sa.PrimaryKeyConstraint("tip_id", name=op.f("pk_clue_tips")),
    )
    with op.batch_alter_table("clue_tips", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clue_tips_clue_id"), ["clue_id"], unique=False)

    op.create_table(
        "identities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tip_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("key_number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["tip_id"], ["tips.id"], name=op.f("fk_identities_tip_id_tips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("tip_id", name=op.f("uq_identities_tip_id")),
    )
    op.create_table(
        "identity_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tip_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("first_holder", sa.String(length=40), nullable=False),
        sa.Column("second_holder", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tip_id"], ["tips.id"], name=op.f("fk_identity_requests_tip_id_tips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_requests")),
    )
    with op.batch_alter_table("identity_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_requests_tip_id"), ["tip_id"], unique=False)

    op.create_table(
        "receipts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tip_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tip_number", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("form_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("informant_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "received",
                "accepted",
                "declined",
                "handed_on",
                "verifying",
                "substantiated",
                "partly",
                "unfounded",
                "inconclusive",
                "case_opened",
                "concluded",
                "closed_off",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("photo_count", sa.Integer(), nullable=False),
        sa.Column("wants_reward", sa.Boolean(), nullable=False),
        sa.Column("pin_hash", sa.String(length=160), nullable=True),
        sa.Column("pin_failures", sa.Integer(), nullable=False),
        sa.Column("pin_locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "reward_stage",
            sa.Enum(
                "none",
                "proposed",
                "approved",
                "claimed",
                "paid",
                "lapsed",
                "declined",
                "waived",
                name="reward_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reward_amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reward_claim_by", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["tip_id"], ["tips.id"], name=op.f("fk_receipts_tip_id_tips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_receipts_code_digest")),
        sa.UniqueConstraint("form_digest", name=op.f("uq_receipts_form_digest")),
        sa.UniqueConstraint("ref", name=op.f("uq_receipts_ref")),
        sa.UniqueConstraint("tip_id", name=op.f("uq_receipts_tip_id")),
        sa.UniqueConstraint("tip_number", name=op.f("uq_receipts_tip_number")),
    )
    op.create_table(
        "supplements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("tip_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("photo_count", sa.Integer(), nullable=False),
        sa.Column("key_wrap", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["tip_id"], ["tips.id"], name=op.f("fk_supplements_tip_id_tips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplements")),
        sa.UniqueConstraint("form_digest", name=op.f("uq_supplements_form_digest")),
        sa.UniqueConstraint("ref", name=op.f("uq_supplements_ref")),
    )
    with op.batch_alter_table("supplements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplements_tip_id"), ["tip_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("ticket_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("form_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("tip_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supplement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("clue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "side",
            sa.Enum("office", "informant", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "photo",
                "recording",
                name="evidence_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "arriving",
                "waiting",
                "cleaned",
                "refused",
                name="evidence_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("size_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blob", sa.String(length=80), nullable=False),
        sa.Column("clean_blob", sa.String(length=80), nullable=True),
        sa.Column("thumb_blob", sa.String(length=80), nullable=True),
        sa.Column("stream_head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("draft_wrap", sa.LargeBinary(), nullable=True),
        sa.Column("key_wrap", sa.LargeBinary(), nullable=False),
        sa.Column("clean_wrap", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=True),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.String(length=32), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'cleaned' or kind <> 'photo' or clean_wrap is not null",
            name=op.f("ck_evidence_cleaned"),
        ),
        sa.CheckConstraint(
            "state = 'arriving' or draft_wrap is null", name=op.f("ck_evidence_draft_key_gone")
        ),
        sa.CheckConstraint("received_bytes <= size_bytes", name=op.f("ck_evidence_size")),
        sa.ForeignKeyConstraint(["added_by"], ["officers.id"], name=op.f("fk_evidence_added_by_officers")),
        sa.ForeignKeyConstraint(["clue_id"], ["clues.id"], name=op.f("fk_evidence_clue_id_clues")),
        sa.ForeignKeyConstraint(
            ["supplement_id"], ["supplements.id"], name=op.f("fk_evidence_supplement_id_supplements")
        ),
        sa.ForeignKeyConstraint(["tip_id"], ["tips.id"], name=op.f("fk_evidence_tip_id_tips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("ref", name=op.f("uq_evidence_ref")),
        sa.UniqueConstraint("ticket_digest", name=op.f("uq_evidence_ticket_digest")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_clue_id"), ["clue_id"], unique=False)
        batch_op.create_index("ix_evidence_drafts", ["form_digest", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_supplement_id"), ["supplement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_tip_id"), ["tip_id"], unique=False)
        batch_op.create_index("ix_evidence_work", ["state", "id"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("receipt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tip_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("for_informant", sa.LargeBinary(), nullable=False),
        sa.Column("for_office", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipts.id"], name=op.f("fk_messages_receipt_id_receipts")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["officers.id"], name=op.f("fk_messages_sent_by_officers")),
        sa.ForeignKeyConstraint(["tip_id"], ["tips.id"], name=op.f("fk_messages_tip_id_tips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("ref", name=op.f("uq_messages_ref")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_receipt_id"), ["receipt_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_tip_id"), ["tip_id"], unique=False)

    op.create_table(
        "receipt_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receipt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "received",
                "accepted",
                "declined",
                "handed_on",
                "verifying",
                "substantiated",
                "partly",
                "unfounded",
                "inconclusive",
                "case_opened",
                "concluded",
                "closed_off",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipts.id"], name=op.f("fk_receipt_steps_receipt_id_receipts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_steps")),
    )
    with op.batch_alter_table("receipt_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_steps_receipt_id"), ["receipt_id"], unique=False)

    op.create_table(
        "supplement_marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receipt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("form_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("photo_count", sa.Integer(), nullable=False),
        sa.Column("has_words", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipts.id"], name=op.f("fk_supplement_marks_receipt_id_receipts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement_marks")),
        sa.UniqueConstraint("form_digest", name=op.f("uq_supplement_marks_form_digest")),
    )
    with op.batch_alter_table("supplement_marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplement_marks_receipt_id"), ["receipt_id"], unique=False)
    append_only(*APPEND_ONLY)


def downgrade() -> None:
    free_again(*APPEND_ONLY)
    with op.batch_alter_table("supplement_marks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplement_marks_receipt_id"))

    op.drop_table("supplement_marks")
    with op.batch_alter_table("receipt_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_steps_receipt_id"))

    op.drop_table("receipt_steps")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_tip_id"))
        batch_op.drop_index(batch_op.f("ix_messages_receipt_id"))

    op.drop_table("messages")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_work")
        batch_op.drop_index(batch_op.f("ix_evidence_tip_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_supplement_id"))
        batch_op.drop_index("ix_evidence_drafts")
        batch_op.drop_index(batch_op.f("ix_evidence_clue_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("supplements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplements_tip_id"))

    op.drop_table("supplements")
    op.drop_table("receipts")
    with op.batch_alter_table("identity_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_requests_tip_id"))

    op.drop_table("identity_requests")
    op.drop_table("identities")
    with op.batch_alter_table("clue_tips", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clue_tips_clue_id"))

    op.drop_table("clue_tips")
    with op.batch_alter_table("tips", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tips_on_shelf"))
        batch_op.drop_index("ix_tips_inbox")

    op.drop_table("tips")
    with op.batch_alter_table("officer_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officer_sessions_officer_id"))

    op.drop_table("officer_sessions")
    op.drop_table("officer_roles")
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index("ix_duties_open")
        batch_op.drop_index(batch_op.f("ix_duties_officer_id"))
        batch_op.drop_index("ix_duties_about")

    op.drop_table("duties")
    with op.batch_alter_table("clues", schema=None) as batch_op:
        batch_op.drop_index("ix_clues_near")
        batch_op.drop_index(batch_op.f("ix_clues_jurisdiction"))
        batch_op.drop_index(batch_op.f("ix_clues_handler_id"))
        batch_op.drop_index("ix_clues_desk")

    op.drop_table("clues")
    with op.batch_alter_table("trail_block_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trail_block_entries_block_id"))

    op.drop_table("trail_block_entries")
    op.drop_table("officers")
    op.drop_table("units")
    with op.batch_alter_table("trail_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_trail_entries_about")

    op.drop_table("trail_entries")
    op.drop_table("trail_blocks")
    op.drop_table("sign_in_counters")
    op.drop_table("public_keys")
    op.drop_table("marks")
    op.drop_table("held_key_wraps")
    op.drop_table("counters")
