"""Content that lost its number to other content is kept, once for each two that met."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pathway.model import PathwayReference
from records.columns import written_now
from records.lookups import is_same, value_of
from records.tables import JournalEntry, JournalReplaced
from records.upsert import insert_absent
from workflows.messages import JournalRow

Lost = JournalRow | JournalEntry | Row[Any]


async def keep_aside(
    connection: AsyncConnection,
    reference: PathwayReference,
    lost: Lost,
    *,
    kept_hash: str,
    provisional: bool,
    as_of: datetime,
) -> None:
    """Keep a row of the journal aside: a stale batch may come again and again.

    The unique key decides; the look beforehand finds what was kept under an older key of the ring.

    Args:
        connection: of the transaction in which it loses its number.
        reference: whose journal it is.
        lost: the row.
        kept_hash: of the content that stands there now; empty where nothing does.
        provisional: whether no history had vouched for it.
        as_of: the time of the batch that brought the two together.
    """
    values = {
        "reference": reference,
        "number": lost.number,
        "kind": lost.kind,
        "at": lost.at,
        "payload": lost.payload,
        "set_aside_hash": lost.content_hash,
        "kept_hash": kept_hash,
        "provisional": provisional,
        "as_of": as_of,
        "written_at": written_now(),
    }
    content = value_of(JournalReplaced.once, values)
    assert content is not None  # noqa: S101 - both hashes are given
    there = select(JournalReplaced.id).where(
        JournalReplaced.reference == reference,
        JournalReplaced.number == lost.number,
        is_same(connection, JournalReplaced.once, content),
    )
    if (await connection.execute(there)).first() is None:
        await connection.execute(insert_absent(JournalReplaced, connection.dialect.name), [values])
