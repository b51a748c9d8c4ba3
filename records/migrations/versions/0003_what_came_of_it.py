"""What came of texts and calls, signs of life, and an index for what happened on a day."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_status",
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("provider_code", sa.Integer(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sid", "status", name="pk_text_status"),
    )
    op.create_table(
        "contact_attempts",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("whom", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("next_try", UtcDateTime(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"], ["journeys.reference"], name="fk_contact_attempts_journeys"
        ),
        sa.PrimaryKeyConstraint("reference", "number", name="pk_contact_attempts"),
    )
    op.create_table(
        "signs",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_signs"),
    )
    op.create_index("ix_journal_kind_at", "journal", ["kind", "at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_journal_kind_at", table_name="journal")
    for table in ("signs", "contact_attempts", "text_status"):
        op.drop_table(table)
