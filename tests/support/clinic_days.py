"""Whole stretches of a journey, as the clinic's people would give them."""

from datetime import date, datetime, timedelta

from journey_stand import LiveJourney, clinic_time

from pathway import commands as cmd
from pathway.facts import Choice, Step


async def admit_to_programme(journey: LiveJourney) -> None:
    await journey.do(
        cmd.RecordAssessment, "mental_health_professional", suitable=True, reason="meets criteria"
    )
    await journey.do(cmd.RecordConsent, given=True)


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
    """From 10:05 to 10:45, two sets of readings, discharge at 12:50; gives the infusion's end."""
    await journey.to(clinic_time(day, "10:05"))
    await journey.do(cmd.StartInfusion, "nurse", treatment=number, dose_mg_per_kg=0.5)
    ended = clinic_time(day, "10:45")
    await journey.to(ended)
    await journey.do(cmd.EndInfusion, "nurse", treatment=number, happened_at=ended)
    await _vitals(journey, number)
    await journey.to(clinic_time(day, "12:50"))
    await journey.do(cmd.RecordDischarge, "nurse", treatment=number)
    return ended


async def _vitals(journey: LiveJourney, number: int) -> None:
    reading = {
        "at": await journey.now(),
        "systolic_mmhg": 128,
        "diastolic_mmhg": 82,
        "heart_rate": 74,
        "spo2_percent": 98,
    }
    await journey.do(cmd.RecordVitals, "nurse", treatment=number, readings=[reading, reading])


async def debrief(journey: LiveJourney, number: int, day: date) -> None:
    await journey.to(clinic_time(day + timedelta(days=1), "10:00"))
    await journey.do(cmd.RecordPsychotherapy, "therapist", treatment=number)


async def decide(journey: LiveJourney, number: int, choice: Choice) -> None:
    await journey.do(
        cmd.RecordDecision, "prescriber", treatment=number, choice=choice, reason="discussed"
    )


async def whole_treatment(journey: LiveJourney, number: int, day: date, choice: Choice) -> None:
    """A visit in which everything goes as planned."""
    await book_visit(journey, number, day)
    await prepare(journey, number, day)
    await infuse(journey, number, day)
    await debrief(journey, number, day)
    await decide(journey, number, choice)
