"""The groups of the work list as tables: each shows what its reader must act on."""

from collections.abc import Callable
from datetime import timedelta

from rich.console import RenderableType

from cli.documents import Worklist
from cli.render import row, table, when
from cli.times import clock, lasting
from pathway.today import InChair, Pressure
from records.worklist import DANGER, WorkRow

Lines = tuple[tuple[WorkRow, int], ...]
"""Each with how many more lines its patient has."""
TITLES = {
    DANGER: "Danger or no owner",
    "building": "In the building",
    "today": "Today",
    "next_day": "Next clinic day",
    "waiting": "Waiting for others",
}
_SECONDS = 60


def group(name: str, lines: Lines, worklist: Worklist, zone: str) -> RenderableType:
    """One group, the worst first."""
    return _TABLES.get(name, _waiting)(TITLES.get(name, name), lines, worklist, zone)


def _who(line: WorkRow) -> tuple[object, object, object]:
    name = " ".join(filter(None, (line.given_name, line.family_name)))
    nobody = "(restricted)" if line.restricted else "(not in the records)"
    return name or nobody, line.born, line.phone_e164


def _what(line: WorkRow, more: int) -> str:
    return f"{line.owed.line}{f'  +{more}' if more else ''}"


def _danger(title: str, lines: Lines, worklist: Worklist, zone: str) -> RenderableType:
    columns = ("patient", "born", "phone", "what", "raised", "by", "open", "owner", "next look")
    picture = table(f"{title} ({len(lines)})", *columns, "tried", "journey")
    for line, more in lines:
        owed = line.owed
        row(
            picture,
            *_who(line),
            _what(line, more),
            clock(owed.since, zone),
            owed.shows.raised_by or "the protocol",
            f"{minutes(worklist.as_of - owed.since)} min",
            _owner(line, worklist) or "NO OWNER",
            when(owed.due, zone),
            owed.shows.attempts,
            line.reference,
            style="bold red" if owed.owner is None else None,
        )
    return picture


def _building(title: str, lines: Lines, worklist: Worklist, zone: str) -> RenderableType:
    columns = ("patient", "born", "chair", "since", "state", "staff", "next vitals")
    more_columns = ("last pressure", "before leaving", "escort", "journey")
    picture = table(f"{title} ({len(lines)})", *columns, *more_columns)
    for line, more in lines:
        name, born, _ = _who(line)
        chair = line.owed.shows.chair
        since = f"{minutes(worklist.as_of - line.owed.since)} min"
        escort = worklist.escorts.get(line.reference)
        cells = _chair(chair, worklist, zone) if chair else ("", "", "", "", "")
        told = f"{escort.name} {escort.phone or ''}" if escort else "not recorded"
        extra = f"  +{more}" if more else ""
        sits = (chair.chair if chair else None) or ""
        row(picture, f"{name}{extra}", born, sits, since, *cells, told, line.reference)
    return picture


def _chair(chair: InChair, worklist: Worklist, zone: str) -> tuple[str, ...]:
    missing = "; ".join(chair.missing)
    stays = f"not before {clock(chair.stays_until, zone)[-5:]}" if chair.stays_until else ""
    return (
        chair.state,
        chair.with_her or "",
        countdown(chair.reading_due - worklist.as_of) if chair.reading_due else "",
        _pressures(chair),
        "; ".join(filter(None, (stays, missing))),
    )


def _pressures(chair: InChair) -> str:
    if chair.pressure is None:
        return ""
    return f"{_pressure(chair.pressure)} (before: {_pressure(chair.before)})"


def _pressure(reading: Pressure | None) -> str:
    return f"{reading.systolic_mmhg}/{reading.diastolic_mmhg}" if reading else "not recorded"


def _today(title: str, lines: Lines, worklist: Worklist, zone: str) -> RenderableType:
    columns = ("left", "patient", "born", "phone", "what", "about", "if not", "whose turn")
    picture = table(f"{title} ({len(lines)})", *columns, "tried", "journey")
    for line, more in lines:
        shows = line.owed.shows
        booked = f" (booked {clock(shows.visit_at, zone)})" if shows.visit_at else ""
        then = f"{shows.then}, {when(shows.then_at, zone)}".strip(", ") if shows.then else ""
        row(
            picture,
            left(line, worklist),
            *_who(line),
            f"{_what(line, more)}{booked}",
            shows.part,
            then,
            turn(line, worklist),
            shows.attempts,
            line.reference,
        )
    return picture


def _next_day(title: str, lines: Lines, worklist: Worklist, zone: str) -> RenderableType:
    ticks = ("confirmed", "escort", "preparation", "psychotherapy slot", "decision", "interpreter")
    columns = ("patient", "born", "phone", "what", "booked", *ticks, "journey")
    picture = table(f"{title} ({len(lines)})", *columns)
    for line, more in lines:
        settled = worklist.ticks.get(line.reference)
        cells = [tick(getattr(settled, t.replace(" ", "_"), None)) for t in ticks]
        booked = when(line.owed.shows.visit_at, zone)
        row(picture, *_who(line), _what(line, more), booked, *cells, line.reference)
    return picture


def _waiting(title: str, lines: Lines, worklist: Worklist, zone: str) -> RenderableType:
    columns = ("left", "patient", "born", "phone", "what", "whose turn", "since", "journey")
    picture = table(f"{title} ({len(lines)})", *columns)
    for line, more in lines:
        since = clock(line.owed.since, zone)
        cells = (*_who(line), _what(line, more), turn(line, worklist), since, line.reference)
        row(picture, left(line, worklist), *cells)
    return picture


def tick(settled: bool | None) -> str:
    return {True: "yes", False: "TO SETTLE", None: "-"}[settled]


def minutes(span: timedelta) -> int:
    return max(0, int(span.total_seconds()) // _SECONDS)


def countdown(span: timedelta) -> str:
    """Minutes and seconds to the next reading, as 04:30; LATE once it is overdue."""
    seconds = int(abs(span).total_seconds())
    clocked = f"{seconds // _SECONDS:02}:{seconds % _SECONDS:02}"
    return clocked if span >= timedelta(0) else f"{clocked} LATE"


def left(line: WorkRow, worklist: Worklist) -> str:
    """Time left to the consequence."""
    if line.overdue is not None:
        return f"{lasting(line.overdue)} LATE"
    presses = line.presses_at
    if presses is None:
        return ""
    passed = "since " if presses < worklist.as_of else ""
    return f"{passed}{lasting(presses - worklist.as_of)}"


def _owner(line: WorkRow, worklist: Worklist) -> str | None:
    """Who owns it, and whether her shift is over (rule 6)."""
    owner = line.owed.owner
    return f"{owner} (off shift)" if owner and owner in worklist.off_shift else owner


def turn(line: WorkRow, worklist: Worklist) -> str:
    if (owner := _owner(line, worklist)) is not None:
        return owner
    return "NO OWNER" if line.owed.group == DANGER else line.owed.role.value


_TABLES: dict[str, Callable[[str, Lines, Worklist, str], RenderableType]] = {
    DANGER: _danger,
    "building": _building,
    "today": _today,
    "next_day": _next_day,
}
