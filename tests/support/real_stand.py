"""The whole system under skipped time: server, worker process, database, phones, and a hand
that kills them.

Nothing here is faked but the phone network, which stands in for Twilio over HTTP.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from database_proxy import Proxy, through
from fake_activities import FakeActivities
from journey_stand import ZONE, LiveJourney, Stand
from processes import Killable, worker_environment, worker_process
from sealed import RING, client_of
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from local.temporal_server import TemporalServer
from pathway.commands import Command
from pathway.journey import Contact
from pathway.overview import Overview
from records import journal, texts
from records.database import Records, migrate
from records.engine import database_url
from records.enrolment import enrol
from records.patient_model import EnrolmentRow, PhoneKind
from records.text_model import StoredText
from simulator.background import BackgroundNetwork
from workflows.messages import Answer

PHONE = "+14155550132"
T = TypeVar("T")


class WorkerKeeper:
    """Keeps one worker process alive, as an orchestrator does; it can be killed at any time."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._current: Killable | None = None
        self._task: asyncio.Task[None] | None = None
        self.starts = 0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep())
        while self._current is None:
            await asyncio.sleep(0.05)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            try:
                async with worker_process(self._environment) as worker:
                    self._current = worker
                    self.starts += 1
                    await worker.died(10_000)
            except RuntimeError:
                await asyncio.sleep(0.2)

    async def kill(self) -> None:
        """SIGKILL, and wait until the next one works."""
        starts = self.starts
        assert self._current is not None
        await self._current.kill()
        while self.starts == starts:
            await asyncio.sleep(0.05)


@dataclass
class RealStand(Stand):
    """A stand whose activities are the product's own."""

    server: TemporalServer = field(kw_only=True)
    worker: WorkerKeeper = field(kw_only=True)
    database: Proxy = field(kw_only=True)
    network: BackgroundNetwork = field(kw_only=True)
    records: Records = field(kw_only=True)
    """Straight to the database, past the proxy: the test's own eyes."""

    async def enrolled(self, phone: str = PHONE, zone: str = ZONE) -> "PatientLiveJourney":
        """A patient with a mobile of her own, her journey started."""
        row = EnrolmentRow(
            given_name="Ada",
            family_name="Example",
            born=date(1980, 5, 4),
            phone_e164=phone,
            phone_kind=PhoneKind.MOBILE,
            zone=zone,
            text_consent=True,
        )
        enrolled = await enrol(self.records, row, datetime.now(UTC))
        started = await self.start(Contact(zone=zone), reference=enrolled.reference)
        return PatientLiveJourney(self, started.reference, started.handle, started.protocol, phone)

    async def kill_server(self) -> None:
        await self.server.kill()
        await self.server.restart()


@dataclass
class PatientLiveJourney(LiveJourney):
    """Driven by callers that ask again until they are answered, whatever dies meanwhile."""

    stand: RealStand
    phone: str = PHONE

    async def give(self, command: Command) -> Answer:
        return await _until_answered(lambda: LiveJourney.give(self, command))

    async def now(self) -> datetime:
        return await _until_answered(lambda: LiveJourney.now(self))

    async def run_id(self) -> str:
        return await _until_answered(lambda: LiveJourney.run_id(self))

    async def rolled_over(self, before: str) -> None:
        """A run ends once its journal is written: while the database is away nobody waits."""

    async def overview(self) -> Overview:
        return await _until_answered(lambda: LiveJourney.overview(self))

    async def to(self, moment: datetime) -> None:
        """Let time pass until this instant; time may have run on by itself while things died."""
        while (ahead := moment - await self.now()) > timedelta(0):
            try:
                async with asyncio.timeout(100):
                    await self.stand.skipper.fast_forward(self.handle, ahead)
            except (RPCError, RuntimeError, TimeoutError):
                await asyncio.sleep(0.5)

    async def stored_texts(self) -> list[StoredText]:
        return list(await texts.for_reference(self.stand.records, self.reference))

    async def journal(self, through: int) -> list[journal.Entry]:
        """The journal once it holds every event up to this number."""
        async with asyncio.timeout(90):
            while True:
                rows = await journal.read(self.stand.records, self.reference)
                if len(rows) >= through:
                    return list(rows)
                await asyncio.sleep(0.2)


async def _until_answered(ask: Callable[[], Awaitable[T]]) -> T:
    async with asyncio.timeout(170):
        while True:
            try:
                async with asyncio.timeout(30):
                    return await ask()
            except (RPCError, TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
                await asyncio.sleep(0.3)


@asynccontextmanager
async def real_stand(
    private_server: Callable[..., Any],
    postgres: str,
    network: BackgroundNetwork,
    folder: Path,
    **more: str,
) -> AsyncIterator[RealStand]:
    """Everything of its own, on PostgreSQL behind a proxy that can be cut or frozen.

    `more` are variables that the worker is told.
    """
    await migrate(postgres, ring=RING)
    records = await Records.open(postgres, ring=RING)
    proxy = Proxy(database_url(postgres))
    async with private_server() as server, proxy.listening() as port:
        environment = worker_environment(
            server.address,
            server.namespace,
            folder,
            WAYMARK_DATABASE_URL=through(postgres, port),
            **{
                "WAYMARK_TWILIO_API_BASE": network.url,
                "WAYMARK_TEXTS_PER_SECOND": "50",
                **more,
            },
        )
        client = await client_of(server)
        skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        async with WorkerKeeper(environment) as worker:
            yield RealStand(
                client,
                skipper,
                "waymark",
                FakeActivities(),
                server=server,
                worker=worker,
                database=proxy,
                network=network,
                records=records,
            )
    await records.close()
