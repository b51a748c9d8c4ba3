"""The journal beside the history, which is the truth: what differs, and putting it right."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Model, PathwayReference
from records import contact_attempts
from records.database import Records, in_time
from records.journal import Entry, write_rows_within, write_within
from records.set_aside import keep_aside
from records.tables import JournalEntry, Journey
from workflows.messages import JournalBatch, JournalRow

SETTLED_AFTER = timedelta(minutes=2)
"""A row that history does not know yet may belong to a task under way, for this long."""
_NOTHING = ""
"""Stands as `kept_hash` where history has no row of this number at all."""


class Truth(Model):
    """What the histories of a journey say."""

    rows: tuple[JournalRow, ...]
    last: JournalBatch
    """The last batch, for its snapshot and its time."""

    @property
    def first(self) -> int:
        return self.rows[0].number

    @property
    def through(self) -> int:
        return self.rows[-1].number


class Differences(Model):
    """Numbers of rows, by what is wrong with them."""

    reference: PathwayReference
    compared: int
    """How many rows history vouches for."""
    missing: tuple[int, ...] = ()
    """In the history, and not in the journal."""
    different: tuple[int, ...] = ()
    phantom: tuple[int, ...] = ()
    """In the journal, and not in the history: a row of a lost task."""
    unconfirmed: tuple[int, ...] = ()
    """Right, and marked as provisional: nothing is wrong."""
    unchecked: tuple[int, ...] = ()
    """Older than any history that is still kept."""

    @property
    def agree(self) -> bool:
        return not (self.missing or self.different or self.phantom)


def compare(
    reference: PathwayReference, rows: tuple[Entry, ...], truth: Truth, now: datetime
) -> Differences:
    """Compare a journal with its histories. Read the journal first: it never leads then."""
    said = {row.number: _content(row) for row in truth.rows}
    there = {row.number: row for row in rows}
    known = [number for number in said if number in there]
    wrong = {n for n in known if _content(there[n]) != said[n]}
    settled = now - SETTLED_AFTER
    beyond = [row for row in rows if row.number > truth.through]
    return Differences(
        reference=reference,
        compared=len(said),
        missing=tuple(n for n in said if n not in there),
        different=tuple(sorted(wrong)),
        phantom=tuple(row.number for row in beyond if row.written_at < settled),
        unconfirmed=tuple(n for n in known if there[n].provisional and n not in wrong),
        unchecked=tuple(n for n in there if n < truth.first),
    )


@in_time
async def mend(
    records: Records, truth: Truth, found: Differences, compared: tuple[Entry, ...]
) -> None:
    """Make the journal follow the history. What loses its number is set aside, never lost.

    Args:
        compared: the rows that were compared. What the journey has written since is its own:
            it stands, and so do the lists that came with it.
    """
    async with records.begin() as session:
        await session.get(Journey, found.reference, with_for_update=True)
        rows = select(JournalEntry).where(JournalEntry.reference == found.reference)
        stored = {row.number: row for row in await session.scalars(rows)}
        since = _written_since(stored, compared)
        out = {*found.phantom, *_altered(stored, truth, found)} - since
        await _take_out(session, found.reference, [stored[n] for n in sorted(out) if n in stored])
        # Of two contents the later one stands: history speaks last.
        latest = max((row.as_of for row in stored.values()), default=truth.last.as_of)
        wrong = {*found.missing, *found.different} - since
        batch = truth.last.model_copy(
            update={
                "rows": tuple(row for row in truth.rows if row.number in wrong),
                "confirmed_through": truth.through,
                "as_of": max(latest, truth.last.as_of) + timedelta(microseconds=1),
            }
        )
        ahead = any(number > truth.through for number in stored.keys() - out)
        # Lists that are newer than this snapshot stay: a danger could go out of view with them.
        write = write_rows_within if since or ahead else write_within
        await write(await session.connection(), batch)


async def _take_out(session: AsyncSession, reference: str, rows: Sequence[JournalEntry]) -> None:
    """Rows that never happened, or say other words than their hash."""
    connection = await session.connection()
    for lost in rows:
        await keep_aside(
            connection,
            reference,
            lost,
            kept_hash=_NOTHING,
            provisional=lost.provisional,
            as_of=lost.as_of,
        )
    numbers = [row.number for row in rows]
    gone = JournalEntry.number.in_(numbers)
    await session.execute(delete(JournalEntry).where(JournalEntry.reference == reference, gone))
    await contact_attempts.forget(connection, reference, numbers)


@in_time
async def suspects(records: Records, before: datetime, most: int) -> tuple[PathwayReference, ...]:
    """Journeys with rows that history has not vouched for since `before`."""
    query = (
        select(JournalEntry.reference)
        .where(JournalEntry.provisional.is_(True), JournalEntry.written_at < before)
        .group_by(JournalEntry.reference)
        # At random: some that cannot be compared must not stand in the way of the others.
        .order_by(func.random())
        .limit(most)
    )
    async with records.session() as session:
        return tuple(await session.scalars(query))


def _content(row: JournalRow | JournalEntry) -> tuple[object, ...]:
    """All of it: whoever alters a row by hand may leave its hash as it was."""
    return row.kind, row.at, row.payload, row.content_hash


def _written_since(
    stored: Mapping[int, JournalEntry], compared: tuple[Entry, ...]
) -> frozenset[int]:
    """Rows that were written, or vouched for anew, after they were read."""
    read = {row.number: (row.content_hash, row.as_of) for row in compared}
    now = {number: (row.content_hash, row.as_of) for number, row in stored.items()}
    return frozenset(n for n in {*read, *now} if read.get(n) != now.get(n))


def _altered(
    stored: Mapping[int, JournalEntry], truth: Truth, found: Differences
) -> tuple[int, ...]:
    """Rows with the right hash and other words: to a batch they would be the same."""
    said = {row.number: row.content_hash for row in truth.rows}
    both = (number for number in found.different if number in stored)
    return tuple(number for number in both if stored[number].content_hash == said[number])
