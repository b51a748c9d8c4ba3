"""Side by side in one run: the product, a plain Temporal toy, and DBOS, all on PostgreSQL.

Each lives the same journeys, one system after another, for as many rounds as are asked for; the
median of the rounds counts. Ratios within one run are what can be compared.
"""

import argparse
import statistics
from collections import defaultdict
from dataclasses import dataclass, field

from bench import histories
from bench.batch import Batch, lived
from bench.meter import provenance
from bench.page import Figures
from bench.plan import TREATMENTS
from bench.stand import Stand, Store, opened
from local.progress import Progress, Step

SYSTEMS = ("waymark", "plain Temporal", "DBOS")
MARKS = {"events": 0.8, "cpu": 2.0}


@dataclass
class Taken:
    """What was measured of each system."""

    batches: dict[str, list[Batch]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, histories.Size] = field(default_factory=dict)

    def cpu(self, system: str, part: str | None = None) -> float:
        """Median over the rounds, in CPU seconds of one journey."""
        each = [batch.each for batch in self.batches[system]]
        return statistics.median(cpu.parts.get(part, 0.0) if part else cpu.total for cpu in each)


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--journeys", type=int, default=10, help="at once")
    parser.add_argument("--treatments", type=int, default=TREATMENTS)
    parser.add_argument("--rounds", type=int, default=3)


async def run(chosen: argparse.Namespace, progress: Progress) -> list[Figures]:
    taken = Taken()
    for number in range(chosen.rounds):
        # A stand for each round: no system finds the tables that another one has filled.
        async with opened(Store.POSTGRES) as stand:
            for system in SYSTEMS:
                with progress.step(f"{system}, round {number + 1} of {chosen.rounds}") as step:
                    await _live(taken, system, stand, chosen, step)
    return [_figures(taken, chosen)]


async def _live(
    taken: Taken, system: str, stand: Stand, chosen: argparse.Namespace, step: Step
) -> None:
    count = (chosen.journeys, chosen.treatments, step)
    if system == "waymark":
        async with stand.product() as product:
            batch = await lived(
                product.patient, stand.phones, stand.meter(product.worker.pid), *count
            )
            taken.events[system] = await histories.size_of(product.client, "PatientJourney")
    else:
        toy_on = stand.dbos if system == "DBOS" else stand.plain_temporal
        async with toy_on() as toy:
            apart = system == "DBOS"
            meter_of = stand.meter_without_temporal if apart else stand.meter
            batch = await lived(toy.made, stand.phones, meter_of(toy.worker.pid), *count)
            if not apart:
                taken.events[system] = await histories.size_of(toy.client, "ToyJourney")
    taken.batches[system].append(batch)


def _figures(taken: Taken, chosen: argparse.Namespace) -> Figures:
    rows = [_row(taken, system) for system in SYSTEMS]
    events = taken.events["waymark"].events / taken.events["plain Temporal"].events
    cpu = taken.cpu("waymark") / taken.cpu("DBOS")
    note = (
        f"{chosen.journeys} journeys of {chosen.treatments} treatments at once, "
        f"{_rounds(chosen.rounds)}. Events: {events:.2f} of the toy's (mark "
        f"{MARKS['events']}: {_met(events, MARKS['events'])}). CPU: {cpu:.1f} times that of DBOS "
        f"(mark {MARKS['cpu']:.0f}: {_met(cpu, MARKS['cpu'])}), "
        f"{taken.cpu('waymark') / taken.cpu('plain Temporal'):.2f} times the toy's. {provenance()}"
    )
    return Figures("beside", _HEADINGS, rows, note)


_HEADINGS = (
    "system",
    "events",
    "history KiB",
    "CPU s worker",
    "server",
    "database",
    "sum",
    "least to most",
)


def _row(taken: Taken, system: str) -> list[str]:
    sums = [batch.each.total for batch in taken.batches[system]]
    size = taken.events.get(system)
    parts = [f"{taken.cpu(system, part):.2f}" for part in ("worker", "server", "database")]
    return [
        system,
        f"{size.events:.0f}" if size else "",
        f"{size.bytes / 1024:.0f}" if size else "",
        *parts,
        f"{taken.cpu(system):.2f}",
        f"{min(sums):.2f} to {max(sums):.2f}",
    ]


def _rounds(rounds: int) -> str:
    return f"{rounds} rounds, medians" if rounds > 1 else "1 round"


def _met(value: float, mark: float) -> str:
    return "met" if value <= mark else "missed"
