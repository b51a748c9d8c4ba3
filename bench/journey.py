"""The reference journey on both stores: what one costs when four are lived at once."""

import argparse
from dataclasses import dataclass

from bench import histories
from bench.batch import Batch, lived
from bench.meter import provenance
from bench.page import Figures
from bench.plan import TREATMENTS
from bench.stand import Store, opened
from local.progress import Progress, Step


@dataclass(frozen=True)
class Taken:
    """What was measured on one store."""

    store: Store
    sealed: bool
    batch: Batch
    size: histories.Size


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--journeys", type=int, default=4, help="at once")
    parser.add_argument("--treatments", type=int, default=TREATMENTS)


async def run(chosen: argparse.Namespace, progress: Progress) -> list[Figures]:
    rows = []
    for store in Store:
        for sealed in (True, False):
            title = f"reference journeys on {store}, {_kept(sealed=sealed)}"
            with progress.step(title) as step:
                rows.append(_row(await _on(store, chosen, step, sealed=sealed)))
    note = (
        f"{chosen.journeys} journeys of {chosen.treatments} treatments at once; the database of "
        "the SQLite rows is inside worker and server. In clear is a worker of the bench: the "
        f"product always compresses and seals what Temporal keeps. {provenance()}"
    )
    return [Figures("journey", _HEADINGS, rows, note)]


_HEADINGS = (
    "store",
    "payloads",
    "events",
    "longest run",
    "history KiB",
    "CPU s worker",
    "server",
    "database",
    "sum",
)


async def _on(store: Store, chosen: argparse.Namespace, step: Step, *, sealed: bool) -> Taken:
    async with opened(store) as stand, stand.product(sealed=sealed) as product:
        batch = await lived(
            product.patient,
            stand.phones,
            stand.meter(product.worker.pid),
            chosen.journeys,
            chosen.treatments,
            step,
        )
        return Taken(
            store, sealed, batch, await histories.size_of(product.client, "PatientJourney")
        )


def _kept(*, sealed: bool) -> str:
    return "sealed" if sealed else "in clear"


def _row(taken: Taken) -> list[str]:
    each, size = taken.batch.each, taken.size
    parts = [f"{each.parts[part]:.2f}" for part in ("worker", "server", "database")]
    kept = [f"{size.events:.0f}", str(size.longest_run), f"{size.bytes / 1024:.0f}"]
    return [taken.store, _kept(sealed=taken.sealed), *kept, *parts, f"{each.total:.2f}"]
