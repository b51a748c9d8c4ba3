"""Where she is, who comes with her, how she may be reached, and who changed any of it."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "patients",
        sa.Column("phone_with_others", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _details()
    _companions()
    _changes()


def downgrade() -> None:
    op.drop_index("ix_patient_changes_reference", table_name="patient_changes")
    for table in ("patient_changes", "companions", "patient_details"):
        op.drop_table(table)
    # `phone_shared` keeps what it says, so nobody is texted on a shared phone meanwhile.
    op.drop_column("patients", "phone_with_others")


def _details() -> None:
    op.create_table(
        "patient_details",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("whereabouts", sa.String(), nullable=True),
        sa.Column("whereabouts_on", sa.Date(), nullable=True),
        sa.Column("treating_therapist", sa.String(), nullable=True),
        sa.Column("safe_times", sa.String(), nullable=True),
        sa.Column("safe_ways", sa.String(), nullable=True),
        sa.Column("interpreter", sa.String(), nullable=True),
        sa.Column("phone_confirmed_on", sa.Date(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"], ["patients.reference"], name="fk_patient_details_patients"
        ),
        sa.PrimaryKeyConstraint("reference", name="pk_patient_details"),
    )


def _companions() -> None:
    op.create_table(
        "companions",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("relation", sa.String(), nullable=True),
        sa.Column("may_be_told", sa.String(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"], ["patients.reference"], name="fk_companions_patients"
        ),
        sa.PrimaryKeyConstraint("reference", "kind", name="pk_companions"),
    )


def _changes() -> None:
    op.create_table(
        "patient_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"], ["patients.reference"], name="fk_patient_changes_patients"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_patient_changes"),
    )
    op.create_index("ix_patient_changes_reference", "patient_changes", ["reference"], unique=False)
