"""The watch over the journal: what history has not vouched for is compared, and mended."""

from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from pathway.model import Model, PathwayReference
from records import comparing, erasing, journal
from records.comparing import Differences
from records.database import Records
from records.errors import RecordsUnavailableError, UnreadableError
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
    """Why it could not be compared: gone, busy, not_replayed, unreadable, erased."""


async def watch_journey(
    records: Records, client: Client, reference: PathwayReference, *, mended: bool
) -> Watched:
    """Compare one journal with its history and, if told to, make it follow.

    Raises RPCError and RecordsUnavailableError.
    """
    if await erasing.erased(records, reference):
        # Its history may not have gone yet, and would bring every word back.
        return Watched(reference=reference, reason="erased")
    try:
        # In this order: the journal is written while a task is under way, before its history is.
        rows = await journal.read(records, reference)
        truth = await truth_of(client, reference)
    except UnreadableError as error:
        log.error("cell_unreadable", reference=reference, column=error.column)  # noqa: TRY400
        return Watched(reference=reference, reason="unreadable")
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
        return sum([await _differed(records, client, reference) for reference in found])

    return Sweep("watch_journals", work, EVERY)


async def _differed(records: Records, client: Client, reference: PathwayReference) -> bool:
    """Whether it was not as its history says; what keeps one from that keeps no other."""
    try:
        seen = await watch_journey(records, client, reference, mended=True)
    except (RPCError, RecordsUnavailableError):
        raise
    except Exception as error:  # noqa: BLE001 - the other journals are compared
        log.error("journal_not_compared", reference=reference, error=type(error).__name__)  # noqa: TRY400
        return False
    if seen.reason == "not_replayed":
        log.error("journal_not_compared", reference=reference, reason=seen.reason)
    return seen.found is not None and not seen.found.agree
