"""What becomes of pages after they were sent: one that did not arrive climbs at once.

A page that nobody has read is told to its journey until the journey has it, and ops are told.
"""

import math
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import Client

from activities.provider_errors import OPTED_OUT, classified
from pathway.commands import RecordPageFailure
from pathway.model import StaffId
from pathway.roles import Role
from records import following_up, page_deliveries
from records.database import Records
from records.page_deliveries import Unheard
from records.page_model import PageTextState, StoredPageText
from records.tables import PageText
from workers.calling import Caller
from workers.deliveries import BY
from workers.stranded import Teller
from workers.sweeps import Sweep
from workers.telling import Heard

log = structlog.stdlib.get_logger(__name__)

EVERY = timedelta(seconds=2)
MOST_AT_ONCE = 50
OPS_AGAIN_AFTER = timedelta(minutes=30)
"""A ladder that repeats must not text ops as often about one silent phone."""


def climb_past_failures(records: Records, client: Client, caller: Caller) -> Sweep:
    """Have the next person paged at once where a page did not arrive, and tell ops."""
    ops = _Ops(caller)
    teller = Teller(records, client)

    async def work() -> int:
        found = await page_deliveries.unheard(records, MOST_AT_ONCE, without=teller.stranded)
        told = [await _follow_up(records, teller, each) for each in found]
        await ops.tell([each for each in found if not each.arrived])
        return sum(told)

    return Sweep("climb_past_failures", work, EVERY)


class _Ops:
    """Tells ops of each text once, and tries again what could not be told."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._known: set[str] = set()
        self._waiting: Counter[tuple[StaffId, str]] = Counter()
        self._told_at: dict[tuple[StaffId, str], float] = {}

    async def tell(self, lost: list[Unheard]) -> None:
        """One text for each person and reason, whoever the pages were about, now and then."""
        for each in lost:
            if each.text.intent not in self._known:
                self._known.add(each.text.intent)
                self._waiting[each.text.person, _reason(each)] += len(each.text.listed)
        for person, reason in sorted(self._waiting):
            pages = self._waiting[person, reason]
            lately = time.monotonic() - OPS_AGAIN_AFTER.total_seconds()
            if self._told_at.get((person, reason), -math.inf) > lately:
                continue
            if await self._caller.staff_not_reached(person, reason, pages):
                del self._waiting[person, reason]
                self._told_at[person, reason] = time.monotonic()


async def _follow_up(records: Records, teller: Teller, unheard: Unheard) -> bool:
    """Whether its journeys have it now, or need not have it."""
    text = unheard.text
    stranded = False
    if not unheard.arrived:
        for n, (listed, alone) in enumerate(await page_deliveries.failed(records, text)):
            command = _command(text, n, _reason(unheard), alone=alone)
            told = await teller.tell(listed.reference, command)
            if told.refusal is not None:
                log.error(
                    "page_failure_refused", reference=listed.reference, code=told.refusal.code
                )
            if told.heard is Heard.NOT_REACHED:
                return False
            # The others that it lists climb all the same.
            stranded = stranded or told.heard is Heard.GONE
    if stranded:
        return False
    await following_up.followed_up(records, PageText, text.intent, datetime.now(UTC))
    return True


def _command(text: StoredPageText, n: int, reason: str, *, alone: bool) -> RecordPageFailure:
    listed = text.listed[n]
    turn = listed.key.removeprefix(f"{listed.escalation}/")
    posted = text.posted_at or text.as_of
    return RecordPageFailure(
        # Each page in it is told of once, in whatever words.
        key=f"page-{n}-{listed.escalation}-{text.person}-{posted:%Y%m%dT%H%M%S%f}"[:80],
        by=BY,
        role=Role.OPS,
        happened_at=posted,
        escalation=listed.escalation,
        person=text.person,
        reason=reason,
        # A refusal at once was seen by the page itself, which lets its rung go on.
        turn=turn if alone and text.state is not PageTextState.REFUSED else None,
    )


def _reason(unheard: Unheard) -> str:
    """A code for people: what the provider's code means, or else its word."""
    if unheard.code is not None:
        return classified(unheard.code).reason
    return unheard.said.status if unheard.said else unheard.text.reason or OPTED_OUT
