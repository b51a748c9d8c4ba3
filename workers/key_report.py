"""Which keys sealed what Temporal keeps: read off histories and schedules, opening none of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.workflowservice.v1 import DescribeScheduleRequest
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from workers.payload_codec import is_sealed, key_id_of

Progress = Callable[[int, int], None]
"""Told how many histories of how many were looked at."""


@dataclass
class KeyUse:
    """What one key has sealed."""

    open: int = 0
    """Histories of runs that are open."""
    closed: int = 0
    """Of runs that have ended and are kept for a while."""
    schedules: int = 0
    oldest: datetime | None = None
    """When the oldest of these runs began."""


@dataclass
class Kept:
    """What was found."""

    histories: int = 0
    """How many were looked at."""
    of: int = 0
    keys: dict[str, KeyUse] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return self.histories == self.of


async def kept_keys(client: Client, most: int, progress: Progress) -> Kept:
    """Look at the histories of at most so many runs, the oldest first, and at every schedule.

    A history is read page by page and never held as a whole. Raises RPCError.
    """
    runs = [run async for run in client.list_workflows()]
    runs.sort(key=lambda run: run.start_time)
    kept = Kept(of=len(runs))
    for run in runs[:most]:
        _take(kept, run, await _keys_of_history(client, run))
        progress(kept.histories, kept.of)
    async for schedule in await client.list_schedules():
        for key_id in await _keys_of_schedule(client, schedule.id):
            kept.keys.setdefault(key_id, KeyUse()).schedules += 1
    return kept


def key_ids_of(message: Message) -> Iterator[str]:
    """The ids of the keys that sealed payloads anywhere in a message."""
    if isinstance(message, Payload):
        if is_sealed(message):
            yield key_id_of(message)
        return
    for inner in _messages_in(message):
        yield from key_ids_of(inner)


def _messages_in(message: Message) -> Iterator[Message]:
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        if descriptor.message_type.GetOptions().map_entry:
            yield from (inner for inner in value.values() if isinstance(inner, Message))
        elif isinstance(value, Message):
            yield value
        else:
            yield from value


def _take(kept: Kept, run: WorkflowExecution, key_ids: set[str]) -> None:
    kept.histories += 1
    for key_id in key_ids:
        use = kept.keys.setdefault(key_id, KeyUse())
        if run.status is WorkflowExecutionStatus.RUNNING:
            use.open += 1
        else:
            use.closed += 1
        use.oldest = min(use.oldest or run.start_time, run.start_time)


async def _keys_of_history(client: Client, run: WorkflowExecution) -> set[str]:
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    found: set[str] = set()
    try:
        async for event in handle.fetch_history_events():
            found.update(key_ids_of(event))
    except RPCError as error:
        # It was deleted since it was listed.
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    return found


async def _keys_of_schedule(client: Client, id_: str) -> frozenset[str]:
    # Its handle would open what it describes.
    request = DescribeScheduleRequest(namespace=client.namespace, schedule_id=id_)
    return frozenset(key_ids_of(await client.workflow_service.describe_schedule(request)))
