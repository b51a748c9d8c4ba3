"""The watch is watched: its schedule is made again, goes on again, and ops hear of it once."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client, ScheduleActionStartWorkflow
from watch_stand import watch_stand

from activities.watch_telling import Telling
from records import watch_findings, watch_rounds
from records.database import Records
from records.watch_rounds import Round
from workers import watch_kept
from workers.watch_kept import keep_watch
from workers.watch_schedule import Kept, keep_schedule, schedule_id

FIVE = timedelta(minutes=5)


@pytest.fixture
async def queue(client: Client) -> AsyncIterator[str]:
    """A queue of workers whose schedule is gone afterwards."""
    name = f"kept-{uuid.uuid4()}"
    yield name
    await client.get_schedule_handle(schedule_id(name)).delete()


async def test_the_schedule_becomes_what_it_should_be(client: Client, queue: str) -> None:
    assert await keep_schedule(client, queue, FIVE) is Kept.GONE
    assert await keep_schedule(client, queue, FIVE) is Kept.THERE
    handle = client.get_schedule_handle(schedule_id(queue))
    await handle.pause(note="for an hour")
    assert await keep_schedule(client, queue, FIVE) is Kept.PAUSED
    assert not (await handle.describe()).schedule.state.paused
    assert await keep_schedule(client, queue, FIVE * 2) is Kept.CHANGED
    seen = (await handle.describe()).schedule
    assert [each.every for each in seen.spec.intervals] == [FIVE * 2]
    assert isinstance(seen.action, ScheduleActionStartWorkflow)
    assert not seen.action.args, "a payload would be bound to another workflow"
    await handle.delete()
    assert await keep_schedule(client, queue, FIVE) is Kept.GONE


async def test_the_schedule_starts_rounds_by_itself(
    client: Client, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watch_stand(client, records, monkeypatch) as stand:
        await keep_schedule(client, stand.task_queue, FIVE)
        try:
            async with asyncio.timeout(30):
                while await watch_rounds.last(records) is None:
                    await asyncio.sleep(0.1)
        finally:
            await client.get_schedule_handle(schedule_id(stand.task_queue)).delete()


class Clock(datetime):
    """A wall clock that a test sets."""

    ahead = timedelta(0)

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime.now(UTC) + cls.ahead


async def test_ops_hear_once_of_a_watch_that_was_deleted_paused_or_silent(
    client: Client, records: Records, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    async def tell(words: str) -> bool:
        told.append(words)
        return True

    async def rounded(at: datetime) -> None:
        done = Round(begun_at=at, ended_at=at, journeys=0, mended=0, every=FIVE)
        await watch_rounds.note(records, done)

    sweep = keep_watch(records, client, Telling(records, tell, tell), queue, FIVE)
    assert await sweep.work() == 0
    assert told == [], "a first start is no news"
    await rounded(datetime.now(UTC))

    handle = client.get_schedule_handle(schedule_id(queue))
    await handle.delete()
    assert await sweep.work() == 1
    await handle.pause()
    assert await sweep.work() == 1
    assert [("was gone" in told[0]), ("was paused" in told[1])] == [True, True]
    assert await sweep.work() == 0
    await rounded(datetime.now(UTC))
    assert await sweep.work() == 0
    assert await watch_findings.open_ones(records) == ()

    monkeypatch.setattr(watch_kept, "datetime", Clock)
    monkeypatch.setattr(Clock, "ahead", 4 * FIVE)
    assert (await sweep.work(), await sweep.work()) == (1, 1)
    assert len(told) == 3
    assert "has not looked" in told[2]
    (found,) = await watch_findings.open_ones(records)
    assert found.state == "silent"
