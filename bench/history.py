"""A stored history, cut into workflow tasks: what woke each task, and what it wrote."""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Written by a test that skips time, and by nothing else.
_OF_SKIPPED_TIME = frozenset(
    {"WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED", "WORKFLOW_EXECUTION_OPTIONS_UPDATED"}
)
# What the world writes, and a task then reads; everything else is written by a task.
_WAKES = frozenset(
    {
        "WORKFLOW_EXECUTION_STARTED",
        "WORKFLOW_EXECUTION_SIGNALED",
        "TIMER_FIRED",
        "ACTIVITY_TASK_STARTED",
        "ACTIVITY_TASK_COMPLETED",
        "ACTIVITY_TASK_FAILED",
        "ACTIVITY_TASK_TIMED_OUT",
        "ACTIVITY_TASK_CANCELED",
    }
)
_TASK = "WORKFLOW_TASK_"


@dataclass(frozen=True)
class Event:
    """One event of a history."""

    type: str
    attributes: dict[str, Any]

    @property
    def activity(self) -> str | None:
        """The activity it schedules."""
        named = self.attributes.get("activityType")
        return named["name"] if named and self.type == "ACTIVITY_TASK_SCHEDULED" else None

    @property
    def command(self) -> str | None:
        """The command it accepts."""
        if self.type != "WORKFLOW_EXECUTION_UPDATE_ACCEPTED":
            return None
        return str(self.attributes["acceptedRequest"]["input"]["name"])

    @property
    def answer(self) -> dict[str, Any]:
        """What a completed activity answered."""
        payload = self.attributes["result"]["payloads"][0]["data"]
        answer: dict[str, Any] = json.loads(base64.b64decode(payload))
        return answer


@dataclass(frozen=True)
class Task:
    """One workflow task with what woke it and what it wrote; nothing belongs to two tasks."""

    woken_by: list[Event] = field(default_factory=list)
    itself: list[Event] = field(default_factory=list)
    """Scheduled, started, completed; more when it was lost and tried again."""
    wrote: list[Event] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.woken_by) + len(self.itself) + len(self.wrote)

    @property
    def commands(self) -> list[str]:
        return [event.command for event in self.wrote if event.command]

    @property
    def activities(self) -> list[str]:
        return [event.activity for event in self.wrote if event.activity]

    @property
    def wakes(self) -> list[str]:
        return [event.type for event in self.woken_by]

    @property
    def heard(self) -> list[str]:
        """What became of texts whose activities ended."""
        ended = [event for event in self.woken_by if event.type == "ACTIVITY_TASK_COMPLETED"]
        return [str(event.answer["status"]) for event in ended if "status" in event.answer]

    @property
    def journalled(self) -> bool:
        """It wrote to the journal at once: by one local activity that succeeded."""
        markers = [event for event in self.wrote if event.type == "MARKER_RECORDED"]
        return len(markers) == 1 and "failure" not in markers[0].attributes

    @property
    def ends_the_run(self) -> bool:
        return any(
            event.type in {"WORKFLOW_EXECUTION_CONTINUED_AS_NEW", "WORKFLOW_EXECUTION_COMPLETED"}
            for event in self.wrote
        )


@dataclass(frozen=True)
class Run:
    """One run of a journey, as its stored history tells it."""

    name: str
    tasks: list[Task]
    skipping: int
    """Events that skipped time has added; they are in no task."""

    def __len__(self) -> int:
        return sum(map(len, self.tasks))

    @property
    def commands(self) -> list[str]:
        return [name for task in self.tasks for name in task.commands]


def read(path: Path) -> Run:
    """Cut one stored history."""
    events = [_event(raw) for raw in json.loads(path.read_text(encoding="utf-8"))["events"]]
    tasks = [Task()]
    for event in events:
        if event.type in _OF_SKIPPED_TIME:
            continue
        written = tasks[-1].wrote or any(e.type == f"{_TASK}COMPLETED" for e in tasks[-1].itself)
        if (event.type in _WAKES or event.type == f"{_TASK}SCHEDULED") and written:
            tasks.append(Task())
        _place(tasks[-1], event)
    return Run(path.stem, tasks, skipping=sum(event.type in _OF_SKIPPED_TIME for event in events))


def _place(task: Task, event: Event) -> None:
    if event.type in _WAKES:
        task.woken_by.append(event)
    elif event.type.startswith(_TASK):
        task.itself.append(event)
    else:
        task.wrote.append(event)


def _event(raw: dict[str, Any]) -> Event:
    attributes = [value for name, value in raw.items() if name.endswith("EventAttributes")]
    return Event(raw["eventType"].removeprefix("EVENT_TYPE_"), attributes[0] if attributes else {})
