"""Telling journeys, some of which were ended from outside and may be brought back.

What such a journey is not told waits for it. It is tried now and then, so that it stands in the
way of nobody else's: each sweep takes the oldest first, and some at once.
"""

import time
from datetime import timedelta

import structlog
from temporalio.client import Client

from pathway.commands import Command
from pathway.model import PathwayReference
from records import restriction
from records.database import Records
from workers.telling import Heard, Told, tell

AGAIN_AFTER = timedelta(minutes=1)

log = structlog.stdlib.get_logger(__name__)


async def tell_or_wait(
    records: Records, client: Client, reference: PathwayReference, command: Command
) -> Told:
    """Give a command once. GONE: its workflow was ended from outside, as the records know.

    Raises RecordsUnavailableError.
    """
    told = await tell(client, reference, command)
    if told.heard is Heard.GONE and not await restriction.is_cared_for(records, reference):
        return Told(Heard.ENDED)
    return told


class Teller:
    """Tells journeys for one sweep, and remembers which of them are stranded."""

    def __init__(self, records: Records, client: Client) -> None:
        self._records = records
        self._client = client
        self._tried: dict[PathwayReference, float] = {}

    @property
    def stranded(self) -> tuple[PathwayReference, ...]:
        """Journeys that were tried in vain a moment ago: whatever is for them waits."""
        lately = time.monotonic() - AGAIN_AFTER.total_seconds()
        return tuple(reference for reference, at in self._tried.items() if at > lately)

    async def tell(self, reference: PathwayReference, command: Command) -> Told:
        """The same. Raises RecordsUnavailableError."""
        told = await tell_or_wait(self._records, self._client, reference, command)
        if told.heard is not Heard.GONE:
            self._tried.pop(reference, None)
            return told
        if reference not in self._tried:
            log.error("journey_stranded", reference=reference)
        self._tried[reference] = time.monotonic()
        return told
