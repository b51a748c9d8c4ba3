"""Short journeys, one for each turn a journey can take; their histories are the replay corpus."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from clinic_days import (
    a_tuesday,
    admit_to_programme,
    book_visit,
    debrief,
    decide,
    infuse,
    prepare,
    whole_treatment,
)
from journey_stand import ZONE, LiveJourney, Stand, clinic_time
from two_treatments import second_treatment

from pathway import commands as cmd
from pathway.escalation import Ending
from pathway.facts import Choice, Step
from pathway.journey import Contact
from workflows.messages import TextOutcome, TextStatus

Story = Callable[[Stand], Awaitable[LiveJourney]]


async def moved_and_missed(stand: Stand) -> LiveJourney:
    """Two treatments: one visit moves, one psychotherapy is missed and climbs to a person."""
    journey = await stand.start()
    await admit_to_programme(journey)
    first = await a_tuesday(journey)
    await book_visit(journey, 1, first)
    moved = first + timedelta(days=1)
    for step, day, clock in (
        (Step.INFUSION, moved, "10:00"),
        (Step.PSYCHOTHERAPY, moved + timedelta(days=1), "09:00"),
    ):
        at = clinic_time(day, clock)
        await journey.do(cmd.Move, treatment=1, step=step, revision=1, at=at)
    await prepare(journey, 1, first)
    await infuse(journey, 1, moved)
    await debrief(journey, 1, moved)
    await decide(journey, 1, Choice.CONTINUE_SAME)
    await second_treatment(journey, moved + timedelta(days=5))
    await journey.do(cmd.Close, outcome="completed", reason="course complete")
    return journey


async def called_instead_of_texted(stand: Stand) -> LiveJourney:
    """A landline: every text becomes a call row, which a coordinator works off."""
    journey = await stand.start(Contact(zone=ZONE, mobile=False))
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await book_visit(journey, 1, day)
    await journey.to(clinic_time(day - timedelta(days=1), "12:00"))
    for task in (await journey.overview()).tasks:
        await journey.do(cmd.RecordContactAttempt, task=task.key, reached=True, note="told her")
    return journey


async def flag_taken_raised_again_assessed(stand: Stand) -> LiveJourney:
    """A safety flag: paged, acknowledged, raised again, handed over, assessed."""
    journey = await stand.start()
    await journey.do(cmd.RaiseFlag, "nurse")
    look = await journey.now() + timedelta(minutes=20)
    await journey.do(
        cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1", next_look=look
    )
    await journey.to(look + timedelta(minutes=12))
    await journey.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    await journey.do(cmd.HandOver, "on_call_clinician", escalation="e1", to="priya", note="shift")
    await journey.do(
        cmd.ResolveEscalation,
        "prescriber",
        escalation="e1",
        outcome=Ending.ASSESSED,
        note="plan agreed",
        good_until=await journey.now() + timedelta(days=7),
    )
    return journey


async def text_in_doubt(stand: Stand) -> LiveJourney:
    """A text whose outcome nobody knows: looked up three times, handed to staff."""
    stand.fakes.text_outcome = TextOutcome(status=TextStatus.AMBIGUOUS, reason="timeout")
    journey = await stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    at = clinic_time(day, "13:00")
    await journey.do(cmd.Book, treatment=1, step=Step.PREPARATION, at=at)
    await journey.to(clinic_time(day, "10:00"))
    await journey.do(cmd.RecordPreparation, "therapist", treatment=1)
    stand.fakes.text_outcome = TextOutcome(status=TextStatus.SENT, reason="taken")
    return journey


async def died_between_visits(stand: Stand) -> LiveJourney:
    """A death between two visits ends the journey and everything in it."""
    journey = await stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await whole_treatment(journey, 1, day, Choice.CONTINUE_SAME)
    await book_visit(journey, 2, day + timedelta(days=7))
    await journey.do(cmd.RaiseFlag, "nurse")
    await journey.do(cmd.ReportDeath, "prescriber")
    await journey.handle.result()
    return journey


async def without_the_database(stand: Stand) -> LiveJourney:
    """The journal goes by an ordinary activity while the database is down."""
    journey = await stand.start()
    stand.fakes.journal_mode = "down"
    await admit_to_programme(journey)
    stand.fakes.journal_mode = "up"
    events = (await journey.overview()).events
    async with asyncio.timeout(60):
        while len(stand.fakes.journal[journey.reference]) < events:
            await asyncio.sleep(0.05)
    await journey.do(cmd.HoldTexts, "nurse", reason="in hospital")
    return journey


STORIES: Mapping[str, Story] = {
    story.__name__: story
    for story in (
        moved_and_missed,
        called_instead_of_texted,
        flag_taken_raised_again_assessed,
        text_in_doubt,
        died_between_visits,
        without_the_database,
    )
}
