"""Which key sealed which cell, as every cell says in clear, and which ones the chain needs."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row, Table, func, select

from config.key_ring import KeyId
from pathway.model import Model
from records.columns import Lookup, SealedCell
from records.database import Records, in_time
from records.rewriting import as_stored, page_of
from records.seals import HASHED, SEALED
from records.tables import Base, JournalAnchor, JournalLink

_AT_ONCE = 2000
_HEAD = 40
"""Letters that hold the form and the key's id, which has 32 at most."""


@dataclass(frozen=True)
class SealedTable:
    """A table with cells that a key has sealed or hashed."""

    table: Table
    """Its cells as they are stored."""
    sealed: tuple[str, ...]
    lookups: dict[str, Lookup]

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.sealed, *self.lookups)


class KeyUse(Model):
    """How many cells of a table one key has sealed or hashed."""

    table: str
    key_id: str | None
    """None: cells that no key has sealed, and that nobody can read therefore."""
    cells: int


@cache
def sealed_tables() -> tuple[SealedTable, ...]:
    """Every table that has such cells."""
    found = [_sealed_table(table) for table in Base.metadata.sorted_tables]
    return tuple(each for each in found if each.names)


def _sealed_table(table: Table) -> SealedTable:
    sealed = [c.name for c in table.columns if isinstance(c.type, SealedCell)]
    lookups = {c.name: c.type for c in table.columns if isinstance(c.type, Lookup)}
    return SealedTable(as_stored(table), tuple(sealed), lookups)


async def used(records: Records) -> tuple[KeyUse, ...]:
    """Which keys the database still needs, by table."""
    counted: Counter[tuple[str, str | None]] = Counter()
    for each in sealed_tables():
        async for page in heads(records, each):
            width = len(each.table.primary_key)
            keys = (key_of(head) for row in page for head in row[width:] if head is not None)
            counted.update((each.table.name, key_id) for key_id in keys)
    return (
        *(KeyUse(table=t, key_id=key_id, cells=cells) for (t, key_id), cells in counted.items()),
        *await _of_chain(records),
    )


@in_time
async def _of_chain(records: Records) -> tuple[KeyUse, ...]:
    """The journal's chain is proved with the keys that it was made with, for ever."""
    found: list[KeyUse] = []
    async with records.session() as session:
        for link in (JournalLink, JournalAnchor):
            counts = select(link.key_id, func.count()).group_by(link.key_id)
            for key_id, cells in await session.execute(counts):
                found.append(KeyUse(table=link.__tablename__, key_id=key_id, cells=cells))
    return tuple(found)


async def key_ids_in(records: Records) -> dict[KeyId, int]:
    """The keys that the database still needs, and how many cells need each."""
    counted: Counter[KeyId] = Counter()
    for use in await used(records):
        if use.key_id is not None:
            counted[KeyId(use.key_id)] += use.cells
    return dict(counted)


async def heads(records: Records, of: SealedTable) -> AsyncIterator[Sequence[Row[Any]]]:
    """All rows, some at a time: the key, then the beginnings of the cells in question."""
    last: Sequence[Any] | None = None
    while page := await _heads(records, of, last):
        yield page
        last = page[-1][: len(of.table.primary_key)]


@in_time
async def _heads(records: Records, of: SealedTable, last: Sequence[Any] | None) -> list[Row[Any]]:
    columns = [func.substr(of.table.c[name], 1, _HEAD) for name in of.names]
    async with records.session() as session:
        return list((await session.execute(page_of(of.table, columns, last, _AT_ONCE))).all())


def key_of(cell: str) -> str | None:
    """The id of the key that a cell names, None where it names none."""
    parts = cell.split(":", 2)
    return parts[1] if len(parts) == 3 and parts[0] in {SEALED, HASHED} else None
