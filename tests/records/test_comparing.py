"""Mending a journal never puts an older list in the place of a newer one."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from pathway.overview import OwedRow
from pathway.roles import Role
from records import comparing, journal, journeys
from records.comparing import Truth
from records.database import Records
from records.journal import Entry
from workflows.messages import JournalBatch, JournalRow, JourneySnapshot

HER = "J-0123456789"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = datetime(2030, 1, 1, tzinfo=UTC)
"""By then no row may belong to a task under way."""


def row(number: int, payload: str = "{}") -> JournalRow:
    digest = sha256(f"{number}{payload}".encode()).hexdigest()
    return JournalRow(number=number, kind="booked", at=START, payload=payload, content_hash=digest)


def batch(*rows: JournalRow, minutes: int, confirmed: int, danger: bool = False) -> JournalBatch:
    line = OwedRow(key="e1", group="danger", role=Role.NURSE, since=START, line="See to her.")
    return JournalBatch(
        reference=HER,
        rows=rows,
        confirmed_through=confirmed,
        snapshot=JourneySnapshot(
            stage="infusion", waits_for="nurse", owed=(line,) if danger else ()
        ),
        as_of=START + timedelta(minutes=minutes),
    )


TWO = batch(row(1), row(2), minutes=1, confirmed=1)
TRUTH = Truth(rows=TWO.rows, last=TWO)
"""As the history was when it was fetched."""


async def listed(records: Records) -> tuple[int, list[str]]:
    """What the lists say: through which row, and what is owed."""
    seen = await journeys.get(records, HER)
    assert seen is not None
    return seen.through, [line.key for line in seen.owed]


async def numbers(records: Records) -> list[int]:
    return [each.number for each in await journal.read(records, HER)]


async def mended(records: Records, rows: tuple[Entry, ...], at: datetime = LATER) -> None:
    found = comparing.compare(HER, rows, TRUTH, at)
    await comparing.mend(records, TRUTH, found, rows)


async def test_a_danger_that_came_meanwhile_stays_on_the_work_list(records: Records) -> None:
    await journal.write(records, TWO)
    compared = await journal.read(records, HER)
    await journal.write(records, batch(row(3), minutes=5, confirmed=2, danger=True))
    await mended(records, compared)
    assert await listed(records) == (3, ["e1"])
    assert await numbers(records) == [1, 2, 3]
    assert not (await journal.read(records, HER))[1].provisional, "its history has vouched for it"


async def test_a_row_that_took_a_phantoms_number_meanwhile_stands(records: Records) -> None:
    await journal.write(records, TWO)
    await journal.write(records, batch(row(3, '"lost"'), minutes=2, confirmed=2))
    compared = await journal.read(records, HER)
    await journal.write(records, batch(row(3), minutes=5, confirmed=2, danger=True))
    await mended(records, compared)
    assert await listed(records) == (3, ["e1"])
    assert (await journal.read(records, HER))[-1].payload == "{}"


async def test_lists_of_a_task_that_may_be_under_way_are_left_alone(records: Records) -> None:
    await journal.write(records, TWO)
    await journal.write(records, batch(row(3), minutes=5, confirmed=1, danger=True))
    await mended(records, await journal.read(records, HER), datetime.now(UTC))
    assert await listed(records) == (3, ["e1"])


@pytest.mark.parametrize("lost", [2, 3])
async def test_what_stood_as_it_was_compared_follows_the_history(
    records: Records, lost: int
) -> None:
    """A phantom's lists go with it, and a missing row comes back with those of the last one."""
    await journal.write(records, TWO)
    await journal.write(records, batch(row(lost, '"lost"'), minutes=2, confirmed=1, danger=True))
    await mended(records, await journal.read(records, HER))
    assert await listed(records) == (2, [])
    assert await numbers(records) == [1, 2]
    assert {each.payload for each in await journal.read(records, HER)} == {"{}"}
