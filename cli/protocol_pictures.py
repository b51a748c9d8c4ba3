"""What a check found, for people."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.protocol_documents import Checked


def checked_pictures(checked: Checked) -> Iterator[RenderableType]:
    for wrong in checked.wrong:
        yield Text(wrong.says, style="red" if wrong.severity == "error" else "yellow")
    files = ", ".join(checked.files)
    if checked.good:
        yield Text(f"{files}: nothing is wrong.", style="green")
    else:
        yield Text(f"{files}: {len(checked.wrong)} to put right.", style="bold red")
    for each in checked.unpublished:
        yield Text(
            f"{each.file} may not be published: {each.values} values are of the demonstration, not "
            "set or not approved. --publish lists them.",
            style="yellow",
        )
