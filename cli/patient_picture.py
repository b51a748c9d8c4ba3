"""A patient's fields as a table."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from cli.documents import PatientChanged, PatientShown
from cli.render import row, table
from cli.times import clock

_UNKNOWN = "not recorded"
_MUTE = frozenset({"reference"})


def patient_picture(document: PatientShown, zone: str) -> Iterator[RenderableType]:
    picture = table(f"{document.reference}, as {document.role} sees it", "what", "the records say")
    for name, value in document.patient.items():
        if name not in _MUTE:
            row(picture, name.replace("_", " "), _said(value))
    yield picture
    if document.withheld:
        named = ", ".join(name.replace("_", " ") for name in document.withheld)
        yield Text(f"Not shown to {document.role}: {named}.", style="dim")
    if document.changes:
        changes = table("Changed", "when", "what", "by", "as")
        for change in document.changes:
            what = change.field.replace("_", " ")
            row(changes, clock(change.at, zone), what, change.by, change.role)
        yield changes


def _said(value: Any) -> str:
    match value:
        case None:
            return _UNKNOWN
        case bool():
            return "yes" if value else "no"
        case Mapping():
            told = value["may_be_told"] or "nothing"
            known = [str(v) for k, v in value.items() if v and k != "may_be_told"]
            return f"{', '.join(known)}; may be told: {told}"
        case _:
            return str(value)


def changed_line(document: PatientChanged) -> Text:
    if document.not_told:
        return Text(
            "The records know that the phone is shared or not, but the journey did not answer. No "
            "text leaves that the records forbid; `waymark do change-contact` tells it.",
            style="bold red",
        )
    if not document.changed:
        return Text(f"{document.reference}: nothing to change, it stands as you say.")
    named = ", ".join(name.replace("_", " ") for name in document.changed)
    return Text(f"{document.reference}: changed {named}.", style="green")
