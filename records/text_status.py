"""What the provider says of a message, in whatever order and however often it says it."""

from enum import StrEnum

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, Model
from records.columns import written_now
from records.database import Records, in_time
from records.tables import TextStatus
from records.upsert import insert_earliest


class Delivery(StrEnum):
    """The provider's words, from its acceptance to the end."""

    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    READ = "read"


_ORDER = tuple(Delivery)
_LINE = 43
"""The first half of this module's advisory locks in PostgreSQL."""
TERMINAL = frozenset(
    {Delivery.DELIVERED, Delivery.UNDELIVERED, Delivery.FAILED, Delivery.CANCELED, Delivery.READ}
)
"""No word that comes later changes one of these, except that what was delivered may be read."""


class Said(Model):
    """One word of the provider."""

    status: Delivery
    at: Instant
    provider_code: int | None = None


@in_time
async def note(records: Records, sid: str, said: Said) -> bool:
    """Keep what the provider says; True when it makes the message's state a new one.

    The same word again is kept once, with the earliest time at which it was said. A word that
    comes too late is kept and changes nothing.
    """
    async with records.begin() as session:
        await _one_at_a_time(session, sid)
        before = standing(await _said(session, sid))
        connection = await session.connection()
        row = said.model_dump() | {"sid": sid, "written_at": written_now()}
        await connection.execute(insert_earliest(TextStatus, connection.dialect.name), row)
        after = standing(await _said(session, sid))
        return after is None or before is None or after.status is not before.status


@in_time
async def history(records: Records, sid: str) -> tuple[Said, ...]:
    """All that was said of a message, in the order in which such things happen."""
    async with records.session() as session:
        return await _said(session, sid)


def standing(said: tuple[Said, ...]) -> Said | None:
    """Where the message stands: the first end that was told, else how far it had come."""
    by_status = {each.status: each for each in said}
    ends = [each for each in said if each.status in TERMINAL]
    if not ends:
        return max(said, key=lambda each: _ORDER.index(each.status), default=None)
    first = min(ends, key=lambda each: (each.at, _ORDER.index(each.status)))
    return by_status.get(Delivery.READ, first) if first.status is Delivery.DELIVERED else first


async def _said(session: AsyncSession, sid: str) -> tuple[Said, ...]:
    rows = await session.scalars(select(TextStatus).where(TextStatus.sid == sid))
    said = (
        Said(status=Delivery(row.status), at=row.at, provider_code=row.provider_code)
        for row in rows
    )
    return tuple(sorted(said, key=lambda each: _ORDER.index(each.status)))


async def _one_at_a_time(session: AsyncSession, sid: str) -> None:
    """Of two words at once, one sees the other. On SQLite every writer stands in line anyway."""
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:line, hashtext(:sid))")
        await session.execute(lock, {"line": _LINE, "sid": sid})
