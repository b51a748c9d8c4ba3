"""A command's round trip against a bare Temporal update, one after the other in the same run.

The bare update does nothing: what it takes is Temporal's own part of every command.
"""

import argparse
import statistics
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from bench.meter import provenance
from bench.page import Figures
from bench.stand import Store, opened
from local.progress import Progress
from pathway import commands as cmd

_QUEUE = "bare"


@workflow.defn(name="Bare")
class Bare:
    """Takes updates and does nothing else."""

    def __init__(self) -> None:
        self._over = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self._over)

    @workflow.update
    def nothing(self) -> int:
        return 1

    @nothing.validator
    def anything(self) -> None:
        """Accepts."""

    @workflow.signal
    def end(self) -> None:
        self._over = True


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--commands", type=int, default=200)


async def run(chosen: argparse.Namespace, progress: Progress) -> list[Figures]:
    rows = []
    for store in Store:
        with progress.step(f"{chosen.commands} commands and bare updates on {store}"):
            rows.append(await _on(store, chosen.commands))
    note = f"{chosen.commands} of each, in turn, on one idle journey. {provenance()}"
    return [Figures("round-trip", _HEADINGS, rows, note)]


_HEADINGS = ("store", "bare ms p50", "bare ms p99", "command ms p50", "command ms p99", "ratio p50")


async def _on(store: Store, count: int) -> list[str]:
    async with opened(store) as stand, stand.product() as product:
        patient = await product.patient(0, 1)
        await patient.admit()
        held = (cmd.HoldTexts, cmd.ReleaseTexts)

        async def command(number: int) -> None:
            await patient.do(held[number % 2], reason="bench")

        async with Worker(
            product.client,
            task_queue=_QUEUE,
            workflows=[Bare],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            bare, end = await _bare(product.client)
            took = await _in_turn((bare, command), count)
            await end()
    return [store, *_milliseconds(took[0]), *_milliseconds(took[1]), _ratio(took)]


async def _bare(
    client: Client,
) -> tuple[Callable[[int], Awaitable[None]], Callable[[], Awaitable[None]]]:
    handle = await client.start_workflow("Bare", id=f"bare-{uuid4()}", task_queue=_QUEUE)

    async def update(_number: int) -> None:
        await handle.execute_update("nothing")

    async def end() -> None:
        await handle.signal("end")
        await handle.result()

    return update, end


async def _in_turn(
    asks: tuple[Callable[[int], Awaitable[None]], ...], count: int
) -> tuple[list[float], ...]:
    """Seconds of each; the first few warm up and are left out."""
    warm = 10
    took: tuple[list[float], ...] = tuple([] for _ in asks)
    for number in range(count + warm):
        for ask, seconds in zip(asks, took, strict=True):
            began = time.perf_counter()
            await ask(number)
            seconds.append(time.perf_counter() - began)
    return tuple(seconds[warm:] for seconds in took)


def _milliseconds(seconds: list[float]) -> list[str]:
    cuts = statistics.quantiles(seconds, n=100)
    return [f"{cuts[at] * 1000:.1f}" for at in (49, 98)]


def _ratio(took: tuple[list[float], ...]) -> str:
    bare, command = (statistics.median(seconds) for seconds in took)
    return f"{command / bare:.2f}"
