"""Texts of which nothing is heard are asked for at the provider, since callbacks get lost."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from activities.provider import Provider, ProviderUnavailable, Standing
from records import deliveries, following_up
from records.database import Records
from records.deliveries import Callback
from records.following_up import Silent, Table
from records.tables import PageText, Text
from records.text_status import TERMINAL, Delivery
from workers.sweeps import Sweep

log = structlog.stdlib.get_logger(__name__)

MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Asking:
    """About which texts the provider is asked, and when."""

    name: str
    table: Table
    every: timedelta
    silent_for: timedelta
    again_after: timedelta
    given_up_after: timedelta
    unknown: Standing | None = None
    """What a message that the provider does not know counts as; None leaves it open."""


TEXTS = Asking(
    name="ask_about_silent",
    table=Text,
    every=timedelta(minutes=5),
    # Most callbacks come within a minute; a phone that is off may take hours.
    silent_for=timedelta(minutes=30),
    again_after=timedelta(hours=1),
    # A text is valid for ten hours at most: after this there is nothing to hear any more.
    given_up_after=timedelta(days=3),
)
PAGES = Asking(
    name="ask_about_silent_pages",
    table=PageText,
    every=timedelta(minutes=1),
    # A page is worth asking about sooner than a reminder.
    silent_for=timedelta(minutes=3),
    again_after=timedelta(minutes=10),
    given_up_after=timedelta(days=1),
    unknown=Standing(status=Delivery.FAILED, code=None, at=None),
)


def ask_about_silent(records: Records, provider: Provider, asking: Asking) -> Sweep:
    """Ask the provider about texts whose end it has not told."""

    async def work() -> int:
        now = datetime.now(UTC)
        span = (now - asking.given_up_after, now - asking.silent_for)
        ended = 0
        for text in await following_up.silent(
            records, asking.table, span, now - asking.again_after, MOST_AT_ONCE
        ):
            try:
                standing = await asyncio.to_thread(provider.status_of, text.sid)
            except ProviderUnavailable as unavailable:
                log.warning("provider_not_asked", kind=unavailable.kind)
                break
            if standing is None:
                log.error("message_unknown_to_provider", intent=text.intent)
            ended += await _heard(records, text, standing or asking.unknown, now)
            # Last: a failure above must not put off the next asking.
            await following_up.asked(records, asking.table, text.intent, now)
        return ended

    return Sweep(asking.name, work, asking.every)


async def _heard(records: Records, text: Silent, standing: Standing | None, now: datetime) -> bool:
    """Keep what the provider said; whether that is an end."""
    if standing is None:
        return False
    callback = Callback(
        sid=text.sid,
        status=standing.status,
        at=min(standing.at or now, now),
        provider_code=standing.code,
    )
    await deliveries.take(records, [callback])
    return standing.status in TERMINAL
