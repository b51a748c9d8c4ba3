"""Whether she is in the building, as far as anybody has recorded it."""

from pathway.civil import same_day
from pathway.facts import Arrival, Step
from pathway.journey import Journey, Treatment


def arrived(journey: Journey, treatment: Treatment) -> Arrival | None:
    """Her arrival while she is here; None before it, and once she has left."""
    arrival = treatment.arrival
    if arrival is None or arrival.gone or treatment.discharge is not None:
        return None
    since = arrival.signed.happened_at
    if any(left.signed.happened_at >= since for left in treatment.left_unstarted):
        return None
    return None if _visit_fell(journey, treatment, arrival) else arrival


def comes_for_visit(journey: Journey, treatment: Treatment, arrival: Arrival) -> bool:
    """Whether her visit stands in the calendar on the day of her arrival."""
    visit = treatment.appointment(Step.INFUSION)
    zone = journey.calendar.zone
    return visit is not None and same_day(visit.at, arrival.signed.happened_at, zone)


def _visit_fell(journey: Journey, treatment: Treatment, arrival: Arrival) -> bool:
    """Cancelled, or moved to another day, after she had come for it."""
    waits = treatment.infusion is None and arrival.for_visit
    return waits and not comes_for_visit(journey, treatment, arrival)
