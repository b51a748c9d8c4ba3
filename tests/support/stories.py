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
    leave,
    may_leave,
    monitor,
    prepare,
    ready,
    whole_treatment,
)
from entry_fields import a_trial, assessed, consenting
from journey_stand import ZONE, LiveJourney, Stand, clinic_time
from questionnaires import phq9
from two_treatments import second_treatment
from visits import SCREEN_NO, dose_fields
from whole_course import SAME, WORSE

from pathway import commands as cmd
from pathway.facts import Choice, Step
from pathway.facts.corrections import Correctable
from pathway.facts.scores import Purpose
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
    at = clinic_time(moved, "10:00")
    await journey.do(cmd.Move, treatment=1, step=Step.INFUSION, revision=1, at=at)
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
        told = {"task": task.key, "outcome": "reached", "note": "told her"}
        await journey.do(cmd.RecordContactAttempt, **told)
    return journey


async def flag_taken_raised_again_assessed(stand: Stand) -> LiveJourney:
    """A safety flag: paged, acknowledged, raised again, handed over, assessed."""
    journey = await stand.start()
    # Her opt-in text is out of the way: the flag's page costs what it costs.
    await journey.to(await journey.now() + timedelta(days=1))
    await journey.do(cmd.RaiseFlag, "nurse")
    look = await journey.now() + timedelta(minutes=20)
    await journey.do(
        cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1", next_look=look
    )
    await journey.to(look + timedelta(minutes=12))
    await journey.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    await journey.do(cmd.HandOver, "on_call_clinician", escalation="e1", to="priya", note="shift")
    await journey.do(
        cmd.AssessRisk,
        "prescriber",
        level="moderate",
        plan="plan agreed",
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


async def died_before_her_visit(stand: Stand) -> LiveJourney:
    """A death ends the journey and everything in it, a flag and what is booked as well."""
    journey = await stand.start()
    await admit_to_programme(journey)
    await book_visit(journey, 1, await a_tuesday(journey))
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


async def entered_by_a_clearance(stand: Stand) -> LiveJourney:
    """An assessment that is booked, finds something of long ago, and is cleared."""
    journey = await stand.start()
    await journey.do(cmd.BookAssessment, at=await journey.now() + timedelta(days=2))
    found = {"psychosis_past": "present", "sleep_apnoea_risk": "present"}
    said = assessed(findings=found, trials=[a_trial()], screen=SCREEN_NO)
    await journey.do(cmd.RecordAssessment, "mental_health_professional", **said)
    await journey.do(cmd.RecordConsent, **consenting())
    for item in ("psychosis_past", "treatment_resistance"):
        await journey.do(cmd.RecordClearance, "prescriber", item=item, reason="seen and weighed")
    return journey


async def stopped_corrected_worse(stand: Stand) -> LiveJourney:
    """A partial infusion whose end was entered wrongly; in the evening she feels worse."""
    journey = await stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await book_visit(journey, 1, day)
    await prepare(journey, 1, day)
    started, stopped = clinic_time(day, "10:05"), clinic_time(day, "10:17")
    await journey.to(started)
    await ready(journey, 1)
    await journey.do(cmd.StartInfusion, "nurse", treatment=1, **dose_fields(journey.protocol))
    await monitor(journey, 1, started, stopped, timedelta(minutes=10))
    partly = {"complete": False, "milligrams_given": 10, "stopped_for": "blood_pressure"}
    why = {"reason": "pressure rose", "happened_at": stopped}
    await journey.do(cmd.EndInfusion, "nurse", treatment=1, **why, **partly)
    rules = journey.protocol.steps.monitoring
    await monitor(journey, 1, stopped, may_leave(journey, day), rules.vitals.after_every)
    await leave(journey, 1)
    wrong = {"what": Correctable.INFUSION_END, "right_time": stopped - timedelta(minutes=2)}
    await journey.do(cmd.Correct, "nurse", treatment=1, reason="read off the pump", **wrong)
    await journey.to(stopped + timedelta(hours=4, minutes=5))
    await journey.do(cmd.RecordReply, "patient", by="patient", digit=WORSE)
    (opened,) = (await journey.overview()).escalations
    await journey.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation=opened.id)
    good_until = await journey.now() + timedelta(days=7)
    plan = {"level": "moderate", "plan": "called her", "good_until": good_until}
    await journey.do(cmd.AssessRisk, "on_call_clinician", **plan)
    await debrief(journey, 1, day)
    await decide(journey, 1, Choice.CONTINUE_SAME, counts_toward_plan=True)
    return journey


