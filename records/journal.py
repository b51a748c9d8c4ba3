"""The journal: a copy of each journey's history that people and other systems can read.

History is the truth. A row can reach the journal although its workflow task was then lost; the
next command takes the same number, and both contents arrive here. Which of the two stands is
decided by the journey's own clock, and by nothing else:

* A batch's `as_of` is workflow time, which only moves forward along a history. Of two contents
  for one number the one with the later `as_of` stands; the other goes to `journal_replaced`.
* So an activity that was slow, or a worker that did not notice it had lost its task, comes
  *stale*: it replaces nothing, confirmed or not. It is no error either. Raising one would make
  an activity that nobody waits for try again without end, and the journey that is alive would
  learn nothing from it. What it brought is set aside too, so nothing is ever lost silently.
* A *newer* batch replaces even a confirmed row: that is what an operator's reset of a workflow
  looks like, and the history it left behind is no longer the truth. Such a row is kept with
  `provisional` false, which the watch reports.
* At equal times the later write wins over a provisional row and loses to a confirmed one.
"""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, Model, PathwayReference
from records import journeys
from records.columns import written_now
from records.database import Records, in_time
from records.tables import JournalEntry, JournalReplaced
from records.upsert import insert_if_absent
from workflows.messages import JournalBatch, JournalRow, JournalWritten


class Entry(JournalRow):
    """A row of the journal as it stands."""

    provisional: bool
    """True while its workflow task may still be lost."""
    written_at: Instant


class Replaced(Model):
    """Content that lost its number to other content."""

    number: int
    kind: str
    at: Instant
    payload: str
    set_aside_hash: str
    kept_hash: str
    provisional: bool
    """False: history had vouched for it, so somebody should look at the workflow's history."""
    as_of: Instant
    """The journey's time when the two met."""


@in_time
async def write(records: Records, batch: JournalBatch) -> JournalWritten:
    """Write a batch, its snapshot and its work list in one transaction.

    Writing a batch again changes nothing. In the answer, `through` is the last row up to which
    all of the batch's rows stand as given: a caller that still owes rows above it writes them
    again. A stale batch gets a number below its conflicting row.
    """
    async with records.begin() as session:
        return await write_within(session, batch)


@in_time
async def read(records: Records, reference: PathwayReference) -> tuple[Entry, ...]:
    """All rows of a journey in their order; empty when nothing was written yet."""
    query = (
        select(JournalEntry)
        .where(JournalEntry.reference == reference)
        .order_by(JournalEntry.number)
    )
    async with records.session() as session:
        return tuple(
            Entry(
                number=row.number,
                kind=row.kind,
                at=row.at,
                payload=row.payload,
                content_hash=row.content_hash,
                provisional=row.provisional,
                written_at=row.written_at,
            )
            for row in await session.scalars(query)
        )


@in_time
async def read_replaced(records: Records, reference: PathwayReference) -> tuple[Replaced, ...]:
    """What was set aside for a journey, in the order it happened."""
    query = (
        select(JournalReplaced)
        .where(JournalReplaced.reference == reference)
        .order_by(JournalReplaced.id)
    )
    async with records.session() as session:
        return tuple(
            Replaced(
                number=row.number,
                kind=row.kind,
                at=row.at,
                payload=row.payload,
                set_aside_hash=row.set_aside_hash,
                kept_hash=row.kept_hash,
                provisional=row.provisional,
                as_of=row.as_of,
            )
            for row in await session.scalars(query)
        )


async def write_within(session: AsyncSession, batch: JournalBatch) -> JournalWritten:
    """Write a batch as a part of the caller's transaction."""
    await journeys.project(session, batch)
    written = await _write_rows(session, batch)
    await _confirm(session, batch)
    return written


async def _write_rows(session: AsyncSession, batch: JournalBatch) -> JournalWritten:
    stored = await _stored(session, batch.reference, [row.number for row in batch.rows])
    replaced: list[int] = []
    stale: list[int] = []
    for row in batch.rows:
        there = stored.get(row.number)
        if there is None:
            stored[row.number] = there = JournalEntry(reference=batch.reference, number=row.number)
            session.add(there)
            _fill(there, row, batch)
        elif there.content_hash == row.content_hash:
            there.as_of = max(there.as_of, batch.as_of)
        elif _is_stale(batch, there):
            stale.append(row.number)
            vouched = row.number <= batch.confirmed_through
            await _set_aside(session, batch, row, there.content_hash, provisional=not vouched)
        else:
            replaced.append(row.number)
            await _set_aside(session, batch, there, row.content_hash, provisional=there.provisional)
            _fill(there, row, batch)
    await session.flush()
    standing = [row.number for row in batch.rows if not stale or row.number < min(stale)]
    through = max(standing) if standing else min(stale, default=1) - 1
    return JournalWritten(through=through, replaced=tuple(replaced))


async def _stored(
    session: AsyncSession, reference: str, numbers: Sequence[int]
) -> dict[int, JournalEntry]:
    if not numbers:
        return {}
    query = select(JournalEntry).where(
        JournalEntry.reference == reference,
        JournalEntry.number.between(min(numbers), max(numbers)),
    )
    return {row.number: row for row in await session.scalars(query)}


def _is_stale(batch: JournalBatch, there: JournalEntry) -> bool:
    if batch.as_of == there.as_of:
        return not there.provisional
    return batch.as_of < there.as_of


def _fill(entry: JournalEntry, row: JournalRow, batch: JournalBatch) -> None:
    entry.kind = row.kind
    entry.at = row.at
    entry.payload = row.payload
    entry.content_hash = row.content_hash
    entry.provisional = row.number > batch.confirmed_through
    entry.as_of = batch.as_of


async def _set_aside(
    session: AsyncSession,
    batch: JournalBatch,
    lost: JournalRow | JournalEntry,
    kept_hash: str,
    *,
    provisional: bool,
) -> None:
    # A stale batch may come again and again; it is set aside once.
    await insert_if_absent(
        session,
        JournalReplaced,
        reference=batch.reference,
        number=lost.number,
        kind=lost.kind,
        at=lost.at,
        payload=lost.payload,
        set_aside_hash=lost.content_hash,
        kept_hash=kept_hash,
        provisional=provisional,
        as_of=batch.as_of,
        written_at=written_now(),
    )


async def _confirm(session: AsyncSession, batch: JournalBatch) -> None:
    # Not what a newer batch wrote: an older history cannot vouch for it.
    await session.execute(
        update(JournalEntry)
        .where(
            JournalEntry.reference == batch.reference,
            JournalEntry.number <= batch.confirmed_through,
            JournalEntry.provisional.is_(True),
            JournalEntry.as_of <= batch.as_of,
        )
        .values(provisional=False, as_of=batch.as_of)
        .execution_options(synchronize_session=False)
    )
