"""What goes wrong in a workflow leaves no words in its history, as the server keeps it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

WORDS = "Qvizkor Jane hears her late brother"


@activity.defn
async def fails() -> None:
    raise ApplicationError(WORDS, {"note": WORDS}, type="NotSent") from ValueError(WORDS)


@workflow.defn
class Troubled:
    def __init__(self) -> None:
        self.breaks = False
        self.done = False

    @workflow.run
    async def run(self) -> None:
        with suppress(ActivityError):
            await workflow.execute_activity(
                fails,
                start_to_close_timeout=timedelta(seconds=5),
                retry_policy=RetryPolicy(maximum_attempts=1),
                summary=WORDS,
            )
        await workflow.wait_condition(lambda: self.breaks or self.done)
        if self.breaks:
            raise ValueError(WORDS)
        raise ApplicationError(WORDS, WORDS)

    @workflow.update
    def take(self, said: str) -> None:
        raise ApplicationError(f"no: {said}", said, type="wrong")

    @workflow.update
    def refused(self, said: str) -> None:
        raise AssertionError

    @refused.validator
    def _refuses(self, said: str) -> None:
        raise ApplicationError(f"no: {said}", type="wrong")

    @workflow.signal
    def freeze(self) -> None:
        self.breaks = True

    @workflow.signal
    def end(self) -> None:
        self.done = True


@dataclass(frozen=True)
class Stand:
    handle: WorkflowHandle[Troubled, None]
    in_clear: Client

    async def history(self) -> tuple[list[str], bytes, str]:
        """The kinds of its events, and the whole as bytes and as JSON without any key."""
        raw = self.in_clear.get_workflow_handle(self.handle.id)
        events = [event async for event in raw.fetch_history_events()]
        history = await raw.fetch_history()
        kinds: list[str] = [event.WhichOneof("attributes") or "" for event in events]
        return kinds, b"".join(e.SerializeToString() for e in events), history.to_json()


@pytest.fixture
async def stand(client: Client, in_clear: Client) -> AsyncIterator[Stand]:
    queue = f"q-{uuid.uuid4()}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[Troubled],
        activities=[fails],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        handle = await client.start_workflow(Troubled.run, id=f"w-{uuid.uuid4()}", task_queue=queue)
        yield Stand(handle, in_clear)
        await handle.terminate()


async def happened(stand: Stand, kind: str) -> bytes:
    """The history once it has such an event; nothing of the words stands in it."""
    async with asyncio.timeout(20):
        while True:
            kinds, raw, as_json = await stand.history()
            if f"{kind}_event_attributes" in kinds:
                for word in WORDS.split():
                    assert word.encode() not in raw
                    assert word not in as_json
                return raw
            await asyncio.sleep(0.1)


async def test_an_activity_that_fails_with_words_leaves_none(stand: Stand) -> None:
    raw = await happened(stand, "activity_task_failed")
    assert b"NotSent" in raw, "the kind of a failure stays to be read"
    assert b"test_raw_histories" not in raw, "stack traces quote the code's lines"


async def test_an_update_that_is_refused_leaves_no_words(stand: Stand) -> None:
    for update in ("take", "refused"):
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await stand.handle.execute_update(update, WORDS)
        assert WORDS in str(failed.value.cause), "the caller is told"
    await happened(stand, "workflow_execution_update_completed")


async def test_a_task_that_breaks_leaves_no_words(stand: Stand) -> None:
    await stand.handle.signal(Troubled.freeze)
    await happened(stand, "workflow_task_failed")


async def test_a_journey_of_words_leaves_none_in_what_lists_show(stand: Stand) -> None:
    await happened(stand, "activity_task_failed")
    described = await stand.in_clear.get_workflow_handle(stand.handle.id).describe()
    assert WORDS.encode() not in described.raw_description.SerializeToString()
    assert not await described.memo()
