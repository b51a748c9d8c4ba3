"""Everything that is due of a journey, derived anew from its events at every look.

Nothing stores a copy of a date, so a moved appointment moves all that hangs on it.
"""

from collections.abc import Iterator

from pathway.anchors import rules_of
from pathway.facts import Step
from pathway.items import AgendaItem, AlertAct, LookUpAct
from pathway.journey import Journey, Stage
from pathway.ladders import escalation_items
from pathway.reminders import monitoring_items, nudge_item, step_items


def agenda(journey: Journey) -> tuple[AgendaItem, ...]:
    """All open items, the next one first; items of one instant in the order of their keys."""
    if journey.over:
        return ()
    items = (_deferred(journey, item) for item in _all(journey) if item.key not in journey.settled)
    return tuple(sorted(items, key=lambda item: (item.at, item.key)))


def _deferred(journey: Journey, item: AgendaItem) -> AgendaItem:
    deferral = journey.deferred.get(item.key)
    if deferral is None or deferral.until <= item.at:
        return item
    return item.model_copy(update={"at": deferral.until})


def _all(journey: Journey) -> Iterator[AgendaItem]:
    for escalation in journey.open_escalations:
        yield from escalation_items(journey, escalation)
    yield from _doubtful(journey)
    yield from _broken(journey)
    if journey.stage is Stage.ASSESSMENT:
        yield from _assessment(journey)
    treatment = journey.treatment
    if treatment and not journey.course_over:
        yield from step_items(journey, treatment)
        yield from monitoring_items(journey, treatment)


def _assessment(journey: Journey) -> Iterator[AgendaItem]:
    if journey.assessment is not None:
        return
    for number, nudge in enumerate(rules_of(journey, Step.ASSESSMENT).nudges):
        at = journey.opened_at + nudge.after
        yield nudge_item(f"assessment/nudge/{number}", at, nudge.to, nudge.say, None)


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
