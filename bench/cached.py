"""What a journey takes in a worker's memory, and what it costs to bring it back from history.

The product and the plain Temporal toy, in one run. Memory: idle journeys that the worker keeps.
Reload: journeys in the midst of a treatment, asked once by a worker that has just started.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from bench import histories, midway
from bench.batch import MakePatient
from bench.meter import Meter, provenance, resident
from bench.ours import Ours
from bench.page import Figures
from bench.patient import live
from bench.stand import Stand, Store, opened
from bench.toys import Toy
from local.progress import Progress

_WARM_UP = 20


@dataclass(frozen=True)
class Kind:
    """How one of the two systems is asked."""

    name: str
    workflow: str
    query: str


OURS = Kind("waymark", "PatientJourney", "overview")
TOY = Kind("plain Temporal", "ToyJourney", "stands_at")


@dataclass(frozen=True)
class Taken:
    kib: float
    """Of one journey that is kept in memory."""
    cold: list[float]
    """Seconds until a query is answered that has to replay the journey first."""
    warm: list[float]
    cpu: float
    """CPU seconds of the worker for one reload."""
    events: float


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--journeys", type=int, default=500, help="kept in memory")
    parser.add_argument("--reloads", type=int, default=20)


async def run(chosen: argparse.Namespace, progress: Progress) -> list[Figures]:
    taken: dict[Kind, Taken] = {}
    for kind in (OURS, TOY):
        with progress.step(f"memory and reload of {kind.name}"):
            async with opened(Store.POSTGRES) as stand, _running(stand, kind) as system:
                taken[kind] = await _measured(stand, kind, system, chosen)
    memory = taken[OURS].kib / taken[TOY].kib
    note = (
        f"{chosen.journeys} journeys in memory, {chosen.reloads} reloads. Memory: {memory:.1f} "
        f"times the toy's (mark 2: {'met' if memory <= 2 else 'missed'}; the goal beyond is 1.3). "
        f"{provenance()}"
    )
    return [Figures("cached", _HEADINGS, [_row(k, t) for k, t in taken.items()], note)]


_HEADINGS = (
    "system",
    "KiB in memory",
    "events replayed",
    "cold ms p50",
    "warm ms p50",
    "worker CPU ms of a reload",
)


def _running(stand: Stand, kind: Kind) -> AbstractAsyncContextManager[Ours | Toy]:
    return stand.product() if kind is OURS else stand.plain_temporal()


async def _measured(
    stand: Stand, kind: Kind, system: Ours | Toy, chosen: argparse.Namespace
) -> Taken:
    client: Client = system.client
    make: MakePatient = system.patient if isinstance(system, Ours) else system.made
    asked = [await make(number, 1) for number in range(chosen.reloads)]
    await asyncio.gather(*(live(p, stand.phones, 1, until="infusion") for p in asked))
    size = await histories.size_of(client, kind.workflow)
    references = [
        run.id async for run in client.list_workflows(f"WorkflowType = '{kind.workflow}'")
    ]
    await system.worker.stop()
    await system.worker.up()
    # What the first journey loads for all is neither's: it is warmed up and left out.
    first, *others = references
    await _ask(client, kind, [first])
    meter = Meter(worker=system.worker.pid)
    cold = await _ask(client, kind, others)
    cpu = meter.cpu().total / len(others)
    warm = await _ask(client, kind, others)
    return Taken(await _kib(system, chosen.journeys), cold, warm, cpu, size.events)


async def _kib(system: Ours | Toy, journeys: int) -> float:
    begin = _beginner(system)
    for number in range(_WARM_UP):
        await begin(number)
    await asyncio.sleep(2)
    before = resident(system.worker.pid)
    for number in range(_WARM_UP, _WARM_UP + journeys):
        await begin(number)
    await asyncio.sleep(5)
    return (resident(system.worker.pid) - before) * 1024 / journeys


def _beginner(system: Ours | Toy) -> Callable[[int], Awaitable[None]]:
    if isinstance(system, Toy):
        toy = system

        async def begin_toy(number: int) -> None:
            await toy.patient(10_000 + number, 1).begin()

        return begin_toy
    ours = system
    journey = midway.booked(ours, datetime.now(UTC) + timedelta(days=5), timedelta(0))

    async def begin(_number: int) -> None:
        await midway.start(ours, journey, midway.a_reference())

    return begin


async def _ask(client: Client, kind: Kind, references: Sequence[str]) -> list[float]:
    seconds = []
    for reference in references:
        began = time.perf_counter()
        await client.get_workflow_handle(reference).query(kind.query)
        seconds.append(time.perf_counter() - began)
    return seconds


def _row(kind: Kind, taken: Taken) -> list[str]:
    return [
        kind.name,
        f"{taken.kib:.0f}",
        f"{taken.events:.0f}",
        f"{statistics.median(taken.cold) * 1000:.0f}",
        f"{statistics.median(taken.warm) * 1000:.0f}",
        f"{taken.cpu * 1000:.0f}",
    ]
