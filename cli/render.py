"""How tables and lines look; what stands in them is other modules' business."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cli.documents import Done
from cli.times import clock
from pathway.model import Instant
from pathway.overview import Comes


def table(title: str, *columns: str) -> Table:
    return Table(
        *columns, title=title, title_justify="left", title_style="bold", header_style="dim"
    )


def row(into: Table, *cells: object, style: str | None = None) -> None:
    """Add a row; cells are text and never markup, since people's words stand in them."""
    texts = [Text("" if cell is None else str(cell)) for cell in cells]
    into.add_row(*texts, style=style)


def when(moment: Instant | None, zone: str) -> str:
    return clock(moment, zone) if moment else ""


def comes(items: tuple[Comes, ...], zone: str, title: str) -> RenderableType:
    if not items:
        return Text("Nothing is due by itself: it waits for a person.")
    picture = table(f"{title} ({zone})", "when", "what")
    for item in items:
        row(picture, clock(item.at, zone), item.line)
    return picture


_MEANS = {
    "escalation_help_noted": "Noted that you help. It is not taken: paging goes on until a "
    "clinician who may take it acknowledges.",
}
"""What an event does not do that its sender may expect."""


def done_lines(done: Done) -> Iterator[RenderableType]:
    if done.refused:
        yield Text(f"Refused ({done.refused.code}): {done.refused.sentence}", style="bold red")
        return
    if done.note:
        yield Text(done.note)
    elif done.repeated:
        yield Text(f"{done.reference}: this had been taken up before; nothing was done twice.")
    elif not done.happened:
        yield Text(f"{done.reference}: nothing to change, it stands as you say.")
    else:
        happened = ", ".join(kind.replace("_", " ") for kind in done.happened)
        yield Text(f"{done.reference}: {happened}.", style="green")
        for kind in done.happened:
            if kind in _MEANS:
                yield Text(_MEANS[kind], style="bold yellow")
