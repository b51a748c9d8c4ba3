"""Moves all journeys along one clock: whatever is due next anywhere happens next."""

import asyncio
import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from local.errors import StandError
from pathway.model import PathwayReference
from pathway.overview import Overview

_STEP = timedelta(milliseconds=50)
_LOOK_AGAIN_S = 0.02
_TRIES = 500
_MOVE_S = 3.0
"""How long one jump may take, in real seconds, before another one is tried."""
_SETTLE_S = 20.0
"""How long an activity may take, in real seconds, before the director goes on without it."""


@dataclass(order=True)
class _Waiting:
    at: datetime
    order: int
    reference: PathwayReference = field(compare=False)
    granted: asyncio.Future[None] = field(compare=False)


@dataclass
class Clockwork:
    """One journey's clock, and when something is next due in it."""

    reference: PathwayReference
    due: datetime | None = None
    known: bool = False
    """False after anything that may have changed what is due."""
    over: bool = False
    seen: Overview | None = None
    """As it was looked at last."""


@dataclass(frozen=True)
class Midway:
    """Where to stop before the end: behind an instant, once the open journeys look like it."""

    at: datetime
    when: Callable[[Sequence[Overview]], bool]


class Director:
    """Owns the clocks. `tell` hears where the clinic's clock stands."""

    def __init__(self, client: Client, tell: Callable[[datetime], None] = lambda _: None) -> None:
        self._client = client
        # One jump for each move: with more, a move that has just arrived may jump on by itself.
        config = TimeSkippingConfig(enabled=False, max_session_skip_count=1)
        self._skipper = TimeSkipper(client, config=config)
        self._tell = tell
        self._waiting: list[_Waiting] = []
        self._journeys: dict[PathwayReference, Clockwork] = {}
        self._count = 0
        self._playing = 0
        self._quiet = asyncio.Event()

    def joins(self, reference: PathwayReference) -> None:
        """From now on this journey's clock is moved with the others."""
        self._journeys.setdefault(reference, Clockwork(reference))

    def changed(self, reference: PathwayReference) -> None:
        """Something was done in it: what is due may be another."""
        if reference in self._journeys:
            self._journeys[reference].known = False

    async def until(self, reference: PathwayReference, at: datetime) -> None:
        """Wait, in a story, until the clinic's clock and this journey's stand at an instant."""
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._waiting, _Waiting(at, self._count, reference, granted))
        self._playing -= 1
        if self._playing == 0:
            self._quiet.set()
        await granted

    async def play(self, stories: list[asyncio.Task[None]], until: Midway | None = None) -> None:
        """Move everything along until every story has been told, or until it is midway."""
        self._playing = len(stories)
        for story in stories:
            story.add_done_callback(self._told)
        while True:
            await self._quiet.wait()
            failed = next((s for s in stories if s.done() and s.exception()), None)
            if failed is not None:
                await failed
            if not self._waiting or not await self._next(until):
                return

    def _told(self, _: asyncio.Task[None]) -> None:
        self._playing -= 1
        if self._playing == 0:
            self._quiet.set()

    async def _next(self, until: Midway | None) -> bool:
        """Move on to what comes next; False where to stop before it."""
        ahead = self._waiting[0]
        due = await self._earliest_due()
        if due is not None and due.due is not None and due.due < ahead.at:
            if self._is_midway(due.due, until):
                return False
            self._tell(due.due)
            await self._move(due.reference, due.due)
            return True
        if self._is_midway(ahead.at, until):
            return False
        heapq.heappop(self._waiting)
        self._tell(ahead.at)
        await self._move(ahead.reference, ahead.at)
        self._playing += 1
        self._quiet.clear()
        ahead.granted.set_result(None)
        return True

    def _is_midway(self, comes: datetime, until: Midway | None) -> bool:
        if until is None or comes <= until.at:
            return False
        going = [c.seen for c in self._journeys.values() if c.seen is not None and not c.over]
        return until.when(going)

    async def _earliest_due(self) -> Clockwork | None:
        for clock in self._journeys.values():
            if not clock.known and not clock.over:
                await self._look(clock)
        going = [c for c in self._journeys.values() if c.due is not None and not c.over]
        return min(going, key=lambda c: (c.due, c.reference), default=None)

    async def _look(self, clock: Clockwork) -> None:
        """Read what is due next, once everything due by now has been dealt with."""
        now = await self.now(clock.reference)
        deadline = asyncio.get_running_loop().time() + _SETTLE_S
        while True:
            seen = await self.overview(clock.reference)
            clock.over, clock.seen = seen.ended is not None, seen
            ahead = [item.at for item in seen.next_items if item.at > now]
            waiting = [item for item in seen.next_items if item.at <= now]
            if not waiting or asyncio.get_running_loop().time() > deadline:
                clock.due = ahead[0] if ahead and not clock.over else None
                clock.known = True
                return
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def _move(self, reference: PathwayReference, to: datetime) -> None:
        handle = self._client.get_workflow_handle(reference)
        while (ahead := to - await self.now(reference)) > timedelta(0):
            try:
                async with asyncio.timeout(_MOVE_S):
                    await self._skipper.fast_forward(handle, ahead + _STEP)
            except TimeoutError:
                # Something else was due on the way, and took the one jump.
                continue
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                self._journeys[reference].over = True
                break
        self.changed(reference)

    async def now(self, reference: PathwayReference) -> datetime:
        """What this journey takes for the present."""
        return await self._skipper.get_current_time(self._client.get_workflow_handle(reference))

    async def overview(self, reference: PathwayReference) -> Overview:
        """The journey as it is, also while a new run of it is just beginning."""
        handle = self._client.get_workflow_handle(reference)
        for _ in range(_TRIES):
            try:
                seen: Overview = await handle.query("overview", result_type=Overview)
            except RPCError as error:
                if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                    raise
                await asyncio.sleep(_LOOK_AGAIN_S)
            else:
                return seen
        raise StandError(f"{reference} gives no answer.", "Run `make demo` again.")

    async def freshen(self, references: Iterable[PathwayReference]) -> None:
        """Let each journey go on in a new run, as before a deploy.

        After a restart the server hands a run whose clock it had moved its first task with the
        wrong time; a run that begins after the restart gets the right one.
        """
        for reference in references:
            handle = self._client.get_workflow_handle(reference)
            before = (await handle.describe()).run_id
            try:
                await handle.signal("roll_over")
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                continue
            for _ in range(_TRIES):
                if (await handle.describe()).run_id != before:
                    break
                await asyncio.sleep(_LOOK_AGAIN_S)
