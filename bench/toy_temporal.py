"""The same steps on Temporal, as one writes them first: a workflow per patient, an activity for
each text and each journal row, an update for each act of staff, a sleep before each text."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from bench.patient import ACTS
    from bench.toy_steps import (
        Act,
        Entry,
        Message,
        Outside,
        Start,
    )
    from workers.process import announce_ready, run_process

TASK_QUEUE = "toy"
_SOON = timedelta(seconds=30)
_STAFF_MAY_TAKE = timedelta(days=2)


class Steps:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    @activity.defn
    async def write_journal(self, entry: Entry) -> None:
        await self._outside.write(entry)

    @activity.defn
    def send_text(self, message: Message) -> str:
        return self._outside.send(message)


@workflow.defn
class ToyJourney:
    @workflow.init
    def __init__(self, start: Start) -> None:
        self._start = start
        self._done: list[tuple[int, str]] = []
        self._rows = 0

    @workflow.run
    async def run(self, start: Start) -> None:
        await self._until(0, "record_assessment")
        await self._until(0, "record_consent")
        for number in range(1, start.treatments + 1):
            await self._treatment(number)
        await self._until(0, "close")
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _treatment(self, number: int) -> None:
        for step, texts_at in self._start.steps.items():
            await self._until(number, f"book_{step}")
            booked = workflow.now()
            for count, seconds in enumerate(texts_at, start=1):
                left = booked + timedelta(seconds=seconds) - workflow.now()
                await workflow.sleep(max(left, timedelta()))
                await self._text(number, step, count)
            for act in ACTS[step]:
                await self._until(number, act)

    async def _text(self, number: int, step: str, count: int) -> None:
        body = f"Your {step} is near (text {count}). Please call us if you cannot come."
        message = Message(patient=self._start.patient, phone=self._start.phone, body=body)
        await workflow.execute_activity_method(
            Steps.send_text, message, start_to_close_timeout=_SOON
        )
        act = Act(kind="text_sent", treatment=number, by="system", at=workflow.now(), note=body)
        await self._journal(act)

    async def _until(self, treatment: int, kind: str) -> None:
        """Wait for an act of staff, and note when it is late."""
        try:
            await workflow.wait_condition(
                lambda: (treatment, kind) in self._done, timeout=_STAFF_MAY_TAKE
            )
        except TimeoutError:
            late = Act(kind="late", treatment=treatment, by="system", at=workflow.now(), note=kind)
            await self._journal(late)
            await workflow.wait_condition(lambda: (treatment, kind) in self._done)

    @workflow.update
    async def act(self, act: Act) -> int:
        self._done.append((act.treatment, act.kind))
        return await self._journal(act)

    @act.validator
    def check(self, act: Act) -> None:
        if (act.treatment, act.kind) in self._done:
            raise ApplicationError("this was recorded already")

    @workflow.query
    def stands_at(self) -> int:
        return self._rows

    async def _journal(self, act: Act) -> int:
        self._rows += 1
        number = self._rows
        entry = Entry(patient=self._start.patient, number=number, act=act)
        await workflow.execute_activity_method(
            Steps.write_journal, entry, start_to_close_timeout=_SOON
        )
        return number


async def serve(stop: asyncio.Event) -> None:
    outside = Outside()
    await outside.prepare()
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"],
        namespace=os.environ["TEMPORAL_NAMESPACE"],
        data_converter=pydantic_data_converter,
    )
    steps = Steps(outside)
    async with Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[ToyJourney],
        activities=[steps.write_journal, steps.send_text],
        activity_executor=ThreadPoolExecutor(8),
    ):
        announce_ready()
        await stop.wait()


if __name__ == "__main__":
    run_process(serve)
