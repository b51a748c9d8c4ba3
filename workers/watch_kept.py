"""The watch is watched: every worker makes it go on, and tells ops that it stood."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import Client

from activities.watch_telling import Telling
from pathway.findings import Finding, FindingKind
from records import watch_findings, watch_rounds
from records.database import Records
from records.watch_rounds import MISSED, Round
from workers.sweeps import Sweep
from workers.watch_schedule import Kept, keep_schedule

EVERY = timedelta(minutes=1)
OURS = frozenset({FindingKind.WATCH_STOPPED})

log = structlog.stdlib.get_logger(__name__)


def keep_watch(
    records: Records, client: Client, telling: Telling, task_queue: str, every: timedelta
) -> Sweep:
    """Keep the schedule, and say where no whole round has ended for too long."""
    begun = datetime.now(UTC)

    async def work() -> int:
        now = datetime.now(UTC)
        kept = await keep_schedule(client, task_queue, every)
        last = await watch_rounds.last(records)
        found = tuple(_found(kept, last, now, begun, every))
        await watch_findings.note(records, found, now)
        await telling.tell(OURS, now)
        if not found and last is not None and last.ended_at > now - MISSED * every:
            await watch_findings.close_unseen(records, OURS, last.ended_at, now)
        return len(found)

    return Sweep("keep_watch", work, EVERY)


def _found(
    kept: Kept, last: Round | None, now: datetime, begun: datetime, every: timedelta
) -> Iterator[Finding]:
    if kept is Kept.GONE and last is None:
        log.info("watch_scheduled")
    elif kept in {Kept.GONE, Kept.PAUSED}:
        says = f"the schedule of the watch was {kept.value}, and goes on again"
        yield Finding(kind=FindingKind.WATCH_STOPPED, state=kept.value, says=says)
    elif now - (max(last.ended_at, begun) if last else begun) > MISSED * every:
        since = f"{last.ended_at:%Y-%m-%d %H:%M} UTC" if last else "this worker began"
        says = f"the watch has not looked at everything since {since}: see its last run"
        yield Finding(kind=FindingKind.WATCH_STOPPED, state="silent", says=says)
