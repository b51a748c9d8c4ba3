"""What a journey costs in history events: per text, per command, per treatment, per run.

Counted in the stored histories, which were made by the product's own worker. Events that
skipped time added are left out. Something is counted only where it had its workflow tasks to
itself; `counted` says how often that was. docs/performance.md explains each figure.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.history import Run, Task, read

ROOT = Path(__file__).resolve().parents[1]
HISTORIES = ROOT / "tests" / "replay" / "histories"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- events: begin -->", "<!-- events: end -->"
HEADINGS = ("events of", "goal", "least", "median", "most", "counted")

_ONE_TREATMENT = {"start_infusion", "end_infusion", "discharge", "record_decision"}
_PAGES = "raise_flag"


@dataclass(frozen=True)
class Cost:
    """How many events one kind of thing costs."""

    name: str
    counts: tuple[int, ...]
    """One for each that had its workflow tasks to itself."""
    of: int
    """How many there are in all, those that shared a task included."""
    goal: int | None = None
    """At most so many; None where no limit was set."""

    @property
    def holds(self) -> bool:
        return self.goal is None or max(self.counts) <= self.goal

    @property
    def row(self) -> tuple[str, ...]:
        goal = "" if self.goal is None else f"at most {self.goal}"
        counted = f"{len(self.counts)} of {self.of}"
        if not self.counts:
            return self.name, goal, "", "", "", counted
        seen = [min(self.counts), statistics.median(self.counts), max(self.counts)]
        return self.name, goal, *(f"{number:g}" for number in seen), counted


def measured(folder: Path = HISTORIES) -> list[Cost]:
    """The figures of every stored history.

    Raises:
        ValueError: when there is nothing to count: no figure is better than an empty one.
    """
    runs = [read(path) for path in sorted(folder.glob("*.json"))]
    if not runs:
        raise ValueError(f"no stored history in {folder.name}: run `make histories`")
    commands = [name for run in runs for name in run.commands]
    flags = commands.count(_PAGES)
    whole = [len(run) for run in runs if set(run.commands) >= _ONE_TREATMENT]
    doubtful = _texts(runs, "ambiguous")
    costs = [
        # A check-in opens the deadline of its answer: the timer is aimed anew, which is two more.
        Cost("a text that the provider took", _texts(runs, "sent"), _heard(runs, "sent"), 14),
        Cost("a command with its journal entry", _commands(runs), len(commands) - flags, 9),
        Cost("one run, start to continue-as-new", tuple(map(len, runs)), len(runs), 600),
        Cost("a whole treatment", tuple(whole), len(whole)),
        Cost("a text in doubt, look-ups apart", doubtful, _heard(runs, "ambiguous")),
        Cost("a flag with its first page", tuple(_flags(runs)), flags),
    ]
    for cost in costs:
        if cost.goal is not None and not cost.counts:
            raise ValueError(f"nothing to count for: {cost.name}")
    return costs


def _pairs(runs: Iterable[Run]) -> Iterable[tuple[Task, Task]]:
    return chain.from_iterable(pairwise(run.tasks) for run in runs)


def _commands(runs: Iterable[Run]) -> tuple[int, ...]:
    """Of each command that was all its task did; the event that ends a run is the run's."""
    return tuple(
        len(task) - task.ends_the_run
        for run in runs
        for task in run.tasks
        if len(task.commands) == 1 and task.journalled and not task.woken_by and not task.activities
    )


def _texts(runs: Iterable[Run], status: str) -> tuple[int, ...]:
    """From the timer that fired to the last thing written by the task that heard of the end."""
    return tuple(
        len(sends) + len(hears)
        for sends, hears in _pairs(runs)
        if _only_sends_a_text(sends)
        and hears.heard == [status]
        and len(hears.woken_by) == 2
        and not hears.commands
        and not hears.activities
    )


def _only_sends_a_text(task: Task) -> bool:
    """Where a ladder opens with a text, the task shows the escalation besides."""
    wrote = {event.type for event in task.wrote}
    only = wrote <= {"ACTIVITY_TASK_SCHEDULED", "TIMER_STARTED", "MARKER_RECORDED"}
    return only and task.activities == ["send_text"] and task.wakes == ["TIMER_FIRED"]


def _heard(runs: Iterable[Run], status: str) -> int:
    return [said for run in runs for task in run.tasks for said in task.heard].count(status)


def _flags(runs: Iterable[Run]) -> Iterable[int]:
    """The command, the page that leaves with it, and the journal entries of both."""
    for run in runs:
        for number, raises in enumerate(run.tasks):
            if raises.commands == [_PAGES] and not raises.woken_by:
                yield from _until_all_ended(raises, run.tasks[number + 1 :])


def _until_all_ended(starts: Task, later: Sequence[Task]) -> Iterable[int]:
    """What a task and the ends of its activities cost, unless something comes in between."""
    cost, under_way = len(starts), len(starts.activities)
    for task in later:
        ends = task.wakes.count("ACTIVITY_TASK_COMPLETED")
        if task.commands or task.activities or 2 * ends != len(task.woken_by):
            return
        cost += len(task)
        under_way -= ends
        if not under_way:
            yield cost
            return


def markdown(costs: Iterable[Cost]) -> str:
    lines = [HEADINGS, tuple("---" for _ in HEADINGS), *(cost.row for cost in costs)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(page: Path, block: str) -> None:
    """Put the figures between their marks in the page."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{block}\n{END}{after}", encoding="utf-8")


def _show(costs: Sequence[Cost]) -> None:
    table = Table(*HEADINGS)
    for cost in costs:
        table.add_row(*cost.row, style=None if cost.holds else "bold red")
    Console().print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="events", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--write", action="store_true", help="put the figures into the docs")
    chosen = parser.parse_args(arguments)
    costs = measured()
    if chosen.write:
        write(PAGE, markdown(costs))
    if chosen.json:
        document = [asdict(cost) | {"holds": cost.holds} for cost in costs]
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        _show(costs)
    return 0 if all(cost.holds for cost in costs) else 1


if __name__ == "__main__":
    sys.exit(main())
