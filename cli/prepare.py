"""What must stand before the first worker starts: the tables and the namespace."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from cli.output import Output
from cli.running import told_in_a_sentence

Retention = Annotated[
    int,
    typer.Option(
        "--retention-days",
        min=1,
        max=3650,
        help="How long closed journeys stay in Temporal, when the namespace is new.",
    ),
]
Wait = Annotated[
    float, typer.Option("--patience", min=0.1, help="Seconds to wait for Temporal to answer.")
]


def prepare(retention_days: Retention = 90, patience: Wait = 60.0) -> None:
    """Bring the database to this release, and register the namespace in Temporal.

    Safe to repeat: run it before the workers of every release.
    """
    output = Output(as_json=False)
    with told_in_a_sentence(output):
        asyncio.run(_prepared(timedelta(days=retention_days), timedelta(seconds=patience)))
    output.note("The database and the namespace are ready.")


async def _prepared(retention: timedelta, patience: timedelta) -> None:
    from config.clinic import load_clinic
    from config.keys import ring_of
    from config.settings import load_settings
    from records.database import migrate
    from workers import namespace
    from workers.connection import connect
    from workers.plugin import plugin_for
    from workflows.search_attributes import ALL

    settings = load_settings()
    clinic = load_clinic(settings.clinic_file)
    ring = ring_of(settings, clinic)
    await migrate(settings.database_url, ring=ring)
    plugin = plugin_for(ring, clinic)
    client = await connect(settings, plugin=plugin, patience=patience)
    await namespace.prepare(client.service_client, client.namespace, retention, ALL)