async def paused_and_in_hospital(stand: Stand) -> LiveJourney:
    """What is booked moves with the pause; in hospital every text waits."""
    journey = await stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await book_visit(journey, 1, day)
    until = await journey.now() + timedelta(days=7)
    booked = {f"t1/{step}": "shift" for step in ("preparation", "infusion", "psychotherapy")}
    await journey.do(cmd.Pause, reason="she travels", until=until, clocks=booked)
    await journey.to(until - timedelta(days=1))
    await journey.do(cmd.Resume, reason="she is back")
    await journey.do(cmd.ReportHospital, "nurse", reason="told by her sister")
    await journey.to(clinic_time(day + timedelta(days=6), "12:00"))
    await journey.do(cmd.BackFromHospital, "nurse", note="discharged in the morning")
    await prepare(journey, 1, day + timedelta(days=7))
    return journey


async def wrote_in_words(stand: Stand) -> LiveJourney:
    """A digit confirms; words wait for a person until they become an escalation."""
    journey = await stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await book_visit(journey, 1, day)
    writes = {"role": "patient", "by": "patient"}
    saturday = day - timedelta(days=3)
    await journey.to(clinic_time(saturday, "10:00"))
    await journey.do(cmd.RecordReply, **writes, message="m1")
    await journey.to(clinic_time(saturday, "12:10"))
    await journey.do(cmd.HandleMessages, note="read, and answered by phone")
    await prepare(journey, 1, day)
    await journey.to(clinic_time(day - timedelta(days=1), "17:30"))
    await journey.do(cmd.RecordReply, **writes, digit="1")
    await journey.to(clinic_time(day - timedelta(days=1), "20:00"))
    await journey.do(cmd.RecordReply, **writes, message="m2")
    await journey.do(cmd.OptOut, note="wants calls")
    return journey


async def followed_up_and_back(stand: Stand) -> LiveJourney:
    """A course that ends, a month of check-ins, and the way back into treatment."""
    journey = await stand.start()
    await admit_to_programme(journey)
    await whole_treatment(journey, 1, await a_tuesday(journey), Choice.COMPLETE)
    ended = await journey.now()
    for after in journey.protocol.steps.follow_up.checkins_after[:3]:
        await journey.to(ended + after + timedelta(minutes=12))
        await journey.do(cmd.RecordReply, "patient", by="patient", digit=SAME)
    scores = {"phq9": phq9(16), "purpose": Purpose.FOLLOW_UP, "remote": True}
    await journey.do(cmd.RecordScores, "nurse", **scores)
    await journey.do(cmd.RecordAttendance, attending=True)
    await journey.do(cmd.RecordIntervalReview, "prescriber", suitable=True, reason="as before")
    back = {"way": "booster", "reason": "it fades"}
    await journey.do(cmd.ReturnToTreatment, "prescriber", **back)
    await journey.do(cmd.Withdraw, reason="she moves away")
    await journey.do(cmd.Close, outcome="withdrawn", reason="she moves away")
    await journey.handle.result()
    return journey


STORIES: Mapping[str, Story] = {
    story.__name__: story
    for story in (
        moved_and_missed,
        called_instead_of_texted,
        flag_taken_raised_again_assessed,
        text_in_doubt,
        died_before_her_visit,
        without_the_database,
        entered_by_a_clearance,
        stopped_corrected_worse,
        paused_and_in_hospital,
        wrote_in_words,
        followed_up_and_back,
    )
}
