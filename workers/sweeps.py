"""What a worker looks after by itself, again and again: simple, logged, harmless when repeated.

A sweep that fails is logged and tried again in its next round; it never stops the worker. Every
worker of a clinic sweeps: what one has done the other finds done.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from records import patients, signs
from records.database import Records
from workers.metrics.rounds import ROUNDS
from workers.starting import Starter

log = structlog.stdlib.get_logger(__name__)

ROUND = timedelta(seconds=20)
"""How long somebody who was enrolled while Temporal was away waits for her journey at most."""
FRESH = timedelta(seconds=15)
"""Whoever has just enrolled somebody is starting her journey at this moment."""
MOST_AT_ONCE = 500
"""Starts in one round, so that a round ends and its sign of life is given."""


@dataclass(frozen=True)
class Sweep:
    """Something to do in every round. It says how much it found to do."""

    name: str
    work: Callable[[], Awaitable[int]]
    every: timedelta = ROUND


async def sweep_until(stop: asyncio.Event, sweep: Sweep) -> None:
    """Do the work, wait, do it again, until told to stop."""
    ROUNDS.begun(sweep.name, sweep.every)
    try:
        while not stop.is_set():
            await _round(sweep)
            try:
                async with asyncio.timeout(sweep.every.total_seconds()):
                    await stop.wait()
            except TimeoutError:
                continue
    finally:
        # One that ends by itself is dead, and must be missed.
        if stop.is_set():
            ROUNDS.over(sweep.name)


async def _round(sweep: Sweep) -> None:
    begun = time.monotonic()
    well = False
    try:
        if count := await sweep.work():
            log.info("swept", kind=sweep.name, count=count)
        well = True
    except Exception:
        log.exception("sweep_failed", kind=sweep.name)
    ROUNDS.ended(sweep.name, time.monotonic() - begun, well=well)


async def all_ended(failed: str, work: Iterable[Awaitable[int]]) -> int:
    """How much was done by all of these together, when the last of them has ended.

    One that fails is logged as `failed`. The others are waited for, so that the next round does
    not begin on what they still have in hand.
    """
    came = await asyncio.gather(*work, return_exceptions=True)
    for each in came:
        if isinstance(each, BaseException):
            log.error(failed, error_type=type(each).__name__)
    return sum(each for each in came if not isinstance(each, BaseException))


def start_enrolled(starter: Starter) -> Sweep:
    """Start the journeys of patients who were enrolled while Temporal was away."""

    async def work() -> int:
        now = datetime.now(UTC)
        waiting = await patients.not_started(starter.records, enrolled_before=now - FRESH)
        now_due = waiting[:MOST_AT_ONCE]
        return len(now_due) - len(await starter.start(now_due, now))

    return Sweep("start_enrolled", work)


def sign_of_life(records: Records, build: str) -> Sweep:
    """Say that a worker is there: whoever reads the work list sees how old it may be."""
    name = f"worker {os.getpid()}"

    async def work() -> int:
        await signs.give(records, name, datetime.now(UTC), build)
        return 0

    return Sweep("sign_of_life", work)
