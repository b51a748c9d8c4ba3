"""Content that lost its number to other content is kept, once for each two that met."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from records.lookups import is_same, value_of
from records.tables import JournalReplaced
from records.upsert import insert_absent


async def keep_aside(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Keep a row of `journal_replaced`: a stale batch may come again and again.

    The unique key decides; the look beforehand finds what was kept under an older key of the ring.
    """
    content = value_of(JournalReplaced.once, values)
    assert content is not None  # noqa: S101 - both hashes are given
    there = select(JournalReplaced.id).where(
        JournalReplaced.reference == values["reference"],
        JournalReplaced.number == values["number"],
        is_same(connection, JournalReplaced.once, content),
    )
    if (await connection.execute(there)).first() is None:
        await connection.execute(insert_absent(JournalReplaced, connection.dialect.name), [values])
