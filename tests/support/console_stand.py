"""The console as it is really served, on a loopback port of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sealed import RING
from twilio_caller import ACCOUNT, NUMBER, PUBLIC, TOKEN, Caller

from config.settings import Settings
from console.desk import RECORDS_SECONDS, Desk
from console.links import LinkPages
from console.service import PATIENCE, server_of
from console.spool import Spool
from records.database import Records
from simulator.background import BackgroundNetwork
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN

LEISURE_SECONDS = 15.0
LEISURE = timedelta(seconds=LEISURE_SECONDS)


def console_settings(folder: Path, **more: Any) -> Settings:
    return Settings.model_validate(
        {
            "state_dir": folder,
            "public_url": PUBLIC,
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_from": NUMBER,
            **more,
        }
    )


@dataclass(frozen=True)
class Console:
    """A console that runs, and the spool behind it."""

    twilio: Caller
    desk: Desk
    spool: Spool


@asynccontextmanager
async def a_console(
    database_url: str,
    settings: Settings,
    pages_of: Callable[[Records], LinkPages] | None = None,
    *,
    in_haste: bool = False,
) -> AsyncIterator[Console]:
    """Serve; nothing is replayed but when the test says so.

    Only `in_haste` does what comes in go into the spool as soon as it does for Twilio: what a
    busy machine sets aside would be missed by a test that looks in the records.
    """
    patience, seconds = (PATIENCE, RECORDS_SECONDS) if in_haste else (LEISURE, LEISURE_SECONDS)
    records = await Records.open(database_url, patience=patience, ring=RING)
    spool = Spool(settings.state_dir / "spool", records.seals)
    desk = Desk(records, spool, seconds)
    pages = pages_of(records) if pages_of else None
    server = server_of(settings, desk, "127.0.0.1", pages)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        port = listening.getsockname()[1]
        yield Console(Caller(port, settings.public_url or PUBLIC), desk, spool)
        server.should_exit = True
        await serving
    await desk.close()
    await records.close()


@asynccontextmanager
async def console_called_by(
    network: BackgroundNetwork, database_url: str, folder: Path
) -> AsyncIterator[tuple[Settings, Desk]]:
    """A console that the simulated network calls, at the public URL of its settings."""
    records = await Records.open(database_url, ring=RING)
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        settings = console_settings(
            folder,
            public_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
            twilio_account_sid=DEMONSTRATION_ACCOUNT,
            twilio_auth_token=DEMONSTRATION_TOKEN,
            twilio_api_base=network.url,
        )
        desk = Desk(records, Spool(folder / "spool", records.seals))
        server = server_of(settings, desk, "127.0.0.1")
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield settings, desk
        server.should_exit = True
        await serving
    await desk.close()
    await records.close()
