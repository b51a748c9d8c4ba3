"""Drives the two toys as the product is driven: the same acts, at the same moments."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from bench import toy_steps
from bench.phones import Phones
from bench.plan import TEXTS, Pace
from bench.postgres import Postgres
from bench.programs import worker
from bench.toy_steps import Act, Start
from local.child import Child
from local.temporal_server import TemporalServer

_NOTE = "As planned; she was told whom to call, and understood it."
Tell = Callable[[Act], Awaitable[None]]


@dataclass
class ToyPatient:
    """A patient of either toy: `begin` starts her workflow, `tell` brings it an act of staff."""

    phone: str
    begin: Callable[[], Awaitable[None]]
    tell: Tell
    end: Callable[[], Awaitable[None]]

    async def admit(self) -> None:
        await self.begin()
        for kind in ("record_assessment", "record_consent"):
            await self.act(0, kind)

    async def book(self, treatment: int, step: str) -> None:
        await self.act(treatment, f"book_{step}")

    async def act(self, treatment: int, kind: str) -> None:
        now = datetime.now(UTC)
        await self.tell(Act(kind=kind, treatment=treatment, by="nadia", at=now, note=_NOTE))

    async def close(self) -> None:
        await self.act(0, "close")
        await self.end()


@dataclass
class Toy:
    """A running toy: its worker, and how a patient of it is made."""

    worker: Child
    patient: Callable[[int, int], ToyPatient]
    client: Any

    async def made(self, number: int, treatments: int) -> ToyPatient:
        return self.patient(number, treatments)


def _start(prefix: str, number: int, pace: Pace, treatments: int) -> Start:
    return Start(
        patient=f"toy-{number}",
        phone=f"{prefix}{5_000_000 + number}",
        treatments=treatments,
        steps={step: pace.texts_at(step) for step in TEXTS},
    )


@asynccontextmanager
async def on_temporal(
    server: TemporalServer, database: str, phones: Phones, folder: Path, pace: Pace
) -> AsyncIterator[Toy]:
    """The plain Temporal toy on this server."""
    client = await Client.connect(
        server.address, namespace=server.namespace, data_converter=pydantic_data_converter
    )
    settings = {"TEMPORAL_ADDRESS": server.address, "TEMPORAL_NAMESPACE": server.namespace}
    program = _worker("bench.toy_temporal", folder, database, phones, settings)

    def patient(number: int, treatments: int) -> ToyPatient:
        start = _start("+1212", number, pace, treatments)
        handle = client.get_workflow_handle(start.patient)

        async def begin() -> None:
            await client.start_workflow("ToyJourney", start, id=start.patient, task_queue="toy")

        async def tell(act: Act) -> None:
            await handle.execute_update("act", act)

        async def end() -> None:
            await handle.result()

        return ToyPatient(start.phone, begin, tell, end)

    try:
        await program.up()
        yield Toy(program, patient, client)
    finally:
        await program.stop()


@asynccontextmanager
async def on_dbos(
    postgres: Postgres, database: str, phones: Phones, folder: Path, pace: Pace
) -> AsyncIterator[Toy]:
    """The DBOS toy, with its system tables on the same PostgreSQL server."""
    system = postgres.url(postgres.create("dbos")).replace("postgresql:", "postgresql+psycopg:")
    program = _worker("bench.toy_dbos", folder, database, phones, {"TOY_SYSTEM_DATABASE": system})
    try:
        await program.up()
        client: Any = import_module("dbos").DBOSClient(system_database_url=system)

        def patient(number: int, treatments: int) -> ToyPatient:
            start = _start("+1313", number, pace, treatments)
            options = {
                "workflow_name": "toy_journey",
                "queue_name": "patients",
                "workflow_id": start.patient,
            }

            async def begin() -> None:
                await client.enqueue_async(options, start.model_dump())

            async def tell(act: Act) -> None:
                await client.send_async(start.patient, act.model_dump(), "staff")

            async def end() -> None:
                handle = await client.retrieve_workflow_async(start.patient)
                await handle.get_result()

            return ToyPatient(start.phone, begin, tell, end)

        yield Toy(program, patient, client)
        client.destroy()
    finally:
        await program.stop()


def _worker(
    module: str, folder: Path, database: str, phones: Phones, settings: dict[str, str]
) -> Child:
    common = {toy_steps.DATABASE: database, toy_steps.PROVIDER: phones.url}
    return worker(module, folder, settings | common)
