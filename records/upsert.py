"""`INSERT ... ON CONFLICT DO NOTHING`, which both databases have and SQLAlchemy spells twice."""

from typing import Any

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from records.tables import Base


async def insert_if_absent(session: AsyncSession, table: type[Base], **values: Any) -> bool:
    """Insert one row; False when any unique key already has one like it."""
    build = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = build(table).values(**values).on_conflict_do_nothing()
    result = await session.execute(statement)
    assert isinstance(result, CursorResult)  # noqa: S101 - what an INSERT answers
    return result.rowcount == 1
