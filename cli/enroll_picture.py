"""What became of an enrolment, for people: numbers, bad rows, what is still to be done."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.documents import Enrolment
from cli.render import row, table


def enrolment_pictures(document: Enrolment) -> Iterator[RenderableType]:
    for note in document.notes:
        yield Text(f"Note: {note}.")
    if document.enrolled or document.there:
        yield Text(
            f"{document.enrolled} enrolled, {document.there} enrolled already.", style="green"
        )
    if len(document.rows) == 1:
        yield Text(f"The journey is {document.rows[0].reference}.")
    if document.bad:
        bad = table(f"Not enrolled ({len(document.bad)})", "line", "column", "why", "also wrong")
        for each in document.bad:
            row(bad, each.line, each.field, each.reason, ", ".join(each.also))
        yield bad
    yield Text(f"{len(document.started)} journeys started.")
    yield from _not_started(document)
    if document.told:
        yield Text(f"Told that their phone is shared: {', '.join(document.told)}.")
    if document.not_told:
        yield Text(
            "Not told yet that their phone is shared, although the records know and no text "
            f"leaves: {', '.join(document.not_told)}.",
            style="bold red",
        )


def _not_started(document: Enrolment) -> Iterator[RenderableType]:
    if document.not_for_patients:
        yield Text(document.not_for_patients, style="bold red")
    elif document.unanswered:
        yield Text(
            f"{len(document.not_started)} journeys could not be started: Temporal gave no answer. "
            "The patients are enrolled; a worker starts them once Temporal is back, or "
            "`waymark enroll --start` does.",
            style="bold red",
        )
    elif document.not_started:
        yield Text(
            f"{len(document.not_started)} journeys are left to the worker, which starts them "
            "within minutes; `waymark enroll --start` does some more now."
        )
