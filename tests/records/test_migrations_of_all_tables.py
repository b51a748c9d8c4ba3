"""Every table goes through every migration after its own with rows in it, forward and back."""

from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

from sealed import RING
from sqlalchemy import Column, Connection, MetaData, Table, func, insert, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import Boolean, Date, DateTime, Float, Integer, Numeric

from records.database import migrate, migrate_back, newest_revision
from records.engine import database_url
from records.tables import Base

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
BY_KIND = ((Boolean, False), (Integer, 1), (Float, 1.0), (Numeric, 1), (DateTime, NOON))
ROWS = 2


def revisions() -> list[str]:
    files = resources.files("records.migrations.versions").iterdir()
    return sorted(each.name[:4] for each in files if each.name[:4].isdigit())


def value(column: Column[Any], row: int) -> Any:
    """Something that the column takes; in what makes a row itself, another for each row."""
    if isinstance(column.type, Date):
        return date(2026, 3, 9)
    for kind, known in BY_KIND:
        if isinstance(column.type, kind):
            return row if kind is Integer and column.primary_key else known
    return "{}" if "payload" in column.name else f"{column.name[:6]}-{row}"


def fill(connection: Connection) -> set[str]:
    """Two rows into each table that has none, every column set; gives the tables' names."""
    schema = MetaData()
    schema.reflect(connection)
    ours = [table for table in schema.sorted_tables if table.name != "alembic_version"]
    for table in ours:
        if counted(connection, table) == 0:
            rows = [{c.name: value(c, row) for c in table.columns} for row in range(1, ROWS + 1)]
            connection.execute(insert(table), rows)
    return {table.name for table in ours}


def counted(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def counts(connection: Connection) -> dict[str, int]:
    schema = MetaData()
    schema.reflect(connection)
    return {t.name: counted(connection, t) for t in schema.sorted_tables}


async def test_rows_in_every_table_are_still_there_after_every_step(empty_database: str) -> None:
    engine = create_async_engine(database_url(empty_database))
    known: dict[str, set[str]] = {}
    for revision in revisions():
        await migrate(empty_database, revision, ring=RING)
        async with engine.begin() as connection:
            before = await connection.run_sync(counts)
            lost = {
                name for older in known.values() for name in older if before.get(name, 0) < ROWS
            }
            assert not lost, f"{revision} lost rows of {lost}"
            known[revision] = await connection.run_sync(fill)
    assert known[newest_revision()] == set(Base.metadata.tables)
    for revision in revisions()[-2::-1]:
        await migrate_back(empty_database, revision, ring=RING)
        async with engine.begin() as connection:
            after = await connection.run_sync(counts)
        assert known[revision] == after.keys() - {"alembic_version"}, revision
        assert all(after[name] >= ROWS for name in known[revision]), revision
    await engine.dispose()
