"""`waymark ops`: what ops staff look at in the Temporal UI, and what the watch found."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import ops_documents as documents
from cli.exit_codes import ExitCode
from cli.ops_decodes import decodes
from cli.ops_picture import watch_pictures
from cli.output import Output
from cli.running import (
    AsJson,
    Patience,
    Ref,
    json_keys,
    reference_from,
    run,
    told_in_a_sentence,
)
from cli.session import Session

app = typer.Typer(
    name="ops",
    help="Look at all journeys: lists for the Temporal UI, and the watch.",
    no_args_is_help=True,
)

Ui = Annotated[
    str | None,
    typer.Option("--ui", metavar="URL", help="Address of the Temporal UI, where it is not local."),
]


@app.callback()
def _ops() -> None:
    """Look at all journeys: lists for the Temporal UI, and the watch."""


app.command(epilog=json_keys(documents.OpsDecodes))(decodes)


@app.command(epilog=json_keys(documents.OpsLinks))
def links(ui: Ui = None, as_json: AsJson = False) -> None:
    """Print lists worth saving: escalations, what is overdue, who is waited for, who is lost."""
    output = Output(as_json)
    with told_in_a_sentence(output):
        found = _links(ui)
    output.sheets(found, _lines(found))


def _links(ui: str | None) -> documents.OpsLinks:
    from cli.ops_filters import filters, linked
    from config.loader import load_protocol
    from config.settings import load_settings
    from workers.connection import connection_of

    settings = load_settings()
    protocol = load_protocol(settings.protocol_file)
    address = ui or f"http://127.0.0.1:{settings.port_ui}"
    found = filters(protocol.name, datetime.now(UTC))
    namespace = connection_of(settings)["namespace"]
    return documents.OpsLinks(
        namespace=namespace, filters=tuple(linked(each, address, namespace) for each in found)
    )


def _lines(found: documents.OpsLinks) -> str:
    """Addresses are long, and are copied: a table would fold them."""
    lines = (f"{each.asks}\n  {each.query}\n  {each.url}" for each in found.filters)
    return "\n".join(lines)


@app.command(epilog=json_keys(documents.OpsWatch))
def watch(as_json: AsJson = False) -> None:
    """Show when the watch last looked at every journey, and what it found."""

    async def work(session: Session, output: Output) -> ExitCode:
        from records import watch_findings, watch_rounds

        last = await watch_rounds.last(session.records)
        document = documents.OpsWatch(
            as_of=session.now,
            last=last,
            age=session.now - last.ended_at if last else None,
            silent=last is None or last.too_old(session.now),
            findings=await watch_findings.open_ones(session.records),
        )
        output.show(document, *watch_pictures(document, session.zone))
        return ExitCode.OK

    run(work, as_json=as_json)


@app.command("bring-back", epilog=json_keys(documents.BroughtBack))
def bring_back(ref: Ref, patience: Patience = 60.0, as_json: AsJson = False) -> None:
    """Start a journey again that was terminated, cancelled or deleted in Temporal.

    It goes on where its journal ends; nothing that has gone goes again.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        from cli.brought_back import not_brought_back
        from workers import bringing_back

        reference = reference_from(ref)
        client = await session.temporal()
        queue = session.settings.task_queue
        try:
            events = await bringing_back.bring_back(session.records, client, reference, queue)
        except bringing_back.NotBroughtBackError as error:
            raise not_brought_back(error) from None
        document = documents.BroughtBack(reference=reference, events=events)
        output.show(document, f"{reference} is at work again, and knows {events} events.")
        return ExitCode.OK

    run(work, as_json=as_json, patience=patience)
