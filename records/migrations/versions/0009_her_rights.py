"""Disclosures in their words, requests to amend a record, restriction and erasure."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("patients", sa.Column("restricted_at", UtcDateTime(), nullable=True))
    _disclosures()
    _amendments()
    _erasures()
    # Who changed what outlives her row.
    with op.batch_alter_table("patient_changes") as changes:
        changes.drop_constraint("fk_patient_changes_patients", type_="foreignkey")


def downgrade() -> None:
    op.execute(
        "DELETE FROM patient_changes WHERE reference NOT IN (SELECT reference FROM patients)"
    )
    with op.batch_alter_table("patient_changes") as changes:
        changes.create_foreign_key(
            "fk_patient_changes_patients", "patients", ["reference"], ["reference"]
        )
    op.drop_table("erasures")
    op.drop_index("ix_disclosures_reference", table_name="disclosures")
    for table in ("amendments", "disclosures"):
        op.drop_table(table)
    op.drop_column("patients", "restricted_at")


def _disclosures() -> None:
    op.create_table(
        "disclosures",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_disclosures"),
    )
    op.create_index("ix_disclosures_reference", "disclosures", ["reference"])


def _amendments() -> None:
    op.create_table(
        "amendments",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_as", sa.String(), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_as", sa.String(), nullable=True),
        sa.Column("corrected_by", sa.Integer(), nullable=True),
        sa.Column("disagreement", sa.String(), nullable=True),
        sa.Column("disagreed_at", UtcDateTime(), nullable=True),
        sa.Column("disagreement_taken_by", sa.String(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("reference", "number", name="pk_amendments"),
    )


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("history_deleted_at", UtcDateTime(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_erasures"),
    )
