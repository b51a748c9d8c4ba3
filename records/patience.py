"""A hung database must make an activity fail in its time, and never hang the worker.

`asyncio.timeout` alone is not enough: cancelling a query makes the driver ask the server to
cancel it, and a server that hangs does not answer that question either. So each piece of work
is a task; when its time is up it is cancelled, given a short grace, and then left behind. Its
connection stays out of the pool until it ends, and an empty pool fails fast by itself.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from records.errors import RecordsError, RecordsUnavailableError

T = TypeVar("T")

GRACE_SECONDS = 0.3
"""How long a cancelled piece of work may take to give its connection back."""


class Patience:
    """Runs database work within a number of seconds and says plainly how it failed."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._left_behind: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns.

        Raises RecordsUnavailableError when the time is up or the database cannot be reached, and
        RecordsError when it refuses. Neither repeats the driver's words: they quote rows.
        """
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task}, timeout=self.seconds)
        except asyncio.CancelledError:
            await self._give_up(task)
            raise
        if not task.done():
            await self._give_up(task)
        if not task.done() or task.cancelled():
            message = f"the database did not answer within {self.seconds:g} seconds"
            raise RecordsUnavailableError(message)
        return _outcome(task)

    async def close(self) -> None:
        """Give what was left behind a last chance to end."""
        for task in self._left_behind:
            task.cancel()
        if self._left_behind:
            await asyncio.wait(set(self._left_behind), timeout=GRACE_SECONDS)

    async def _give_up(self, task: asyncio.Task[Any]) -> None:
        task.cancel()
        self._left_behind.add(task)
        task.add_done_callback(self._forget)
        await asyncio.wait({task}, timeout=GRACE_SECONDS)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._left_behind.discard(task)
        if not task.cancelled():
            task.exception()  # else asyncio logs it, with the row it is about


def _outcome(task: asyncio.Task[T]) -> T:
    error = task.exception()
    if error is None:
        return task.result()
    if isinstance(error, StatementError) and isinstance(error.orig, RecordsError):
        raise error.orig from None  # a value could not be sealed
    if isinstance(error, SQLAlchemyError):
        raise _translated(error)
    raise error


def _translated(error: SQLAlchemyError) -> RecordsError:
    # Raised outside of any handler, so that the original is not even its context.
    name = type(error).__name__
    code = None
    if isinstance(error, DBAPIError) and error.orig is not None:
        name = type(error.orig).__name__
        code = getattr(error.orig, "sqlstate", None)
        code = code or getattr(error.orig, "sqlite_errorname", None)
    text = f"{name} ({code})" if code else name
    if isinstance(error, PoolTimeout | OperationalError | InterfaceError):
        return RecordsUnavailableError(f"the database cannot answer: {text}")
    return RecordsError(f"the database refused: {text}")
