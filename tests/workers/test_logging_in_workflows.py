"""A workflow's log line is written once, however often its history is replayed."""

import logging
import uuid
from datetime import timedelta

import pytest
import structlog
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from workers.logging import configure_logging
from workers.redaction import ALLOWED

log = structlog.get_logger("waymark.t")


@activity.defn
async def work() -> None:
    log.info("working")


@workflow.defn
class Talks:
    @workflow.run
    async def run(self) -> None:
        for number in (1, 2):
            log.info("before_work", number=number)
            workflow.logger.info("sdk says it")
            await workflow.execute_activity(work, start_to_close_timeout=timedelta(seconds=5))
        log.info("after_work")


class Lines(logging.Handler):
    """Keeps what reaches the root logger, as the formatter would see it."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, object]] = []
        self.plain: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.msg, dict):
            self.events.append(record.msg)
        else:
            self.plain.append(record.getMessage())


@pytest.fixture
def lines(logging_put_back: None) -> Lines:
    kept = Lines()
    configure_logging()
    logging.getLogger().handlers[:] = [kept]
    return kept


async def test_replay_says_nothing_again(client: Client, lines: Lines) -> None:
    queue, workflow_id = f"q-{uuid.uuid4()}", f"w-{uuid.uuid4()}"
    # Without a cache every task replays the whole history, and says every line again.
    async with Worker(
        client,
        task_queue=queue,
        workflows=[Talks],
        activities=[work],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=0,
    ):
        await client.execute_workflow(Talks.run, id=workflow_id, task_queue=queue)
    said = [event["event"] for event in lines.events]
    assert said == ["before_work", "working", "before_work", "working", "after_work"]
    assert lines.plain.count("sdk says it") == 2
    assert all(event["workflow_id"] == workflow_id for event in lines.events)
    assert lines.events[1]["activity_type"] == "work"
    assert not [name for name in lines.events[0] if name not in ALLOWED and name[0] != "_"]
