"""The journal follows the history, whatever order its writers come in."""

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pathway.overview import OwedRow
from pathway.roles import Role
from records import journal, journeys
from records.database import Records
from workflows.messages import JournalBatch, JournalRow, JourneySnapshot

REFERENCE = "J-0123456789"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def row(number: int, payload: str = "{}") -> JournalRow:
    digest = sha256(f"{number}{payload}".encode()).hexdigest()
    return JournalRow(number=number, kind="booked", at=at(0), payload=payload, content_hash=digest)


def owed(key: str) -> OwedRow:
    return OwedRow(key=key, group="today", role=Role.COORDINATOR, since=at(0), line="Book it.")


def batch(
    *rows: JournalRow,
    minutes: float,
    confirmed: int = 0,
    waits_for: str = "coordinator",
    keys: tuple[str, ...] = (),
) -> JournalBatch:
    return JournalBatch(
        reference=REFERENCE,
        rows=rows,
        confirmed_through=confirmed,
        snapshot=JourneySnapshot(
            stage="preparation", waits_for=waits_for, owed=tuple(owed(key) for key in keys)
        ),
        as_of=at(minutes),
    )


async def payloads(records: Records) -> list[tuple[int, str, bool]]:
    rows = await journal.read(records, REFERENCE)
    return [(r.number, r.payload, r.provisional) for r in rows]


async def test_a_batch_written_again_changes_nothing(records: Records) -> None:
    one = batch(row(1, "a"), row(2, "b"), minutes=1, keys=("step/1",))
    first = await journal.write(records, one)
    before = await journal.read(records, REFERENCE)
    assert await journal.write(records, one) == first
    assert await journal.read(records, REFERENCE) == before
    assert first.through == 2
    assert first.replaced == ()
    assert await journal.read_replaced(records, REFERENCE) == ()


async def test_rows_are_provisional_until_a_later_batch_confirms_them(records: Records) -> None:
    await journal.write(records, batch(row(1, "a"), row(2, "b"), minutes=1, confirmed=1))
    assert await payloads(records) == [(1, "a", False), (2, "b", True)]
    await journal.write(records, batch(row(3, "c"), minutes=2, confirmed=2))
    assert await payloads(records) == [(1, "a", False), (2, "b", False), (3, "c", True)]


async def test_a_batch_without_rows_confirms_and_projects(records: Records) -> None:
    await journal.write(records, batch(row(1, "a"), minutes=1))
    written = await journal.write(records, batch(minutes=2, confirmed=1, waits_for="nurse"))
    assert written.through == 0
    assert await payloads(records) == [(1, "a", False)]
    snapshot = await journeys.get(records, REFERENCE)
    assert snapshot is not None
    assert (snapshot.waits_for, snapshot.through, snapshot.as_of) == ("nurse", 1, at(2))


async def test_the_next_command_takes_the_number_of_a_lost_task(records: Records) -> None:
    await journal.write(records, batch(row(1, "consent withdrawn"), minutes=1))
    written = await journal.write(records, batch(row(1, "infusion begun"), minutes=2))
    assert written.replaced == (1,)
    assert written.through == 1
    assert await payloads(records) == [(1, "infusion begun", True)]
    (lost,) = await journal.read_replaced(records, REFERENCE)
    assert (lost.number, lost.payload, lost.provisional) == (1, "consent withdrawn", True)
    assert lost.set_aside_hash == row(1, "consent withdrawn").content_hash
    assert lost.kept_hash == row(1, "infusion begun").content_hash


async def test_a_lost_task_that_writes_late_replaces_nothing(records: Records) -> None:
    await journal.write(records, batch(row(1, "infusion begun"), minutes=2))
    late = batch(row(1, "consent withdrawn"), row(2, "texts held"), minutes=1)
    for _ in range(2):
        written = await journal.write(records, late)
        assert written.through == 0
        assert written.replaced == ()
    assert (await payloads(records))[0] == (1, "infusion begun", True)
    # What it brought is kept once, and its second row waits to be overwritten.
    (aside,) = await journal.read_replaced(records, REFERENCE)
    assert aside.payload == "consent withdrawn"
    written = await journal.write(records, batch(row(2, "discharged"), minutes=3, confirmed=1))
    assert written.replaced == (2,)
    assert await payloads(records) == [(1, "infusion begun", False), (2, "discharged", True)]


