"""What a sheet is made of: headings, sentences, tables."""

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.render import row, table

Section = Iterator[RenderableType]


def heading(words: str) -> Text:
    return Text(f"\n{words.upper()}", style="bold")


def step(words: str) -> Text:
    return Text(f"\n{words}", style="bold underline")


def loud(words: str) -> Text:
    return Text(words, style="bold red")


def lines(*sentences: str | None) -> Iterator[Text]:
    """One sentence a line, those that do not apply left out."""
    for sentence in sentences:
        if sentence:
            yield Text(f"- {sentence}")


def rows(title: str, columns: Iterable[str], cells: Iterable[Iterable[object]]) -> RenderableType:
    picture = table(title, *columns)
    for column in picture.columns:
        column.overflow = "fold"  # who signs must see every letter
    for each in cells:
        row(picture, *each)
    return picture
