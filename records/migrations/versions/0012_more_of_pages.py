"""Who was told that nothing is needed, what opens what one text lists, who handed links out."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _of_pages()
    _links_handed_out()


def _of_pages() -> None:
    op.add_column("pages", sa.Column("all_clear", sa.String(), nullable=True))
    # What was closed before today is left alone: nobody is texted about last week.
    op.execute("UPDATE pages SET all_clear = 'not_from_here'")
    op.create_index("ix_pages_state_all_clear", "pages", ["state", "all_clear"])
    op.add_column("page_texts", sa.Column("link", sa.String(), nullable=True))
    op.create_index("ix_page_texts_link", "page_texts", ["link"])


def _links_handed_out() -> None:
    op.create_table(
        "links_handed_out",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("link", "reference", "kind", "about", "whom", "by", "role")
        ),
        *(
            sa.Column(name, UtcDateTime(), nullable=False)
            for name in ("at", "expires_at", "written_at")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_links_handed_out"),
    )
    op.create_index("ix_links_handed_out_reference", "links_handed_out", ["reference"])


def downgrade() -> None:
    op.drop_index("ix_links_handed_out_reference", table_name="links_handed_out")
    op.drop_table("links_handed_out")
    op.drop_index("ix_page_texts_link", table_name="page_texts")
    op.drop_column("page_texts", "link")
    op.drop_index("ix_pages_state_all_clear", table_name="pages")
    op.drop_column("pages", "all_clear")
