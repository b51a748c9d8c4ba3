"""What a decision has to say at a point of a course, so that steps of tests can say it."""

from datetime import datetime, timedelta
from typing import Any

from pathway import course_plan
from pathway.facts import Choice
from pathway.facts.booking import NextVisit
from pathway.journey import Journey

_DOSE_BY = {
    Choice.DECREASE_DOSE: -1,
    Choice.DECREASE_AND_LENGTHEN: -1,
    Choice.INCREASE_DOSE: 1,
}
_DAYS_BY = {
    Choice.LENGTHEN_INTERVAL: 1,
    Choice.DECREASE_AND_LENGTHEN: 1,
    Choice.SHORTEN_INTERVAL: -1,
}


def decision_fields(journey: Journey, choice: Choice, now: datetime) -> dict[str, Any]:
    """The fields that a decision needs beside its choice and reason."""
    treatment = journey.treatment
    if treatment is None:
        return {}
    said: dict[str, Any] = {}
    infusion = treatment.infusion
    if infusion and infusion.complete is False:
        said["counts_toward_plan"] = True
    said |= _orders(journey, choice)
    if choice is Choice.PAUSE:
        said["pause_until"] = now + timedelta(days=14)
    if choice.goes_on and course_plan.goal_owed(journey):
        said |= {"goal": "to go back to work", "course_end": "after six visits"}
    if choice.goes_on and course_plan.review_due(journey, treatment, counts_here=True):
        said["review"] = "it does her good"
    if choice.goes_on and choice is not Choice.PAUSE and journey.proposal(treatment.number + 1):
        said["next_visit"] = NextVisit.CONFIRM
    return said


def _orders(journey: Journey, choice: Choice) -> dict[str, Any]:
    treatment = journey.treatment
    assert treatment is not None
    said: dict[str, Any] = {}
    if way := _DOSE_BY.get(choice):
        present = course_plan.dose(journey, treatment) or 0.5
        said["dose"] = _another_dose(journey, present, way)
    if way := _DAYS_BY.get(choice):
        said["interval_days"] = course_plan.interval(journey, treatment).days + way
    return said


def _another_dose(journey: Journey, present: float, way: int) -> float:
    choices = journey.protocol.course.dose.choices
    if choices:
        # What was given on paper may be none of them.
        nearest = min(choices, key=lambda dose: abs(dose - present))
        return choices[min(max(choices.index(nearest) + way, 0), len(choices) - 1)]
    return round(present + 0.1 * way, 3)
