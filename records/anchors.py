"""The rounds of sealing: each one's anchor covers the one before, and the heads that it moved.

What was taken away with its links and its head is missed here; and what was taken away with its
anchor too, by the anchors that somebody keeps outside.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from config.key_ring import KeyRing, UnknownKeyError
from pathway.model import Instant, Model
from records import sealed_rows
from records.chain import NO_LINK, Act, Anchor, Head, anchor_of, key_check, read_heads
from records.database import Records, in_time
from records.findings import Fault, Finding
from records.sealed_rows import ANCHORS, LINKS, Condition
from records.verifying import at_one_moment

ROUNDS_AT_ONCE = 50

Places = Mapping[tuple[str, int], str]


class Kept(Model):
    """An anchor as somebody keeps it outside; without its heads no row can be named."""

    round: int
    anchor: str
    at: Instant | None = None
    key_id: str | None = None
    heads: tuple[Head, ...] = ()

    @classmethod
    def of(cls, anchor: Anchor) -> "Kept":
        return cls(
            round=anchor.round,
            anchor=anchor.anchor,
            at=anchor.at,
            key_id=anchor.key_id,
            heads=read_heads(anchor.heads),
        )


@in_time
async def last(records: Records) -> Anchor | None:
    """The anchor of the newest round, None before the first."""
    async with records.session() as session:
        return await sealed_rows.last_anchor(await session.connection())


@in_time
async def behind(records: Records, after: int) -> list[Anchor]:
    """Anchors of the rounds behind one, in order."""
    async with records.session() as session:
        connection = await session.connection()
        return await sealed_rows.anchors(connection, ANCHORS.c.round > after, most=ROUNDS_AT_ONCE)


@in_time
async def rounds(
    records: Records, ring: KeyRing, before: Anchor | None
) -> tuple[tuple[Finding, ...], Anchor | None]:
    """Check the next rounds behind an anchor; with their last, None when there are no more."""
    number = before.round if before else 0
    async with at_one_moment(records) as connection:
        later = ANCHORS.c.round > number
        page = await sealed_rows.anchors(connection, later, most=ROUNDS_AT_ONCE)
        if not page:
            return await _without_anchor(connection, number), None
        findings = [each async for each in _of_rounds(connection, ring, before, page)]
        return tuple(findings), page[-1]


@in_time
async def unlike(records: Records, kept: Sequence[Kept]) -> tuple[Finding, ...]:
    """Which of the anchors that were kept outside are not in the records as they were."""
    async with at_one_moment(records) as connection:
        numbers = ANCHORS.c.round.in_({each.round for each in kept})
        page = await sealed_rows.anchors(connection, numbers, most=len(kept))
        there = {anchor.round: anchor.anchor for anchor in page}
        wrong = [each for each in kept if there.get(each.round) != each.anchor]
        return tuple([await _unlike(connection, each) for each in wrong])


@in_time
async def wrong_keys(records: Records, ring: KeyRing) -> tuple[Finding, ...]:
    """Keys that sealed something and are not among those given, or are others under their id."""
    async with records.session() as session:
        pairs = await session.execute(select(ANCHORS.c.key_id, ANCHORS.c.key_check).distinct())
    checks = defaultdict[str, set[str]](set)
    for key_id, said in pairs:
        checks[key_id].add(said)
    findings = [_wrong_key(ring, key_id, said) for key_id, said in sorted(checks.items())]
    return tuple(finding for finding in findings if finding)


async def _of_rounds(
    connection: AsyncConnection, ring: KeyRing, before: Anchor | None, page: Sequence[Anchor]
) -> AsyncIterator[Finding]:
    there = await _there(connection, LINKS.c.round.between(page[0].round, page[-1].round))
    for anchor in page:
        expected = before.round + 1 if before else 1
        if anchor.round != expected:
            yield Finding(fault=Fault.ANCHOR_REMOVED, round=expected)
        elif not _holds(ring, before, anchor):
            yield Finding(fault=Fault.ANCHOR_ALTERED, round=anchor.round, key_id=anchor.key_id)
        elif gone := await _first_gone(connection, read_heads(anchor.heads), there):
            yield _named(gone, Fault.TAIL_REMOVED, anchor.round)
        before = anchor


def _holds(ring: KeyRing, before: Anchor | None, anchor: Anchor) -> bool:
    try:
        return anchor.anchor == anchor_of(ring, before.anchor if before else NO_LINK, anchor)
    except UnknownKeyError:
        return False


async def _without_anchor(connection: AsyncConnection, number: int) -> tuple[Finding, ...]:
    """Links of a round whose anchor was taken away."""
    newest = await connection.scalar(select(func.max(LINKS.c.round))) or 0
    return (Finding(fault=Fault.ANCHOR_REMOVED, round=number + 1),) if newest > number else ()


async def _unlike(connection: AsyncConnection, kept: Kept) -> Finding:
    mine = LINKS.c.reference.in_({head.reference for head in kept.heads})
    places = LINKS.c.position.in_({head.position for head in kept.heads})
    there = await _there(connection, mine, places)
    gone = await _first_gone(connection, kept.heads, there)
    if gone is None:
        return Finding(fault=Fault.OUTSIDE_DIFFERS, round=kept.round)
    return _named(gone, Fault.OUTSIDE_DIFFERS, kept.round)


def _named(gone: Head, fault: Fault, number: int) -> Finding:
    return Finding(fault=fault, reference=gone.reference, number=gone.number, round=number)


async def _there(connection: AsyncConnection, *where: Condition) -> Places:
    query = select(LINKS.c.reference, LINKS.c.position, LINKS.c.link).where(*where)
    return {(row.reference, row.position): row.link for row in await connection.execute(query)}


async def _first_gone(
    connection: AsyncConnection, heads: Sequence[Head], there: Places
) -> Head | None:
    """The first head that is not as it was, with the number of the first row that is gone."""
    for head in sorted(heads):
        said = there.get((head.reference, head.position))
        if said is None:
            return head._replace(number=await _sealed_through(connection, head.reference) + 1)
        if said != head.link:
            return head
    return None


async def _sealed_through(connection: AsyncConnection, reference: str) -> int:
    mine = LINKS.c.reference == reference, LINKS.c.act == Act.SEALED
    return await connection.scalar(select(func.max(LINKS.c.number)).where(*mine)) or 0


def _wrong_key(ring: KeyRing, key_id: str, said: set[str]) -> Finding | None:
    try:
        if key_check(ring, key_id) in said:
            return None
    except UnknownKeyError:
        return Finding(fault=Fault.KEY_UNKNOWN, key_id=key_id)
    return Finding(fault=Fault.KEY_WRONG, key_id=key_id)
