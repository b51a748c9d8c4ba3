"""The stories, by the record number of the referral they begin with."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import Any

from local.demo import parts
from local.demo.player import Player
from local.errors import StandError
from pathway import commands as cmd
from pathway.facts import Choice, Step
from pathway.roles import Role

Story = Callable[[Player], Coroutine[Any, Any, None]]
Chosen = Mapping[str, Story]
"""By the record number of the referral that a story begins with."""


async def completed_by_taper(p: Player) -> None:
    """Six visits, two more at longer intervals, and three months of follow-up."""
    day = p.first_day(1)
    await parts.enters(p, day)
    for number in range(1, 9):
        day = p.visit_day(day + timedelta(days=4 if number < 7 else 8))
        choice = Choice.CONTINUE_SAME
        fields: dict[str, Any] = {}
        if number in {6, 7}:
            choice, fields = Choice.LENGTHEN_INTERVAL, {"interval_days": number + 1}
        if number == 8:
            choice = Choice.COMPLETE
        await parts.treated(p, number, day, 20 - 2 * number, choice, **fields)
    await _followed_up(p)


async def _followed_up(p: Player) -> None:
    ended = p.now
    for days, total in ((30, 5), (60, 4), (90, 4)):
        await p.at(ended + timedelta(days=days, hours=3))
        await parts.answers(p, "3")
        await parts.scores(p, total, "follow_up", remote=True)
        await p.do(cmd.RecordAttendance, attending=True)
    await p.after(days=2)
    await p.do(cmd.Close, outcome="completed", reason="Three months well")


async def moved_appointment(p: Player) -> None:
    """He travels: the second visit moves by some days, and all that hangs on it."""
    day = p.first_day(2)
    await parts.enters(p, day)
    day = p.visit_day(day + timedelta(days=4))
    await parts.treated(p, 1, day, 17, Choice.CONTINUE_SAME)
    planned = p.visit_day(day + timedelta(days=5))
    await parts.books(p, 2, planned)
    moved = p.visit_day(planned + timedelta(days=2))
    await p.at(p.clock(p.day_before(p.day_before(planned)), "16:00"))
    after = p.clock(moved + timedelta(days=1), "09:00")
    what: dict[str, Any] = {"treatment": 2, "revision": 1}
    at = p.clock(moved, "10:00")
    await p.do(cmd.Move, step=Step.INFUSION, at=at, psychotherapy_at=after, **what)
    before = p.clock(p.day_before(moved), "13:00")
    await p.do(cmd.Move, step=Step.PREPARATION, at=before, **what)
    await parts.visit(p, 2, moved, 15)
    await parts.debriefed(p, 2, moved, Choice.REFER)
    await parts.decides(p, 2, Choice.REFER, reason="Moves away; goes on nearer to the new home")
    await p.after(days=1)
    await p.do(cmd.Close, outcome="referred", reason="Taken over elsewhere")


async def missed_psychotherapy(p: Player) -> None:
    """Nobody holds the session in time; the ladder climbs to the prescriber's decision."""
    day = p.first_day(1)
    await parts.enters(p, day)
    day = p.visit_day(day + timedelta(days=5))
    await parts.books(p, 1, day)
    await parts.visit(p, 1, day, 18)
    # Coordinator and therapist lead are paged on the day, and do not get to it.
    await p.at(p.clock(day + timedelta(days=2), "11:30"))
    await p.do(cmd.AcknowledgeEscalation, Role.PRESCRIBER, escalation=p.escalation)
    await p.after(hours=1)
    await p.do(
        cmd.ResolveEscalation,
        Role.PRESCRIBER,
        escalation=p.escalation,
        outcome="declined",
        note="Reached by phone: does not want the session",
    )
    await p.at(p.clock(p.visit_day(day + timedelta(days=3)), "09:00"))
    await parts.decides(p, 1, Choice.DISCONTINUE, reason="Wants to stop")
    await p.do(cmd.Cosign, Role.THERAPIST, treatment=1)
    await p.after(days=1)
    await p.do(cmd.Close, outcome="discontinued", reason="The patient's own wish")


async def no_show(p: Player) -> None:
    """On a landline: each reminder is a call; he does not come, and is booked again."""
    day = p.first_day(2)
    await parts.enters(p, day)
    day = p.visit_day(day + timedelta(days=6))
    await parts.books(p, 1, day)
    await parts.prepares(p, 1, day)
    await p.at(p.clock(day, "10:40"))
    await p.do(cmd.AcknowledgeEscalation, escalation=p.escalation)
    await p.after(minutes=30)
    await p.do(
        cmd.Cancel,
        treatment=1,
        step=Step.INFUSION,
        revision=1,
        wish_of="patient",
        reason="Did not come, and says it was forgotten",
    )
    again = p.visit_day(day + timedelta(days=2))
    await p.do(
        cmd.Book,
        treatment=1,
        step=Step.INFUSION,
        at=p.clock(again, "10:00"),
        minutes=180,
        replaces=lambda: p.revision(Step.INFUSION),
        psychotherapy_at=p.clock(again + timedelta(days=1), "09:00"),
    )
    await p.at(p.clock(again, "09:30"))
    await parts.scores(p, 19)
    await parts.ready(p, 1, again)
    await parts.infused(p, 1, again)
    await parts.leaves(p, 1)
    await parts.debriefed(p, 1, again, Choice.DISCONTINUE)
    await parts.decides(p, 1, Choice.DISCONTINUE, reason="Too far to travel")
    await p.after(days=1)
    await p.do(cmd.Close, outcome="discontinued", reason="Too far to travel")


