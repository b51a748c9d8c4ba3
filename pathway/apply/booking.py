"""Appointments that stand, and visits that are proposed."""

from pathway import events as ev
from pathway.apply.base import change, with_treatment
from pathway.facts import Step
from pathway.facts.booking import NoShow
from pathway.journey import Journey

NO_SHOWS_KEPT = 20
"""The latest; the journal has them all."""


@change.register
def _(event: ev.AppointmentBooked, journey: Journey) -> Journey:
    new = event.appointment
    return with_treatment(
        journey,
        event.treatment,
        lambda t: {
            "appointments": (*(a for a in t.appointments if a.step is not new.step), new),
            "revisions": {**t.revisions, new.step: new.revision},
        },
    )


@change.register
def _(event: ev.AppointmentCancelled | ev.SessionNotHeld, journey: Journey) -> Journey:
    cancelled = with_treatment(
        journey,
        event.treatment,
        lambda t: {"appointments": tuple(a for a in t.appointments if a.step is not event.step)},
    )
    return missed_by_her(cancelled, event, event.treatment, event.step)


def missed_by_her(
    journey: Journey,
    event: ev.AppointmentCancelled | ev.SessionNotHeld | ev.AssessmentCancelled,
    treatment: int | None,
    step: Step,
) -> Journey:
    """Counted where it was a no-show."""
    if not event.no_show:
        return journey
    counted = NoShow(treatment=treatment, step=step, at=event.signed.happened_at)
    no_shows = (*journey.no_shows, counted)[-NO_SHOWS_KEPT:]
    return journey.model_copy(update={"no_shows": no_shows})


@change.register
def _(event: ev.VisitsProposed, journey: Journey) -> Journey:
    return journey.model_copy(update={"proposals": event.visits})
