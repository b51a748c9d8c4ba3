"""Rows of the journal as the chain is made from them, and as it is checked against them."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from config.key_ring import KeyRingError
from records.chain import Anchor, Content, Head, Link
from records.errors import RecordsError
from records.tables import JournalAnchor, JournalEntry, JournalHead, JournalLink, JournalReplaced
from records.upsert import table_of

JOURNAL, ASIDE = table_of(JournalEntry), table_of(JournalReplaced)
LINKS, HEADS, ANCHORS = table_of(JournalLink), table_of(JournalHead), table_of(JournalAnchor)

_LINK = [LINKS.c[field.name] for field in fields(Link)]
_ANCHOR = [ANCHORS.c[field.name] for field in fields(Anchor)]
_HEAD = [HEADS.c[name] for name in Head._fields]
Condition = ColumnElement[bool]
Columns = Sequence[Column[Any]]


class Stored(NamedTuple):
    """A row of the journal, or one that was set aside."""

    reference: str
    number: int
    provisional: bool
    content: Content


async def rows(
    connection: AsyncConnection, *where: Condition, most: int | None = None
) -> list[Stored]:
    """Rows of the journal, by reference and number."""
    key = [JOURNAL.c.reference, JOURNAL.c.number]
    query = select(*_framed(JOURNAL)).where(*where).order_by(*key).limit(most)
    return await _opened(connection, query, [JOURNAL.c.payload, JOURNAL.c.content_hash], key)


async def aside(connection: AsyncConnection, *where: Condition) -> list[Stored]:
    """What lost its number to other content."""
    query = select(*_framed(ASIDE)).where(*where).order_by(ASIDE.c.id)
    return await _opened(connection, query, [ASIDE.c.payload, ASIDE.c.set_aside_hash], [ASIDE.c.id])


async def links(connection: AsyncConnection, *where: Condition) -> list[Link]:
    """Links, by reference and position."""
    query = select(*_LINK).where(*where).order_by(LINKS.c.reference, LINKS.c.position)
    return [Link(*row) for row in await connection.execute(query)]


async def heads(connection: AsyncConnection, *where: Condition) -> dict[str, Head]:
    found = await connection.execute(select(*_HEAD).where(*where))
    return {row.reference: Head(*row) for row in found}


async def anchors(connection: AsyncConnection, *where: Condition, most: int) -> list[Anchor]:
    """Anchors, by round."""
    query = select(*_ANCHOR).where(*where).order_by(ANCHORS.c.round).limit(most)
    return [Anchor(*row) for row in await connection.execute(query)]


async def last_anchor(connection: AsyncConnection) -> Anchor | None:
    query = select(*_ANCHOR).order_by(ANCHORS.c.round.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return Anchor(*row) if row else None


def _framed(table: Any) -> list[Any]:
    return [table.c[name] for name in ("reference", "number", "provisional", "kind", "at")]


async def _opened(
    connection: AsyncConnection, query: Select[*tuple[Any, ...]], words: Columns, key: Columns
) -> list[Stored]:
    """The rows with their words; one that cannot be opened spoils no other."""
    try:
        found = await connection.execute(query.add_columns(*words))
        return [_stored(row, *row[-2:]) for row in found]
    except (KeyRingError, RecordsError):
        again = query.add_columns(*(column.label(f"key_{n}") for n, column in enumerate(key)))
        rows = (await connection.execute(again)).all()
    return [_stored(row, *await _alone(connection, words, key, row)) for row in rows]


async def _alone(
    connection: AsyncConnection, words: Columns, key: Columns, row: Sequence[Any]
) -> tuple[str | None, str]:
    mine = [column == value for column, value in zip(key, row[-len(key) :], strict=True)]
    try:
        said: Sequence[Any] = (await connection.execute(select(*words).where(*mine))).one()
    except (KeyRingError, RecordsError):
        return None, ""
    return said[0], said[1]


def _stored(row: Sequence[Any], payload: str | None, content_hash: str) -> Stored:
    reference, number, provisional, kind, at = row[:5]
    return Stored(reference, number, provisional, Content(kind, at, payload, content_hash))
