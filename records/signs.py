"""Signs of life: when each part of the system was last there, for whoever reads a list."""

from datetime import timedelta

from sqlalchemy import delete, select

from pathway.model import Instant, Model
from records.database import Records, in_time
from records.tables import Sign

FORGOTTEN_AFTER = timedelta(days=1)
"""A process that ended is no news any more after this."""


class SignOfLife(Model):
    name: str
    at: Instant
    note: str


@in_time
async def give(records: Records, name: str, at: Instant, note: str = "") -> None:
    """Say that a part of the system is there."""
    async with records.begin() as session:
        await session.execute(delete(Sign).where(Sign.at < at - FORGOTTEN_AFTER))
        await session.merge(Sign(name=name, at=at, note=note))


@in_time
async def last(records: Records) -> tuple[SignOfLife, ...]:
    """The last sign of each part, the newest first."""
    async with records.session() as session:
        rows = await session.scalars(select(Sign).order_by(Sign.at.desc(), Sign.name))
        return tuple(SignOfLife(name=row.name, at=row.at, note=row.note) for row in rows)
