"""Sealing the journal: confirmed rows get their links in rounds, and every round its anchor.

It is done by a worker's sweep, beside the writing of the journal. One process seals at a time, so
that no chain forks; and what a chain ends with is never guessed: where its links and its head
disagree, the journey is left alone, and `waymark audit verify` says so.
"""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from config.key_ring import KeyRing
from pathway.model import Instant, PathwayReference
from records import sealed_rows, unsealed
from records.chain import (
    NO_LINK,
    Act,
    Anchor,
    Content,
    Head,
    Link,
    anchor_of,
    key_check,
    link_of,
    words_of,
    written,
)
from records.columns import written_now
from records.database import Records, in_time
from records.sealed_rows import ANCHORS, HEADS, LINKS
from records.tables import JournalHead
from records.upsert import insert_into

MOST_AT_ONCE = 250
"""Rows in a round: no journey waits long for the database meanwhile."""
_LINE = 46
"""This module's advisory lock in PostgreSQL."""


@dataclass(frozen=True)
class New:
    """What a link is to say."""

    reference: str
    act: Act
    number: int
    content: Content | None = None
    """None: nothing stands there any more."""


@in_time
async def seal(records: Records, ring: KeyRing, most: int = MOST_AT_ONCE) -> int:
    """Seal one round; how many links that made, 0 when another process is sealing.

    Raises UnknownKeyError.
    """
    async with records.session() as session:
        connection = await session.connection()
        waiting = await unsealed.waiting(connection)
        # What was set aside stays there: whether it is sealed as lost is looked for unlocked too.
        if not waiting.journeys and not await unsealed.replaced(connection, ring, waiting.lost):
            return 0
    async with records.statements() as connection:
        if not await _nobody_else(connection):
            return 0
        news = [
            New(reference, Act.REPLACED if content else Act.REMOVED, number, content)
            for reference, number, content in await unsealed.replaced(
                connection, ring, waiting.lost
            )
        ]
        rows = await unsealed.confirmed(connection, waiting.journeys, most)
        news += [New(row.reference, Act.SEALED, row.number, row.content) for row in rows]
        await _append(connection, ring, news[:most])
        return len(news[:most])


async def hold(connection: AsyncConnection) -> None:
    """Let nobody seal anything until this transaction ends."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:line)"), {"line": _LINE})


async def seal_erasure(
    connection: AsyncConnection,
    ring: KeyRing,
    reference: PathwayReference,
    *,
    by_whom: str,
    at: Instant,
) -> None:
    """Seal that the words of a journey were erased, in the transaction that erases and `hold`s."""
    said = Content(by_whom, at, "", "")
    await _append(connection, ring, [New(reference, Act.ERASED, 0, said)])


async def _nobody_else(connection: AsyncConnection) -> bool:
    if connection.dialect.name != "postgresql":
        return True  # SQLite has one writer, and this is it
    lock = text("SELECT pg_try_advisory_xact_lock(:line)")
    return bool(await connection.scalar(lock, {"line": _LINE}))


async def _append(connection: AsyncConnection, ring: KeyRing, news: Sequence[New]) -> None:
    if not news:
        return
    about = HEADS.c.reference.in_({new.reference for new in news})
    heads = await sealed_rows.heads(connection, about)
    before = await sealed_rows.last_anchor(connection)
    number = await _next_round(connection, before)
    links = list[Link]()
    for new in news:
        head = heads.get(new.reference) or await _start(connection, new.reference)
        link = _link(ring, head, new, number)
        links.append(link)
        through = new.number if new.act is Act.SEALED else head.number
        heads[new.reference] = Head(new.reference, link.position, through, link.link)
    moved = [heads[reference] for reference in {new.reference for new in news}]
    await connection.execute(insert(LINKS), [asdict(link) for link in links])
    await _move(connection, moved)
    anchor = _anchor(ring, before, number, moved)
    await connection.execute(insert(ANCHORS), asdict(anchor))


async def _start(connection: AsyncConnection, reference: str) -> Head:
    """A journey without a head begins its chain, behind any links that lost theirs."""
    last = select(func.max(LINKS.c.position)).where(LINKS.c.reference == reference)
    position = await connection.scalar(last)
    return Head(reference, position or 0, 0, NO_LINK)


async def _next_round(connection: AsyncConnection, before: Anchor | None) -> int:
    """Behind every link too: a round whose anchor was taken away is not made anew."""
    linked = await connection.scalar(select(func.max(LINKS.c.round)))
    return max(before.round if before else 0, linked or 0) + 1


def _link(ring: KeyRing, head: Head, new: New, number: int) -> Link:
    now, content = written_now(), new.content
    salt = os.urandom(16).hex() if content and new.act is not Act.ERASED else ""
    link = Link(
        reference=new.reference,
        position=head.position + 1,
        act=new.act,
        number=new.number or head.number,
        kind=content.kind if content else "",
        at=content.at if content else now,
        words=words_of(ring, ring.writes, salt, content) if content and salt else "",
        salt=salt,
        round=number,
        key_id=ring.writes,
        sealed_at=now,
    )
    return replace(link, link=link_of(ring, head.link, link))


async def _move(connection: AsyncConnection, heads: Sequence[Head]) -> None:
    statement = insert_into(JournalHead, connection.dialect.name)
    there = {name: statement.excluded[name] for name in ("position", "number", "link")}
    upsert = statement.on_conflict_do_update(index_elements=[HEADS.c.reference], set_=there)
    await connection.execute(upsert, [head._asdict() for head in heads])


def _anchor(ring: KeyRing, before: Anchor | None, number: int, heads: Sequence[Head]) -> Anchor:
    anchor = Anchor(
        round=number,
        at=written_now(),
        heads=written(heads),
        key_id=ring.writes,
        key_check=key_check(ring, ring.writes),
    )
    return replace(anchor, anchor=anchor_of(ring, before.anchor if before else NO_LINK, anchor))


@in_time
async def left_alone(records: Records) -> tuple[PathwayReference, ...]:
    """Journeys that are not sealed any more because their links go on behind their head."""
    async with records.session() as session:
        return await unsealed.beyond_head(await session.connection())
