"""Runs the stand's members: in order up, watched, and in reverse order down."""

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from local.child import Member
from local.errors import StandError

ASKED_TO_STOP_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, whoever runs it, and a terminal that is closed: members would live on without it."""


@dataclass(frozen=True)
class Patience:
    """How often a member may fall over before the stand gives up. Times are in seconds."""

    falls: int = 5
    within: float = 120.0
    first_wait: float = 0.5
    longest_wait: float = 10.0

    def wait_after(self, falls: int) -> float:
        """How long to wait before starting again what fell for the n-th time lately."""
        return min(self.first_wait * 2.0 ** (falls - 1), self.longest_wait)


class Supervisor:
    """Keeps a list of members running.

    `say` gets a sentence whenever the person should know something, `starting` is told what
    is being started, and `changed` gets those that run as soon as another process does.
    """

    def __init__(
        self,
        members: Sequence[Member],
        *,
        say: Callable[[str], None],
        starting: Callable[[Member], None] = lambda _: None,
        changed: Callable[[Sequence[Member]], None] = lambda _: None,
        patience: Patience | None = None,
    ) -> None:
        self._members = members
        self._say = say
        self._starting = starting
        self._changed = changed
        self._patience = patience or Patience()
        self._hurry = asyncio.Event()
        self._begun: list[Member] = []

    async def run(
        self, stop: asyncio.Event, *, on_ready: Callable[[], None] = lambda: None
    ) -> None:
        """Run everything until `stop` is set.

        Raises StandError when a member does not start or keeps falling over. However it ends,
        everything that was started has been stopped when this returns.
        """
        running = asyncio.create_task(self._start_and_watch(on_ready))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            failure = await _ended(running)
            await _ended(stopping)
            await self._stop_all()
        if failure is not None:
            raise failure

    def hurry(self) -> None:
        """Stop waiting for members to finish what they hold: kill them."""
        self._hurry.set()

    async def _start_and_watch(self, on_ready: Callable[[], None]) -> None:
        for member in self._members:
            await self._start(member)
        on_ready()
        watchers = [asyncio.create_task(self._watch(member)) for member in self._members]
        try:
            await asyncio.gather(*watchers)
        finally:
            for watcher in watchers:
                await _ended(watcher)

    async def _start(self, member: Member) -> None:
        if member not in self._begun:
            self._begun.append(member)
        self._starting(member)
        await member.up(lambda: self._changed(self._begun))

    async def _watch(self, member: Member) -> None:
        falls: deque[float] = deque(maxlen=self._patience.falls)
        reason = f"ended with exit code {await member.wait()}"
        while True:
            wait = self._wait_or_give_up(member, reason, falls)
            await asyncio.sleep(wait)
            try:
                await self._start(member)
            except StandError:
                reason = "did not start again"
                await member.stop()
            else:
                self._say(f"The {member.name} runs again.")
                reason = f"ended with exit code {await member.wait()}"

    def _wait_or_give_up(self, member: Member, reason: str, falls: deque[float]) -> float:
        now = asyncio.get_running_loop().time()
        while falls and now - falls[0] > self._patience.within:
            falls.popleft()
        if len(falls) == self._patience.falls:
            raise StandError(
                f"The {member.name} {reason}, after it was started again {len(falls)} times.",
                f"Its log says why: {member.log}",
            )
        falls.append(now)
        wait = self._patience.wait_after(len(falls))
        self._say(
            f"The {member.name} {reason}; starting it again in {wait:g} s. Its log: {member.log}"
        )
        return wait

    async def _stop_all(self) -> None:
        hurrying = asyncio.create_task(self._hurry.wait())
        for member in reversed(self._begun):
            stopping = asyncio.create_task(member.stop())
            await asyncio.wait([stopping, hurrying], return_when=asyncio.FIRST_COMPLETED)
            if not stopping.done():
                await member.kill()
            await stopping
        await _ended(hurrying)


async def _ended(task: asyncio.Task[None] | asyncio.Task[bool]) -> BaseException | None:
    """Cancel a task, wait for it, and return what it failed with."""
    task.cancel()
    await asyncio.wait([task])
    return None if task.cancelled() else task.exception()
