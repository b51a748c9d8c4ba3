"""What staff write back to patients: kept here, since no word of it may stand in Temporal."""

from pydantic import Field
from sqlalchemy import delete

from pathway.model import Instant, Model, PathwayReference, StaffId
from records.database import Records, in_time
from records.tables import StaffAnswer
from records.upsert import insert_if_absent


class Answer(Model):
    """The words of one, and when they were first kept."""

    body: str = Field(repr=False)
    at: Instant


@in_time
async def keep(
    records: Records,
    words_id: str,
    reference: PathwayReference,
    body: str,
    *,
    by: StaffId,
    at: Instant,
) -> bool:
    """Keep the words before the journey hears of them; False where some are kept by this id.

    Raises RecordsError.
    """
    async with records.begin() as session:
        return await insert_if_absent(
            session, StaffAnswer, id=words_id, reference=reference, body=body, by=by, at=at
        )


@in_time
async def kept(records: Records, words_id: str) -> Answer | None:
    """What is kept by this id; None when nothing is."""
    async with records.session() as session:
        row = await session.get(StaffAnswer, words_id)
        return None if row is None else Answer(body=row.body, at=row.at)


async def get(records: Records, words_id: str) -> str | None:
    """The words as they were typed; None when no such answer is kept."""
    answer = await kept(records, words_id)
    return None if answer is None else answer.body


@in_time
async def take_back(records: Records, reference: PathwayReference, words_id: str) -> None:
    """It is not sent after all: no word of it is kept."""
    one = delete(StaffAnswer).where(StaffAnswer.reference == reference, StaffAnswer.id == words_id)
    async with records.statements() as connection:
        await connection.execute(one)
