"""Journeys lived at the same time, and what they cost together."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.meter import Cpu, Meter
from bench.patient import Patient, live
from bench.phones import Phones
from bench.plan import TEXTS_OF_TREATMENT
from local.progress import Step

MakePatient = Callable[[int, int], Awaitable[Patient]]
"""From a number of her own and how many treatments she will have."""


@dataclass(frozen=True)
class Batch:
    """`seconds` from the first start to the last end; the CPU of all, drivers left out."""

    journeys: int
    seconds: float
    cpu: Cpu

    @property
    def each(self) -> Cpu:
        return self.cpu.per(self.journeys)


async def lived(
    make: MakePatient, phones: Phones, meter: Meter, journeys: int, treatments: int, step: Step
) -> Batch:
    """A short journey warms everything up; then the others live at once, and are measured."""
    await live(await make(0, 1), phones, 1)
    patients = [await make(number + 1, treatments) for number in range(journeys)]
    before, expected = phones.count, journeys * treatments * TEXTS_OF_TREATMENT
    meter.reset()
    began = time.monotonic()
    lives = asyncio.gather(*(live(patient, phones, treatments) for patient in patients))
    while not lives.done():
        step.note(f"{phones.count - before} of {expected} texts")
        await asyncio.wait([lives], timeout=1)
    await lives
    return Batch(journeys, time.monotonic() - began, meter.cpu())
