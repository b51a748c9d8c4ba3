"""The newest snapshot of each journey, and the work list that came with it.

Both follow the journey's own clock: `as_of` first, then the journal's number. The number alone
would let the snapshot of a lost task, one row ahead of the truth, stay in view.
"""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, PathwayReference
from pathway.overview import OwedRow
from records.columns import written_now
from records.database import Records, in_time
from records.tables import Journey, Owed
from records.upsert import insert_if_absent
from workflows.messages import JournalBatch, JourneySnapshot


class StoredSnapshot(JourneySnapshot):
    """A snapshot with its age; `owed` is complete."""

    reference: PathwayReference
    through: int
    """The highest journal number known to the batch that carried it."""
    as_of: Instant
    """The journey's time when it was made."""


@in_time
async def get(records: Records, reference: PathwayReference) -> StoredSnapshot | None:
    """The snapshot of a journey, None before its first batch."""
    async with records.session() as session:
        row = await session.get(Journey, reference)
        if row is None:
            return None
        query = select(Owed).where(Owed.reference == reference).order_by(Owed.key)
        owed = tuple(owed_row(line) for line in await session.scalars(query))
    columns = {name: getattr(row, name) for name in StoredSnapshot.model_fields if name != "owed"}
    return StoredSnapshot.model_validate({**columns, "owed": owed})


def owed_row(line: Owed) -> OwedRow:
    """A line of the table as the workflow sent it."""
    names = OwedRow.model_fields.keys() - {"group"}
    values = {name: getattr(line, name) for name in names}
    return OwedRow.model_validate({**values, "group": line.section})


async def project(session: AsyncSession, batch: JournalBatch) -> None:
    """Replace snapshot and work list, unless those of a newer batch stand there.

    Leaves the journey's row locked, which puts two batches of one journey in line.
    """
    through = max(batch.confirmed_through, *(row.number for row in batch.rows), 0)
    values = batch.snapshot.model_dump(exclude={"owed"})
    values |= {"through": through, "as_of": batch.as_of}
    new = await insert_if_absent(
        session, Journey, reference=batch.reference, **values, written_at=written_now()
    )
    stored = await session.get_one(Journey, batch.reference, with_for_update=True)
    if not new:
        if (batch.as_of, through) < (stored.as_of, stored.through):
            return
        for name, value in values.items():
            setattr(stored, name, value)
        await session.execute(delete(Owed).where(Owed.reference == batch.reference))
    owed = [
        row.model_dump(exclude={"group"}) | {"section": row.group, "reference": batch.reference}
        for row in batch.snapshot.owed
    ]
    if owed:
        await session.execute(insert(Owed), owed)
