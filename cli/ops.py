"""`waymark ops`: what ops staff look at in the Temporal UI."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import ops_documents as documents
from cli.output import Output
from cli.running import AsJson, json_keys, told_in_a_sentence

app = typer.Typer(name="ops", help="Look at all journeys in the Temporal UI.", no_args_is_help=True)

Ui = Annotated[
    str | None,
    typer.Option("--ui", metavar="URL", help="Address of the Temporal UI, where it is not local."),
]


@app.callback()
def _ops() -> None:
    """Look at all journeys in the Temporal UI."""


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
