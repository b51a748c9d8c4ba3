"""One timer, re-aimed only when the next instant changes.

A wait with a timeout would start a new timer, and write two events, at every wake.
"""

import asyncio
from datetime import datetime

from temporalio import workflow

from pathway.items import AgendaItem


class HeldTimer:
    """The journey's only timer: it is aimed at the next item of the agenda."""

    def __init__(self) -> None:
        self._aimed_at: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def fired(self) -> bool:
        return self._task is not None and self._task.done()

    def aim(self, item: AgendaItem | None) -> None:
        """Wake when this item falls due; with none, not at all."""
        at = item.at if item else None
        if at == self._aimed_at and not self.fired:
            return
        self.stop()
        if item is not None:
            wait = max(item.at - workflow.now(), item.at - item.at)
            summary = f"{item.line} at {item.at.isoformat(' ', 'minutes')[:16]} UTC"
            self._task = asyncio.create_task(workflow.sleep(wait, summary=summary[:190]))
        self._aimed_at = at

    def stop(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
        self._task = None
        self._aimed_at = None
