"""Tells a task that was asked to end from a call that only had no answer."""

import asyncio


def heed_cancellation() -> None:
    """Raise CancelledError when the running task was asked to end.

    Temporal's client turns the cancellation of an update or a query into an error of its own,
    the same as for no answer in time. Who tries again on that error would outlive every request
    to stop, Ctrl-C among them. Call it where such an error was caught.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
