"""Commands that were refused.

A rejected update leaves nothing in a workflow's history, so its caller writes it down here:
who asked for what, and which rule said no.
"""

from sqlalchemy import insert, select

from pathway.model import Instant, Model, PathwayReference
from records.columns import written_now
from records.database import Records, in_time
from records.tables import Refusal


class Refused(Model):
    """One refusal, as the person who got it read it."""

    reference: PathwayReference
    command: str
    """The update's name: book, start_infusion ..."""
    code: str
    sentence: str
    by: str
    """Who asked, as the command says."""
    role: str
    at: Instant


@in_time
async def record(records: Records, refusal: Refused) -> None:
    """Keep a refusal. A command that is refused twice is kept twice."""
    values = {name: getattr(refusal, name) for name in Refused.model_fields}
    async with records.begin() as session:
        await session.execute(insert(Refusal).values(**values, written_at=written_now()))


@in_time
async def for_reference(records: Records, reference: PathwayReference) -> tuple[Refused, ...]:
    """A journey's refusals, the oldest first."""
    query = select(Refusal).where(Refusal.reference == reference).order_by(Refusal.at, Refusal.id)
    async with records.session() as session:
        return tuple(
            Refused(**{name: getattr(row, name) for name in Refused.model_fields})
            for row in await session.scalars(query)
        )
