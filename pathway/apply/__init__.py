"""The one place where a journey changes: event by event, each a total function.

`apply` never refuses and never looks at a clock: what may happen was decided before the
event existed.

Importing this package registers the changes of every area.
"""

from collections.abc import Iterable

from pathway import events as ev
from pathway.apply import (
    agenda,
    booking,
    contact,
    corrections,
    course,
    entering,
    escalations,
    replies,
    safety,
    scores,
    status,
    tasks,
    visit,
)
from pathway.apply.base import DIARY_KEPT, change
from pathway.apply.welcome import with_welcome
from pathway.journey import Journey, Messages, Welcome

__all__ = [
    "DIARY_KEPT",
    "agenda",
    "apply",
    "apply_all",
    "booking",
    "contact",
    "corrections",
    "course",
    "entering",
    "escalations",
    "open_journey",
    "replies",
    "safety",
    "scores",
    "status",
    "tasks",
    "visit",
]


def open_journey(event: ev.JourneyOpened) -> Journey:
    """The state of a journey that has just begun."""
    return Journey(
        reference=event.reference,
        protocol=event.protocol,
        calendar=event.calendar,
        contact=event.contact,
        opened_at=event.at,
        linked=event.linked,
        messages=Messages(welcome=Welcome(number=1, since=event.at)),
        events=1,
    )


def apply(journey: Journey, event: ev.Event) -> Journey:
    """The journey after one event."""
    changed = with_welcome(journey, change(event, journey), event)
    return changed.model_copy(update={"events": journey.events + 1})


def apply_all(journey: Journey, happened: Iterable[ev.Event]) -> Journey:
    for event in happened:
        journey = apply(journey, event)
    return journey
