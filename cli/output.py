"""What a command prints: tables for people, or one JSON document for programs."""

import json
import sys
from dataclasses import dataclass
from typing import Any

from rich.console import Console, RenderableType

from cli.trouble import Trouble
from pathway.model import Model

_PIPE_WIDTH = 160
"""Columns where no terminal says how many there are: a narrow table would cut sentences."""


@dataclass(frozen=True)
class Output:
    """Where a command's answer goes. Consoles are made when used: tests change the streams."""

    as_json: bool

    def show(self, document: Model, *pictures: RenderableType) -> None:
        """Print the document, or its pictures."""
        if self.as_json:
            sys.stdout.write(document.model_dump_json(indent=2) + "\n")
            return
        console = stdout()
        for picture in pictures:
            console.print(picture, markup=False)

    def trouble(self, trouble: Trouble) -> None:
        """Say on stderr what went wrong; with --json also as the one document on stdout."""
        if self.as_json:
            error: dict[str, Any] = {"code": trouble.code, "sentence": trouble.sentence}
            document = {"error": {**error, **trouble.more}}
            sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        self.note(trouble.sentence)

    def note(self, sentence: str) -> None:
        """A sentence beside the answer."""
        stderr().print(sentence, markup=False, soft_wrap=True)


def stdout() -> Console:
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(file=sys.stdout, highlight=False, width=width)


def stderr() -> Console:
    return Console(file=sys.stderr, highlight=False)
