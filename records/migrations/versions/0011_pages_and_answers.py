"""Pages to staff, the texts that carried them, and which messages staff wrote."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbound_texts", sa.Column("from_staff", sa.String(), nullable=True))
    _page_texts()
    _pages()


def downgrade() -> None:
    for table in ("pages", "page_texts"):
        op.drop_index(f"ix_{table}_recipient", table_name=table)
        op.drop_table(table)
    op.drop_column("inbound_texts", "from_staff")


def _page_texts() -> None:
    op.create_table(
        "page_texts",
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lists", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("provider_code", sa.Integer(), nullable=True),
        sa.Column("sid", sa.String(), nullable=True),
        sa.Column("as_of", UtcDateTime(), nullable=False),
        *(
            sa.Column(name, UtcDateTime(), nullable=True)
            for name in ("posted_at", "asked_at", "followed_up_at")
        ),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("intent", name="pk_page_texts"),
        sa.UniqueConstraint("sid", name="uq_page_texts_sid"),
    )
    op.create_index("ix_page_texts_recipient", "page_texts", ["recipient"])


def _pages() -> None:
    op.create_table(
        "pages",
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("escalation", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("as_of", UtcDateTime(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("intent", name="pk_pages"),
    )
    op.create_index("ix_pages_recipient", "pages", ["recipient"])
