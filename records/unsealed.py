"""What is still to be sealed: confirmed rows without a link, and numbers whose row was replaced."""

from sqlalchemy import and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from config.key_ring import KeyRing, UnknownKeyError
from records import sealed_rows
from records.chain import Act, Content, Link, says
from records.sealed_rows import ASIDE, HEADS, JOURNAL, LINKS, Page, Stored
from records.tables import Erasure, Journey
from records.upsert import table_of

MOST_JOURNEYS = 200
_JOURNEYS, _ERASURES = table_of(Journey), table_of(Erasure)
_THROUGH = func.coalesce(HEADS.c.number, 0)
_BEYOND_HEAD = exists().where(
    LINKS.c.reference == _JOURNEYS.c.reference,
    LINKS.c.position > func.coalesce(HEADS.c.position, 0),
)
"""A head was set back or taken away: to go on from it would cover that up."""

Place = tuple[str, int, Content | None]


async def confirmed(connection: AsyncConnection, most: int) -> list[Stored]:
    """Confirmed rows behind what is sealed, each journey's in order and without a gap."""
    sealed = await _waiting(connection)
    page = [
        JOURNAL.c.reference.in_(sealed),
        JOURNAL.c.number
        > select(_THROUGH)
        .select_from(_JOURNEYS.outerjoin(HEADS, HEADS.c.reference == _JOURNEYS.c.reference))
        .where(_JOURNEYS.c.reference == JOURNAL.c.reference)
        .scalar_subquery(),
    ]
    found = list[Stored]()
    for row in await sealed_rows.rows(connection, Page(page, most)):
        whole = row.content.payload is not None and not row.provisional
        if whole and row.number == sealed[row.reference] + 1:
            sealed[row.reference] = row.number
            found.append(row)
    return found


async def beyond_head(connection: AsyncConnection) -> tuple[str, ...]:
    """Journeys whose links go on behind their head."""
    joined = _JOURNEYS.outerjoin(HEADS, HEADS.c.reference == _JOURNEYS.c.reference)
    query = select(_JOURNEYS.c.reference).select_from(joined).where(_BEYOND_HEAD)
    return tuple(await connection.scalars(query.order_by(_JOURNEYS.c.reference)))


async def _waiting(connection: AsyncConnection) -> dict[str, int]:
    """Journeys whose next row is confirmed, and up to which number they are sealed."""
    joined = _JOURNEYS.outerjoin(HEADS, HEADS.c.reference == _JOURNEYS.c.reference).join(
        JOURNAL,
        and_(JOURNAL.c.reference == _JOURNEYS.c.reference, JOURNAL.c.number == _THROUGH + 1),
    )
    query = (
        select(_JOURNEYS.c.reference, _THROUGH.label("through"))
        .select_from(joined)
        .where(JOURNAL.c.provisional.is_(False), ~_BEYOND_HEAD)
        # At random: some that cannot be sealed must not stand in the way of the others.
        .order_by(func.random())
        .limit(MOST_JOURNEYS)
    )
    return {row.reference: row.through for row in await connection.execute(query)}


async def replaced(connection: AsyncConnection, ring: KeyRing) -> list[Place]:
    """Sealed numbers under which other content stands now, or nothing.

    Only where history had vouched for what was set aside: that is rare.
    """
    lost = (
        select(ASIDE.c.reference, ASIDE.c.number)
        .join(HEADS, and_(HEADS.c.reference == ASIDE.c.reference, ASIDE.c.number <= HEADS.c.number))
        .where(
            ASIDE.c.provisional.is_(False),
            ASIDE.c.reference.not_in(select(_ERASURES.c.reference)),
            ~exists().where(
                LINKS.c.reference == HEADS.c.reference, LINKS.c.position > HEADS.c.position
            ),
        )
        .distinct()
        .subquery()
    )
    of_links = exists().where(
        lost.c.reference == LINKS.c.reference, lost.c.number == LINKS.c.number
    )
    of_rows = exists().where(
        lost.c.reference == JOURNAL.c.reference, lost.c.number == JOURNAL.c.number
    )
    last = {
        (link.reference, link.number): link
        for link in await sealed_rows.links(connection, of_links, LINKS.c.act != Act.ERASED)
    }
    if not last:
        return []
    there = {
        (row.reference, row.number): row
        for row in await sealed_rows.rows(connection, Page([of_rows]))
    }
    return [
        (*place, there[place].content if place in there else None)
        for place, link in last.items()
        if _moved(ring, link, there.get(place))
    ]


def _moved(ring: KeyRing, link: Link, row: Stored | None) -> bool:
    if row is None:
        return link.act != Act.REMOVED
    if row.provisional or row.content.payload is None:
        return False
    try:
        return link.act == Act.REMOVED or not says(ring, link, row.content)
    except UnknownKeyError:
        return False  # whoever verifies is told; what is new is sealed all the same
