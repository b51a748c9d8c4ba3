"""Texts that people wrote and that no webhook brought: they are asked for at the provider.

They are stored by the function that stores a webhook's, once for each message, a STOP in the same
transaction. So the webhook may still come, before or after.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from activities.provider import Provider, ProviderUnavailable
from activities.provider_inbox import Arrived
from records import inbound
from records.database import Records
from records.inbound import Written
from workers.metrics import counters
from workers.sweeps import Sweep

log = structlog.stdlib.get_logger(__name__)

EVERY = timedelta(minutes=2)
WEBHOOK_FIRST = timedelta(minutes=1)
"""For so long the webhook and its retries are waited for: they say more than the list does."""
FIRST_LOOK = timedelta(days=7)
"""How far back a worker looks that has just started: nobody may have looked for a while."""
OVERLAP = timedelta(hours=1)
"""How far back it looks from the last time all was well: lists may lag."""


@dataclass
class Collector:
    """Looks for what came to our number, or to any number of our Messaging Service."""

    records: Records
    provider: Provider
    number: str | None
    service_sid: str | None
    complete_until: datetime | None = None
    """When a look last ended well."""

    async def collect(self) -> int:
        """Store what is not there yet; how many texts that were."""
        now = datetime.now(UTC)
        since = self.complete_until - OVERLAP if self.complete_until else now - FIRST_LOOK
        # The list takes one number, and a service has several.
        number = None if self.service_sid else self.number
        try:
            found = await asyncio.to_thread(self.provider.came_in, since, number)
        except ProviderUnavailable as unavailable:
            log.warning("provider_not_asked", kind=unavailable.kind)
            return 0
        new = await self._store([each for each in found if self._is_due(each, now)])
        self.complete_until = now
        if new:
            log.error("webhooks_missed", count=new)
            counters.webhooks_missed(new)
        return new

    def _is_due(self, text: Arrived, now: datetime) -> bool:
        of_our_service = self.service_sid is not None and text.service_sid == self.service_sid
        to_us = text.recipient == self.number or of_our_service
        return to_us and text.at <= now - WEBHOOK_FIRST

    async def _store(self, texts: Sequence[Arrived]) -> int:
        new = 0
        for start in range(0, len(texts), inbound.MOST_AT_ONCE):
            batch = texts[start : start + inbound.MOST_AT_ONCE]
            new += len(await inbound.store(self.records, [_written(each) for each in batch]))
        return new


def _written(text: Arrived) -> Written:
    return Written(
        sid=text.sid,
        sender=text.sender,
        recipient=text.recipient,
        body=text.body,
        num_media=text.num_media,
        received_at=text.at,
    )


def collect_missed(collector: Collector) -> Sweep:
    """Fetch what the provider could not deliver to us."""
    return Sweep("collect_missed", collector.collect, EVERY)
