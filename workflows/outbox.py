"""The journal's outbox: the loop never waits for the records.

Events wait here until the database has them. One background writer tries a local activity,
which costs one history event; when the database does not answer in time it falls back to an
ordinary activity that retries without end, and nothing else is held up meanwhile.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterable

from temporalio import workflow
from temporalio.exceptions import FailureError

from pathway.agenda import agenda
from pathway.events import Event
from pathway.items import AgendaItem
from pathway.journey import Journey
from pathway.overview import owed, owed_due, waits_for
from pathway.watch import NOTHING
from workflows.messages import (
    WRITE_JOURNAL,
    Carried,
    JournalBatch,
    JournalRow,
    JournalWritten,
    JourneySnapshot,
)
from workflows.policies import JOURNAL_AT_ONCE, JOURNAL_UNTIL_DONE, run_activity

_WRITTEN_WITH_THE_END = frozenset({"text_begun"})


def journal_row(number: int, event: Event) -> JournalRow:
    """One event as its journal row."""
    payload = event.model_dump_json(exclude={"kind", "at"})
    content = f"{event.kind}\n{event.at.isoformat()}\n{payload}"
    return JournalRow(
        number=number,
        kind=event.kind,
        at=event.at,
        payload=payload,
        content_hash=hashlib.sha256(content.encode()).hexdigest(),
    )


def snapshot_of(journey: Journey, items: tuple[AgendaItem, ...] | None = None) -> JourneySnapshot:
    """The journey as lists show it; `items` is its agenda, where it has been derived already."""
    comes = next(iter(agenda(journey) if items is None else items), None)
    return JourneySnapshot(
        stage=journey.stage,
        treatment=journey.treatment.number if journey.treatment else None,
        escalation=journey.highest_level,
        waits_for=waits_for(journey) or "nobody",
        due=owed_due(journey),
        texts_held=journey.hold is not None,
        opted_out=journey.contact.opted_out,
        deceased=journey.deceased_at is not None,
        ended=journey.over,
        owed=owed(journey),
        next_at=comes.at if comes else None,
        next_act=comes.act.kind if comes else NOTHING,
    )


class Outbox:
    """Rows on their way to the journal, in order and without gaps."""

    def __init__(
        self,
        carried: Carried,
        journey: Callable[[], Journey],
        items: Callable[[], tuple[AgendaItem, ...]],
    ) -> None:
        self._rows: list[JournalRow] = []
        self._confirmed = carried.confirmed_through
        self._journey = journey
        self._items = items
        self._writer: asyncio.Task[None] | None = None
        self._history_at_add = 0

    @property
    def idle(self) -> bool:
        """Everything is written and nobody is writing."""
        return not self._rows and (self._writer is None or self._writer.done())

    def add(self, first_number: int, events: Iterable[Event]) -> None:
        self._confirm_earlier_tasks(first_number - 1)
        for number, event in enumerate(events, start=first_number):
            self._rows.append(journal_row(number, event))

    def _confirm_earlier_tasks(self, last_number: int) -> None:
        """Rows of an earlier workflow task stand in history and can no longer be lost.

        Rows of the task that is running can: should it be lost with its worker, the next
        command takes the same numbers with other content.
        """
        history = workflow.info().get_current_history_length()
        if history > self._history_at_add:
            self._confirmed = max(self._confirmed, last_number)
        self._history_at_add = history

    def flush(self, *, page_is_leaving: bool, under_way: bool) -> None:
        """Start the writer if rows wait and none is running.

        Args:
            under_way: something was started and has not ended. That a text has begun is then
                written together with its end: a local activity, and an event, less.
            page_is_leaving: a page was started in this workflow task. Its command reaches the
                server only when every local activity of the task has ended, so the journal
                then goes by an ordinary activity: a hung database cannot hold up the page.
        """
        if under_way and all(row.kind in _WRITTEN_WITH_THE_END for row in self._rows):
            return
        if self._rows and (self._writer is None or self._writer.done()):
            self._writer = asyncio.create_task(self._write(at_once=not page_is_leaving))

    async def _write(self, *, at_once: bool) -> None:
        while self._rows:
            written = await self._try_at_once() if at_once else None
            if written is None:
                written = await self._until_done()
            left = [row for row in self._rows if row.number > written.through]
            if len(left) == len(self._rows):
                # The records hold something they take for newer. Ask again later, not at once.
                await workflow.sleep(60, summary="journal: a row was not taken")
            self._rows = left
            at_once = True

    async def _try_at_once(self) -> JournalWritten | None:
        try:
            written = await workflow.execute_local_activity(
                WRITE_JOURNAL,
                self._batch(self._confirmed),
                result_type=JournalWritten,
                **JOURNAL_AT_ONCE,
            )
        except FailureError:
            return None
        assert isinstance(written, JournalWritten)  # noqa: S101 - the converter was told this type
        return written

    async def _until_done(self) -> JournalWritten:
        while True:
            try:
                # When an ordinary activity runs, the task that scheduled it is in history, and
                # so are all rows it carries.
                return await run_activity(
                    WRITE_JOURNAL,
                    self._batch(self._rows[-1].number),
                    JournalWritten,
                    JOURNAL_UNTIL_DONE,
                    "journal, until the records answer",
                )
            except FailureError:
                # Not retryable by the activity's own word; rows are never dropped for that.
                await workflow.sleep(60, summary="journal: try again")

    def _batch(self, confirmed_through: int) -> JournalBatch:
        journey = self._journey()
        return JournalBatch(
            reference=journey.reference,
            rows=tuple(self._rows),
            confirmed_through=confirmed_through,
            snapshot=snapshot_of(journey, self._items()),
            as_of=workflow.now(),
        )
