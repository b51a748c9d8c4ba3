"""The product as `make run` starts it, each line it says kept, for needles to be looked for in it.

Worker, console, simulated phones and Temporal are its own processes at their most talkative; the
command line runs in this process, and what each command says is kept.
"""

import asyncio
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cli_runner import Cli
from needles import Needles
from places import Place
from rich.console import Console
from temporalio.client import Client
from typer.testing import Result

from cli.session import Session
from config.clinic import load_clinic
from config.keys import ring_of
from config.public_url import public_url
from config.settings import Settings
from local.binary import ServerBinary
from local.child import Member
from local.database import prepare_database
from local.demo.director import Director
from local.dynamic_config import FOR_TESTS
from local.ports import free_ports
from local.progress import Progress
from local.stand import Stand, plan
from local.supervisor import Supervisor
from records.database import Records
from simulator.control import Control
from workers.connection import connect

MEANT_TO_SHOW = frozenset(
    (
        *("show", "explain", "decision", "escalations", "worklist", "handover", "downtime-pack"),
        *("patient show", "patient amendments", "patient disclosures", "patient amend"),
        *("patient decide-amendment", "patient disagree", "inbox list", "link therapist"),
    )
)
"""Commands that show a person's data to staff who may see it: what they print when they succeed is
not searched. All that any other command prints is, and whatever any of them says of a failure."""
OF_FILES = frozenset(("protocol check", "protocol show", "texts check"))
"""Commands that know no patient, and say which of the files they were given cannot be read."""
_AGAIN = re.compile(r"^waymark do .*$", re.MULTILINE)
"""The line that gives an unanswered command again, with its words: it is for whoever typed them."""
_PORTS = tuple(name for name in Settings.model_fields if name.startswith("port_"))


@dataclass
class CanaryStand:
    stand: Stand
    session: Session
    client: Client
    in_clear: Client
    """Reads what the server keeps as it keeps it."""
    cli: Cli
    director: Director
    control: Control
    needles: Needles
    driven: Counter[str] = field(default_factory=Counter)
    """How often each flow was driven."""
    said: Place = field(default_factory=lambda: Place("what commands say"))
    answers: Place = field(default_factory=lambda: Place("HTTP answers"))

    @property
    def settings(self) -> Settings:
        return self.stand.settings

    @property
    def folder(self) -> Path:
        return self.settings.state_dir

    def drove(self, *flows: str) -> None:
        self.driven.update(flows)

    def member(self, name: str) -> Member:
        return next(member for member in self.stand.members if member.name == name)

    async def waymark(self, *words: str, name: str | None = None) -> Result:
        """Run a command as somebody at a terminal; what it says is kept to be searched."""
        called = name or _called(words)
        result = await asyncio.to_thread(self.cli.now, *words)
        assert "Traceback" not in result.output, called
        self.drove(f"cli: {called}")
        if called in OF_FILES:
            return result
        self.said.add(f"stderr of {called}", _AGAIN.sub("", result.stderr))
        if result.exit_code or called not in MEANT_TO_SHOW:
            self.said.add(f"stdout of {called}", result.stdout)
        return result

    async def kill(self, name: str) -> None:
        """As a power cut would; the supervisor starts it again."""
        await self.member(name).kill()
        self.drove(f"fault: {name} killed")


def _called(words: Iterable[str]) -> str:
    first, *rest = words
    groups = {"do", "protocol", "texts", "patient", "inbox", "link", "records", "ops"}
    return f"{first} {rest[0]}" if first in groups and rest else first


@asynccontextmanager
async def canary_stand(
    binary: ServerBinary, folder: Path, needles: Needles, database: str | None = None
) -> AsyncIterator[CanaryStand]:
    """Everything started; at the end it is stopped in order. Files stay in the folder."""
    state = folder / "state"
    state.mkdir()
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    told: dict[str, Any] = {
        **ports,
        "state_dir": state,
        "database_url": database or f"sqlite+aiosqlite:///{state / 'waymark.db'}",
        "texts_per_second": 100.0,
    }
    environment = {f"WAYMARK_{name.upper()}": str(port) for name, port in ports.items()}
    with patch.dict(os.environ, environment):
        async with _running(Settings.model_validate(told), binary, needles) as opened:
            yield opened


@asynccontextmanager
async def _running(
    settings: Settings, binary: ServerBinary, needles: Needles
) -> AsyncIterator[CanaryStand]:
    progress = Progress(Console(file=StringIO()))
    stand = plan(settings, binary, progress, FOR_TESTS)
    await prepare_database(settings)
    supervisor = Supervisor(stand.members, say=progress.say)
    stop, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(supervisor.run(stop, on_ready=ready.set))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if ready.is_set():
            async with _opened(stand, needles) as opened:
                yield opened
    finally:
        waiting.cancel()
        stop.set()
        await running


@asynccontextmanager
async def _opened(stand: Stand, needles: Needles) -> AsyncIterator[CanaryStand]:
    settings = stand.settings
    clinic = load_clinic(settings.clinic_file)
    records = await Records.open(settings.database_url, ring=ring_of(settings, clinic))
    client = await connect(settings, patience=timedelta(seconds=30))
    session = Session(settings, clinic, records, timedelta(days=1), _client=client)
    try:
        yield CanaryStand(
            stand,
            session,
            client,
            await Client.connect(stand.temporal_address, namespace=stand.namespace),
            Cli(_environment(settings)),
            Director(client),
            Control(f"http://127.0.0.1:{settings.port_simulator}"),
            needles,
        )
    finally:
        await records.close()


def _environment(settings: Settings) -> dict[str, str]:
    ports = {f"WAYMARK_{name.upper()}": str(getattr(settings, name)) for name in _PORTS}
    return {
        **ports,
        "WAYMARK_STATE_DIR": str(settings.state_dir),
        "WAYMARK_DATABASE_URL": settings.database_url,
        "WAYMARK_PUBLIC_URL": public_url(settings) or "",
        "WAYMARK_BY": "mara.voss",
    }
