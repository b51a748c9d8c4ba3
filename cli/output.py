"""What a command prints: tables for people, or one JSON document for programs."""

import json
import sys
from dataclasses import dataclass
from typing import Any

from rich.console import Console, RenderableType

from cli.documents import OfJourneys
from cli.trouble import Trouble
from pathway.model import Model

_PIPE_WIDTH = 160
"""Columns where no terminal says how many there are: a narrow table would cut sentences."""


DEMONSTRATION = (
    "DEMONSTRATION: clinic or protocol are invented; nothing here is for a real patient."
)


@dataclass
class Output:
    """Where a command's answer goes. Consoles are made when used: tests change the streams."""

    as_json: bool
    demonstration: bool = False
    """Whether the clinic or its protocol is the invented one; a journey may say so by itself."""

    def show(self, document: Model, *pictures: RenderableType) -> None:
        """Print the document, or its pictures; a demonstration says so (rule 30)."""
        if isinstance(document, OfJourneys) and self.demonstration:
            document = document.model_copy(update={"demonstration": True})
        if self.as_json:
            sys.stdout.write(document.model_dump_json(indent=2) + "\n")
            return
        console = stdout()
        if isinstance(document, OfJourneys) and document.demonstration:
            console.print(DEMONSTRATION, style="yellow", markup=False)
        for picture in pictures:
            console.print(picture, markup=False)

    def sheets(self, document: Model, text: str) -> None:
        """Print the document, or plain text for a printer: form feeds reach it as they are."""
        self.show(document)
        if not self.as_json:
            sys.stdout.write(text + "\n")

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
