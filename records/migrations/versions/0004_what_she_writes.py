"""What patients write, whose opt-out it was, and what is still open about a text's delivery."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "patients",
        sa.Column("opted_out_by_text", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    for name in ("asked_at", "followed_up_at"):
        op.add_column("texts", sa.Column(name, UtcDateTime(), nullable=True))
    _parked()
    _inbound()


def downgrade() -> None:
    op.drop_index("ix_inbound_text_patients_reference", table_name="inbound_text_patients")
    for index in ("ix_inbound_texts_state_received_at", "ix_inbound_texts_sender"):
        op.drop_index(index, table_name="inbound_texts")
    for table in ("inbound_text_patients", "inbound_texts", "parked_status"):
        op.drop_table(table)
    for name in ("followed_up_at", "asked_at"):
        op.drop_column("texts", name)
    # `opted_out` keeps what it says, so nobody who wrote STOP is texted meanwhile.
    op.drop_column("patients", "opted_out_by_text")


def _parked() -> None:
    op.create_table(
        "parked_status",
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("provider_code", sa.Integer(), nullable=True),
        sa.Column("intent", sa.String(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sid", "status", name="pk_parked_status"),
    )


def _inbound() -> None:
    op.create_table(
        "inbound_texts",
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("opt_out_type", sa.String(), nullable=True),
        sa.Column("keyword", sa.String(), nullable=True),
        sa.Column("num_media", sa.Integer(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("handled_by", sa.String(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sid", name="pk_inbound_texts"),
    )
    op.create_index("ix_inbound_texts_sender", "inbound_texts", ["sender"])
    op.create_index("ix_inbound_texts_state_received_at", "inbound_texts", ["state", "received_at"])
    op.create_table(
        "inbound_text_patients",
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sid"], ["inbound_texts.sid"], name="fk_inbound_text_patients_inbound_texts"
        ),
        sa.PrimaryKeyConstraint("sid", "reference", name="pk_inbound_text_patients"),
    )
    op.create_index("ix_inbound_text_patients_reference", "inbound_text_patients", ["reference"])
