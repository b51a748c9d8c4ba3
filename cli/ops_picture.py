"""What the watch found, as a table."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.ops_documents import OpsWatch
from cli.render import row, table
from cli.times import clock, lasting


def watch_pictures(seen: OpsWatch, zone: str) -> Iterator[RenderableType]:
    """The last round, then what is open."""
    yield _round(seen, zone)
    if not seen.findings:
        yield Text("It found nothing." if seen.last else "Nothing is known to be wrong.")
        return
    picture = table(f"Found ({len(seen.findings)})", "what", "journey", "since", "for", "told", "")
    for each in seen.findings:
        row(
            picture,
            each.kind.replace("_", " "),
            each.reference,
            clock(each.found_at, zone),
            lasting(seen.as_of - each.found_at),
            "yes" if each.told else "NO",
            each.says,
            style="bold red" if each.danger else None,
        )
    yield picture


def _round(seen: OpsWatch, zone: str) -> Text:
    if seen.last is None or seen.age is None:
        return Text("The watch has not looked at every journey within a day.", style="bold red")
    said = (
        f"The watch looked at {seen.last.journeys} open journeys {lasting(seen.age)} ago "
        f"({clock(seen.last.ended_at, zone)}), and mended {seen.last.mended} journals."
    )
    late = " That is too long ago: see its last run in Temporal." if seen.silent else ""
    return Text(said + late, style="bold red" if seen.silent else "")
