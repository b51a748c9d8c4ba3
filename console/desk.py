"""Takes webhooks in: into the records if they answer at once, else into the spool."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import structlog

from console.gathering import Gathering
from console.notices import Notice, keep
from console.spool import Spool
from records.database import Records
from records.errors import RecordsError, RecordsUnavailableError
from workers.sweeps import Sweep

RECORDS_SECONDS = 0.4
"""How long Twilio's request waits for the records."""
SPOOL_SECONDS = 0.5
"""How long it then waits for the disk."""
REPLAY_EVERY = timedelta(seconds=0.5)
REFUSED_AGAIN_SECONDS = 60

log = structlog.stdlib.get_logger(__name__)


class Desk:
    """`records` should have a patience of about a second: what hangs longer is left behind."""

    def __init__(
        self, records: Records, spool: Spool, records_seconds: float = RECORDS_SECONDS
    ) -> None:
        self._records = records
        self._records_seconds = records_seconds
        self._spool = spool
        self._into_records = Gathering(self._keep)
        self._into_spool = Gathering(self._set_aside)
        self._refused: dict[Path, float] = {}

    async def take(self, notice: Notice) -> bool:
        """Keep it somewhere durable within a second; False when it could not be kept anywhere.

        A write that is too slow goes on by itself: kept twice is kept once.
        """
        return await _in_time(self._into_records, notice, self._records_seconds) or await _in_time(
            self._into_spool, notice, SPOOL_SECONDS
        )

    async def _keep(self, notices: Sequence[Notice]) -> None:
        await keep(self._records, notices)

    async def _set_aside(self, notices: Sequence[Notice]) -> None:
        await asyncio.to_thread(self._spool.add, notices)
        log.info("notices_set_aside", count=len(notices))

    async def replay(self) -> int:
        """Give the records what waits, the oldest first; says how much they took.

        What they refuse stays where it is, for a person, and holds up nothing behind it.
        """
        waiting = await asyncio.to_thread(self._spool.waiting)
        now = time.monotonic()
        due = [path for path in waiting if now >= self._refused.get(path, 0)]
        taken = 0
        for path in due:
            try:
                taken += await self._give(path)
            except RecordsUnavailableError:
                break
            except (RecordsError, ValueError) as error:
                log.error("notice_refused", error=type(error).__name__)  # noqa: TRY400
                self._refused[path] = now + REFUSED_AGAIN_SECONDS
        return taken

    async def _give(self, path: Path) -> int:
        """All of a file, or what the records take of it; then the rest is raised for."""
        notices = await asyncio.to_thread(self._spool.read, path)
        try:
            await keep(self._records, notices)
        except RecordsUnavailableError:
            raise
        except (RecordsError, ValueError):
            await self._give_singly(notices)
        await asyncio.to_thread(self._spool.remove, path)
        return len(notices)

    async def _give_singly(self, notices: Sequence[Notice]) -> None:
        refused: Exception | None = None
        for notice in notices:
            try:
                await keep(self._records, [notice])
            except RecordsUnavailableError:
                raise
            except (RecordsError, ValueError) as error:
                refused = error
        if refused is not None:
            raise refused

    def sweep(self) -> Sweep:
        """The replay, again and again."""
        return Sweep("replay_spool", self.replay, REPLAY_EVERY)

    async def waiting(self) -> int:
        """How many files of notices the records do not have yet."""
        return len(await asyncio.to_thread(self._spool.waiting))

    async def close(self) -> None:
        """Give writes under way a moment to end."""
        await self._into_records.close(self._records_seconds)
        await self._into_spool.close(SPOOL_SECONDS)


async def _in_time(gathering: Gathering[Notice], notice: Notice, seconds: float) -> bool:
    """Whether it was written; whatever went wrong must not cost the notice."""
    try:
        async with asyncio.timeout(seconds):
            await gathering.add(notice)
    except Exception as error:  # noqa: BLE001 - it is kept elsewhere, or asked for again
        log.warning("notice_not_kept_here", kind=notice.kind, error=type(error).__name__)
        return False
    return True
