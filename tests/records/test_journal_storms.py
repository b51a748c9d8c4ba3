"""Lost tasks, slow activities and repeats in any order: the journal ends as the history."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

import pytest

from records import journal, journeys
from records.database import Records
from workflows.messages import JournalBatch, JournalRow, JourneySnapshot

REFERENCE = "J-0123456789"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _row(number: int, payload: str) -> JournalRow:
    digest = sha256(payload.encode()).hexdigest()
    return JournalRow(number=number, kind="k", at=START, payload=payload, content_hash=digest)


@dataclass
class Storm:
    """A workflow whose tasks get lost, and activities that run late, twice or both."""

    records: Records
    random: Random
    history: list[JournalRow] = field(default_factory=list)
    outbox: list[JournalRow] = field(default_factory=list)
    late: list[JournalBatch] = field(default_factory=list)
    clock: int = 0

    def batch(self, new: list[JournalRow]) -> JournalBatch:
        self.clock += 1
        return JournalBatch(
            reference=REFERENCE,
            rows=(*self.outbox, *new),
            confirmed_through=len(self.history),
            snapshot=JourneySnapshot(stage="infusion", waits_for=f"at {self.clock}"),
            as_of=START + timedelta(seconds=self.clock),
        )

    def new_rows(self, word: str) -> list[JournalRow]:
        count = self.random.randint(1, 3)
        first = len(self.history) + 1
        return [_row(first + n, f"{word} {self.clock}.{n}") for n in range(count)]

    async def lost_task(self) -> None:
        """Its local activity wrote, or will yet write, what never happened."""
        batch = self.batch(self.new_rows("never"))
        if self.random.random() < 0.5:
            await journal.write(self.records, batch)
        if self.random.random() < 0.5:
            self.late.append(batch)

    async def task(self) -> None:
        new = self.new_rows("true")
        batch = self.batch(new)
        self.history += new
        self.outbox += new
        if self.random.random() < 0.3:
            self.late.append(batch)  # slow: the outbox keeps its rows
        else:
            await self.acknowledged(batch)

    async def acknowledged(self, batch: JournalBatch) -> None:
        written = await journal.write(self.records, batch)
        self.outbox = [row for row in self.outbox if row.number > written.through]
        if self.random.random() < 0.3:
            self.late.append(batch)

    async def something_late(self) -> None:
        if self.late:
            chosen = self.late.pop(self.random.randrange(len(self.late)))
            await journal.write(self.records, chosen)

    async def run(self) -> None:
        for _ in range(25):
            step = self.random.choice((self.lost_task, self.task, self.task, self.something_late))
            await step()
        await self.task()
        while self.late:
            await self.something_late()
        while self.outbox:
            await self.acknowledged(self.batch([]))
        await journal.write(self.records, self.batch([]))


@pytest.mark.parametrize("seed", range(8))
async def test_the_journal_ends_as_the_history(records: Records, seed: int) -> None:
    storm = Storm(records, Random(seed))  # noqa: S311 - chaos that can be repeated
    await storm.run()
    rows = await journal.read(records, REFERENCE)
    true = rows[: len(storm.history)]
    assert [row.payload for row in true] == [row.payload for row in storm.history]
    assert not any(row.provisional for row in true)
    # What is left of a lost task stands behind the truth and is marked as such.
    assert all(row.provisional for row in rows[len(storm.history) :])
    snapshot = await journeys.get(records, REFERENCE)
    assert snapshot is not None
    assert snapshot.waits_for == f"at {storm.clock}"