KNOWN = {**parts.NO_TO_ALL, "wished_dead": True, "ever_tried": True, "tried_within_days": 3650}
KNOWN_NOT_NOW = {**KNOWN, "thoughts_now": False}
"""Lasting thoughts and an attempt long ago; none today."""


async def high_risk_missed(p: Player) -> None:
    """Her risk was called high: a missed session pages the clinician on call at once."""
    day = p.first_day(1)
    await parts.assessed(p, day, screen=KNOWN_NOT_NOW)
    await p.do(
        cmd.AssessRisk,
        Role.PRESCRIBER,
        level="high",
        plan="Seen at each visit, called between them",
        good_until=p.now + timedelta(days=30),
    )
    await parts.consents(p)
    day = p.visit_day(day + timedelta(days=5))
    await parts.books(p, 1, day)
    await parts.prepares(p, 1, day)
    await p.at(p.clock(day, "09:30"))
    await parts.scores(p, 21)
    await parts.ready(p, 1, day, screen=KNOWN_NOT_NOW)
    await parts.infused(p, 1, day)
    await parts.leaves(p, 1)
    await p.at(p.clock(day + timedelta(days=1), "11:15"))
    await p.do(cmd.AcknowledgeEscalation, Role.ON_CALL_CLINICIAN, escalation=p.escalation)
    await p.after(minutes=40)
    await p.do(
        cmd.RecordPsychotherapy,
        Role.THERAPIST,
        treatment=1,
        outcome="held_late",
        reason="Reached at home; held by phone",
        recommendation="continue_same",
        recommendation_reason="It helps",
    )
    await parts.decides(p, 1, Choice.COMPLETE, reason="Goes on with the psychiatrist at home")
    await p.do(cmd.Cosign, Role.THERAPIST, treatment=1)
    await p.after(days=2)
    await p.do(cmd.Close, outcome="completed", reason="Handed over in person")


async def declined(p: Player) -> None:
    """Current psychosis: nothing is planned, and a person ends it with its reason."""
    day = p.first_day(2)
    await parts.assessed(
        p,
        day,
        findings={"psychosis_current": "present"},
        suitable=False,
        reason="Not while this goes on; assessed anew once it is treated",
    )
    await parts.consents(p)
    await p.refused(
        cmd.Book, treatment=1, step=Step.INFUSION, at=p.now + timedelta(days=7), minutes=180
    )
    await p.after(days=1)
    await p.do(cmd.Close, outcome="not_suitable", reason="Referred back with a letter")


async def cleared(p: Player) -> None:
    """Past substance use: a named prescriber clears it, and she is treated as any other."""
    day = p.first_day(1)
    await parts.assessed(p, day, findings={"substance_use_disorder_past": "present"})
    await parts.consents(p)
    await p.after(hours=3)
    await p.do(
        cmd.RecordClearance,
        Role.PRESCRIBER,
        item="substance_use_disorder_past",
        reason="None for years, with support; seen with the counsellor",
    )
    day = p.visit_day(day + timedelta(days=6))
    await parts.treated(p, 1, day, 18, Choice.COMPLETE)
    await p.after(days=1)
    await p.do(cmd.Close, outcome="completed", reason="One visit was enough for now")


async def chronic_ideation(p: Player) -> None:
    """Known thoughts, assessed that day: in view at the visit, and no reason to send him home."""
    day = p.first_day(2)
    findings = {"substance_use_disorder_past": "present"}
    await parts.assessed(p, day, screen=KNOWN_NOT_NOW, findings=findings)
    await p.do(
        cmd.AssessRisk,
        Role.PRESCRIBER,
        level="moderate",
        plan="Safety plan written together",
        good_until=p.now + timedelta(days=10),
    )
    await parts.consents(p)
    why = "Years in recovery; the family doctor agrees"
    item = "substance_use_disorder_past"
    await p.do(cmd.RecordClearance, Role.PRESCRIBER, item=item, reason=why)
    day = p.visit_day(day + timedelta(days=5))
    await parts.books(p, 1, day)
    await parts.prepares(p, 1, day)
    await p.at(p.clock(day, "09:30"))
    await parts.scores(p, 22, item9=1)
    await p.do(
        cmd.AssessRisk,
        Role.PRESCRIBER,
        level="moderate",
        plan="As before; nothing new",
        good_until=p.now + timedelta(days=2),
    )
    await parts.ready(p, 1, day, screen=KNOWN_NOT_NOW)
    await parts.infused(p, 1, day)
    await parts.leaves(p, 1)
    await parts.debriefed(p, 1, day, Choice.COMPLETE)
    await parts.decides(p, 1, Choice.COMPLETE, reason="Goes on with tablets and therapy")
    await p.after(days=1)
    await p.do(cmd.Close, outcome="completed", reason="With the family doctor again")


