"""Who has a text in hand, and that somebody was paged about the danger in it."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TABLE = "inbound_texts"
_COLUMNS = ("claimed_until", "danger_not_before", "danger_paged_at")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column(_TABLE, sa.Column(name, UtcDateTime(), nullable=True))


def downgrade() -> None:
    for name in reversed(_COLUMNS):
        op.drop_column(_TABLE, name)
