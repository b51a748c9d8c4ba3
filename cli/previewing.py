"""`--preview`: what a command would do, asked of the journey without giving it."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli import asking, render
from cli.documents import Previewed
from cli.exit_codes import ExitCode
from cli.foreseeing import request_for
from cli.output import Output
from cli.session import Session
from pathway.commands import Command
from pathway.model import PathwayReference
from records import restriction


async def show_preview(
    session: Session, output: Output, reference: PathwayReference, command: Command
) -> ExitCode:
    """Show what would happen and which dates would move; nothing is changed.

    What was found and measured of a restricted record is left out, as on its pages.
    """
    seen = await asking.preview(session, reference, request_for(command))
    if await restriction.hidden_from(session.records, reference, command.role):
        seen = seen.model_copy(update={"dose": None, "figures": ()})
    shown = Previewed(reference=reference, command=command.name, preview=seen)
    output.show(shown, *_lines(shown, session.zone))
    return ExitCode.REFUSED if seen.refused else ExitCode.OK


def _lines(shown: Previewed, zone: str) -> Iterator[RenderableType]:
    seen = shown.preview
    if seen.dose:
        yield Text(f"The dose at the patient's weight: {seen.dose}.")
    if seen.refused:
        yield Text(f"Would be refused: {seen.refused}", style="bold red")
        return
    happens = ", ".join(kind.replace("_", " ") for kind in seen.happens) or "nothing"
    yield Text(f"Would happen in {shown.reference}: {happens}. Nothing was changed.")
    for escalation in seen.closes:
        yield Text(f"Would close: {escalation}")
    for figure in seen.figures:
        of = f"Treatment {figure.treatment}" if figure.treatment else "Course"
        was, will_be = figure.was or "not recorded", figure.will_be or "not recorded"
        yield Text(f"{of}, {figure.name.replace('_', ' ')}: {was}, then {will_be}")
    if not seen.moves:
        return
    picture = render.table(f"What would move ({zone})", "now", "then", "what")
    for moved in seen.moves:
        was, will = render.when(moved.was_at, zone), render.when(moved.will_be_at, zone)
        render.row(picture, was or "-", will or "gone", moved.line)
    yield picture
