"""Each command line that a page shows is one that the command takes."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
import typer
import typer.main
from typer.core import TyperGroup

from cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_SHOWN = re.compile(r"^(?:\.venv/bin/)?waymark(?: .*)?$")
_INLINE = re.compile(r"`([^`\n]+)`")
_FENCED = re.compile(r"```\w*\n(.*?)```", re.DOTALL)
# Typer brings its own click and names only this one of its errors.
UsageError = cast("type[Exception]", typer.BadParameter.__bases__[0])
# Stands for something of the reader's own.
_REFERENCE = "J-0123456789"


def _shown(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    for block in _FENCED.findall(text):
        yield from block.replace("\\\n", " ").splitlines()
    yield from _INLINE.findall(_FENCED.sub("", text))


SHOWN = sorted(
    {
        (str(page.relative_to(ROOT)), line.strip())
        for page in PAGES
        for line in _shown(page)
        if _SHOWN.match(line.strip())
    }
)


def _takes(words: list[str]) -> None:
    """Parse without doing anything; a line that ends early names a command, no more.

    Raises:
        UsageError: when there is no such command or option, or a value does not fit.
    """
    command = typer.main.get_command(app)
    while isinstance(command, TyperGroup) and words:
        if words[0].startswith("-"):
            break
        _, found, words = command.resolve_command(typer.Context(command), words)
        assert found is not None
        command = found
    if words:
        command.make_context(command.name, words)


@pytest.mark.parametrize(("page", "line"), SHOWN)
def test_the_command_takes_what_the_page_shows(page: str, line: str) -> None:
    words = [_REFERENCE if word == "REF" else word for word in shlex.split(line)[1:]]
    if words and words[-1].isupper():
        words.pop()  # a value in capitals stands for the reader's own
    try:
        _takes(words)
    except UsageError as error:
        pytest.fail(f"{page}: {line}: {error}", pytrace=False)


def test_the_newcomers_commands_are_among_them() -> None:
    readme = {tuple(line.split()[1:3]) for page, line in SHOWN if page == "README.md"}
    names = {words[0] for words in readme if words}
    assert names >= {"enroll", "worklist", "show", "do", "explain", "ack"}


@pytest.mark.parametrize(
    "line",
    ["frobnicate", "do frobnicate REF", "show X --nosuch", f"do book {_REFERENCE} --step lunch"],
)
def test_a_wrong_line_would_be_noticed(line: str) -> None:
    with pytest.raises(UsageError):
        _takes(line.split())
