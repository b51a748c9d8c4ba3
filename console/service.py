"""The console as a process: opened, served and closed."""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import timedelta

import uvicorn

from config.clinic import load_clinic
from config.keys import ring_of
from config.link_keys import links_of
from config.loader import load_protocol
from config.settings import Settings
from console.app import create_app
from console.backlog import Backlog
from console.desk import Desk
from console.links import LinkPages
from console.spool import Spool
from records.database import Records
from workers.metrics.door import open_door
from workers.metrics.health import Health
from workers.sweeps import sweep_until

PATIENCE = timedelta(seconds=1)
"""Of the records: shorter than a worker's, since somebody waits for the answer."""
_MOST_AT_ONCE = 1000


class Server(uvicorn.Server):
    """Leaves signals to the process it runs in."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_of(settings: Settings, desk: Desk, host: str, pages: LinkPages | None = None) -> Server:
    """How the console is always served: no proxy believed, no access log with its queries."""
    return Server(
        uvicorn.Config(
            create_app(settings, desk, pages),
            host=host,
            port=settings.port_console,
            ws="none",
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            limit_concurrency=_MOST_AT_ONCE,
            timeout_graceful_shutdown=5,
        )
    )


async def serve(settings: Settings, stop: asyncio.Event, host: str) -> None:
    """Take webhooks and answers until told to stop, then finish what is under way.

    It starts while the records are away: what comes then waits in the state folder.
    """
    clinic = load_clinic(settings.clinic_file)
    signed = links_of(settings, clinic)
    choices = load_protocol(settings.protocol_file).steps.decision.options
    ring = ring_of(settings, clinic)
    records = await Records.open(settings.database_url, ring=ring, patience=PATIENCE)
    pages = LinkPages(records, signed, clinic, choices) if signed else None
    spool = Spool(settings.state_dir / "spool")
    desk = Desk(records, spool)
    server = server_of(settings, desk, host, pages)
    replaying = asyncio.create_task(sweep_until(stop, desk.sweep()))
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    health = Health(needs_records=False)
    try:
        port = settings.port_metrics_console
        async with open_door(settings, ring, port, health, Backlog(spool)):
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            await serving
    finally:
        for task in (replaying, stopping):
            task.cancel()
        await asyncio.gather(replaying, stopping, return_exceptions=True)
        await desk.close()
        await records.close()
