"""Lists rebuilt from the journal equal those that the live journeys wrote, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fake_activities import FakeActivities
from journey_stand import LiveJourney, Stand
from sqlalchemy import delete, select, update
from stories import STORIES
from temporalio.client import Client

from activities.journal import Journal
from records import contact_attempts, journeys, rebuilding
from records.database import Records
from records.journeys import StoredSnapshot
from records.rebuilding import Became
from records.tables import Base, ContactAttempt, JournalEntry, Journey, Owed
from workers.assembly import Activities
from workflows.outbox import snapshot_of

LIVED = ("moved_and_missed", "called_instead_of_texted", "flag_taken_raised_again_assessed")


@pytest.fixture
async def stand(
    client: Client, records: Records, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stand]:
    """The journal goes into the database; texts and pages are faked as elsewhere."""
    real = Journal(records)

    def with_records(self: FakeActivities) -> Activities:
        main: list[Any] = [real.write_journal, self.send_page, self.alert_ops]
        return Activities(main=main, texting=[self.send_text, self.look_up_text])

    monkeypatch.setattr(FakeActivities, "activities", with_records)
    async with Stand.open(client) as opened:
        yield opened


async def written(records: Records, journey: LiveJourney) -> StoredSnapshot:
    """What the records show once they have every event."""
    events = (await journey.overview()).events
    async with asyncio.timeout(60):
        while True:
            seen = await journeys.get(records, journey.reference)
            if seen is not None and seen.through >= events:
                return seen
            await asyncio.sleep(0.1)


async def lose_everything_but_the_journal(records: Records) -> None:
    async with records.begin() as session:
        await session.execute(delete(Owed))
        await session.execute(delete(ContactAttempt))
        await session.execute(update(Journey).values(stage="lost", waits_for="?", through=0))


async def all_rows(records: Records, table: type[Base]) -> list[dict[str, object]]:
    columns = [c.name for c in table.__table__.columns if c.name != "written_at"]
    async with records.session() as session:
        rows = [
            {name: getattr(row, name) for name in columns}
            for row in await session.scalars(select(table))
        ]
    return sorted(rows, key=str)


async def test_rebuilt_lists_equal_the_live_ones(stand: Stand, records: Records) -> None:
    lived = [await STORIES[name](stand) for name in LIVED]
    for journey in lived:
        await written(records, journey)
    tables = (Journey, Owed, ContactAttempt)
    live = [await all_rows(records, table) for table in tables]
    assert all(live), "each list has something in it"
    assert await contact_attempts.for_reference(records, lived[1].reference)

    await lose_everything_but_the_journal(records)
    references = await rebuilding.references(records)
    assert set(references) == {journey.reference for journey in lived}
    for reference in references:
        done = await rebuilding.rebuild(records, reference, snapshot_of)
        assert done.became is Became.REBUILT
    assert [await all_rows(records, table) for table in tables] == live
    for reference in references:
        assert (await rebuilding.rebuild(records, reference, snapshot_of)).became is Became.SAME

    # What cannot be rebuilt is left as it was, and said.
    first, second, _ = references
    async with records.begin() as session:
        here = JournalEntry.reference == first
        await session.execute(delete(JournalEntry).where(here, JournalEntry.number == 2))
        there = JournalEntry.reference == second
        broken = update(JournalEntry).where(there, JournalEntry.number == 2)
        await session.execute(broken.values(kind="of_another_release"))
    assert (await rebuilding.rebuild(records, first, snapshot_of)).became is Became.GAP
    assert (await rebuilding.rebuild(records, second, snapshot_of)).became is Became.UNREADABLE
    assert [await all_rows(records, table) for table in tables] == live
