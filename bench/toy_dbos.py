"""The same steps on DBOS with PostgreSQL: a workflow per patient, a step for each text and row.

DBOS is installed for the bench alone, so it is looked up by name here.
"""

import asyncio
import os
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from bench.patient import ACTS
from bench.toy_steps import (
    DATABASE,
    DAY_SECONDS,
    Act,
    Entry,
    Message,
    Outside,
    Start,
)
from workers.process import announce_ready, run_process

SYSTEM_DATABASE = "TOY_SYSTEM_DATABASE"
QUEUE = "patients"
WORKFLOW = "toy_journey"
TOPIC = "staff"

DBOS: Any = import_module("dbos").DBOS
outside = Outside()


async def _write(entry: dict[str, Any]) -> None:
    await outside.write(Entry.model_validate(entry))


async def _send(message: dict[str, Any]) -> str:
    return await asyncio.to_thread(outside.send, Message.model_validate(message))


write_journal = DBOS.step(name="write_journal")(_write)
send_text = DBOS.step(name="send_text")(_send)


class Journey:
    """One patient's course; what it holds is rebuilt when DBOS runs the workflow again."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._rows = 0

    async def run(self) -> None:
        for _ in ("record_assessment", "record_consent"):
            await self._until()
        for number in range(1, self._start.treatments + 1):
            await self._treatment(number)
        await self._until()

    async def _treatment(self, number: int) -> None:
        for step, texts_at in self._start.steps.items():
            await self._until()
            waited = 0
            for count, seconds in enumerate(texts_at, start=1):
                await DBOS.sleep_async(seconds - waited)
                waited = seconds
                await self._text(number, step, count)
            for _ in ACTS[step]:
                await self._until()

    async def _text(self, number: int, step: str, count: int) -> None:
        body = f"Your {step} is near (text {count}). Please call us if you cannot come."
        message = Message(patient=self._start.patient, phone=self._start.phone, body=body)
        await send_text(message.model_dump())
        now = datetime.now(UTC)
        await self._journal(Act(kind="text_sent", treatment=number, by="system", at=now, note=body))

    async def _until(self) -> None:
        """Wait for the next act of staff, and note when it is late."""
        while (told := await DBOS.recv_async(TOPIC, timeout_seconds=2 * DAY_SECONDS)) is None:
            await self._journal(Act(kind="late", treatment=0, by="system", at=datetime.now(UTC)))
        await self._journal(Act.model_validate(told))

    async def _journal(self, act: Act) -> None:
        self._rows += 1
        entry = Entry(patient=self._start.patient, number=self._rows, act=act)
        await write_journal(entry.model_dump())


async def _journey(start: dict[str, Any]) -> None:
    await Journey(Start.model_validate(start)).run()


toy_journey = DBOS.workflow(name=WORKFLOW)(_journey)


async def serve(stop: asyncio.Event) -> None:
    await outside.prepare()
    DBOS(
        config={
            "name": "toy",
            "system_database_url": os.environ[SYSTEM_DATABASE],
            "log_level": "WARNING",
            "run_migrations": True,
        }
    )
    DBOS.launch()
    await DBOS.register_queue_async(QUEUE)
    announce_ready()
    await stop.wait()


if __name__ == "__main__":
    assert DATABASE in os.environ  # noqa: S101
    run_process(serve)
