"""In which order texts to us were stored, for those that came in at the same second."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was stored before has none of its own, and keeps the order of its names.
    arrival = sa.Column("arrival", sa.Integer(), nullable=False, server_default=sa.text("0"))
    op.add_column("inbound_texts", arrival)
    op.create_index("ix_inbound_texts_arrival", "inbound_texts", ["arrival"])


def downgrade() -> None:
    op.drop_index("ix_inbound_texts_arrival", table_name="inbound_texts")
    op.drop_column("inbound_texts", "arrival")
