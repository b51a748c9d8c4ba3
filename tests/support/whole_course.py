"""A whole course, as the clinic's people would give it: every turn comes once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from clinic_days import decide, give, prepare, watch
from entry_fields import assessed, consenting
from journey_stand import LiveJourney, clinic_time
from questionnaires import phq9

from pathway import commands as cmd
from pathway.facts import Choice, Step
from pathway.facts.booking import NextVisit
from pathway.facts.corrections import Correctable
from pathway.facts.scores import Purpose
from pathway.journey import Stage

BETTER, SAME, WORSE = "3", "4", "5"


@dataclass(frozen=True)
class Plan:
    """What is planned on day one and decided along the way. Visits are days after the first."""

    days: tuple[int, ...]
    scores: tuple[int, ...]
    doses: Mapping[int, dict[str, float]]
    """By treatment, where it is not the dose before it."""
    decisions: Mapping[int, tuple[Choice, dict[str, Any]]]
    """By treatment, where it is not to go on as before."""
    proposed: Mapping[int, int] = field(default_factory=dict)
    """Where a visit was first proposed for another day than a decision moves it to."""
    corrected: int = 2
    moved: int = 3
    worse: int = 4
    missed: int = 5

    @property
    def last(self) -> int:
        return len(self.days)


@dataclass
class Course:
    journey: LiveJourney
    plan: Plan
    first: date
    stages: list[Stage] = field(default_factory=list)
    """Where the overview saw it after each act that leads on."""
    ends: dict[int, datetime] = field(default_factory=dict)
    """When each infusion ended, as it is known at last."""

    def day(self, number: int) -> date:
        """Of a visit, as it is held."""
        moved = 1 if number == self.plan.moved else 0
        return self.first + timedelta(days=self.plan.days[number - 1] + moved)

    def prepared_on(self, number: int) -> date:
        """The day before the visit as it was planned: a preparation does not move with it."""
        return self.first + timedelta(days=self.plan.days[number - 1] - 1)

    async def seen(self) -> None:
        self.stages.append((await self.journey.overview()).stage)

    async def enter(self) -> None:
        """A finding of long ago needs a prescriber's clearance; then her consent opens it all."""
        journey = self.journey
        found = {"psychosis_past": "present", "sleep_apnoea_risk": "present"}
        said = assessed(findings=found)
        await journey.do(cmd.RecordAssessment, "mental_health_professional", **said)
        await journey.do(cmd.RecordConsent, **consenting())
        await self.seen()
        clears = {"item": "psychosis_past", "reason": "one episode, ten years ago"}
        await journey.do(cmd.RecordClearance, "prescriber", **clears)
        await self.seen()

    async def plan_visits(self) -> None:
        """The first is booked, all others are proposed on the same day (rule 8)."""
        day = self.first
        at = clinic_time(day - timedelta(days=1), "13:00")
        await self.journey.do(cmd.Book, treatment=1, step=Step.PREPARATION, at=at)
        await self.journey.do(
            cmd.Book,
            treatment=1,
            step=Step.INFUSION,
            at=clinic_time(day, "10:00"),
            minutes=180,
            psychotherapy_at=clinic_time(day + timedelta(days=1), "09:00"),
        )
        ahead = {**dict(enumerate(self.plan.days[1:], start=2)), **self.plan.proposed}
        visits = [_visit(n, day + timedelta(days=days)) for n, days in ahead.items()]
        await self.journey.do(cmd.ProposeVisits, treatment=1, visits=visits)

    async def treat(self, number: int, **dose: float) -> None:
        """One treatment, with the turn that the plan has for it."""
        plan, day = self.plan, self.day(number)
        if number == plan.moved:
            await self._moves(number, day)
        await prepare(self.journey, number, self.prepared_on(number) + timedelta(days=1))
        await self.seen()
        total = plan.scores[number - 1]
        self.ends[number] = await give(self.journey, number, day, total, **dose)
        await self.seen()
        await watch(self.journey, number, day)
        await self.seen()
        if number == plan.corrected:
            await self._corrects(number)
        await self._asked_how_she_feels(number)
        await self._psychotherapy(number, day)
        await self.seen()
        choice, said = plan.decisions.get(number, (Choice.CONTINUE_SAME, {}))
        if choice.goes_on:
            said = {"next_visit": NextVisit.CONFIRM, **said}
        if said.get("next_visit") is NextVisit.MOVE:
            said["next_at"] = clinic_time(self.day(number + 1), "10:00")
        recommended = choice is Choice.INCREASE_DOSE
        await decide(self.journey, number, choice, recommended=recommended, **said)
        await self.seen()

    async def _moves(self, number: int, day: date) -> None:
        at = clinic_time(day, "10:00")
        fields: dict[str, Any] = {"treatment": number, "step": Step.INFUSION, "revision": 1}
        await self.journey.do(cmd.Move, at=at, **fields)

    async def _corrects(self, number: int) -> None:
        """It had ended two minutes before it was entered; all that hangs on it follows."""
        self.ends[number] -= timedelta(minutes=2)
        fields = {"treatment": number, "what": Correctable.INFUSION_END}
        right = {"right_time": self.ends[number], "reason": "read off the pump"}
        await self.journey.do(cmd.Correct, "nurse", **fields, **right)

    async def _asked_how_she_feels(self, number: int) -> None:
        await self.journey.to(self.ends[number] + timedelta(hours=4, minutes=12))
        if number == self.plan.worse:
            await self._worse()
        else:
            await self._replies(BETTER if number > 1 else SAME)

    async def _replies(self, digit: str) -> None:
        await self.journey.do(cmd.RecordReply, "patient", by="patient", digit=digit)

    async def _worse(self) -> None:
        """A clinician takes it the same evening, and assesses her (rule 20)."""
        await self._replies(WORSE)
        opened = await self.open_escalation()
        taken = {"role": "on_call_clinician", "escalation": opened}
        await self.journey.do(cmd.AcknowledgeEscalation, **taken)
        good_until = await self.journey.now() + timedelta(days=7)
        plan = {"level": "moderate", "plan": "called her, her sister is with her"}
        await self.journey.do(cmd.AssessRisk, "on_call_clinician", good_until=good_until, **plan)

    async def open_escalation(self) -> str:
        """The one that is open."""
        (opened,) = (await self.journey.overview()).escalations
        return opened.id

    async def _psychotherapy(self, number: int, day: date) -> None:
        next_day = day + timedelta(days=1)
        if number == self.plan.missed:
            await self._rebooked(number, next_day)
        else:
            await self.journey.to(clinic_time(next_day, "10:00"))
        choice, _ = self.plan.decisions.get(number, (Choice.CONTINUE_SAME, {}))
        # What the therapist recommends here is her signature under the decision (rule 9).
        recommends = {"recommendation": choice} if choice is Choice.INCREASE_DOSE else {}
        fields = {"treatment": number, **recommends}
        await self.journey.do(cmd.RecordPsychotherapy, "therapist", **fields)

    async def _rebooked(self, number: int, day: date) -> None:
        """Nobody came; a person reaches her, and the session is made up for in the afternoon."""
        await self.journey.to(clinic_time(day, "14:00"))
        opened = await self.open_escalation()
        await self.journey.do(cmd.AcknowledgeEscalation, escalation=opened)
        call = {"task": opened, "outcome": "reached", "note": "she had overslept"}
        await self.journey.do(cmd.RecordContactAttempt, **call)
        await self.journey.do(
            cmd.Book,
            treatment=number,
            step=Step.PSYCHOTHERAPY,
            at=clinic_time(day, "16:00"),
            replaces=1,
        )
        await self.journey.do(
            cmd.ResolveEscalation, escalation=opened, outcome="rescheduled", note="at four today"
        )
        await self.journey.to(clinic_time(day, "17:00"))

    async def follow_up(self) -> datetime:
        """Every check-in is answered, the questionnaires are taken by call; gives its start."""
        ended = await self.journey.now()
        rules = self.journey.protocol.steps.follow_up
        for after in rules.checkins_after:
            await self.journey.to(ended + after + timedelta(minutes=12))
            await self._replies(SAME)
            if after in rules.phq9_after:
                scores = {"phq9": phq9(6), "purpose": Purpose.FOLLOW_UP, "remote": True}
                await self.journey.do(cmd.RecordScores, "nurse", **scores)
                await self.journey.do(cmd.RecordAttendance, attending=True)
        return ended

    async def close(self) -> None:
        await self.journey.do(cmd.Close, outcome="completed", reason="she is well")
        await self.seen()


def _visit(number: int, day: date) -> dict[str, Any]:
    return {
        "treatment": number,
        "at": clinic_time(day, "10:00"),
        "psychotherapy_at": clinic_time(day + timedelta(days=1), "09:00"),
        "preparation_at": clinic_time(day - timedelta(days=1), "13:00"),
    }


async def live(course: Course) -> datetime:
    """From the assessment to the end of the follow-up; gives the course's end."""
    await course.enter()
    await course.plan_visits()
    dose: dict[str, float] = {}
    for number in range(1, course.plan.last + 1):
        dose = course.plan.doses.get(number, dose)
        await course.treat(number, **dose)
    ended = await course.follow_up()
    await course.close()
    return ended
