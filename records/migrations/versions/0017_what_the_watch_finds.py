"""What the watch finds, and what each journey will do next."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch_findings",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("kind", "reference", "state", "says")
        ),
        sa.Column("danger", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, UtcDateTime(), nullable=False)
            for name in ("found_at", "seen_at", "written_at")
        ),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in ("closed_at", "telling_at")),
        sa.Column("told_state", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "reference", name="pk_watch_findings"),
    )
    op.add_column("journeys", sa.Column("next_at", UtcDateTime(), nullable=True))
    op.add_column("journeys", sa.Column("next_act", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("journeys", "next_act")
    op.drop_column("journeys", "next_at")
    op.drop_table("watch_findings")
