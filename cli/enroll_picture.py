"""What became of an enrolment, for people: numbers, bad rows, what is still to be done."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.documents import Enrolment
from cli.render import row, table


def enrolment_pictures(document: Enrolment) -> Iterator[RenderableType]:
    for note in document.notes:
        yield Text(f"Note: {note}.")
    new = [each.reference for each in document.rows if each.enrolled]
    there = len(document.rows) - len(new)
    if document.rows:
        yield Text(f"{len(new)} enrolled, {there} enrolled already.", style="green")
    if len(document.rows) == 1:
        yield Text(f"Her journey is {document.rows[0].reference}.")
    if document.bad:
        bad = table(f"Not enrolled ({len(document.bad)})", "line", "column", "why", "also wrong")
        for each in document.bad:
            row(bad, each.line, each.field, each.reason, ", ".join(each.also))
        yield bad
    yield Text(f"{len(document.started)} journeys started.")
    if document.not_started:
        yield Text(
            f"{len(document.not_started)} journeys could not be started: Temporal gave no answer. "
            "The patients are enrolled; `waymark enroll --start` starts them.",
            style="bold red",
        )
    if document.told:
        yield Text(f"Told that their phone is shared: {', '.join(document.told)}.")
    if document.not_told:
        yield Text(
            "Not told yet that their phone is shared, although the records know and no text "
            f"leaves: {', '.join(document.not_told)}.",
            style="bold red",
        )
