"""The work list as tables: one row for each patient, her worst item first."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.documents import Worklist
from cli.render import row, table
from cli.times import clock
from cli.worklist_groups import group
from cli.worklist_strip import strip
from records.done_today import DoneRow
from records.today import one_each


def pictures(worklist: Worklist, zone: str, *, full: bool) -> Iterator[RenderableType]:
    """The strip on top, then the groups that are not empty."""
    yield from strip(worklist, zone)
    every = {name: tuple((line, 0) for line in rows) for name, rows in worklist.groups.items()}
    for name, lines in (every if full else one_each(worklist)).items():
        if lines:
            yield group(name, lines, worklist, zone)
    if not any(worklist.groups.values()):
        yield Text("Nothing is owed.")
    if worklist.done:
        yield _done(worklist, zone)


def _done(worklist: Worklist, zone: str) -> RenderableType:
    picture = table(f"Done ({len(worklist.done)})", "when", "patient", "what", "by", "journey")
    for line in worklist.done:
        name = " ".join(filter(None, (line.given_name, line.family_name)))
        row(picture, clock(line.at, zone), name, _said(line), line.by, line.reference)
    return picture


def _said(line: DoneRow) -> str:
    times = f", {line.times} times" if line.times > 1 else ""
    outcome = f": {line.outcome.replace('_', ' ')}" if line.outcome else ""
    handed = f" to {line.to or 'the queue'}" if line.handed else ""
    note = f": {line.note}" if line.note else ""
    return f"{line.what.replace('_', ' ')}{times}{outcome}{handed}{note}"
