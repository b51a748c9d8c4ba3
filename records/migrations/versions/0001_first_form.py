"""The first form of the records: patients, texts, journal, work list, refusals."""

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _patients()
    _texts()
    _journal()
    _work_list()


def _patients() -> None:
    op.create_table(
        "patients",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("record_number", sa.String(), nullable=True),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("phone_e164", sa.String(), nullable=True),
        sa.Column("phone_kind", sa.String(), nullable=False),
        sa.Column("phone_shared", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text_consent", sa.Boolean(), nullable=False),
        sa.Column("texts_held", sa.Boolean(), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("deceased", sa.Boolean(), nullable=False),
        sa.Column("referred_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("enrolled_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_patients"),
        sa.UniqueConstraint("record_number", name="uq_patients_record_number"),
    )
    op.create_index("ix_patients_identity", "patients", ["identity"], unique=False)
    op.create_index("ix_patients_phone_e164", "patients", ["phone_e164"], unique=False)
    op.create_index("ix_patients_started_at", "patients", ["started_at"], unique=False)
    op.create_index(
        "uq_patients_unnumbered",
        "patients",
        ["identity"],
        unique=True,
        sqlite_where=sa.text("record_number IS NULL"),
        postgresql_where=sa.text("record_number IS NULL"),
    )
    op.create_table(
        "referral_notes",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("antidepressant_trials", sa.String(), nullable=True),
        sa.Column("substance_use", sa.String(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"], ["patients.reference"], name="fk_referral_notes_patients"
        ),
        sa.PrimaryKeyConstraint("reference", name="pk_referral_notes"),
    )


def _texts() -> None:
    op.create_table(
        "texts",
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sid", sa.String(), nullable=True),
        sa.Column("provider_code", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("intent", name="pk_texts"),
        sa.UniqueConstraint("sid", name="uq_texts_sid"),
    )
    op.create_index("ix_texts_reference", "texts", ["reference"], unique=False)
    op.create_index("ix_texts_state", "texts", ["state"], unique=False)


def _journal() -> None:
    op.create_table(
        "journeys",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("treatment", sa.Integer(), nullable=True),
        sa.Column("escalation", sa.String(), nullable=True),
        sa.Column("waits_for", sa.String(), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=True),
        sa.Column("texts_held", sa.Boolean(), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("deceased", sa.Boolean(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_journeys"),
    )
    op.create_table(
        "journal",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["journeys.reference"], name="fk_journal_journeys"),
        sa.PrimaryKeyConstraint("reference", "number", name="pk_journal"),
    )
    op.create_table(
        "journal_replaced",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("set_aside_hash", sa.String(), nullable=False),
        sa.Column("kept_hash", sa.String(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_replaced"),
        sa.UniqueConstraint(
            "reference",
            "number",
            "set_aside_hash",
            "kept_hash",
            name="uq_journal_replaced_reference_number_set_aside_hash_kept_hash",
        ),
    )


def _work_list() -> None:
    op.create_table(
        "owed",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=True),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("treatment", sa.Integer(), nullable=True),
        sa.Column("escalation", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["reference"], ["journeys.reference"], name="fk_owed_journeys"),
        sa.PrimaryKeyConstraint("reference", "key", name="pk_owed"),
    )
    op.create_index("ix_owed_owner", "owed", ["owner"], unique=False)
    op.create_index("ix_owed_role", "owed", ["role"], unique=False)
    op.create_table(
        "refusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_refusals"),
    )
    op.create_index("ix_refusals_reference", "refusals", ["reference"], unique=False)
