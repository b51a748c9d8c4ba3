"""What staff write back to patients."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_answers",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("reference", sa.String(), sa.ForeignKey("patients.reference"), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_staff_answers_reference", "staff_answers", ["reference"])


def downgrade() -> None:
    op.drop_table("staff_answers")
