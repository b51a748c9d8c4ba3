"""Somebody asked Temporal to cancel a journey: it goes on, and says what to use instead.

A cancelled workflow would take its reminders and its pages with it. Ending care is a decision of
the clinic, and the command `close` takes it.
"""

from collections.abc import Iterator
from datetime import datetime

from pathway import events as ev
from pathway.escalation import StaffTask, TaskKind
from pathway.items import AgendaItem, AlertAct
from pathway.journey import Journey
from pathway.roles import Role

_ASKED = "cancel-asked/"
CANCEL_REFUSED = "cancel_refused"
"""The code that ops are alerted with."""


def cancel_asked(journey: Journey, now: datetime) -> tuple[ev.Event, ...]:
    """The events of a request to cancel; none where a line says so already, or after the end."""
    if journey.over or any(_asked(task) for task in journey.tasks):
        return ()
    task = StaffTask(
        key=f"{_ASKED}{journey.events + 1}",
        kind=TaskKind.CHECK,
        to=Role.COORDINATOR,
        line="Temporal was asked to cancel this journey, and it goes on: to end it, give `close`",
        opened_at=now,
    )
    return (ev.TaskOpened(at=now, task=task),)


def ending_items(journey: Journey) -> Iterator[AgendaItem]:
    """Ops hear of each request once."""
    for task in filter(_asked, journey.tasks):
        yield AgendaItem(
            key=f"{task.key}/alert",
            at=task.opened_at,
            line="alert ops: it was not cancelled",
            act=AlertAct(code=CANCEL_REFUSED, detail=task.key),
        )


def _asked(task: StaffTask) -> bool:
    return task.key.startswith(_ASKED) and not task.key.endswith("/broken")
