"""`waymark do`: every command of the pathway, with options made from its model."""

import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer
from rich.table import Table
from typer.core import TyperGroup

from cli.acting import By, InRole
from cli.command_options import parameters
from cli.documents import Done
from cli.giving import Common, give
from cli.output import Output, stdout
from cli.running import AsJson, Patience, Ref, json_keys, reference_from, run
from cli.session import Session
from cli.times import SHAPES
from pathway.commands import COMMANDS, Command

HappenedAt = Annotated[
    str | None,
    typer.Option(
        "--happened-at", metavar="TIME", help=f"When it happened; now unless given. {SHAPES}."
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key", help="Makes it one act however often it is sent; a fresh one unless given."
    ),
]
Preview = Annotated[
    bool, typer.Option("--preview", help="Show what it would do and which dates would move.")
]
DO_PATIENCE = 30.0


class _Commands(TyperGroup):
    """Takes a command by its name in Temporal too: record_consent is record-consent."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return super().get_command(ctx, cmd_name.replace("_", "-"))


app = typer.Typer(
    name="do",
    cls=_Commands,
    no_args_is_help=True,
    help="Do something in a journey: one command for each thing that people record or plan.",
)


def kebab(command: type[Command]) -> str:
    return command.name.replace("_", "-")


def _list(asked: bool) -> None:
    if not asked:
        return
    table = Table(box=None, show_header=False)
    for command in COMMANDS:
        table.add_row(kebab(command), command.says)
    stdout().print(table)
    raise typer.Exit


@app.callback(invoke_without_command=False)
def do(
    list_: Annotated[
        bool, typer.Option("--list", is_eager=True, callback=_list, help="List the commands.")
    ] = False,
) -> None:
    """Do something in a journey: one command for each thing that people record or plan."""


def _common() -> Iterator[inspect.Parameter]:
    annotations = {
        "by": (By, None),
        "role": (InRole, None),
        "happened_at": (HappenedAt, None),
        "key": (Key, None),
        "preview": (Preview, False),
        "patience": (Patience, DO_PATIENCE),
        "as_json": (AsJson, False),
    }
    for name, (annotation, default) in annotations.items():
        yield inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )


def _function(command: type[Command]) -> Callable[..., None]:
    """A function whose signature Typer reads: REF, the command's own options, the common ones."""

    def act(**given: Any) -> None:
        reference = given.pop("reference")
        common = Common(
            given.pop("by"),
            given.pop("role"),
            given.pop("happened_at"),
            given.pop("key"),
            given.pop("preview"),
        )

        async def work(session: Session, output: Output) -> Any:
            known = reference_from(reference)
            return await give(session, output, known, command, given, common)

        run(work, as_json=given.pop("as_json"), patience=given.pop("patience"))

    first = inspect.Parameter("reference", inspect.Parameter.KEYWORD_ONLY, annotation=Ref)
    signature = inspect.Signature([first, *parameters(command), *_common()])
    act.__signature__ = signature  # type: ignore[attr-defined]
    act.__annotations__ = {name: p.annotation for name, p in signature.parameters.items()}
    return act


for _command in COMMANDS:
    app.command(kebab(_command), help=_command.says, epilog=json_keys(Done))(_function(_command))
