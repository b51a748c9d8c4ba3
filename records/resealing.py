"""What an older key has sealed or hashed is written anew with the key that writes.

Some rows in each transaction, so that it can be stopped and begun again: what is done is done. A
row that somebody else changes meanwhile keeps what he wrote, which the writing key has sealed.
"""

from collections.abc import AsyncIterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pathway.model import Model
from records.database import Records, in_time
from records.errors import UnreadableError
from records.rewriting import with_key
from records.sealed_cells import SealedTable, heads, key_of, sealed_tables
from records.seals import Seals
from records.upsert import changed_by

_AT_ONCE = 100

Key = Sequence[Any]


class Resealed(Model):
    """What became of some rows of one table."""

    table: str
    rows: int
    """Written anew."""
    unreadable: tuple[str, ...] = ()
    """The columns of cells that do not open, once for each; they stay as they are."""


async def reseal(records: Records) -> AsyncIterator[Resealed]:
    """Write everything with the key that writes, and tell after each transaction.

    Raises MissingKeyError where a cell needs a key that is not given.
    """
    for each in sealed_tables():
        async for page in heads(records, each):
            stale = iter(_stale(page, each, records.seals))
            while some := list(islice(stale, _AT_ONCE)):
                yield await _rewritten(records, each, some)


def _stale(page: Sequence[Row[Any]], of: SealedTable, seals: Seals) -> list[Key]:
    width, writes = len(of.table.primary_key), seals.ring.writes
    return [
        tuple(row[:width])
        for row in page
        if any(head is not None and key_of(head) != writes for head in row[width:])
    ]


@in_time
async def _rewritten(records: Records, of: SealedTable, keys: Sequence[Key]) -> Resealed:
    unreadable: list[str] = []
    async with records.statements() as connection:
        changed = [await _row(connection, of, key, records.seals, unreadable) for key in keys]
    return Resealed(table=of.table.name, rows=sum(changed), unreadable=tuple(unreadable))


async def _row(
    connection: AsyncConnection, of: SealedTable, key: Key, seals: Seals, unreadable: list[str]
) -> int:
    columns = [of.table.c[name] for name in of.names]
    found = await connection.execute(select(*columns).where(*with_key(of.table, key)))
    row = found.mappings().one_or_none()
    if row is None:
        return 0
    words = _opened(of, dict(row), seals, unreadable)
    values = _anew(of, dict(row), words, seals)
    if not values:
        return 0
    as_it_was = [of.table.c[name] == row[name] for name in values]
    anew = update(of.table).where(*with_key(of.table, key), *as_it_was).values(values)
    return await changed_by(connection, anew)


def _opened(
    of: SealedTable, row: dict[str, Any], seals: Seals, unreadable: list[str]
) -> dict[str, str]:
    words = {}
    for name in of.sealed:
        try:
            if row[name] is not None:
                words[name] = seals.open(f"{of.table.name}.{name}", row[name])
        except UnreadableError as error:
            unreadable.append(error.column)
    return words


def _anew(
    of: SealedTable, row: dict[str, Any], words: dict[str, str], seals: Seals
) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, said in words.items():
        if key_of(row[name]) != seals.ring.writes:
            values[name] = seals.seal(f"{of.table.name}.{name}", said)
    for name, kind in of.lookups.items():
        value = kind.value_of(words)
        if row[name] is not None and value is not None and key_of(row[name]) != seals.ring.writes:
            values[name] = seals.digest(kind.what, value)
    return values
