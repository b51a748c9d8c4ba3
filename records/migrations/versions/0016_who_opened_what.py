"""Who opened whose payloads at the codec endpoint, and who was refused."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decodes",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("who", "role", "namespace", "reference", "outcome")
        ),
        sa.Column("payloads", sa.Integer(), nullable=False),
        *(sa.Column(name, UtcDateTime(), nullable=False) for name in ("at", "written_at")),
        sa.PrimaryKeyConstraint("id", name="pk_decodes"),
    )
    op.create_index("ix_decodes_at", "decodes", ["at"])
    op.create_index("ix_decodes_reference", "decodes", ["reference"])


def downgrade() -> None:
    op.drop_index("ix_decodes_reference", table_name="decodes")
    op.drop_index("ix_decodes_at", table_name="decodes")
    op.drop_table("decodes")
