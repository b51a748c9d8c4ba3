"""Two treatments, the second with a missed session: lived whole, or while things die around."""

from datetime import date, timedelta

from clinic_days import a_tuesday, admit_to_programme, book_visit, decide, infuse, prepare
from journey_stand import LiveJourney, clinic_time

from pathway import commands as cmd
from pathway.escalation import Ending
from pathway.facts import Choice, Step


async def first_treatment(journey: LiveJourney) -> date:
    """As planned, up to the psychotherapy; gives the day of the visit."""
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await book_visit(journey, 1, day)
    await prepare(journey, 1, day)
    await infuse(journey, 1, day)
    await journey.to(clinic_time(day + timedelta(days=1), "10:00"))
    return day


async def end_first_treatment(journey: LiveJourney) -> None:
    await journey.do(cmd.RecordPsychotherapy, "therapist", treatment=1)
    await decide(journey, 1, Choice.CONTINUE_SAME)


async def second_treatment(journey: LiveJourney, day: date) -> None:
    """Nobody comes to psychotherapy; the ladder climbs and a person ends it."""
    await book_visit(journey, 2, day)
    await prepare(journey, 2, day)
    await infuse(journey, 2, day)
    await journey.to(clinic_time(day + timedelta(days=1), "15:00"))
    missed = await _missed_session(journey)
    await journey.do(cmd.AcknowledgeEscalation, escalation=missed)
    await journey.do(
        cmd.ResolveEscalation,
        "therapist",
        escalation=missed,
        outcome=Ending.DECLINED,
        note="she does not want the session",
    )
    await decide(journey, 2, Choice.COMPLETE)


async def _missed_session(journey: LiveJourney) -> str:
    """While things die around it, a late command may have opened another one before."""
    seen = await journey.overview()
    return next(e.id for e in seen.escalations if e.step is Step.PSYCHOTHERAPY)
