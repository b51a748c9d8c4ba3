"""Journeys per second: one at a time, and a hundred at once.

A journey alone spends nearly all its time waiting for the clock of its plan, so its row tells how
long it takes beyond that. A hundred at once keep the machine busy: their rate is the machine's.
"""

import argparse

from bench.batch import Batch, lived
from bench.meter import provenance
from bench.page import Figures
from bench.patient import SETTLES
from bench.plan import TEXTS, TREATMENTS, Pace
from bench.stand import Store, opened
from local.progress import Progress

_LEAD_UNDER_LOAD = 15


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--treatments", type=int, default=TREATMENTS)


async def run(chosen: argparse.Namespace, progress: Progress) -> list[Figures]:
    rows = []
    for store in Store:
        for at_once in chosen.at_once:
            pace = Pace() if at_once < 20 else Pace(lead=_LEAD_UNDER_LOAD)
            with progress.step(f"{at_once} at once on {store}") as step:
                async with opened(store, pace) as stand, stand.product() as product:
                    meter = stand.meter(product.worker.pid)
                    count = (at_once, chosen.treatments, step)
                    batch = await lived(product.patient, stand.phones, meter, *count)
            rows.append(_row(store, batch, pace, chosen.treatments))
    note = f"Journeys of {chosen.treatments} treatments. {provenance()}"
    return [Figures("load", _HEADINGS, rows, note)]


_HEADINGS = ("store", "at once", "journeys/s", "seconds", "of them planned", "CPU s each")


def _row(store: Store, batch: Batch, pace: Pace, treatments: int) -> list[str]:
    planned = treatments * sum(pace.texts_at(step)[-1] + SETTLES for step in TEXTS)
    return [
        store,
        str(batch.journeys),
        f"{batch.journeys / batch.seconds:.2f}",
        f"{batch.seconds:.0f}",
        f"{planned:.0f}",
        f"{batch.each.total:.2f}",
    ]
