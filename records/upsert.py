"""`INSERT ... ON CONFLICT`, which both databases have and SQLAlchemy spells twice."""

from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Executable, Insert, Table, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from records.tables import Base


def table_of(mapped: type[Base]) -> Table:
    """The table behind a mapped class, for statements without units of work."""
    table = mapped.__table__
    assert isinstance(table, Table)  # noqa: S101 - no class here is mapped to a join
    return table


def insert_into(mapped: type[Base], dialect: str) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what becomes of a conflict."""
    build = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # Without the option the driver's word about an INSERT is dropped, and `rowcount` is -1.
    return build(table_of(mapped)).execution_options(preserve_rowcount=True)


@cache
def insert_absent(mapped: type[Base], dialect: str) -> Insert:
    """Inserts the rows that no unique key has yet; its `rowcount` tells how many those were.

    The statements of the journal's path are built once: building one costs as much as sending it.
    """
    return insert_into(mapped, dialect).on_conflict_do_nothing()


@cache
def insert_earliest(mapped: type[Base], dialect: str) -> Insert:
    """Inserts what was said, or puts an earlier time (`at`) of the same word in its place."""
    statement = insert_into(mapped, dialect)
    table, said = table_of(mapped).c, statement.excluded
    return statement.on_conflict_do_update(
        index_elements=list(table_of(mapped).primary_key),
        set_={
            "at": said.at,
            "provider_code": func.coalesce(said.provider_code, table.provider_code),
        },
        where=said.at < table.at,
    )


async def changed_by(
    connection: AsyncConnection,
    statement: Executable,
    values: dict[str, Any] | list[dict[str, Any]] | None = None,
) -> int:
    """Execute, and tell how many rows were inserted or changed."""
    result = await connection.execute(statement, values)
    assert isinstance(result, CursorResult)  # noqa: S101 - what such a statement answers
    return result.rowcount


async def insert_if_absent(session: AsyncSession, table: type[Base], **values: Any) -> bool:
    """Insert one row; False when any unique key already has one like it."""
    connection = await session.connection()
    return await changed_by(connection, insert_absent(table, connection.dialect.name), values) == 1
