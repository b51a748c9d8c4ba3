"""What comes in while a write is under way is written together by the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_AT_ONCE = 200


class Gathering(Generic[T]):
    """One write at a time, each of all that waits: a commit or an fsync costs the same for all.

    `write` takes a batch as a whole or raises.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._write = write
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, item: T) -> None:
        """Return once it is written; raises what its batch failed with.

        Whoever gives up waiting takes it out of the line, unless its write is under way.
        """
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((item, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        await written

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            batch = [each for each in batch if not each[1].done()]
            if not batch:
                continue
            failure: Exception | None = None
            try:
                await self._write([item for item, _ in batch])
            except Exception as error:  # noqa: BLE001 - told to everybody who waits for it
                failure = error
            _tell([written for _, written in batch], failure)

    async def close(self, seconds: float) -> None:
        """Give the write under way a moment to end."""
        if self._writing is not None:
            await asyncio.wait({self._writing}, timeout=seconds)
            self._writing.cancel()


def _tell(waiting: Sequence[asyncio.Future[None]], failure: Exception | None) -> None:
    for written in waiting:
        if written.done():
            continue  # nobody waits any more
        if failure is None:
            written.set_result(None)
        else:
            written.set_exception(failure)
