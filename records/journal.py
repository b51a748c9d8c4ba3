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
from functools import partial
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pathway.model import Instant, Model, PathwayReference
from records import contact_attempts, journeys
from records.columns import written_now
from records.database import Records, in_time
from records.set_aside import keep_aside
from records.tables import JournalEntry, JournalReplaced
from records.upsert import changed_by, insert_absent, table_of
from workflows.messages import JournalBatch, JournalRow, JournalWritten

_JOURNAL = table_of(JournalEntry)
# Not what a newer batch wrote: an older history cannot vouch for it.
_CONFIRM = (
    update(_JOURNAL)
    .where(
        _JOURNAL.c.reference == bindparam("of"),
        _JOURNAL.c.number <= bindparam("through"),
        _JOURNAL.c.provisional.is_(True),
        _JOURNAL.c.as_of <= bindparam("until"),
    )
    .values(provisional=False, as_of=bindparam("until"), written_at=bindparam("now"))
)


class Entry(JournalRow):
    """A row of the journal as it stands."""

    provisional: bool
    """True while its workflow task may still be lost."""
    as_of: Instant
    """The journey's time of the last batch that vouched for this content."""
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
    async with records.statements() as connection:
        return await write_within(connection, batch)


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
                as_of=row.as_of,
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


async def write_within(connection: AsyncConnection, batch: JournalBatch) -> JournalWritten:
    """Write a batch as a part of the caller's transaction."""
    await journeys.project(connection, batch)
    return await write_rows_within(connection, batch)


async def write_rows_within(connection: AsyncConnection, batch: JournalBatch) -> JournalWritten:
    """Its rows alone: the lists stand as they are. The journey's row must be locked."""
    written = await _write_rows(connection, batch)
    if batch.confirmed_through:
        await _confirm(connection, batch)
    return written


async def _write_rows(connection: AsyncConnection, batch: JournalBatch) -> JournalWritten:
    if not batch.rows:
        return JournalWritten(through=0)
    rows = [_values(row, batch) for row in batch.rows]
    absent = insert_absent(JournalEntry, connection.dialect.name)
    if await changed_by(connection, absent, rows) == len(rows):
        await contact_attempts.project_new(connection, batch.reference, batch.rows)
        return JournalWritten(through=batch.rows[-1].number)
    return await _beside_others(connection, batch)


async def _beside_others(connection: AsyncConnection, batch: JournalBatch) -> JournalWritten:
    """Some of the numbers were taken: by the same content, or by other content."""
    stored = await _stored(connection, batch.reference, [row.number for row in batch.rows])
    replaced: list[int] = []
    stale: list[int] = []
    aside = partial(keep_aside, connection, batch.reference, as_of=batch.as_of)
    for row in batch.rows:
        there = stored[row.number]
        if there.content_hash == row.content_hash:
            if there.as_of < batch.as_of:
                await _change(connection, batch, row, as_of=batch.as_of)
        elif _is_stale(batch, there):
            stale.append(row.number)
            vouched = row.number <= batch.confirmed_through
            kept = there.content_hash
            await aside(row, kept_hash=kept, provisional=not vouched)
        else:
            replaced.append(row.number)
            kept = row.content_hash
            await aside(there, kept_hash=kept, provisional=there.provisional)
            await _change(connection, batch, row, **_values(row, batch))
    follow = [row for row in batch.rows if row.number not in stale]
    await contact_attempts.project(connection, batch.reference, follow)
    standing = [row.number for row in batch.rows if not stale or row.number < min(stale)]
    through = max(standing) if standing else min(stale, default=1) - 1
    return JournalWritten(through=through, replaced=tuple(replaced))


async def _stored(
    connection: AsyncConnection, reference: str, numbers: Sequence[int]
) -> dict[int, Row[Any]]:
    query = select(_JOURNAL).where(
        _JOURNAL.c.reference == reference, _JOURNAL.c.number.between(min(numbers), max(numbers))
    )
    return {row.number: row for row in await connection.execute(query)}


def _is_stale(batch: JournalBatch, there: Row[Any]) -> bool:
    if batch.as_of == there.as_of:
        return not there.provisional
    return bool(batch.as_of < there.as_of)


def _values(row: JournalRow, batch: JournalBatch) -> dict[str, Any]:
    return {
        "reference": batch.reference,
        "number": row.number,
        "kind": row.kind,
        "at": row.at,
        "payload": row.payload,
        "content_hash": row.content_hash,
        "provisional": row.number > batch.confirmed_through,
        "as_of": batch.as_of,
        "written_at": written_now(),
    }


async def _change(
    connection: AsyncConnection, batch: JournalBatch, row: JournalRow, **values: Any
) -> None:
    one = update(_JOURNAL).where(
        _JOURNAL.c.reference == batch.reference, _JOURNAL.c.number == row.number
    )
    await connection.execute(one.values(**values))


async def _confirm(connection: AsyncConnection, batch: JournalBatch) -> None:
    vouched = {
        "of": batch.reference,
        "through": batch.confirmed_through,
        "until": batch.as_of,
        "now": written_now(),
    }
    await connection.execute(_CONFIRM, vouched)
