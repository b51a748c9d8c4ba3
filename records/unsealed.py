"""What is still to be sealed: confirmed rows without a link, and numbers whose row was replaced."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from config.key_ring import KeyRing, UnknownKeyError
from records import sealed_rows
from records.chain import Act, Content, Link, says
from records.sealed_rows import ASIDE, HEADS, JOURNAL, LINKS, Condition, Stored
from records.tables import Erasure, Journey
from records.upsert import table_of

MOST_JOURNEYS = 100
_JOURNEYS, _ERASURES = table_of(Journey), table_of(Erasure)
_WITH_HEADS = _JOURNEYS.outerjoin(HEADS, HEADS.c.reference == _JOURNEYS.c.reference)
_BEYOND_HEAD = exists().where(
    LINKS.c.reference == _JOURNEYS.c.reference,
    LINKS.c.position > func.coalesce(HEADS.c.position, 0),
)
"""A head was set back or taken away: to go on from it would cover that up."""

Place = tuple[str, int]


@dataclass
class Waiting:
    """Where something may have to be sealed."""

    journeys: list[str] = field(default_factory=list)
    """Their next row is confirmed."""
    lost: list[Place] = field(default_factory=list)
    """Sealed, and then set aside although history had vouched for it: that is rare."""


async def waiting(connection: AsyncConnection) -> Waiting:
    """Looked for before anything is locked: mostly there is nothing."""
    journeys = await connection.scalars(
        select(_JOURNEYS.c.reference)
        .select_from(_WITH_HEADS)
        .where(_next_is_confirmed(), ~_BEYOND_HEAD)
        # At random: some that cannot be sealed must not stand in the way of the others.
        .order_by(func.random())
        .limit(MOST_JOURNEYS)
    )
    lost = await connection.execute(
        select(ASIDE.c.reference, ASIDE.c.number)
        .select_from(ASIDE.join(_JOURNEYS, _JOURNEYS.c.reference == ASIDE.c.reference))
        .join(HEADS, HEADS.c.reference == ASIDE.c.reference)
        .where(
            ASIDE.c.provisional.is_(False),
            ASIDE.c.number <= HEADS.c.number,
            ASIDE.c.reference.not_in(select(_ERASURES.c.reference)),
            ~_BEYOND_HEAD,
        )
        .distinct()
    )
    return Waiting(list(journeys), [(row.reference, row.number) for row in lost])


async def confirmed(connection: AsyncConnection, journeys: list[str], most: int) -> list[Stored]:
    """Confirmed rows behind what is sealed, each journey's in order and without a gap."""
    heads = await sealed_rows.heads(connection, HEADS.c.reference.in_(journeys))
    found = list[Stored]()
    for reference in journeys:
        through = heads[reference].number if reference in heads else 0
        behind = JOURNAL.c.reference == reference, JOURNAL.c.number > through
        # One by one: a first start finds years of rows, and all of them at once are too many.
        for row in await sealed_rows.rows(connection, *behind, most=most - len(found)):
            through += 1
            if row.number != through or row.provisional or row.content.payload is None:
                break
            found.append(row)
        if len(found) == most:
            break
    return found


async def replaced(
    connection: AsyncConnection, ring: KeyRing, lost: list[Place]
) -> list[tuple[str, int, Content | None]]:
    """Of what was set aside, where other content stands now than the last link says, or nothing."""
    if not lost:
        return []
    wanted = set(lost)
    links = await sealed_rows.links(
        connection, *_among(wanted, LINKS.c.reference, LINKS.c.number), LINKS.c.act != Act.ERASED
    )
    rows = await sealed_rows.rows(
        connection, *_among(wanted, JOURNAL.c.reference, JOURNAL.c.number)
    )
    last = {(link.reference, link.number): link for link in links}
    there = {(row.reference, row.number): row for row in rows}
    return [
        (*place, there[place].content if place in there else None)
        for place in sorted(wanted & last.keys())
        if _moved(ring, last[place], there.get(place))
    ]


async def beyond_head(connection: AsyncConnection) -> tuple[str, ...]:
    """Journeys whose links go on behind their head."""
    query = select(_JOURNEYS.c.reference).select_from(_WITH_HEADS).where(_BEYOND_HEAD)
    return tuple(await connection.scalars(query.order_by(_JOURNEYS.c.reference)))


def _next_is_confirmed() -> ColumnElement[bool]:
    # Not joined: SQLite would then read the whole journal to find it.
    return exists().where(
        JOURNAL.c.reference == _JOURNEYS.c.reference,
        JOURNAL.c.number == func.coalesce(HEADS.c.number, 0) + 1,
        JOURNAL.c.provisional.is_(False),
    )


def _among(
    places: set[Place], reference: ColumnElement[str], number: ColumnElement[int]
) -> list[Condition]:
    by_journey = defaultdict[str, set[int]](set)
    for mine, which in places:
        by_journey[mine].add(which)
    each = (and_(reference == mine, number.in_(which)) for mine, which in by_journey.items())
    return [or_(*each)]


def _moved(ring: KeyRing, link: Link, row: Stored | None) -> bool:
    if row is None:
        return link.act != Act.REMOVED
    if row.provisional or row.content.payload is None:
        return False
    try:
        return link.act == Act.REMOVED or not says(ring, link, row.content)
    except UnknownKeyError:
        return False  # whoever verifies is told; what is new is sealed all the same
