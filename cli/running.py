"""Runs one command from its options to its exit code; every trouble ends as a sentence."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer

from cli.exit_codes import ExitCode
from cli.output import Output
from cli.session import Session
from cli.trouble import as_trouble, not_found
from pathway.model import Model

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Patience = Annotated[
    float, typer.Option(min=0.1, metavar="SECONDS", help="How long to wait for an answer.")
]
Ref = Annotated[str, typer.Argument(metavar="REF", help="The journey, as in J-0123456789.")]

Work = Callable[[Session, Output], Awaitable[ExitCode]]


@contextmanager
def told_in_a_sentence(output: Output) -> Iterator[None]:
    """Whatever goes wrong inside is said to a person, and ends the command with its exit code."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever read the output has seen enough
    except Exception as error:  # noqa: BLE001 - whatever it is, a person gets a sentence
        trouble = as_trouble(error)
        output.trouble(trouble)
        raise typer.Exit(trouble.exit_code) from None


def run(work: Work, *, as_json: bool, patience: float = 10.0) -> NoReturn:
    """Run a command's work in a session and leave with its exit code."""
    output = Output(as_json)

    async def in_session() -> ExitCode:
        async with Session.open(patience) as session:
            output.demonstration = session.demonstration
            return await work(session, output)

    with told_in_a_sentence(output):
        code = asyncio.run(in_session())
    raise typer.Exit(code)


def reference_from(text: str) -> str:
    """A reference as somebody typed it. Raises Trouble when it cannot be one."""
    reference = text.strip().upper()
    ten = reference.removeprefix("J-")
    if reference == ten or len(ten) != 10 or not ten.isalnum() or set(ten) & set("ILOU"):
        raise not_found(reference)
    return reference


def json_keys(document: type[Model]) -> str:
    """The line of a command's help that names the keys of its JSON."""
    return "JSON keys: " + ", ".join(document.model_fields) + "."
