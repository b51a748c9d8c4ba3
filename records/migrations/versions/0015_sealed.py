"""What names a patient or tells of her is sealed, and numbers are found by keyed hashes."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from records.rewriting import rewrite
from records.seals import SEALED, Seals, seals_of

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "patients": (
        ("reference",),
        (
            *("record_number", "identity", "given_name", "family_name", "born", "phone_e164"),
            *("referred_by", "note"),
        ),
    ),
    "referral_notes": (("reference",), ("antidepressant_trials", "substance_use")),
    "patient_details": (
        ("reference",),
        (
            *("address", "whereabouts", "treating_therapist", "safe_times", "safe_ways"),
            "interpreter",
        ),
    ),
    "companions": (("reference", "kind"), ("name", "phone", "relation", "may_be_told")),
    "disclosures": (("id",), ("person", "what", "why")),
    "amendments": (("reference", "number"), ("request", "reason", "disagreement")),
    "texts": (("intent",), ("recipient", "body")),
    "page_texts": (("intent",), ("recipient", "lists")),
    "pages": (("intent",), ("recipient", "what")),
    "inbound_texts": (("sid",), ("sender", "recipient", "body")),
    "journal": (("reference", "number"), ("payload", "content_hash")),
    "journal_replaced": (("id",), ("payload", "set_aside_hash", "kept_hash")),
    "owed": (("reference", "key"), ("line", "shows")),
    "staff_answers": (("id",), ("body",)),
    "contact_attempts": (("reference", "number"), ("note",)),
    "refusals": (("id",), ("sentence",)),
    "links": (("id",), ("what", "answer", "said", "sentence")),
}
"""Of each table its key, and what is sealed in it."""
_LOOKUPS = (
    ("patients", "record_number_lookup", "record number", ("record_number",)),
    ("patients", "identity_lookup", "identity", ("identity",)),
    ("patients", "phone_lookup", "phone", ("phone_e164",)),
    ("texts", "recipient_lookup", "phone", ("recipient",)),
    ("page_texts", "recipient_lookup", "phone", ("recipient",)),
    ("pages", "recipient_lookup", "phone", ("recipient",)),
    ("inbound_texts", "sender_lookup", "phone", ("sender",)),
    ("journal_replaced", "once", "set aside", ("set_aside_hash", "kept_hash")),
)
_INDEXES_BEFORE = (
    ("patients", "identity"),
    ("patients", "phone_e164"),
    ("page_texts", "recipient"),
    ("pages", "recipient"),
    ("inbound_texts", "sender"),
)
_INDEXES = (
    ("patients", "identity_lookup"),
    ("patients", "phone_lookup"),
    ("page_texts", "recipient_lookup"),
    ("pages", "recipient_lookup"),
    ("inbound_texts", "sender_lookup"),
)
_REBUILT = ("patients", "journal_replaced")
_SET_ASIDE = "uq_journal_replaced_reference_number_set_aside_hash_kept_hash"
_DEFAULTS = (("owed", "shows", "{}"), ("links", "said", ""))
_NO_DAY = "1900-01-01"


def upgrade() -> None:
    op.drop_index("uq_patients_unnumbered", table_name="patients")
    for table, column in _INDEXES_BEFORE:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    for table, column, _, _ in _LOOKUPS:
        if table not in _REBUILT:
            op.add_column(table, sa.Column(column, sa.String(), nullable=True))
    _rebuild()
    for table in _TABLES:
        _seal(table)
    for table, column in _INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
    _unnumbered("identity_lookup")


def _rebuild() -> None:
    with op.batch_alter_table("patients") as patients:
        patients.drop_constraint("uq_patients_record_number", type_="unique")
        patients.alter_column(
            "born", existing_type=sa.Date(), type_=sa.String(), existing_nullable=False
        )
        for table, column, _, _ in _LOOKUPS:
            if table == "patients":
                patients.add_column(sa.Column(column, sa.String(), nullable=True))
        patients.create_unique_constraint(
            "uq_patients_record_number_lookup", ["record_number_lookup"]
        )
    with op.batch_alter_table("journal_replaced") as replaced:
        replaced.drop_constraint(_SET_ASIDE, type_="unique")
        replaced.add_column(sa.Column("once", sa.String(), nullable=True))
        replaced.create_unique_constraint(
            "uq_journal_replaced_reference_number_once", ["reference", "number", "once"]
        )
    for name, column, _ in _DEFAULTS:
        with op.batch_alter_table(name) as table_:
            table_.alter_column(column, existing_type=sa.String(), server_default=None)


def _seal(table: str) -> None:
    seals, (_, names) = seals_of(op.get_bind().dialect), _TABLES[table]
    hashed = [lookup[1:] for lookup in _LOOKUPS if lookup[0] == table]

    def sealed(row: dict[str, Any]) -> dict[str, Any]:
        new = {n: w if w is None else seals.seal(f"{table}.{n}", w) for n, w in row.items()}
        for column, what, of in hashed:
            if None not in (values := [row[name] for name in of]):
                new[column] = seals.digest(what, "\x1f".join(values))
        return new

    rewrite(op.get_bind(), _table(table), names, sealed)


def downgrade() -> None:
    op.drop_index("uq_patients_unnumbered", table_name="patients")
    for table, column in _INDEXES:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    born = _unsealed()
    for table, column, _, _ in _LOOKUPS:
        if table not in _REBUILT:
            op.drop_column(table, column)
    _rebuild_as_before()
    patients = sa.table("patients", sa.column("reference"), sa.column("born"))
    for reference, day in born.items():
        words = sa.cast(sa.literal(day, sa.String()), sa.Date()) if _is_postgres() else day
        op.execute(patients.update().where(patients.c.reference == reference).values(born=words))
    for table, column in _INDEXES_BEFORE:
        op.create_index(f"ix_{table}_{column}", table, [column])
    _unnumbered("identity")


def _unsealed() -> dict[str, str]:
    """Everything in clear again, except the days of birth, which are given back by reference.

    A column of days takes nothing else, so the days wait until it is one again.
    """
    seals = seals_of(op.get_bind().dialect)
    born: dict[str, str] = {}
    for table, (key, names) in _TABLES.items():
        with_key = (*key, *names) if table == "patients" else names

        def opened(row: dict[str, Any], table: str = table) -> dict[str, Any]:
            new = {n: _opened(seals, f"{table}.{n}", w) for n, w in row.items()}
            if table == "patients":
                born[str(new.pop("reference"))] = str(new["born"])
                new["born"] = _NO_DAY
            return new

        rewrite(op.get_bind(), _table(table), with_key, opened)
    return born


def _opened(seals: Seals, column: str, words: str | None) -> str | None:
    if words is None or not words.startswith(f"{SEALED}:"):
        return words
    return seals.open(column, words)


def _rebuild_as_before() -> None:
    with op.batch_alter_table("patients") as patients:
        patients.drop_constraint("uq_patients_record_number_lookup", type_="unique")
        for table, column, _, _ in _LOOKUPS:
            if table == "patients":
                patients.drop_column(column)
        patients.alter_column(
            "born",
            existing_type=sa.String(),
            type_=sa.Date(),
            existing_nullable=False,
            postgresql_using="born::date",
        )
        patients.create_unique_constraint("uq_patients_record_number", ["record_number"])
    with op.batch_alter_table("journal_replaced") as replaced:
        replaced.drop_constraint("uq_journal_replaced_reference_number_once", type_="unique")
        replaced.drop_column("once")
        before = ["reference", "number", "set_aside_hash", "kept_hash"]
        replaced.create_unique_constraint(_SET_ASIDE, before)
    for name, column, default in _DEFAULTS:
        with op.batch_alter_table(name) as table_:
            table_.alter_column(column, existing_type=sa.String(), server_default=default)


def _unnumbered(column: str) -> None:
    without = sa.text("record_number IS NULL")
    op.create_index(
        "uq_patients_unnumbered",
        "patients",
        [column],
        unique=True,
        sqlite_where=without,
        postgresql_where=without,
    )


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _table(name: str) -> sa.Table:
    """As much of a table as this migration reads and writes."""
    key, names = _TABLES[name]
    hashed = [lookup[1] for lookup in _LOOKUPS if lookup[0] == name]
    return sa.Table(
        name,
        sa.MetaData(),
        *(sa.Column(each, _kind(name, each), primary_key=True) for each in key),
        *(sa.Column(each, sa.String()) for each in (*names, *hashed)),
    )


def _kind(table: str, key: str) -> sa.types.TypeEngine[Any]:
    counted = key == "number" or (key == "id" and table in {"journal_replaced", "refusals"})
    return sa.Integer() if counted else sa.String()
