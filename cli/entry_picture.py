"""What stands for and against her being treated, as far as the reader may see it."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.render import row, table
from cli.times import clock
from pathway.standing import Standing, Verdict


def entry_pictures(standing: Standing, zone: str) -> Iterator[RenderableType]:
    """One line where everything is open; else each check that is not, with its door."""
    until = f", assessed until {clock(standing.good_until, zone)}" if standing.good_until else ""
    yield Text(f"Entry: {'open' if standing.admits else 'not open'}{until}.")
    others = [check for check in standing.checks if check.verdict is not Verdict.OPEN]
    if others:
        picture = table("Entry", "what", "stands", "why", "what opens it")
        for check in others:
            style = "yellow" if check.verdict is Verdict.CAUTION else "red"
            stands = check.verdict.replace("_", " ")
            row(picture, check.says, stands, check.why, check.door, style=style)
        yield picture
    if standing.trials:
        picture = table("Antidepressants tried", "", "medicine", "counts", "why")
        for trial in standing.trials:
            counts = "yes" if trial.counts else "no"
            row(picture, trial.number, trial.medicine, counts, trial.why)
        yield picture
