"""`waymark protocol`: check protocol files, show one to a clinician, print their schema."""

import json
import sys
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

from cli import protocol_documents as documents
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.protocol_pictures import checked_pictures
from cli.running import AsJson, json_keys, told_in_a_sentence
from cli.trouble import wrong_usage
from config.loader import load_protocol, shipped_protocol
from config.protocol_check import around, check_protocol, messages, shipped_protocols
from config.yaml_source import ConfigError, Mistake
from pathway.lint import Severity

app = typer.Typer(name="protocol", help="Check, read and sign protocols.", no_args_is_help=True)

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE]...", help="Protocol files; those that are shipped unless given."
    ),
]
Which = Annotated[
    str,
    typer.Argument(metavar="FILE|ID", help="A file, or the id of a protocol that is shipped."),
]
Publish = Annotated[
    bool,
    typer.Option("--publish", help="Refuse values that are not set or of the demonstration, too."),
]


@app.command(epilog=json_keys(documents.Checked))
def check(files: Files = None, publish: Publish = False, as_json: AsJson = False) -> None:
    """Find what is wrong in protocol files: file, line, place, expected, found, what to do."""
    output = Output(as_json)
    with told_in_a_sentence(output):
        checked = _checked(tuple(files or ()) or shipped_protocols(), publish=publish)
    output.show(checked, *checked_pictures(checked))
    raise typer.Exit(ExitCode.OK if checked.good else ExitCode.WRONG_USAGE)


def _checked(files: tuple[Path | Traversable, ...], *, publish: bool) -> documents.Checked:
    from datetime import UTC, datetime

    from config.clinic import load_clinic
    from config.settings import load_settings

    beside = around(load_clinic(load_settings().clinic_file), datetime.now(UTC))
    wrong: list[documents.Wrong] = []
    unpublished: list[documents.Unpublished] = []
    for file in files:
        try:
            found = check_protocol(file, beside, publish=True)
            counted = [c for c in found if c.finding.severity is Severity.PUBLISH]
            wrong += (documents.Wrong.of(c) for c in found if publish or c not in counted)
            if counted:
                unpublished.append(documents.Unpublished(file=file.name, values=len(counted)))
        except ConfigError as error:
            wrong += map(_malformed, error.mistakes or (Mistake(str(error), file.name),))
    return documents.Checked(
        files=tuple(file.name for file in files), wrong=tuple(wrong), unpublished=tuple(unpublished)
    )


def _malformed(mistake: Mistake) -> documents.Wrong:
    return documents.Wrong(
        says=mistake.says, file=mistake.file, line=mistake.line, path=mistake.path
    )


@app.command(epilog=json_keys(documents.ShownProtocol))
def show(which: Which = "ketamine-iv", as_json: AsJson = False) -> None:
    """Print a whole protocol in plain sentences and tables, to be read and signed."""
    from cli.protocol_sheet import sheet

    output = Output(as_json)
    with told_in_a_sentence(output):
        protocol = load_protocol(_file(which))
        words, asking = messages(), messages("asking")
    output.show(documents.ShownProtocol.of(protocol), *sheet(protocol, words, asking))


def _file(which: str) -> Path | Traversable:
    path = Path(which)
    shipped = shipped_protocol(which)
    if path.is_file():
        return path
    if path.name == which and shipped.is_file():
        return shipped
    known = ", ".join(file.name.removesuffix(".yaml") for file in shipped_protocols())
    raise wrong_usage(f"There is no such file, and no protocol of this id; shipped are {known}.")


@app.command()
def schema() -> None:
    """Print the JSON Schema of protocol files, for editors."""
    from config.protocol_schema import protocol_schema

    sys.stdout.write(json.dumps(protocol_schema(), indent=2, ensure_ascii=False) + "\n")
