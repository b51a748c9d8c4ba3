"""In hospital, or a number that may not be hers: what the last check before a text must know."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STOPS = {
    "in_hospital": ("hospital_reported", "hospital_left"),
    "phone_doubted": ("phone_doubted", "phone_confirmed"),
}
"""What each column is told by, in the journal: the fact, and its end."""


def upgrade() -> None:
    for column, (begins, ends) in STOPS.items():
        op.add_column(
            "patients",
            sa.Column(column, sa.Boolean(), server_default=sa.false(), nullable=False),
        )
        # The journal knows already who is in hospital, and whose number is doubted.
        last = sa.text(
            f"UPDATE patients SET {column} = true WHERE :begins = ("  # noqa: S608 - our own names
            "SELECT kind FROM journal WHERE journal.reference = patients.reference "
            "AND kind IN (:begins, :ends) ORDER BY number DESC LIMIT 1)"
        )
        op.execute(last.bindparams(begins=begins, ends=ends))


def downgrade() -> None:
    # Her journey keeps both facts, and lets no text fall due meanwhile.
    for column in STOPS:
        op.drop_column("patients", column)