async def test_a_stale_batch_never_overwrites_a_confirmed_row(records: Records) -> None:
    await journal.write(records, batch(row(1, "true"), minutes=2))
    await journal.write(records, batch(row(2, "next"), minutes=5, confirmed=1))
    # Later than row 1 was written, earlier than the batch that vouched for it.
    await journal.write(records, batch(row(1, "stale"), minutes=3, confirmed=1))
    assert (await payloads(records))[0] == (1, "true", False)


async def test_what_a_batch_repeats_is_as_new_as_that_batch(records: Records) -> None:
    await journal.write(records, batch(row(1, "true"), minutes=2))
    await journal.write(records, batch(row(1, "true"), row(2, "next"), minutes=5))
    await journal.write(records, batch(row(1, "stale"), minutes=3))
    assert await payloads(records) == [(1, "true", True), (2, "next", True)]


async def test_at_equal_times_a_confirmed_row_stays_and_a_provisional_one_goes(
    records: Records,
) -> None:
    await journal.write(records, batch(row(1, "a"), row(2, "b"), minutes=1, confirmed=1))
    written = await journal.write(records, batch(row(1, "x"), row(2, "y"), minutes=1))
    assert written.replaced == (2,)
    assert written.through == 0
    assert await payloads(records) == [(1, "a", False), (2, "y", True)]


async def test_a_reset_history_replaces_what_was_confirmed(records: Records) -> None:
    await journal.write(records, batch(row(1, "a"), row(2, "b"), minutes=1, confirmed=2))
    written = await journal.write(records, batch(row(2, "after reset"), minutes=9, confirmed=1))
    assert written.replaced == (2,)
    (aside,) = await journal.read_replaced(records, REFERENCE)
    assert aside.provisional is False
    assert (await payloads(records))[1] == (2, "after reset", True)


async def test_an_older_history_does_not_vouch_for_newer_rows(records: Records) -> None:
    await journal.write(records, batch(row(1, "new"), minutes=5))
    await journal.write(records, batch(minutes=3, confirmed=1))
    assert await payloads(records) == [(1, "new", True)]


async def test_the_newest_snapshot_stays_in_view(records: Records) -> None:
    # The lost task was one row ahead: the number alone would keep its snapshot.
    lost = batch(row(1), row(2), minutes=1, waits_for="nobody", keys=("phantom",))
    await journal.write(records, lost)
    await journal.write(records, batch(row(1), minutes=2, waits_for="nurse", keys=("a", "b")))
    await journal.write(records, lost)
    snapshot = await journeys.get(records, REFERENCE)
    assert snapshot is not None
    assert snapshot.waits_for == "nurse"
    assert [line.key for line in snapshot.owed] == ["a", "b"]


async def test_of_two_batches_of_one_moment_the_further_one_is_in_view(records: Records) -> None:
    await journal.write(records, batch(row(1), row(2), minutes=1, waits_for="nurse"))
    await journal.write(records, batch(row(1), minutes=1, waits_for="coordinator"))
    snapshot = await journeys.get(records, REFERENCE)
    assert snapshot is not None
    assert snapshot.waits_for == "nurse"


async def test_writers_at_the_same_time_end_in_the_newest_state(records: Records) -> None:
    batches = [
        batch(
            *(row(n, f"{minutes}") for n in range(1, 6)),
            minutes=minutes,
            waits_for=f"{minutes}",
            keys=(f"k{minutes}", "common"),
        )
        for minutes in range(12)
    ]
    await asyncio.gather(*(journal.write(records, b) for b in reversed(batches[6:])))
    await asyncio.gather(*(journal.write(records, b) for b in batches))
    assert {payload for _, payload, _ in await payloads(records)} == {"11"}
    snapshot = await journeys.get(records, REFERENCE)
    assert snapshot is not None
    assert [line.key for line in snapshot.owed] == ["common", "k11"]


async def test_nothing_is_known_of_a_journey_before_its_first_batch(records: Records) -> None:
    assert await journal.read(records, REFERENCE) == ()
    assert await journeys.get(records, REFERENCE) is None
