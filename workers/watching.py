"""The watch over the journal: what history has not vouched for is compared, and mended."""

from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import Client

from pathway.model import Model, PathwayReference
from records import comparing, erasing, journal
from records.comparing import Differences
from records.database import Records
from workers.histories import HistoryError, truth_of
from workers.sweeps import Sweep

log = structlog.stdlib.get_logger(__name__)

EVERY = timedelta(minutes=5)
QUIET_FOR = timedelta(minutes=15)
"""A row is usually vouched for by the next one. After this the history itself is asked."""
MOST_AT_ONCE = 50
"""Replays in a round, so that care is never short of processor time."""


class Watched(Model):
    """What became of one journey."""

    reference: PathwayReference
    found: Differences | None = None
    reason: str | None = None
    """Why it could not be compared: gone, busy, not_replayed, erased."""


async def watch_journey(
    records: Records, client: Client, reference: PathwayReference, *, mended: bool
) -> Watched:
    """Compare one journal with its history and, if told to, make it follow.

    Raises RPCError and RecordsUnavailableError.
    """
    if await erasing.erased(records, reference):
        # Its history may not have gone yet, and would bring every word back.
        return Watched(reference=reference, reason="erased")
    # In this order: the journal is written while a task is under way, before its history is.
    rows = await journal.read(records, reference)
    try:
        truth = await truth_of(client, reference)
    except HistoryError as error:
        return Watched(reference=reference, reason=error.reason)
    found = comparing.compare(reference, rows, truth, datetime.now(UTC))
    if mended and not (found.agree and not found.unconfirmed):
        await comparing.mend(records, truth, found, rows)
    if not found.agree:
        log.error("journal_differs", reference=reference, count=_count(found))
    return Watched(reference=reference, found=found)


def _count(found: Differences) -> int:
    return len(found.missing) + len(found.different) + len(found.phantom)


def watch_journals(records: Records, client: Client) -> Sweep:
    """Look at journeys whose last rows nobody has vouched for, some in each round."""

    async def work() -> int:
        before = datetime.now(UTC) - QUIET_FOR
        found = await comparing.suspects(records, before, MOST_AT_ONCE)
        seen = [await watch_journey(records, client, ref, mended=True) for ref in found]
        return sum(1 for each in seen if each.found and not each.found.agree)

    return Sweep("watch_journals", work, EVERY)
