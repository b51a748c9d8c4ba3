"""The console as a process: opened, served and closed."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from datetime import timedelta

import uvicorn
from fastapi import FastAPI

from config.clinic import load_clinic
from config.keys import ring_of
from config.link_keys import links_of
from config.loader import load_protocol
from config.settings import Settings
from console.app import create_app
from console.backlog import Backlog
from console.codec import Codec
from console.codec_app import codec_of, create_codec_app
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
_MOST_DECODES_AT_ONCE = 100


class Server(uvicorn.Server):
    """Leaves signals to the process it runs in."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_of(settings: Settings, desk: Desk, host: str, pages: LinkPages | None = None) -> Server:
    """The webhooks and the pages behind links, on the port that a public proxy passes on."""
    app = create_app(settings, desk, pages)
    return _served(app, host, settings.port_console, _MOST_AT_ONCE)


def codec_server_of(settings: Settings, codec: Codec, host: str) -> Server:
    """The codec endpoint on a port of its own, so that no mistake in that proxy opens it."""
    return _served(create_codec_app(codec), host, settings.port_codec, _MOST_DECODES_AT_ONCE)


def _served(app: FastAPI, host: str, port: int, most_at_once: int) -> Server:
    """How the console is always served: no proxy believed, no access log with its queries."""
    return Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            ws="none",
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            limit_concurrency=most_at_once,
            timeout_graceful_shutdown=5,
        )
    )


async def serve(
    settings: Settings, stop: asyncio.Event, host: str, codec_host: str = "127.0.0.1"
) -> None:
    """Take webhooks and answers until told to stop, then finish what is under way.

    It starts while the records are away: what comes then waits in the state folder. Raises
    SettingsError when the codec endpoint would open for whom it must not.
    """
    clinic = load_clinic(settings.clinic_file)
    signed = links_of(settings, clinic)
    choices = load_protocol(settings.protocol_file).steps.decision.options
    ring = ring_of(settings, clinic)
    records = await Records.open(settings.database_url, ring=ring, patience=PATIENCE)
    pages = LinkPages(records, signed, clinic, choices) if signed else None
    spool = Spool(settings.state_dir / "spool", records.seals)
    desk = Desk(records, spool)
    servers = [server_of(settings, desk, host, pages)]
    codec = codec_of(settings, clinic, records, (host, codec_host))
    if codec is not None:
        servers.append(codec_server_of(settings, codec, codec_host))
    replaying = asyncio.create_task(sweep_until(stop, desk.sweep()))
    health, port = Health(needs_records=False), settings.port_metrics_console
    try:
        async with open_door(settings, ring, port, health, Backlog(spool)):
            await _serve_until(stop, servers)
    finally:
        replaying.cancel()
        await asyncio.gather(replaying, return_exceptions=True)
        if codec is not None:
            await codec.book.close()
        await desk.close()
        await records.close()


async def _serve_until(stop: asyncio.Event, servers: Sequence[Server]) -> None:
    """All of them until told to stop, or until one of them ends by itself."""
    serving = [asyncio.create_task(server.serve()) for server in servers]
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({*serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*serving)
    finally:
        stopping.cancel()
        await asyncio.gather(stopping, return_exceptions=True)
