"""Who was told that nothing is needed, and what opens what one text lists."""

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
    op.add_column("page_texts", sa.Column("link", sa.String(), nullable=True))
    op.create_index("ix_page_texts_link", "page_texts", ["link"])


def downgrade() -> None:
    op.drop_index("ix_page_texts_link", table_name="page_texts")
    op.drop_column("page_texts", "link")
    op.drop_index("ix_pages_state_all_clear", table_name="pages")
    op.drop_column("pages", "all_clear")
