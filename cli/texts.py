"""`waymark texts`: check what patients read, and the lists by which their texts are read."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table

from cli import text_documents as documents
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.protocol_documents import Checked, Wrong
from cli.protocol_pictures import checked_pictures
from cli.running import AsJson, json_keys, told_in_a_sentence
from cli.staff_texts import staff_texts, too_long
from config.text_check import TextsCheck, check_texts

app = typer.Typer(name="texts", help="Check the words of texts.", no_args_is_help=True)

Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FOLDER]", help="Holds messages/ and replies/; the shipped ones unless given."
    ),
]


@app.callback()
def _texts() -> None:
    """Check the words of texts."""


@app.command(epilog=json_keys(documents.TextsChecked))
def check(folder: Folder = None, as_json: AsJson = False) -> None:
    """Count the segments of every text at its longest, and find what no text may say."""
    output = Output(as_json)
    with told_in_a_sentence(output):
        checked = _checked(folder)
    told = Checked(files=checked.files, wrong=checked.wrong)
    output.show(checked, _lengths(checked), *checked_pictures(told))
    raise typer.Exit(ExitCode.OK if checked.good else ExitCode.WRONG_USAGE)


def _checked(folder: Path | None) -> documents.TextsChecked:
    from config.clinic import load_clinic
    from config.settings import load_settings

    settings = load_settings()
    clinic = load_clinic(settings.clinic_file)
    found = check_texts(clinic, folder)
    to_staff = tuple(staff_texts(clinic, settings.public_url))
    return documents.TextsChecked(
        files=found.files,
        texts=tuple(_texts_of(found)),
        wrong=(*_wrong(found), *(Wrong(says=line) for line in too_long(to_staff))),
        to_staff=to_staff,
    )


def _texts_of(found: TextsCheck) -> list[documents.TextLength]:
    return [
        documents.TextLength(
            language=sample.language,
            text=sample.template,
            asks=sample.asks,
            letters=sample.letters,
            segments=sample.segments,
        )
        for sample in found.samples
    ]


def _wrong(found: TextsCheck) -> list[Wrong]:
    unreadable = [Wrong(says=line) for line in found.unreadable]
    return [*unreadable, *map(Wrong.of, found.complaints)]


def _lengths(checked: documents.TextsChecked) -> RenderableType:
    table = Table("language", "text", "letters", "segments", box=None, pad_edge=False)
    for each in (*checked.texts, *checked.to_staff):
        name = f"{each.text} (asks)" if each.asks else each.text
        table.add_row(each.language, name, str(each.letters), str(each.segments))
    return table
