"""Who was told that nothing is needed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pages", sa.Column("all_clear", sa.String(), nullable=True))
    # What was closed before today is left alone: nobody is texted about last week.
    op.execute("UPDATE pages SET all_clear = 'not_from_here'")
    op.create_index("ix_pages_state_all_clear", "pages", ["state", "all_clear"])


def downgrade() -> None:
    op.drop_index("ix_pages_state_all_clear", table_name="pages")
    op.drop_column("pages", "all_clear")
