"""The journal read beside its chain, some journeys at a time."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import groupby

from sqlalchemy import Select, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from config.key_ring import KeyRing
from pathway.model import Model
from records import sealed_rows
from records.chain import Content, by_whom
from records.checking import check
from records.database import Records, in_time
from records.findings import Counted, Finding, Replaced
from records.following_links import Erasing, Evidence
from records.sealed_rows import ASIDE, HEADS, JOURNAL, LINKS, Stored
from records.tables import Erasure, Journey
from records.upsert import table_of

JOURNEYS_AT_ONCE = 20
_ERASURES = table_of(Erasure)
_KNOWN = (table_of(Journey).c.reference, HEADS.c.reference, LINKS.c.reference)
"""Where a journey is known; whoever removes one must remember them all."""


class Looked(Model):
    """What some journeys were found to be."""

    last: str
    """The reference to go on behind."""
    journeys: int
    findings: tuple[Finding, ...]
    replaced: tuple[Replaced, ...]
    counted: Counted


@in_time
async def journeys(records: Records, ring: KeyRing, after: str) -> Looked | None:
    """Check the next journeys behind a reference, None when there are no more."""
    async with at_one_moment(records) as connection:
        references = tuple(await connection.scalars(_references(after)))
        if not references:
            return None
        checked = [check(each, ring) for each in await _evidence(connection, references)]
    return Looked(
        last=references[-1],
        journeys=len(references),
        findings=tuple(each.finding for each in checked if each.finding),
        replaced=tuple(row for each in checked for row in each.replaced),
        counted=sum((each.counted for each in checked), Counted()),
    )


@asynccontextmanager
async def at_one_moment(records: Records) -> AsyncIterator[AsyncConnection]:
    """Reads a row and its link as they were at one time; SQLite does so by itself."""
    snapshot = {"isolation_level": "REPEATABLE READ"} if records.dialect == "postgresql" else {}
    async with records.session() as session:
        yield await session.connection(execution_options=snapshot)


def _references(after: str) -> Select[str]:
    """Every journey that is known anywhere, each table read no further than needed."""
    each = []
    for column in _KNOWN:
        next_ones = select(column.label("reference")).where(column > after).distinct()
        some = next_ones.order_by(column).limit(JOURNEYS_AT_ONCE).subquery()
        each.append(select(some.c.reference))
    known = union(*each).subquery()
    return select(known.c.reference).order_by(known.c.reference).limit(JOURNEYS_AT_ONCE)


async def _evidence(connection: AsyncConnection, references: Sequence[str]) -> list[Evidence]:
    links = await sealed_rows.links(connection, LINKS.c.reference.in_(references))
    of = {mine: list(some) for mine, some in groupby(links, key=lambda link: link.reference)}
    heads = await sealed_rows.heads(connection, HEADS.c.reference.in_(references))
    rows = defaultdict[str, dict[int, Stored]](dict)
    for row in await sealed_rows.rows(connection, JOURNAL.c.reference.in_(references)):
        rows[row.reference][row.number] = row
    aside = defaultdict[str, dict[int, list[Content]]](dict)
    for row in await sealed_rows.aside(connection, ASIDE.c.reference.in_(references)):
        aside[row.reference].setdefault(row.number, []).append(row.content)
    erased = await _erasures(connection, references)
    return [
        Evidence(
            reference=reference,
            links=of.get(reference, []),
            head=heads.get(reference),
            rows=rows[reference],
            aside=aside[reference],
            erasure=erased.get(reference),
        )
        for reference in references
    ]


async def _erasures(connection: AsyncConnection, references: Sequence[str]) -> dict[str, Erasing]:
    query = select(_ERASURES).where(_ERASURES.c.reference.in_(references))
    return {
        row.reference: Erasing(by_whom(row.by, row.role), row.at)
        for row in await connection.execute(query)
    }