async def feels_worse(p: Player) -> None:
    """He answers `worse` in the evening: numbers at once, and a clinician calls that night."""
    day = p.first_day(1)
    await parts.enters(p, day)
    day = p.visit_day(day + timedelta(days=7))
    await parts.books(p, 1, day)
    await parts.visit(p, 1, day, 17)
    await p.at(p.clock(day, "19:30"))
    await parts.answers(p, "5")
    await p.after(minutes=4)
    await p.do(cmd.AcknowledgeEscalation, Role.ON_CALL_CLINICIAN, escalation=p.escalation)
    await p.after(minutes=25)
    await p.do(
        cmd.AssessRisk,
        Role.ON_CALL_CLINICIAN,
        level="low",
        plan="Spoken with the patient and a sister; seen tomorrow",
        good_until=p.now + timedelta(days=2),
    )
    await parts.debriefed(p, 1, day, Choice.DISCONTINUE)
    await parts.decides(p, 1, Choice.DISCONTINUE, reason="Not wanted, by the patient's own account")
    await p.after(days=1)
    await p.do(cmd.Close, outcome="discontinued", reason="The patient's own wish")


async def partial_infusion(p: Player) -> None:
    """Stopped at minute twelve for blood pressure: watched, followed and decided as any other."""
    day = p.first_day(2)
    await parts.enters(p, day)
    day = p.visit_day(day + timedelta(days=7))
    await parts.books(p, 1, day)
    await parts.prepares(p, 1, day)
    await p.at(p.clock(day, "09:30"))
    await parts.scores(p, 18)
    await parts.ready(p, 1, day)
    await parts.starts(p, 1, day)
    await p.after(minutes=10)
    await parts.watched(p, 1, 176, 108)
    await p.after(minutes=2)
    await parts.watched(p, 1, 172, 106)
    await p.do(
        cmd.EndInfusion,
        Role.NURSE,
        treatment=1,
        complete=False,
        milligrams_given=10,
        stopped_for="blood_pressure",
        reason="Stopped by the prescriber at the chair",
    )
    await p.do(cmd.AcknowledgeEscalation, Role.NURSE, escalation=p.escalation)
    for _ in range(2):
        await p.after(minutes=15)
        await parts.watched(p, 1)
    await parts.leaves(p, 1)
    await parts.debriefed(p, 1, day, Choice.DISCONTINUE)
    await parts.decides(
        p, 1, Choice.DISCONTINUE, reason="The pressure rose too far", counts_toward_plan=False
    )
    await p.after(days=1)
    await p.do(cmd.Close, outcome="discontinued", reason="Blood pressure")


async def died(p: Player) -> None:
    """A death between two visits: everything stops at once, and nothing more goes out."""
    day = p.first_day(1)
    await parts.enters(p, day)
    day = p.visit_day(day + timedelta(days=7))
    await parts.treated(p, 1, day, 16, Choice.CONTINUE_SAME)
    day = p.visit_day(day + timedelta(days=5))
    await parts.books(p, 2, day)
    await p.at(p.clock(day - timedelta(days=2), "09:20"))
    await p.do(cmd.ReportDeath)


async def ended_early(p: Player) -> None:
    """Three visits, no improvement: the advice is shown, and the two of them end it."""
    day = p.first_day(2)
    await parts.enters(p, day)
    for number in (1, 2, 3):
        day = p.visit_day(day + timedelta(days=5))
        last = Choice.DISCONTINUE if number == 3 else Choice.CONTINUE_SAME
        await parts.treated(p, number, day, 19, last)
    await p.after(days=1)
    await p.do(cmd.Close, outcome="no_response", reason="Another treatment is planned")


STORIES: Chosen = {
    "NG-2041": completed_by_taper,
    "NG-2042": moved_appointment,
    "NG-2043": missed_psychotherapy,
    "NG-2044": no_show,
    "NG-2045": high_risk_missed,
    "NG-2046": declined,
    "NG-2048": cleared,
    "NG-2052": feels_worse,
    "NG-2054": partial_infusion,
    "NG-2055": died,
    "NG-2056": chronic_ideation,
    "NG-2058": ended_early,
}


def chosen_stories(numbers: Sequence[str]) -> Chosen:
    """The stories of these record numbers, or all. Raises StandError for one that is none."""
    unknown = [number for number in numbers if number not in STORIES]
    if unknown:
        there = ", ".join(STORIES)
        raise StandError(f"No story begins with {unknown[0]}.", f"There are: {there}.")
    return {number: STORIES[number] for number in numbers} or STORIES
