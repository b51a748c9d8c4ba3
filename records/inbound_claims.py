"""Who has a text in hand, and whether somebody was paged about danger in it.

A claim ends by itself: whoever has not said by then what came of it died over it.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, Update, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from pathway.model import Instant
from records.columns import written_now
from records.database import Records, in_time
from records.inbound import IN_ORDER, InboundState
from records.tables import InboundText
from records.upsert import changed_by

IN_HAND = timedelta(seconds=20)
"""How long a text waits that a worker died over."""
PAGING = timedelta(seconds=5)
"""The same of a page about danger: a second one does less harm than a late one."""


@in_time
async def claim(records: Records, sid: str) -> bool:
    """Whether the caller is the one to route it; nobody else does at the same time."""
    until = written_now() + IN_HAND
    mine = _waiting(sid).where(_over(InboundText.claimed_until)).values(claimed_until=until)
    async with records.statements() as connection:
        return await changed_by(connection, mine) == 1


@in_time
async def claim_danger(records: Records, sid: str) -> bool:
    """Whether the caller is the one to page about it; not where that is done or just tried."""
    until = written_now() + PAGING
    mine = _waiting(sid).where(*_not_paged()).values(danger_not_before=until)
    async with records.statements() as connection:
        return await changed_by(connection, mine) == 1


@in_time
async def danger_paged(records: Records, sid: str) -> None:
    """Somebody has the page."""
    paged = update(InboundText).where(InboundText.sid == sid)
    async with records.statements() as connection:
        await connection.execute(paged.values(danger_paged_at=written_now()))


@in_time
async def danger_not_paged(records: Records, sid: str, again_after: timedelta) -> None:
    """Nobody has the page for certain: it is tried again, by whoever comes first."""
    tried = update(InboundText).where(InboundText.sid == sid)
    async with records.statements() as connection:
        await connection.execute(tried.values(danger_not_before=written_now() + again_after))


@in_time
async def not_taken_up(records: Records, written_before: Instant) -> tuple[str, ...]:
    """All texts that nobody has by now and nobody pages or was paged about, the oldest first."""
    query = (
        select(InboundText.sid)
        .where(
            InboundText.state == InboundState.RECEIVED,
            InboundText.written_at <= written_before,
            *_not_paged(),
        )
        .order_by(*IN_ORDER)
    )
    async with records.session() as session:
        return tuple(await session.scalars(query))


def _waiting(sid: str) -> Update:
    return update(InboundText).where(
        InboundText.sid == sid, InboundText.state == InboundState.RECEIVED
    )


def _not_paged() -> tuple[ColumnElement[bool], ...]:
    return InboundText.danger_paged_at.is_(None), _over(InboundText.danger_not_before)


def _over(until: InstrumentedAttribute[Instant | None]) -> ColumnElement[bool]:
    return or_(until.is_(None), until <= written_now())
