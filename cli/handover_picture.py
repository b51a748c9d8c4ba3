"""What somebody owns, and what became of handing it over, as a table."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.documents import Handover
from cli.handing import NO_ANSWER
from cli.render import row, table, when


def pictures(document: Handover, zone: str) -> Iterator[RenderableType]:
    """What she owns, and with --leaving what is to be done first."""
    if document.items:
        columns = ("journey", "item", "patient", "born", "what", "due", "outcome")
        picture = table(f"{document.owner} owns", *columns)
        for line in document.items:
            name = " ".join(filter(None, (line.given_name, line.family_name)))
            said = f"refused: {line.refused.sentence}" if line.refused else line.outcome
            row(
                picture,
                line.reference,
                line.item,
                name or "(not shown)",
                line.born,
                line.what,
                when(line.due, zone),
                said.replace("_", " "),
                style="bold red" if line.outcome in {"refused", NO_ANSWER} else None,
            )
        yield picture
    else:
        yield Text(f"{document.owner} owns nothing.")
    for shift in document.rota:
        yield Text(f"In the rota: {shift.role or 'cover'}: {shift.when}")
    if document.treats:
        yield Text(f"Treating therapist of {', '.join(document.treats)}")
    for number, step in enumerate(document.first, start=1):
        yield Text(f"{number}. {step}")
