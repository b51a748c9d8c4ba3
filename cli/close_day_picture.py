"""What became of closing or opening a day, for people: what happened, and the rebooking list."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli import render
from cli.documents import ClosedDay, FallsThatDay


def pictures(document: ClosedDay, zone: str, *, reopen: bool) -> Iterator[RenderableType]:
    """What happened, then whose visits fall. `reopen`: that was asked for, not closing."""
    if document.silent:
        listed = ", ".join(document.silent)
        yield Text(f"NOT ASKED, repeat this: {listed}", style="bold red")
    if document.stranded:
        yield Text(
            f"STRANDED, not told: {', '.join(document.stranded)}. Call these patients yourself if "
            "a visit of theirs falls. Ops bring each back with `waymark ops bring-back REF`; then "
            "repeat this.",
            style="bold red",
        )
    yield Text(_opened(document) if reopen else _closed(document))
    if document.falls:
        yield _falls(document, zone)


def _opened(document: ClosedDay) -> str:
    if not document.opened_again:
        return f"{document.day} would be open again; nothing was changed."
    return (
        f"{document.day} is open again for {_whom(document)} and may be booked. What fell with the "
        "day stays as it is."
    )


def _closed(document: ClosedDay) -> str:
    some = bool(document.falls)
    if not document.closed:
        falls = "These visits" if some else "No visits"
        return f"{falls} would fall on {document.day}; nothing was closed."
    falls = "" if some else " No visit falls with it."
    return f"{document.day} is closed now for {_whom(document)}.{falls}"


def _whom(document: ClosedDay) -> str:
    some = document.silent or document.stranded
    return "every journey that answered" if some else "every open journey"


def _falls(document: ClosedDay, zone: str) -> RenderableType:
    title = "To be rebooked" if document.closed else "Would fall"
    columns = ("journey", "patient", "born", "phone", "stage", "falls", "first", "open", "due")
    picture = render.table(f"{title}: {document.day}", *columns)
    for fell in document.falls:
        name = " ".join(filter(None, (fell.given_name, fell.family_name)))
        due = render.when(fell.due, zone)
        first = "FIRST" if fell.first else ""
        cells = (fell.born, fell.phone_e164, fell.stage, _what(fell), first, fell.level, due)
        render.row(picture, fell.reference, name or "(name not shown)", *cells)
    return picture


def _what(fell: FallsThatDay) -> str:
    falls = "proposed, no text" if fell.proposed else "booked"
    falls += ", IN THE BUILDING" if fell.here else ""
    return f"{falls}, NOT TOLD" if fell.not_told else falls
