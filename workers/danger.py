"""A message that speaks of danger reaches a person, also while no journey can take it up.

That somebody was paged about it is a fact of its own in the records: nothing else that fails uses
it up, and each message is paged about once, by whichever worker. A page may go out twice after a
crash; it may never be lost.
"""

import asyncio
from datetime import timedelta

import structlog

from pathway.reading import read
from pathway.reply_words import ReplyWords
from records import inbound, inbound_claims
from records.columns import written_now
from records.database import Records
from records.inbound import StoredInbound
from workers.calling import Caller, Reached
from workers.sweeps import Sweep, all_ended

log = structlog.stdlib.get_logger(__name__)

EVERY = timedelta(seconds=2)
TAKEN_UP_WITHIN = timedelta(seconds=5)
"""What nobody has by then, for whatever reason, goes to a person without its journey."""
IN_DOUBT_AGAIN = timedelta(seconds=15)
"""After an answer of the provider that was lost; pages of journeys are tried as often at most."""
NOT_NOW = "the system cannot take it up now"


class Danger:
    """Pages about messages of danger that are in no journey's hands."""

    def __init__(self, records: Records, words: ReplyWords, caller: Caller) -> None:
        self._records = records
        self._words = words
        self._caller = caller
        self._speaks: dict[str, bool] = {}
        self._under_way: set[str] = set()
        self._paged: set[str] = set()

    async def look(self) -> int:
        """Page about what nobody has taken up in time, whatever holds it up; how many pages."""
        before = written_now() - TAKEN_UP_WITHIN
        waiting = await inbound_claims.not_taken_up(self._records, before)
        self._speaks = {sid: self._speaks[sid] for sid in waiting if sid in self._speaks}
        # Read once each, so that however many wait, the last of them is read soon.
        unread = [sid for sid in waiting if self._speaks.get(sid, True)][: inbound.MOST_AT_ONCE]
        texts = await inbound.named(self._records, unread)
        return await all_ended("danger_not_read", (self.heed(text, NOT_NOW) for text in texts))

    async def heed(self, text: StoredInbound, why: str) -> bool:
        """Read it, and page if it speaks of danger; whether somebody has the page."""
        return await self._speaks_of_it(text) and await self.page(text, why)

    async def page(self, text: StoredInbound, why: str) -> bool:
        """Page about it, unless that was done; whether somebody has the page."""
        if text.danger_paged_at is not None or text.sid in self._paged:
            return True
        if text.sid in self._under_way or not await self._is_mine(text.sid):
            return False
        self._under_way.add(text.sid)
        try:
            reference = text.references[0] if text.references else None
            reached = await self._caller.danger(reference, why)
        finally:
            self._under_way.discard(text.sid)
        await self._note(text.sid, reached)
        return reached is Reached.YES

    async def _speaks_of_it(self, text: StoredInbound) -> bool:
        known = self._speaks.get(text.sid)
        if known is None:
            # A long message takes a while to read, and this loop has pages to send.
            reading = await asyncio.to_thread(read, text.body, text.opt_out_type, self._words)
            known = self._speaks[text.sid] = reading.crisis
        return known

    async def _is_mine(self, sid: str) -> bool:
        try:
            return await inbound_claims.claim_danger(self._records, sid)
        except Exception as error:  # noqa: BLE001 - nobody's page waits for the records
            log.warning("danger_without_records", error_type=type(error).__name__)
            return True

    async def _note(self, sid: str, reached: Reached) -> None:
        if reached is Reached.YES:
            self._paged.add(sid)
        try:
            if reached is Reached.YES:
                await inbound_claims.danger_paged(self._records, sid)
            else:
                again = IN_DOUBT_AGAIN if reached is Reached.PERHAPS else timedelta(0)
                await inbound_claims.danger_not_paged(self._records, sid, again)
        except Exception as error:  # noqa: BLE001 - this process remembers it all the same
            log.warning("danger_without_records", error_type=type(error).__name__)


def page_danger(danger: Danger) -> Sweep:
    """Page within seconds about danger that nobody has taken up."""
    return Sweep("page_danger", danger.look, EVERY)
