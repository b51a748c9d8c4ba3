"""Lost tasks, resets, mendings and an erasure in any order: nothing honest looks like tampering."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sealed import RING
from sealed_journal import at, batch, row, seal, verify
from seeds import first_seed

from records import comparing, journal, sealing
from records.comparing import Truth
from records.database import Records
from workflows.messages import JournalBatch, JournalRow

HER = "J-0123456789"
STEPS = 25
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass
class Storm:
    """A journey whose tasks get lost, whose history is reset, and whose journal is mended."""

    records: Records
    random: Random
    history: list[JournalRow] = field(default_factory=list)
    late: list[JournalBatch] = field(default_factory=list)
    clock: int = 0

    def new(self, word: str) -> list[JournalRow]:
        first = len(self.history) + 1
        count = self.random.randint(1, 3)
        return [row(first + n, f"{word} {self.clock}") for n in range(count)]

    def batch(self, rows: list[JournalRow]) -> JournalBatch:
        self.clock += 1
        return batch(HER, *rows, minutes=self.clock, confirmed=len(self.history))

    async def goes_on(self) -> None:
        rows = self.new("true")
        written = self.batch(rows)
        self.history += rows
        await journal.write(self.records, written)
        if self.random.random() < 0.3:
            self.late.append(written)

    async def loses_a_task(self) -> None:
        await journal.write(self.records, self.batch(self.new("never")))

    async def is_vouched_for(self) -> None:
        await journal.write(self.records, self.batch([]))

    async def comes_late(self) -> None:
        if self.late:
            await journal.write(self.records, self.late.pop())

    async def is_reset(self) -> None:
        """Back to an earlier point, and on from there."""
        if self.history:
            del self.history[self.random.randrange(len(self.history)) :]
        await self.goes_on()

    async def is_mended(self) -> None:
        if not self.history:
            return
        truth = Truth(rows=tuple(self.history), last=self.batch([]))
        rows = await journal.read(self.records, HER)
        found = comparing.compare(HER, rows, truth, LATER)
        await comparing.mend(self.records, truth, found, rows)
        newest = max(each.as_of for each in await journal.read(self.records, HER))
        self.clock = max(self.clock, int((newest - at(0)) / timedelta(minutes=1)) + 1)

    async def is_sealed(self) -> None:
        await sealing.seal(self.records, RING, self.random.choice([1, 2, 50]))


@pytest.mark.parametrize("number", range(8))
async def test_nothing_honest_looks_like_tampering(records: Records, number: int) -> None:
    random = Random(first_seed() + number)  # noqa: S311 - repeatable
    storm = Storm(records, random)
    steps = [
        *(storm.goes_on, storm.goes_on, storm.loses_a_task, storm.is_vouched_for),
        *(storm.comes_late, storm.is_reset, storm.is_mended),
        *(storm.is_sealed, storm.is_sealed, storm.is_sealed),
    ]
    for _ in range(STEPS):
        step = random.choice(steps)
        await step()
        assert (await verify(records)).findings == (), step.__name__
    await storm.is_mended()
    await seal(records)
    verified = await verify(records)
    assert verified.findings == ()
    assert (verified.rows.sealed, verified.rows.waiting) == (len(storm.history), 0)
