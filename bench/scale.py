"""Many open journeys: how fast they start, what they take, and how late their texts are.

Every journey waits for one text at a shared clock time. Without spread all fall due in one
second; with it each has an offset of its own, as the protocol gives to texts at clock times.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from bench import midway
from bench.meter import provenance, resident
from bench.ours import Ours
from bench.page import Figures
from bench.stand import Stand, Store, opened
from local.errors import StandError
from local.progress import Progress, Step

T = TypeVar("T")

_AT_ONCE = 40
_SLOWEST_START = 20
"""Journeys a second: what the due minute is chosen by."""
_SLOWEST_TEXTS = 8
"""A second: what is waited for."""
_SLOWER = "Take the figures on a quieter machine, or fewer --journeys."
_MARK = 2.0
"""Seconds: the p99 of lateness that a spread hour is to stay under."""


@dataclass(frozen=True)
class Taken:
    """Of one crowd."""

    journeys: int
    spread: timedelta
    starts_per_second: float
    added: Sequence[float]
    """MiB: of the worker, of the server, on disk."""
    late: list[float]
    """Seconds from when a text was due to when it came to the phone, least first."""
    to_others: int
    """Texts to staff, who get them where the product finds itself behind."""


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--journeys", type=int, nargs="+", default=[1000, 10_000])
    spreads = "seconds; 0: all at once (the protocol has 600)"
    parser.add_argument("--spread", type=int, nargs="+", default=[0, 600], help=spreads)
    parser.add_argument(
        "--in-memory", type=int, default=1000, help="kept by the worker; 1000 as shipped"
    )
    parser.add_argument("--store", type=Store, choices=list(Store), default=Store.POSTGRES)


async def run(chosen: argparse.Namespace, progress: Progress) -> list[Figures]:
    taken = []
    for journeys in chosen.journeys:
        for spread in (timedelta(seconds=each) for each in chosen.spread):
            async with (
                opened(chosen.store) as stand,
                stand.product(WAYMARK_JOURNEYS_IN_MEMORY=str(chosen.in_memory)) as product,
            ):
                title = f"{journeys} open journeys, spread {int(spread.total_seconds())} s"
                with progress.step(title) as step:
                    taken.append(await _crowd(stand, product, journeys, spread, step))
                # An hour's work is not lost with what comes after it.
                others = f"{taken[-1].to_others} texts to staff"
                progress.say(" · ".join((*_row(taken[-1]), others)))
    note = (
        f"{_judged(taken)}Starts with the enrolment. On {chosen.store}; MiB are what the journeys "
        f"added. A worker keeps {chosen.in_memory:,} journeys in memory and sends 100 texts a "
        f"second at most. {provenance()}"
    )
    return [Figures("scale", _HEADINGS, list(map(_row, taken)), note)]


def _judged(taken: Sequence[Taken]) -> str:
    """Against the mark, which is for texts that are spread."""
    spread = [cut99(each.late) for each in taken if each.spread]
    if not spread:
        return ""
    met = "met" if max(spread) < _MARK else "missed"
    return f"Spread, the worst p99 is {max(spread):.1f} s (mark {_MARK:g} s: {met}). "


_HEADINGS = (
    "open journeys",
    "spread",
    "starts/s",
    "worker MiB",
    "server MiB",
    "disk MiB",
    "late p50",
    "late p99",
)


async def _crowd(
    stand: Stand, product: Ours, journeys: int, spread: timedelta, step: Step
) -> Taken:
    due = _minute_after(datetime.now(UTC) + timedelta(seconds=30 + journeys / _SLOWEST_START))
    journey = midway.booked(product, due, spread)
    before = _sizes(stand, product)
    began = time.monotonic()
    patients = await _all(
        (partial(midway.opened, product, journey, number) for number in range(journeys)),
        step,
        "started",
    )
    await _waiting(product, journeys)
    seconds = time.monotonic() - began
    if datetime.now(UTC) >= due:
        # Lateness would be that of the starts.
        raise StandError(f"{journeys} journeys took longer to start than was planned.", _SLOWER)
    added = [after - b for after, b in zip(_sizes(stand, product), before, strict=True)]
    expected = {phone: midway.due_instant(journey, r, due) for r, phone in patients}
    late = await _late(stand, expected, step)
    others = stand.phones.count - len(expected)
    return Taken(journeys, spread, journeys / seconds, added, late, others)


async def _all(works: Iterable[Callable[[], Awaitable[T]]], step: Step, word: str) -> list[T]:
    """Do everything, some at a time."""
    gate, done = asyncio.Semaphore(_AT_ONCE), 0

    async def one(work: Callable[[], Awaitable[T]]) -> T:
        nonlocal done
        async with gate:
            result = await work()
        done += 1
        step.note(f"{done} {word}")
        return result

    return list(await asyncio.gather(*map(one, works)))


async def _waiting(product: Ours, journeys: int) -> None:
    """Until every journey has run its first task: its stage can then be searched for."""
    query = "WaymarkStage = 'preparation'"
    async with asyncio.timeout(300):
        while True:
            if (await product.client.count_workflows(query)).count >= journeys:
                return
            await asyncio.sleep(0.2)


def _sizes(stand: Stand, product: Ours) -> tuple[float, float, float]:
    return resident(product.worker.pid), resident(stand.server.pid), stand.disk()


async def _late(stand: Stand, expected: dict[str, float], step: Step) -> list[float]:
    """How late each text was; fails when one does not come at all, or comes twice."""
    arrived = stand.phones.arrived
    patience = max(expected.values()) + 300 + len(expected) / _SLOWEST_TEXTS
    # By phone, since staff may get texts as well.
    while missing := sum(not arrived[phone] for phone in expected):
        step.note(f"{len(expected) - missing} of {len(expected)} texts")
        if time.time() > patience:
            raise TimeoutError(f"{missing} texts did not come")
        await asyncio.sleep(0.5)
    if twice := [times for phone in expected if len(times := arrived[phone]) > 1]:
        apart = ", ".join(f"{times[1] - times[0]:.1f} s" for times in twice[:5])
        raise RuntimeError(f"{len(twice)} patients were texted more than once: {apart} apart")
    return sorted(arrived[phone][0] - at for phone, at in expected.items())


def _minute_after(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def cut99(late: list[float]) -> float:
    return statistics.quantiles(late, n=100)[98]


def _row(taken: Taken) -> list[str]:
    cuts = statistics.quantiles(taken.late, n=100)
    return [
        f"{taken.journeys:,}",
        f"{int(taken.spread.total_seconds())} s" if taken.spread else "none",
        f"{taken.starts_per_second:.0f}",
        *(f"{mib:.0f}" for mib in taken.added),
        f"{cuts[49]:.1f} s",
        f"{cuts[98]:.1f} s",
    ]
