"""What the Today page shows beside a line: the visit, what follows, ticks, how she is."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A line fills it with its journey's next step, or with `waymark records rebuild`.
    op.add_column("owed", sa.Column("shows", sa.String(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("owed", "shows")
