"""Everything that is due of a journey, derived anew from its events at every look.

Nothing stores a copy of a date, so a moved appointment moves all that hangs on it.
"""

from collections.abc import Iterator

from pathway.asked_calls import asked_call_items
from pathway.chair import chair_items
from pathway.checkin import checkin_items
from pathway.closed_days import closed_day_items
from pathway.coming_back import with_return
from pathway.ending_asked import ending_items
from pathway.entering import entering_items
from pathway.follow_up import follow_up_items
from pathway.items import AgendaItem, AlertAct, LookUpAct, TextAct
from pathway.journey import Journey
from pathway.ladders import escalation_items, stand_down_items
from pathway.preflight import preflight_items
from pathway.reminders import step_items
from pathway.replies import reply_items
from pathway.safety import flag_pages, safety_items
from pathway.status import quiet, status_items
from pathway.welcome import welcome_items


def agenda(journey: Journey) -> tuple[AgendaItem, ...]:
    """All open items, the next one first; items of one instant in the order of their keys."""
    if journey.deceased_at is not None:
        return ()
    every = (each for item in _all(journey) for each in with_return(journey, item))
    open_ones = (item for item in every if item.key not in journey.settled)
    items = (_deferred(journey, item) for item in open_ones if not quiet(journey, item))
    return tuple(sorted(items, key=lambda item: (item.at, item.key)))


def _deferred(journey: Journey, item: AgendaItem) -> AgendaItem:
    deferral = journey.deferred.get(item.key)
    if deferral is None or deferral.until <= item.at:
        return item
    return item.model_copy(update={"at": deferral.until})


def _all(journey: Journey) -> Iterator[AgendaItem]:
    if journey.over:
        yield from _dangers(journey)
        return
    for escalation in journey.open_escalations:
        yield from escalation_items(journey, escalation)
    yield from stand_down_items(journey)
    yield from _doubtful(journey)
    yield from _broken(journey)
    yield from ending_items(journey)
    yield from safety_items(journey)
    yield from entering_items(journey)
    yield from status_items(journey)
    yield from follow_up_items(journey)
    yield from welcome_items(journey)
    yield from reply_items(journey)
    yield from asked_call_items(journey)
    yield from closed_day_items(journey)
    yield from checkin_items(journey)
    treatment = journey.treatment
    if treatment and not journey.course_over:
        yield from step_items(journey, treatment)
        yield from chair_items(journey, treatment)
        yield from preflight_items(journey, treatment)


def _dangers(journey: Journey) -> Iterator[AgendaItem]:
    """What is due of a journey that has ended: danger that nobody has dealt with, and no text."""
    for escalation in journey.open_escalations:
        items = escalation_items(journey, escalation)
        yield from (item for item in items if not isinstance(item.act, TextAct))
    yield from flag_pages(journey)


def _doubtful(journey: Journey) -> Iterator[AgendaItem]:
    waits = journey.protocol.texting.look_up_after
    for text in journey.doubtful:
        asked = min(text.asked, len(waits) - 1)
        yield AgendaItem(
            key=f"{text.intent}/look-up/{text.asked}",
            at=text.since + waits[asked],
            line=f"ask the provider whether it took: {text.line}",
            treatment=text.treatment,
            act=LookUpAct(intent=text.intent, last=text.asked >= len(waits) - 1),
        )


def _broken(journey: Journey) -> Iterator[AgendaItem]:
    """A bug of ours that a person now covers is told to ops, once."""
    for task in journey.tasks:
        # An alert that itself breaks is not alerted about: that would never end.
        if task.key.endswith("/broken") and not task.key.endswith("/alert/broken"):
            yield AgendaItem(
                key=f"{task.key}/alert",
                at=task.opened_at,
                line="alert ops: something of ours failed",
                treatment=task.treatment,
                act=AlertAct(code="task_failed", detail=task.key),
            )
