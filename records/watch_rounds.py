"""When the watch last looked at everything, for whoever must know whether anybody watches."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, Model
from records import signs
from records.database import Records, in_time
from records.tables import Sign

NAME = "watch"
MISSED = 3
"""Rounds that may be missed before somebody is told."""


class Round(Model):
    """A whole round, without a gap."""

    begun_at: Instant
    ended_at: Instant
    journeys: int
    mended: int
    every: timedelta
    """How often it is meant to look."""

    def too_old(self, now: Instant) -> bool:
        """Whether so many rounds were missed that nobody can be said to watch."""
        return now - self.ended_at > MISSED * self.every


async def note(records: Records, done: Round) -> None:
    """Keep it as the last one."""
    await signs.give(records, NAME, done.ended_at, done.model_dump_json())


@in_time
async def last(records: Records) -> Round | None:
    """The last whole round; None where there was none within a day."""
    async with records.session() as session:
        return await last_within(session)


async def last_within(session: AsyncSession) -> Round | None:
    """The same as a part of the caller's reading."""
    said = await session.scalar(select(Sign.note).where(Sign.name == NAME))
    return Round.model_validate_json(said) if said else None
