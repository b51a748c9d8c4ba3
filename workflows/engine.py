"""The engine of a journey: one loop, one timer, tasks held by agenda key.

- What is due is started as a task held by its agenda key; a key never runs twice.
- A task whose item has left the agenda (moved, acknowledged, died) is cancelled.
- A result is applied to the journey as it is then, not as it was when the task began.
- The loop waits for nothing but its own wake: not for texts, pages or the records.
- A request to cancel reaches the loop alone, which notes it and goes on.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from temporalio import workflow

from pathway.agenda import agenda
from pathway.apply import apply_all
from pathway.ending_asked import cancel_asked
from pathway.events import Event
from pathway.falling_due import falls_due, item_broke
from pathway.flags import in_danger
from pathway.items import AgendaItem, PageAct
from pathway.journey import Journey
from workflows import measures
from workflows.carrying_out import Ended, carry_out, ended
from workflows.faces import Faces
from workflows.held_timer import HeldTimer
from workflows.messages import Answered, Carried, JourneyStart
from workflows.outbox import Outbox

ANSWERS_KEPT = 200
"""Idempotency keys that are carried along: some eight treatments' worth of commands."""


class Engine:
    """Owns one journey's state, and everything that is under way for it."""

    def __init__(self, carried: Carried) -> None:
        self.journey: Journey = carried.journey
        self.answers: dict[str, Answered] = dict(carried.answers)
        self.outbox = Outbox(carried, lambda: self.journey, self._agenda)
        self._timer = HeldTimer()
        self._faces = Faces()
        self._tasks: dict[str, tuple[AgendaItem, asyncio.Task[Ended]]] = {}
        self._derived: tuple[Journey, tuple[AgendaItem, ...]] | None = None
        self._changed = True
        self._roll_wanted = False
        self._cancel_refused = False
        self._build_id = workflow.info().get_current_build_id()

    def commit(self, events: Iterable[Event]) -> None:
        """The one place where a journey's state changes."""
        happened = tuple(events)
        if not happened:
            return
        first_number = self.journey.events + 1
        measures.happened(self.journey, happened)
        self.journey = apply_all(self.journey, happened)
        self.outbox.add(first_number, happened)
        self._changed = True

    def remember(self, key: str, answered: Answered) -> None:
        self.answers[key] = answered
        while len(self.answers) > ANSWERS_KEPT:
            del self.answers[next(iter(self.answers))]

    def want_to_roll(self) -> None:
        """Continue as new at the next quiet moment."""
        self._roll_wanted = True
        self._changed = True

    async def until(self, done: Callable[[Journey], bool]) -> None:
        """Act on the whole agenda until the journey satisfies `done`."""
        while not done(self.journey):
            self._turn()
            if done(self.journey):
                return
            self.continue_as_new_if_quiet()
            await self._wake(self._may_roll)

    async def roll_over(self) -> None:
        """Go on acting until a quiet moment comes, then continue as new."""
        self.want_to_roll()
        while not self.journey.over:
            self._turn()
            self.continue_as_new_if_quiet()
            await self._wake(self._may_roll)

    async def drain(self) -> None:
        """Let everything under way end, and the records have every row.

        A danger that nobody has dealt with keeps the journey at work: an open escalation, or a
        safety flag that no clinician has assessed.
        """
        while True:
            self._turn()
            if self._drained():
                return
            await self._wake(self._drained)

    def _drained(self) -> bool:
        return self._quiet() and not in_danger(self.journey)

    async def _wake(self, or_when: Callable[[], bool]) -> None:
        try:
            await workflow.wait_condition(
                lambda: (
                    self._changed
                    or self._timer.fired
                    or any(task.done() for _, task in self._tasks.values())
                    or or_when()
                )
            )
        except asyncio.CancelledError:
            # A run is asked once. What comes without, or again, is a worker letting go of it.
            if self._cancel_refused or workflow.cancellation_reason() is None:
                raise
            self._refuse_to_be_cancelled()

    def _refuse_to_be_cancelled(self) -> None:
        """Nobody's care ends by a request to Temporal; what is under way goes on as well."""
        self._cancel_refused = True
        workflow.logger.error("cancel_refused")
        self.commit(cancel_asked(self.journey, workflow.now()))
        self._changed = True

    def _turn(self) -> None:
        """Act once on all that is due, as a part of the treatment that is under way."""
        treatment = self.journey.treatment
        group = f"treatment {treatment.number}" if treatment else "outside of treatments"
        with workflow.create_event_group(group).scope():
            self._act()

    def _act(self) -> None:
        self._changed = False
        self._collect()
        page_is_leaving = self._start_due()
        items = self._agenda()
        self._cancel_what_left(items)
        waiting = [item for item in items if item.key not in self._tasks]
        self._timer.aim(waiting[0] if waiting else None)
        self._faces.show(self.journey, items)
        self.outbox.flush(page_is_leaving=page_is_leaving, under_way=bool(self._tasks))

    def _collect(self) -> None:
        """Apply what ended tasks found, to the journey as it is now."""
        for key, (item, task) in list(self._tasks.items()):
            if not task.done():
                continue
            del self._tasks[key]
            if task.cancelled():
                continue
            self._guarded(item, partial(self._result, item, task))

    def _result(self, item: AgendaItem, task: asyncio.Task[Ended]) -> None:
        self.commit(ended(self.journey, item, task.result(), workflow.now()))

    def _start_due(self) -> bool:
        """Start everything that is due; tells whether a page was among it."""
        page_is_leaving = False
        while (item := self._next_due()) is not None:
            started = self._guarded(item, partial(self._fall_due, item))
            page_is_leaving = page_is_leaving or (started and isinstance(item.act, PageAct))
        return page_is_leaving

    def _next_due(self) -> AgendaItem | None:
        now = workflow.now()
        for item in self._agenda():
            if item.at > now:
                return None
            if item.key not in self._tasks:
                return item
        return None

    def _agenda(self) -> tuple[AgendaItem, ...]:
        """Of the journey as it is. It follows from the journey alone, so the last one is kept."""
        if self._derived is None or self._derived[0] is not self.journey:
            self._derived = (self.journey, agenda(self.journey))
        return self._derived[1]

    def _fall_due(self, item: AgendaItem) -> None:
        due = falls_due(self.journey, item, workflow.now())
        self.commit(due.events)
        if due.carry_out:
            task = asyncio.create_task(carry_out(self.journey.reference, item))
            self._tasks[item.key] = (item, task)

    def _guarded(self, item: AgendaItem, act: Callable[[], None]) -> bool:
        """Do something for one item; a bug in it must not freeze the patient's journey.

        The item goes to a person and ops are alerted, so nothing is swallowed either.
        """
        try:
            act()
        except Exception as error:  # noqa: BLE001 - whatever it is, a person takes the item over
            workflow.logger.error("item_broke", extra={"agenda_key": item.key})
            self._tasks.pop(item.key, None)
            self.commit(item_broke(self.journey, item, workflow.now(), type(error).__name__))
            return False
        return True

    def _cancel_what_left(self, items: tuple[AgendaItem, ...]) -> None:
        wanted = {item.key for item in items}
        for key, (_, task) in self._tasks.items():
            # Once: a text that has left the agenda still asks whether it had gone before.
            if key not in wanted and not task.done() and not task.cancelling():
                task.cancel()

    def _may_roll(self) -> bool:
        info = workflow.info()
        wanted = (
            self._roll_wanted
            or info.is_continue_as_new_suggested()
            or info.get_current_build_id() != self._build_id
        )
        return wanted and not self.journey.over and self._quiet()

    def _quiet(self) -> bool:
        return not self._tasks and self.outbox.idle and workflow.all_handlers_finished()

    def continue_as_new_if_quiet(self) -> None:
        """Hand over to a new run when one is wanted and nothing is under way."""
        if not self._may_roll():
            return
        self._timer.stop()
        # Every event of this run is in its history by the time the next one starts.
        carried = Carried(
            journey=self.journey, answers=self.answers, confirmed_through=self.journey.events
        )
        workflow.continue_as_new(JourneyStart(carried=carried))
