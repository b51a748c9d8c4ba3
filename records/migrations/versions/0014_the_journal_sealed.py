"""The chain over the journal's confirmed rows, where it ends, and the anchors over all ends."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_links",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("sealed_at", UtcDateTime(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("reference", "position", name="pk_journal_links"),
    )
    op.create_index("ix_journal_links_reference_number", "journal_links", ["reference", "number"])
    op.create_index("ix_journal_links_round", "journal_links", ["round"])
    _ends()


def _ends() -> None:
    op.create_table(
        "journal_heads",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_journal_heads"),
    )
    op.create_table(
        "journal_anchors",
        sa.Column("round", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("heads", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("key_check", sa.String(), nullable=False),
        sa.Column("anchor", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("round", name="pk_journal_anchors"),
    )


def downgrade() -> None:
    op.drop_table("journal_anchors")
    op.drop_table("journal_heads")
    op.drop_index("ix_journal_links_round", table_name="journal_links")
    op.drop_index("ix_journal_links_reference_number", table_name="journal_links")
    op.drop_table("journal_links")
