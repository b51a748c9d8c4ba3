"""Whole stretches of a journey, as the clinic's people would give them."""

from datetime import date, datetime, timedelta
from typing import Any

from entry_fields import assessed, consenting
from journey_stand import LiveJourney, clinic_time
from questionnaires import gad7, phq9
from visits import LEAVING, SCREEN_NO, dose_fields, preflight_fields, reading

from pathway import commands as cmd
from pathway.facts import Choice, Step
from pathway.facts.scores import Purpose


async def admit_to_programme(journey: LiveJourney) -> None:
    await journey.do(cmd.RecordAssessment, "mental_health_professional", **assessed())
    await journey.do(cmd.RecordConsent, **consenting())


async def a_tuesday(journey: LiveJourney) -> date:
    """A Tuesday more than three days ahead, whose own week holds no change of the clock."""
    day = (await journey.now()).date() + timedelta(days=5)
    return day + timedelta(days=(1 - day.weekday()) % 7)


async def book_visit(journey: LiveJourney, number: int, day: date) -> None:
    """Preparation the day before at 13:00, the infusion at 10:00, psychotherapy next morning."""
    before = day - timedelta(days=1)
    prepares = clinic_time(before, "13:00")
    await journey.do(cmd.Book, treatment=number, step=Step.PREPARATION, at=prepares)
    await journey.do(
        cmd.Book,
        treatment=number,
        step=Step.INFUSION,
        at=clinic_time(day, "10:00"),
        minutes=180,
        psychotherapy_at=clinic_time(day + timedelta(days=1), "09:00"),
    )


async def prepare(journey: LiveJourney, number: int, day: date) -> None:
    await journey.to(clinic_time(day - timedelta(days=1), "14:00"))
    await journey.do(cmd.RecordPreparation, "therapist", treatment=number)


async def infuse(journey: LiveJourney, number: int, day: date) -> datetime:
    """From 10:05 until she leaves, as planned; gives the infusion's end."""
    ended = await give(journey, number, day)
    await watch(journey, number, day)
    return ended


async def give(
    journey: LiveJourney, number: int, day: date, total: int = 20, **dose: Any
) -> datetime:
    """From 10:05, as long as planned, readings when they are due; gives its end.

    Args:
        total: what the depression questionnaire comes to before it.
        dose: where it is not the protocol's first one.
    """
    started = clinic_time(day, "10:05")
    rules = journey.protocol.steps
    ended = started + rules.infusion.planned.value
    await journey.to(started)
    await ready(journey, number, total)
    said = dose_fields(journey.protocol, **dose)
    await journey.do(cmd.StartInfusion, "nurse", treatment=number, **said)
    await monitor(journey, number, started, ended, rules.monitoring.vitals.during_every)
    await journey.do(cmd.EndInfusion, "nurse", treatment=number, happened_at=ended)
    return ended


async def watch(journey: LiveJourney, number: int, day: date) -> None:
    """Until the protocol lets her leave; then she does."""
    ended = clinic_time(day, "10:05") + journey.protocol.steps.infusion.planned.value
    every = journey.protocol.steps.monitoring.vitals.after_every
    await monitor(journey, number, ended, may_leave(journey, day), every)
    await leave(journey, number)


def may_leave(journey: LiveJourney, day: date) -> datetime:
    """Five minutes after she has been watched for as long as the protocol asks."""
    started, rules = clinic_time(day, "10:05"), journey.protocol.steps
    ended = started + rules.infusion.planned.value
    from_start = rules.monitoring.minimum_from_start.value
    from_end = rules.monitoring.minimum_from_end.value or timedelta(0)
    return max(started + from_start, ended + from_end) + timedelta(minutes=5)


async def ready(journey: LiveJourney, number: int, total: int = 20) -> None:
    """Questionnaires, and all that is asked and measured before a start."""
    scores = {"phq9": phq9(total), "gad7": gad7(10), "purpose": Purpose.PRE_DOSE}
    await journey.do(cmd.RecordScores, "nurse", **scores)
    said = preflight_fields(journey.protocol, await journey.now())
    await journey.do(cmd.RecordPreflight, "nurse", treatment=number, **said)


async def monitor(
    journey: LiveJourney, number: int, since: datetime, until: datetime, every: timedelta
) -> None:
    """A reading whenever one is due, the last at the end."""
    at = since
    while at < until:
        at = min(at + every, until)
        await journey.to(at)
        await journey.do(cmd.RecordVitals, "nurse", treatment=number, readings=[reading(at)])


async def leave(journey: LiveJourney, number: int) -> None:
    """Screened, and signed off by both."""
    await journey.do(cmd.RecordScreen, "nurse", answers=SCREEN_NO, asked_at="discharge")
    await journey.do(cmd.SignDischarge, "prescriber", treatment=number)
    await journey.do(cmd.RecordDischarge, "nurse", treatment=number, **LEAVING)


async def debrief(journey: LiveJourney, number: int, day: date) -> None:
    await journey.to(clinic_time(day + timedelta(days=1), "10:00"))
    await journey.do(cmd.RecordPsychotherapy, "therapist", treatment=number)


async def decide(
    journey: LiveJourney, number: int, choice: Choice, *, recommended: bool = False, **said: Any
) -> None:
    """With what the protocol asks for at this point of a course, both signatures among it.

    Args:
        recommended: the psychotherapy record says the same, and is the second signature.
    """
    fields: dict[str, Any] = {"reason": "discussed"}
    if number == 1:
        fields |= {"goal": "to go back to work", "course_end": "after six visits"}
    if number in journey.protocol.course.reviews.after:
        fields["review"] = "it does her good"
    fields |= {"treatment": number, "choice": choice, **said}
    run = await journey.run_id()
    await journey.do(cmd.RecordDecision, "prescriber", **fields)
    needs_two = choice in journey.protocol.steps.decision.cosigned_by.required_for
    if needs_two and not recommended:
        await journey.do(cmd.Cosign, "therapist", treatment=number)
    if choice.goes_on:
        await journey.rolled_over(run)


async def whole_treatment(journey: LiveJourney, number: int, day: date, choice: Choice) -> None:
    """A visit in which everything goes as planned."""
    await book_visit(journey, number, day)
    await prepare(journey, number, day)
    await infuse(journey, number, day)
    await debrief(journey, number, day)
    await decide(journey, number, choice)
