"""The work list as tables: one row for each patient, her worst item first."""

from collections import Counter
from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.documents import Worklist
from cli.render import row, table
from cli.times import clock, lasting
from records.worklist import DANGER, WorkRow

TITLES = {
    DANGER: "Danger or no owner",
    "building": "In the building",
    "today": "Today",
    "next_day": "Next clinic day",
    "waiting": "Waiting for others",
}


def pictures(worklist: Worklist, zone: str, *, full: bool) -> Iterator[RenderableType]:
    """The strip on top, then the groups that are not empty."""
    yield from _strip(worklist, zone)
    counted = Counter(line.reference for lines in worklist.groups.values() for line in lines)
    seen: set[str] = set()
    for group, lines in worklist.groups.items():
        # Danger is never folded: two escalations of one patient are two rows.
        folded = lines if full or group == DANGER else _one_each(lines, seen)
        seen |= {line.reference for line in lines}
        if folded:
            yield _group(TITLES.get(group, group), folded, worklist, zone, counted, full=full)
    if not counted:
        yield Text("Nothing is owed.")


def _strip(worklist: Worklist, zone: str) -> Iterator[Text]:
    on_call = ", ".join(f"{who.name} {who.phone}" for who in worklist.on_call)
    yield Text(f"{clock(worklist.as_of, zone)} ({zone})", style="bold")
    if on_call:
        yield Text(f"On call now: {on_call}")
    else:
        yield Text("On call now: NOBODY", style="bold red")
    if worklist.oldest is not None:
        age = worklist.as_of - worklist.oldest
        yield Text(f"The oldest line was written {lasting(age)} ago.", style="dim")


def _one_each(lines: tuple[WorkRow, ...], seen: set[str]) -> tuple[WorkRow, ...]:
    """The first line of each patient who does not stand in a graver group."""
    first: dict[str, WorkRow] = {}
    for line in lines:
        if line.reference not in seen:
            first.setdefault(line.reference, line)
    return tuple(first.values())


def _group(
    title: str,
    lines: tuple[WorkRow, ...],
    worklist: Worklist,
    zone: str,
    counted: Counter[str],
    *,
    full: bool,
) -> RenderableType:
    columns = ("left", "patient", "born", "phone", "what", "whose turn", "since", "journey")
    picture = table(f"{title} ({len(lines)})", *columns)
    for line in lines:
        more = counted[line.reference] - 1
        also = f"  +{more}" if more and not full else ""
        row(
            picture,
            _left(line, worklist),
            " ".join(filter(None, (line.given_name, line.family_name))) or "(not in the records)",
            line.born,
            line.phone_e164,
            f"{line.owed.line}{also}",
            _turn(line),
            clock(line.owed.since, zone),
            line.reference,
            style="bold red" if line.owed.escalation and line.owed.owner is None else None,
        )
    return picture


def _left(line: WorkRow, worklist: Worklist) -> str:
    """Time left to the consequence."""
    if line.overdue is not None:
        return f"{lasting(line.overdue)} LATE"
    return lasting(line.owed.due - worklist.as_of) if line.owed.due else ""


def _turn(line: WorkRow) -> str:
    if line.owed.owner is not None:
        return line.owed.owner
    return "NO OWNER" if line.owed.escalation else line.owed.role.value
