"""What somebody comes for on a day, or is there for, as their journey says."""

from collections.abc import Iterator
from datetime import date

from cli.documents import Planned
from pathway import civil
from pathway.facts import Appointment, Step
from pathway.journey import Treatment
from pathway.overview import Overview


def planned_on(seen: Overview, day: date, zone: str) -> tuple[Planned, ...]:
    """The day's appointments that are still to come, and an infusion that runs; in their order."""
    of_the_day = (each for each in _every(seen) if civil.local(each.at, zone).date() == day)
    return tuple(sorted(of_the_day, key=lambda each: each.at))


def _every(seen: Overview) -> Iterator[Planned]:
    if (booked := seen.assessment_booked) is not None:
        yield Planned(step=booked.step, at=booked.at, minutes=booked.minutes)
    for treatment in seen.treatments:
        yield from _of(treatment)


def _of(treatment: Treatment) -> Iterator[Planned]:
    number, dose = treatment.number, treatment.orders.dose
    for booked in treatment.appointments:
        if not _over(treatment, booked):
            step, at, minutes = booked.step, booked.at, booked.minutes
            yield Planned(treatment=number, step=step, at=at, minutes=minutes, dose=dose)
    infusion = treatment.infusion
    if infusion is not None and treatment.discharge is None:
        # In the chair, whatever day it was booked for.
        at = infusion.started_at
        yield Planned(treatment=number, step=Step.INFUSION, at=at, minutes=None, dose=dose)


def _over(treatment: Treatment, booked: Appointment) -> bool:
    """Whether what it was booked for has been recorded since, so that nobody comes for it."""
    if booked.step is not Step.PSYCHOTHERAPY and treatment.infusion is not None:
        return True
    recorded = {
        Step.PREPARATION: treatment.preparation,
        Step.PSYCHOTHERAPY: treatment.psychotherapy,
    }.get(booked.step)
    return recorded is not None and recorded.signed.recorded_at > booked.booked_at
