"""The lists made anew from the journal: what each journey looks like follows from its events.

Snapshot, work list and contact attempts are projections. Should one be lost, or be wrong after a
mistake of ours, the journal brings it back; nothing of it is the truth about anything.
"""

from collections.abc import Callable
from enum import StrEnum

from sqlalchemy import delete, select

from pathway.journey import Journey as JourneyState
from pathway.model import Model, PathwayReference
from records import contact_attempts, journal, journeys
from records.database import Records, in_time
from records.errors import UnreadableError
from records.journal import Entry
from records.journeys import StoredSnapshot
from records.retelling import GapError, UnreadableJournalError, retold
from records.tables import ContactAttempt, Erasure, JournalEntry, Journey
from workflows.messages import JournalBatch, JourneySnapshot

Snapshot = Callable[[JourneyState], JourneySnapshot]


class Became(StrEnum):
    REBUILT = "rebuilt"
    """It is different now."""
    SAME = "same"
    GAP = "gap"
    """A row is missing, so the rows tell no whole story; left as it was."""
    UNREADABLE = "unreadable"
    """A row cannot be read by this release; left as it was."""


class Rebuilt(Model):
    """What became of one journey."""

    reference: PathwayReference
    became: Became
    rows: int


@in_time
async def references(records: Records) -> tuple[PathwayReference, ...]:
    """Every journey that has a journal; of the erased there is nothing to compare or rebuild."""
    query = (
        select(JournalEntry.reference)
        .where(JournalEntry.reference.not_in(select(Erasure.reference)))
        .distinct()
        .order_by(JournalEntry.reference)
    )
    async with records.session() as session:
        return tuple(await session.scalars(query))


async def rebuild(records: Records, reference: PathwayReference, snapshot_of: Snapshot) -> Rebuilt:
    """Make the lists of one journey follow from its journal."""
    rows = await journal.read(records, reference)

    def told(became: Became) -> Rebuilt:
        return Rebuilt(reference=reference, became=became, rows=len(rows))

    try:
        journey = retold(rows)
    except GapError:
        return told(Became.GAP)
    except UnreadableJournalError:
        return told(Became.UNREADABLE)
    before = await _as_it_stands(records, reference)
    await _write(records, rows, _batch(reference, rows, snapshot_of(journey)))
    changed = await _as_it_stands(records, reference) != before
    return told(Became.REBUILT if changed else Became.SAME)


async def _as_it_stands(records: Records, reference: PathwayReference) -> StoredSnapshot | None:
    """What the lists say; None also where a cell of them does not open, and is written anew."""
    try:
        return await journeys.get(records, reference)
    except UnreadableError:
        return None


def _batch(
    reference: PathwayReference, rows: tuple[Entry, ...], snapshot: JourneySnapshot
) -> JournalBatch:
    """What the last batch of the journey itself would say, without its rows."""
    return JournalBatch(
        reference=reference,
        rows=(),
        confirmed_through=rows[-1].number,
        snapshot=snapshot,
        as_of=rows[-1].as_of,
    )


@in_time
async def _write(records: Records, rows: tuple[Entry, ...], batch: JournalBatch) -> bool:
    """Replace the lists; False when the journey went on meanwhile and has written them itself."""
    last = (
        select(JournalEntry)
        .where(JournalEntry.reference == batch.reference)
        .order_by(JournalEntry.number.desc())
        .limit(1)
    )
    async with records.begin() as session:
        await session.get(Journey, batch.reference, with_for_update=True)
        newest = (await session.scalars(last)).one()
        if (newest.number, newest.content_hash) != (rows[-1].number, rows[-1].content_hash):
            return False
        # Only the lists: whoever rebuilds has not asked the history, and confirms no row.
        connection = await session.connection()
        await journeys.project(connection, batch, force=True)
        old = delete(ContactAttempt).where(ContactAttempt.reference == batch.reference)
        await session.execute(old)
        await contact_attempts.project_new(connection, batch.reference, rows)
        return True
