"""Alembic's entry: runs inside the transaction that records.database.migrate opened.

The name `config` is not bound here, as Alembic's template does: it is a room of this project.
"""

from alembic import context
from sqlalchemy import Connection, text

from records.tables import Base

MIGRATION_LOCK = 5_071_839_442
"""Any number, as long as nothing else in the same database takes an advisory lock on it."""


def run(connection: Connection) -> None:
    """Migrate within one transaction, stamp included, one process at a time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": MIGRATION_LOCK})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
