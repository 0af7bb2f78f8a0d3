"""Rewards: the fund and its journal, rewards, claims, payouts."""

import sqlalchemy as sa
from alembic import op

from migrations.fund_guard import guard_fund, unguard_fund
from migrations.triggers import append_only, free_again

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = ("journal_entries", "reward_steps")


def upgrade() -> None:
    op.create_table(
        "funds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funds")),
        sa.UniqueConstraint("key", name=op.f("uq_funds_key")),
    )
    op.create_table(
        "appropriations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "annual",
                "supplement",
                name="appropriation_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "entered",
                "confirmed",
                "refused",
                name="appropriation_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(state = 'entered') = (decided_by is null) and (decided_by is null) = (decided_at is null)",
            name=op.f("ck_appropriations_decided_whole"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_appropriations_amount")),
        sa.CheckConstraint("decided_by <> entered_by", name=op.f("ck_appropriations_two_people")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["officers.id"], name=op.f("fk_appropriations_decided_by_officers")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["officers.id"], name=op.f("fk_appropriations_entered_by_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appropriations")),
    )
    with op.batch_alter_table("appropriations", schema=None) as batch_op:
        batch_op.create_index(
            "uq_appropriations_live_document",
            ["document_number"],
            unique=True,
            sqlite_where=sa.text("state <> 'refused'"),
            postgresql_where=sa.text("state <> 'refused'"),
        )

    op.create_table(
        "payout_counters",
        sa.Column(
            "officer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_payout_counters_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_payout_counters")),
    )
    op.create_table(
        "rewards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_number", sa.String(length=16), nullable=False),
        sa.Column("tip_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("jurisdiction", sa.String(length=9), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "returned",
                "reviewed",
                "approved",
                "claimed",
                "paid",
                "declined",
                "waived",
                name="reward_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scheme_key", sa.String(length=32), nullable=False),
        sa.Column("scheme_version", sa.String(length=10), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("base_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uplift_percent", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ladder_step", sa.String(length=32), nullable=False),
        sa.Column("decision_document", sa.String(length=60), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("paid_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claim_by", sa.Date(), nullable=True),
        sa.CheckConstraint("(state = 'paid') = (paid_by is not null)", name=op.f("ck_rewards_paid_whole")),
        sa.CheckConstraint(
            "amount_fen > 0 or (amount_fen = 0 and state = 'declined')", name=op.f("ck_rewards_amount")
        ),
        sa.CheckConstraint(
            "state not in ('approved', 'claimed', 'paid') or (reviewed_by is not null and approved_by is not null and claim_by is not null)",
            name=op.f("ck_rewards_approved_whole"),
        ),
        sa.CheckConstraint(
            "approved_by <> proposed_by and approved_by <> reviewed_by",
            name=op.f("ck_rewards_approver_apart"),
        ),
        sa.CheckConstraint(
            "paid_by <> proposed_by and paid_by <> reviewed_by and paid_by <> approved_by",
            name=op.f("ck_rewards_payer_apart"),
        ),
        sa.CheckConstraint("reviewed_by <> proposed_by", name=op.f("ck_rewards_reviewer_apart")),
        sa.CheckConstraint("uplift_percent between 0 and 100", name=op.f("ck_rewards_uplift")),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["officers.id"], name=op.f("fk_rewards_approved_by_officers")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_rewards_case_id_cases")),
        sa.ForeignKeyConstraint(["paid_by"], ["officers.id"], name=op.f("fk_rewards_paid_by_officers")),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["officers.id"], name=op.f("fk_rewards_proposed_by_officers")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["officers.id"], name=op.f("fk_rewards_reviewed_by_officers")
        ),
        sa.ForeignKeyConstraint(["tip_id"], ["tips.id"], name=op.f("fk_rewards_tip_id_tips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewards")),
        sa.UniqueConstraint("reward_number", name=op.f("uq_rewards_reward_number")),
        sa.UniqueConstraint("tip_id", name=op.f("uq_rewards_tip_id")),
    )
    with op.batch_alter_table("rewards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rewards_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_rewards_list", ["state", "id"], unique=False)

    op.create_table(
        "journal_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "appropriate",
                "reserve",
                "release",
                "pay_out",
                name="journal_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_account",
            sa.Enum(
                "treasury",
                "available",
                "reserved",
                "paid",
                name="from_account",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_account",
            sa.Enum(
                "treasury",
                "available",
                "reserved",
                "paid",
                name="to_account",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document", sa.String(length=60), nullable=True),
        sa.Column("appropriation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(kind = 'appropriate' and from_account = 'treasury' and to_account = 'available') or (kind = 'reserve' and from_account = 'available' and to_account = 'reserved') or (kind = 'release' and from_account = 'reserved' and to_account = 'available') or (kind = 'pay_out' and from_account = 'reserved' and to_account = 'paid')",
            name=op.f("ck_journal_entries_accounts"),
        ),
        sa.CheckConstraint(
            "(kind = 'appropriate') = (appropriation_id is not null) and (kind = 'appropriate') = (reward_id is null)",
            name=op.f("ck_journal_entries_about"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_journal_entries_amount")),
        sa.ForeignKeyConstraint(
            ["appropriation_id"],
            ["appropriations.id"],
            name=op.f("fk_journal_entries_appropriation_id_appropriations"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["officers.id"], name=op.f("fk_journal_entries_confirmed_by_officers")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["officers.id"], name=op.f("fk_journal_entries_entered_by_officers")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["funds.id"], name=op.f("fk_journal_entries_fund_id_funds")),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["rewards.id"], name=op.f("fk_journal_entries_reward_id_rewards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entries")),
        sa.UniqueConstraint("appropriation_id", name=op.f("uq_journal_entries_appropriation_id")),
        sa.UniqueConstraint("fund_id", "number", name=op.f("uq_journal_entries_fund_id_number")),
    )
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entries_reward_id"), ["reward_id"], unique=False)

    op.create_table(
        "reward_claims",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("receipt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("counter", sa.String(length=32), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_number", sa.LargeBinary(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(sealed_number is null) = (issued_at is null)", name=op.f("ck_reward_claims_issued_whole")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipts.id"], name=op.f("fk_reward_claims_receipt_id_receipts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_claims")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_reward_claims_receipt_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_reward_claims_ref")),
    )
    op.create_table(
        "reward_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "move",
            sa.Enum(
                "propose",
                "review",
                "approve",
                "send_back",
                "decline",
                "claim",
                "pay_out",
                "waive",
                name="reward_move",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_reward_steps_officer_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["rewards.id"], name=op.f("fk_reward_steps_reward_id_rewards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_steps")),
    )
    with op.batch_alter_table("reward_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reward_steps_reward_id"), ["reward_id"], unique=False)

    op.create_table(
        "payouts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voucher_number", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "(paid_at is null) = (paid_by is null) and (paid_at is null) = (voucher_number is null)",
            name=op.f("ck_payouts_paid_whole"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payouts_amount")),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["reward_claims.id"], name=op.f("fk_payouts_claim_id_reward_claims")
        ),
        sa.ForeignKeyConstraint(["paid_by"], ["officers.id"], name=op.f("fk_payouts_paid_by_officers")),
        sa.ForeignKeyConstraint(["reward_id"], ["rewards.id"], name=op.f("fk_payouts_reward_id_rewards")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_payouts_claim_id")),
        sa.UniqueConstraint("number_digest", name=op.f("uq_payouts_number_digest")),
        sa.UniqueConstraint("reward_id", name=op.f("uq_payouts_reward_id")),
        sa.UniqueConstraint("voucher_number", name=op.f("uq_payouts_voucher_number")),
    )
    append_only(*APPEND_ONLY)
    guard_fund()


def downgrade() -> None:
    unguard_fund()
    free_again(*APPEND_ONLY)
    op.drop_table("payouts")
    with op.batch_alter_table("reward_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_steps_reward_id"))

    op.drop_table("reward_steps")
    op.drop_table("reward_claims")
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_entries_reward_id"))

    op.drop_table("journal_entries")
    with op.batch_alter_table("rewards", schema=None) as batch_op:
        batch_op.drop_index("ix_rewards_list")
        batch_op.drop_index(batch_op.f("ix_rewards_case_id"))

    op.drop_table("rewards")
    op.drop_table("payout_counters")
    with op.batch_alter_table("appropriations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appropriations_live_document",
            sqlite_where=sa.text("state <> 'refused'"),
            postgresql_where=sa.text("state <> 'refused'"),
        )

    op.drop_table("appropriations")
    op.drop_table("funds")
