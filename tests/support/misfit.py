"""A history that no code of ours could have written: two of its commands are exchanged."""

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory

from workers import histories

_COMMANDS = frozenset(
    {
        EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
        EventType.EVENT_TYPE_TIMER_STARTED,
        EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    }
)


def misfit(history: WorkflowHistory) -> WorkflowHistory:
    """The same, with the first two commands of different kinds in each other's place."""
    events = list(history.events)
    kinds = [event.event_type for event in events]
    first = next(n for n in range(len(kinds)) if _differ(kinds[n : n + 2]))
    ids = [event.event_id for event in events[first : first + 2]]
    exchanged = (events[first + 1], events[first])
    for n, (id_, event) in enumerate(zip(ids, exchanged, strict=True), start=first):
        events[n] = HistoryEvent()
        events[n].CopyFrom(event)
        events[n].event_id = id_
    return WorkflowHistory(history.workflow_id, events)


def _differ(two: list[EventType.ValueType]) -> bool:
    return len(two) == 2 and _COMMANDS.issuperset(two) and two[0] != two[1]


def let_not_replay(patch: pytest.MonkeyPatch, reference: str) -> None:
    """What Temporal has of this journey does not fit this release any more."""
    real = histories._runs

    async def runs(client: Client, asked: str) -> list[WorkflowHistory]:
        found = await real(client, asked)
        return list(map(misfit, found)) if asked == reference else found

    patch.setattr(histories, "_runs", runs)
