"""What a journey costs in history events: per text, per command, per run.

Counted in the stored histories, which were made by the product's own worker. Events that
skipped time adds are left out. A command's cost is the workflow task that took it up (three
events) and everything that task wrote, its journal entry and the re-aimed timer among it. A
text's cost runs from the timer that fires to the last thing written by the task that heard of
its end. Tasks that took up something else besides are not counted.
"""

import argparse
import itertools
import json
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

ROOT = Path(__file__).parents[1]
HISTORIES = ROOT / "tests" / "replay" / "histories"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- events: begin -->", "<!-- events: end -->"

_OF_SKIPPED_TIME = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
}
_TASK = (
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
)
_FROM_OUTSIDE = {
    *_TASK,
    EventType.EVENT_TYPE_TIMER_FIRED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT,
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
}
ACCEPTED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
SCHEDULED = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
FIRED = EventType.EVENT_TYPE_TIMER_FIRED
MARKER = EventType.EVENT_TYPE_MARKER_RECORDED
STARTED = EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
COMPLETED = EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED


@dataclass(frozen=True)
class Task:
    """One workflow task: what woke it, and what it wrote."""

    woken_by: tuple[HistoryEvent, ...]
    wrote: tuple[HistoryEvent, ...]

    @property
    def cost(self) -> int:
        """Its own three events and what it wrote."""
        return 3 + len(self.wrote)

    def count(self, kind: "EventType.ValueType") -> int:
        return sum(1 for event in self.wrote if event.event_type == kind)


@dataclass(frozen=True)
class Cost:
    """How much something costs, over all places where it happened alone."""

    name: str
    goal: int
    times: int
    median: float
    most: int


def events_of(path: Path) -> list[HistoryEvent]:
    """A stored history without the events of skipped time."""
    history = WorkflowHistory.from_json(path.stem, path.read_text(encoding="utf-8"))
    return [event for event in history.events if event.event_type not in _OF_SKIPPED_TIME]


def tasks_of(events: Iterable[HistoryEvent]) -> list[Task]:
    """The history cut at its workflow tasks."""
    tasks: list[Task] = []
    woken: list[HistoryEvent] = []
    wrote: list[HistoryEvent] | None = None
    before: tuple[HistoryEvent, ...] = ()
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            before, woken, wrote = tuple(woken), [], []
        elif wrote is not None and event.event_type not in _FROM_OUTSIDE:
            wrote.append(event)
        else:
            if wrote is not None:
                tasks.append(Task(before, tuple(wrote)))
                wrote = None
            if event.event_type not in _TASK:
                woken.append(event)
    return tasks if wrote is None else [*tasks, Task(before, tuple(wrote))]


def command_costs(tasks: Sequence[Task]) -> list[int]:
    """Of each command that was the only thing in its task and started nothing else."""
    return [
        task.cost
        for task in tasks
        if task.count(ACCEPTED) == 1 and not task.woken_by and not task.count(SCHEDULED)
    ]


def text_costs(tasks: Sequence[Task]) -> list[int]:
    """Of each text whose timer, sending and end had two tasks for themselves."""
    costs = []
    for sends, hears in itertools.pairwise(tasks):
        started = [e for e in sends.wrote if e.event_type == SCHEDULED]
        names = [e.activity_task_scheduled_event_attributes.activity_type.name for e in started]
        woken = [e.event_type for e in sends.woken_by]
        heard = [e.event_type for e in hears.woken_by]
        # A journal entry before the text is sent belongs to something else, as a ladder's start.
        alone = not sends.count(ACCEPTED) and not hears.count(ACCEPTED) and not sends.count(MARKER)
        ended = heard == [STARTED, COMPLETED] and not hears.count(SCHEDULED)
        if names == ["send_text"] and woken == [FIRED] and alone and ended:
            costs.append(len(woken) + sends.cost + len(heard) + hears.cost)
    return costs


def measured(folder: Path = HISTORIES) -> list[Cost]:
    """The figures of every stored history.

    Raises:
        ValueError: when there is nothing to count: no figure is better than an empty one.
    """
    runs = {path.stem: events_of(path) for path in sorted(folder.glob("*.json"))}
    if not runs:
        raise ValueError(f"no stored history in {folder.name}: run `make histories`")
    tasks = [tasks_of(events) for events in runs.values()]
    return [
        _cost("text, with its timer and its journal entry", 12, map(text_costs, tasks)),
        _cost("command, with its journal entry", 9, map(command_costs, tasks)),
        _cost("one run, from start to continue-as-new", 400, [list(map(len, runs.values()))]),
    ]


def _cost(name: str, goal: int, found: Iterable[list[int]]) -> Cost:
    counts = [count for each in found for count in each]
    if not counts:
        raise ValueError(f"nothing to count for: {name}")
    return Cost(name, goal, len(counts), statistics.median(counts), max(counts))


def markdown(costs: Iterable[Cost]) -> str:
    rows = [f"| {c.name} | {c.goal} | {c.times} | {c.median:g} | {c.most} |" for c in costs]
    head = ["| events of | at most | counted | median | most |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])


def write(page: Path, block: str) -> None:
    """Put the figures between their marks in the page."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{block}\n{END}{after}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="events", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--write", action="store_true", help="put the figures into the docs")
    chosen = parser.parse_args()
    costs = measured()
    if chosen.json:
        sys.stdout.write(json.dumps([asdict(cost) for cost in costs], indent=2) + "\n")
        return 0
    table = Table("events of", "at most", "counted", "median", "most")
    for cost in costs:
        table.add_row(
            cost.name, str(cost.goal), str(cost.times), f"{cost.median:g}", str(cost.most)
        )
    Console().print(table)
    if chosen.write:
        write(PAGE, markdown(costs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
