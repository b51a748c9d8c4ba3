"""The background task that posts webhooks when they are due, and tries again as asked."""

import asyncio
import heapq
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from simulator.connection_policy import ConnectionPolicy, policy_of
from simulator.fault_queue import FaultQueue
from simulator.posting import post
from simulator.webhook_store import WebhookStore
from simulator.webhooks import Attempt, Webhook

_BEFORE_RETRY = timedelta(seconds=0.2)
_FAREWELL_SECONDS = 1
_MOST_AT_ONCE = 64


class Courier:
    """Posts what is due; one text's webhooks leave one after another, in the order planned.

    Webhooks not settled when it stops are posted after the next start, if need be again.
    """

    def __init__(
        self,
        store: WebhookStore,
        faults: FaultQueue,
        tokens: Mapping[str, str],
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._faults, self._tokens, self._now = store, faults, tokens, now
        self._waiting: list[tuple[datetime, int, str]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._places = asyncio.Semaphore(_MOST_AT_ONCE)
        self._wake = asyncio.Event()

    def take(self, webhook: Webhook) -> None:
        """Remember a webhook, and post it when it is due."""
        heapq.heappush(self._waiting, (webhook.due_at, self._store.add(webhook), webhook.id))
        self._wake.set()

    async def deliver_now(self, webhook: Webhook) -> None:
        """Remember a webhook, post it, and return when it was answered or has failed."""
        self._store.add(webhook)
        await self.deliver(webhook)

    def hurry(self) -> int:
        """Make all that waits due now, in its order; how many that were."""
        now = self._now()
        ordered = enumerate(sorted(self._waiting))
        self._waiting = [(now, place, waiting[2]) for place, waiting in ordered]
        self._wake.set()
        return len(self._waiting)

    def forget(self) -> None:
        """Post nothing of what waits; what is under way is not tried again."""
        self._waiting.clear()
        self._store.forget()

    async def run(self) -> None:
        """Until cancelled: then what is under way has a moment to end, and the rest is kept."""
        for position, webhook in self._store.unsettled():
            heapq.heappush(self._waiting, (webhook.due_at, position, webhook.id))
        try:
            while True:
                self._wake.clear()
                self._start_what_is_due()
                await self._until_next()
        finally:
            await self._end()

    async def deliver(self, webhook: Webhook) -> None:
        """Post one webhook now, and see to its next attempt."""
        lane = self._lanes.setdefault(webhook.message_sid, asyncio.Lock())
        async with lane, self._places:
            if webhook.lost:
                self._settle(webhook, None, again=False)
                return
            at, policy = self._now(), policy_of(webhook.url)
            answer, failure = await post(
                webhook.url,
                webhook.body(),
                webhook.headers(self._tokens.get(webhook.account_sid, "")),
                policy,
                cut=webhook.cut and not webhook.attempts,
            )
            attempt = Attempt(at=at, answer=answer, failure=failure)
            self._settle(webhook, attempt, again=self._tried_again(webhook, attempt, policy))

    def _tried_again(self, webhook: Webhook, last: Attempt, policy: ConnectionPolicy) -> bool:
        began = webhook.attempts[0].at if webhook.attempts else last.at
        elapsed = (self._now() - began).total_seconds()
        return policy.tries_again(last.failure, len(webhook.attempts) + 1, elapsed)

    def _settle(self, webhook: Webhook, last: Attempt | None, *, again: bool) -> None:
        if not webhook.attempts:
            for fault in webhook.faults:
                self._faults.fire(fault)
        changes = {
            "attempts": webhook.attempts + ((last,) if last else ()),
            "settled": not again,
            "due_at": self._now() + _BEFORE_RETRY if again else webhook.due_at,
        }
        after = webhook.model_copy(update=changes)
        if self._store.update(after) and again:
            heapq.heappush(self._waiting, (after.due_at, 0, after.id))
            self._wake.set()

    def _start_what_is_due(self) -> None:
        now = self._now()
        while self._waiting and self._waiting[0][0] <= now:
            webhook = self._store.get(heapq.heappop(self._waiting)[2])
            if webhook is not None:
                task = asyncio.create_task(self.deliver(webhook))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def _until_next(self) -> None:
        wait = (self._waiting[0][0] - self._now()).total_seconds() if self._waiting else None
        try:
            await asyncio.wait_for(self._wake.wait(), None if wait is None else max(wait, 0))
        except TimeoutError:
            return

    async def _end(self) -> None:
        if not self._under_way:
            return
        _, late = await asyncio.wait(self._under_way, timeout=_FAREWELL_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
