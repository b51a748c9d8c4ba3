"""What the journeys of a server have left in its history."""

import statistics
from collections import defaultdict
from dataclasses import dataclass

from temporalio.client import Client


@dataclass(frozen=True)
class Size:
    """Of a journey's whole chain of runs; the median where there are several journeys."""

    events: float
    bytes: float
    longest_run: int
    """Events of the longest run of any journey."""


async def size_of(client: Client, workflow_type: str) -> Size:
    """Every journey of this server but the shortest, which only warmed it up."""
    events: dict[str, int] = defaultdict(int)
    stored: dict[str, int] = defaultdict(int)
    longest = 0
    async for run in client.list_workflows(f"WorkflowType = '{workflow_type}'"):
        described = await client.get_workflow_handle(run.id, run_id=run.run_id).describe()
        info = described.raw_description.workflow_execution_info
        events[run.id] += info.history_length
        stored[run.id] += info.history_size_bytes
        longest = max(longest, info.history_length)
    if len(events) > 1:
        warm_up = min(events, key=lambda journey: events[journey])
        del events[warm_up], stored[warm_up]
    return Size(statistics.median(events.values()), statistics.median(stored.values()), longest)
