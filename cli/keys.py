"""`waymark keys`: make one, and see which are still needed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from cli.exit_codes import ExitCode
from cli.keys_documents import KeyFound, KeysReport, NewKey
from cli.output import Output, stderr
from cli.render import row, table, when
from cli.running import AsJson, Patience, json_keys, run, told_in_a_sentence
from cli.session import Session
from cli.trouble import wrong_usage

app = typer.Typer(
    name="keys",
    no_args_is_help=True,
    help="The keys that seal what Temporal and the records keep.",
)

Id = Annotated[str | None, typer.Option("--id", help="What to call it; else today's date.")]
Most = Annotated[
    int, typer.Option(min=1, metavar="N", help="Look at so many histories, the oldest first.")
]


@app.command(epilog=json_keys(NewKey))
def new(key_id: Id = None, as_json: AsJson = False) -> None:
    """Print a new key, as WAYMARK_KEYS and a key file take it. Nothing is changed by it."""
    from config.key_ring import KeyRingError, a_new_key, keys_in

    output = Output(as_json)
    with told_in_a_sentence(output):
        line = a_new_key(key_id or f"{datetime.now(UTC):%Y-%m-%d}").strip()
        try:
            (key,) = keys_in(line)
        except KeyRingError as error:
            raise wrong_usage(str(error)) from None
        output.sheets(NewKey(id=key.id, line=line), line)


@app.command(epilog=json_keys(KeysReport))
def report(most: Most = 100_000, patience: Patience = 60.0, as_json: AsJson = False) -> None:
    """Say which keys open and kept histories still need, which may go, and which are missing."""

    async def work(session: Session, output: Output) -> ExitCode:
        document = await _report(session, session.records.ring.ids, most)
        output.show(document, *_pictures(document, session.zone))
        return ExitCode.SOME_ROWS_BAD if document.missing else ExitCode.OK

    run(work, as_json=as_json, patience=patience)


async def _report(session: Session, ring: tuple[str, ...], most: int) -> KeysReport:
    from records.sealed_cells import key_ids_in
    from workers.key_report import KeyUse, kept_keys

    client = await session.temporal()
    with stderr().status("Reading histories") as status:
        kept = await kept_keys(
            client, most, lambda seen, of: status.update(f"Reading histories: {seen} of {of}")
        )
    in_records = {str(k): count for k, count in (await key_ids_in(session.records)).items()}
    found = tuple(
        KeyFound(
            id=key_id,
            in_ring=key_id in ring,
            writes=key_id == ring[0],
            records=in_records.get(key_id, 0),
            **vars(kept.keys.get(key_id, KeyUse())),
        )
        for key_id in dict.fromkeys((*ring, *sorted(kept.keys), *sorted(in_records)))
    )
    return KeysReport(
        namespace=client.namespace,
        histories=kept.histories,
        of=kept.of,
        complete=kept.complete,
        keys=found,
        may_go=tuple(k.id for k in found if kept.complete and not (k.used or k.writes)),
        missing=tuple(k.id for k in found if not k.in_ring),
    )


def _pictures(document: KeysReport, zone: str) -> Iterator[RenderableType]:
    title = f"Keys, in {document.histories} of {document.of} histories ({zone})"
    picture = table(
        *(title, "key", "is", "open", "closed", "schedules", "records", "oldest run began")
    )
    for key in document.keys:
        counts = (key.open, key.closed, key.schedules, key.records)
        row(picture, key.id, _is(key), *counts, when(key.oldest, zone))
    yield picture
    for key_id in document.missing:
        yield Text(
            f"{key_id} is missing: what it sealed cannot be read. Put it back behind the others.",
            style="bold red",
        )
    if not document.complete:
        yield Text("Not every history was looked at: no key may go. Look at more with --most.")
    for key_id in document.may_go:
        yield Text(
            f"{key_id} sealed nothing that is kept: it may go, once no backup needs it and every "
            "process writes with another."
        )


def _is(key: KeyFound) -> str:
    if key.writes:
        return "seals"
    return "opens" if key.in_ring else "MISSING"
