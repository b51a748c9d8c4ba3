"""A patient in the chair: overdue readings, an end not recorded, a stay that is too long.

All of it calls the room before anybody at home (clinic-life rules 13, 22).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway.agenda_keys import step_stem
from pathway.facts import Infusion, Step
from pathway.hanging import IN_THE_CHAIR, anew
from pathway.items import AgendaItem, EscalateAct, nudge_item
from pathway.journey import Journey, Treatment
from pathway.monitoring import next_reading_due

END, VITALS, STAY, ALERT, STOP_REVIEW = "end", "vitals", "stay", "alert", "stop_review"
"""What an escalation of the chair is about."""
LEAVING = (VITALS, STAY, ALERT, STOP_REVIEW)
"""What is over when she has left."""
END_GRACE = timedelta(minutes=15)
"""Engineering: how long the record of an end may trail behind the longest infusion."""


def chair_items(journey: Journey, treatment: Treatment) -> Iterator[AgendaItem]:
    """What is due of a patient who has been started and has not left."""
    for item in _watch(journey, treatment):
        yield anew(treatment, item, IN_THE_CHAIR)


def _watch(journey: Journey, treatment: Treatment) -> Iterator[AgendaItem]:
    infusion = treatment.infusion
    if infusion is None:
        return
    yield from _end(journey, treatment, infusion)
    if treatment.discharge is not None:
        return
    yield from _readings(journey, treatment)
    yield from _stay(journey, treatment, infusion)


def _end(journey: Journey, treatment: Treatment, infusion: Infusion) -> Iterator[AgendaItem]:
    if infusion.ended_at is None:
        # A pause that has ended prolongs it; one that goes on is itself worth a look.
        paused = sum((p.until - p.since for p in infusion.pauses if p.until), timedelta(0))
        longest = journey.protocol.steps.infusion.allowed.longest
        at = infusion.started_at + longest + paused + END_GRACE
        yield _call(journey, treatment, "end-not-recorded", END, at, "the end was not recorded")


def _readings(journey: Journey, treatment: Treatment) -> Iterator[AgendaItem]:
    due = next_reading_due(journey, treatment)
    if due is None or _called(journey, treatment, VITALS):
        return
    at = due + journey.protocol.steps.monitoring.vitals.grace
    name = f"reading-overdue/{due:%H%M%S}"
    yield _call(journey, treatment, name, VITALS, at, "a reading in the chair is overdue")


def _stay(journey: Journey, treatment: Treatment, infusion: Infusion) -> Iterator[AgendaItem]:
    if infusion.ended_at is None:
        return
    rules = journey.protocol.steps.monitoring
    key = _key(treatment, "longer-than-planned")
    at = infusion.ended_at + rules.expected_from_end.value
    say = "Here longer than planned: see what is missing before the patient may leave"
    yield nudge_item(key, at, rules.owner, say, treatment.number)
    at = infusion.ended_at + rules.alarm_from_end.value
    yield _call(journey, treatment, "not-left", STAY, at, "still here past the longest stay")


def _called(journey: Journey, treatment: Treatment, about: str) -> bool:
    return any(
        e.about == about and e.treatment == treatment.number for e in journey.open_escalations
    )


def _key(treatment: Treatment, name: str) -> str:
    """Another start of the same treatment has keys of its own."""
    again = f"x{len(treatment.aborted)}/" if treatment.aborted else ""
    return f"{step_stem(treatment, Step.MONITORING)}/{again}{name}"


def _call(
    journey: Journey, treatment: Treatment, name: str, about: str, at: datetime, what: str
) -> AgendaItem:
    return AgendaItem(
        key=_key(treatment, name),
        at=at,
        line=f"escalate: {what}",
        treatment=treatment.number,
        act=EscalateAct(
            ladder=journey.protocol.steps.monitoring.ladder,
            what=what,
            step=Step.MONITORING,
            treatment=treatment.number,
            about=about,
        ),
    )
