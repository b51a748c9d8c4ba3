"""What staff write back to patients: kept here, since no word of it may stand in Temporal."""

from datetime import datetime

from pathway.model import PathwayReference, StaffId
from records.database import Records, in_time
from records.tables import StaffAnswer


@in_time
async def keep(
    records: Records,
    words_id: str,
    reference: PathwayReference,
    body: str,
    *,
    by: StaffId,
    at: datetime,
) -> datetime | None:
    """Keep the words before the journey hears of them, once for each id.

    Returns when they were first kept; None when other words are kept there. Raises RecordsError.
    """
    async with records.begin() as session:
        row = await session.get(StaffAnswer, words_id)
        if row is None:
            row = StaffAnswer(id=words_id, reference=reference, body=body, by=by, at=at)
            session.add(row)
        return row.at if row.body == body else None


@in_time
async def get(records: Records, words_id: str) -> str | None:
    """The words as they were typed; None when no such answer is kept."""
    async with records.session() as session:
        row = await session.get(StaffAnswer, words_id)
        return None if row is None else row.body
