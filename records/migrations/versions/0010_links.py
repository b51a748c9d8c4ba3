"""Links that people answer by, and what they answered."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "links",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("id", "kind", "reference", "about", "what", "whom", "role")
        ),
        *(
            sa.Column(name, UtcDateTime(), nullable=False)
            for name in ("since", "made_at", "expires_at", "written_at")
        ),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in ("sent_at", "used_at")),
        *(
            sa.Column(name, sa.String(), nullable=True)
            for name in ("answer", "outcome", "sentence")
        ),
        sa.Column("said", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
    )
    op.create_index("ix_links_reference", "links", ["reference"])
    op.create_index("ix_links_outcome_used_at", "links", ["outcome", "used_at"])


def downgrade() -> None:
    op.drop_index("ix_links_outcome_used_at", table_name="links")
    op.drop_index("ix_links_reference", table_name="links")
    op.drop_table("links")
