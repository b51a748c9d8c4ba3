"""`waymark records reseal`: everything in the database under the key that writes."""

from collections import Counter

import typer
from rich.console import RenderableType
from rich.text import Text

from cli.documents import RecordsResealed
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.render import row, table
from cli.running import AsJson, json_keys, run
from cli.session import Session
from records.resealing import reseal as resealed
from records.sealed_cells import key_ids_in

_TOLD_EVERY = 2000


def reseal(as_json: AsJson = False) -> None:
    """Write what older keys have sealed anew with the newest; may be stopped and repeated."""

    async def work(session: Session, output: Output) -> ExitCode:
        rows: Counter[str] = Counter()
        unreadable: Counter[str] = Counter()
        told = 0
        async for part in resealed(session.records):
            rows[part.table] += part.rows
            unreadable.update(part.unreadable)
            if rows.total() - told >= _TOLD_EVERY:
                told = rows.total()
                output.note(f"{told} rows, now in {part.table}")
        document = RecordsResealed(
            writes=session.records.seals.ring.writes,
            rows={name: count for name, count in rows.items() if count},
            unreadable=dict(unreadable),
            keys={str(k): n for k, n in (await key_ids_in(session.records)).items()},
        )
        output.show(document, *_pictures(document))
        return ExitCode.SOME_ROWS_BAD if unreadable else ExitCode.OK

    run(work, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Put the command into its group."""
    app.command(epilog=json_keys(RecordsResealed))(reseal)


def _pictures(document: RecordsResealed) -> list[RenderableType]:
    count = sum(document.rows.values())
    pictures: list[RenderableType] = [
        Text(f"{count} rows were written anew with the key {document.writes}.")
    ]
    picture = table("Keys that the database needs", "key", "cells")
    for key_id, cells in document.keys.items():
        row(picture, key_id, cells)
    pictures.append(picture)
    if document.unreadable:
        picture = table("These do not open, and stay as they are", "column", "cells")
        for column, cells in document.unreadable.items():
            row(picture, column, cells)
        pictures.append(picture)
    return pictures
