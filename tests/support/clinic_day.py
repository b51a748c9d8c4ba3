"""A clinic at work, as chance has it: most of what it does is what it should do.

Hypothesis alone rarely gets a journey as far as its second treatment; days like these do.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from any_command import MAKERS, AnyCommand
from any_life import AnyLife
from decisions import decision_fields
from entry_fields import assessed, consenting
from questionnaires import gad7, phq9
from visits import LEAVING, SCREEN_NO, WEIGHT_KG, dose_fields, preflight_fields, reading

from pathway import commands as cmd
from pathway.facts import Choice, SessionOutcome, Step
from pathway.journey import Journey, Stage, Treatment
from pathway.monitoring import floor_of, next_reading_due
from pathway.protocol import LadderName, Protocol
from pathway.roles import Role

ENDS = {cmd.ReportDeath, cmd.Close}
PATIENCE = timedelta(hours=4)
ANSWERED_IN = timedelta(minutes=40)
"""How long a page is left alone, most of the time."""
RARE = 0.15
"""Of what would end every life in its first week."""
SUNDAY = 6
_AMISS: dict[str, tuple[type[cmd.Command], dict[str, Any]]] = {
    "flag": (cmd.RaiseFlag, {"tier": "review"}),
    "consent": (cmd.RecordConsent, {"given": False}),
    "suitable": (cmd.RecordIntervalReview, {"suitable": False, "reason": "not now"}),
    "found": (
        cmd.RecordIntervalReview,
        {"suitable": True, "reason": "asked", "findings": {"pregnancy": "present"}},
    ),
    "home": (cmd.ReportHospital, {}),
    "stays": (cmd.Withdraw, {"reason": "she moves"}),
}
"""What shuts a gate at the last moment."""


def _too_much(protocol: Protocol) -> dict[str, Any]:
    """A dose that the protocol does not know, and its milligrams by the weight of these tests."""
    if protocol.id == "esketamine":
        return {"milligrams": 112.0}
    return {"dose_mg_per_kg": 2.0, "milligrams": 2 * WEIGHT_KG}


class ClinicDay:
    """Some hours, with an act between any two.

    Args:
        wild: how much of what is done is any command at all, 0 to 1.
    """

    def __init__(self, life: AnyLife, wild: float) -> None:
        self.life, self.wild = life, wild
        self.driver, self.chance, self.do = life.driver, life.chance, life.do

    def pass_by(self) -> None:
        for _ in range(self.chance.randint(3, 6)):
            self._some_time()
            if self.journey.over:
                self._after_the_end()
                return
            if self._perhaps(self.wild):
                self._anything()
            else:
                self._sensible()

    def _some_time(self) -> None:
        later = self.driver.now + timedelta(minutes=self.chance.randint(1, 300))
        if self._perhaps(RARE * self.wild):
            self.driver.outage(later)
        else:
            self._wait_until(later)

    def _anything(self) -> None:
        command = self.chance.choice(list(MAKERS))
        if command in ENDS and not self._perhaps(RARE):
            return
        self.life.do_any(command, self.chance.choice([None, None, None, *Role]))

    def _after_the_end(self) -> None:
        if self.journey.deceased_at and self._perhaps(0.3):
            self.do(cmd.RetractDeath, Role.NURSE, reason="it was another patient")
            return
        for command in self.chance.sample(list(MAKERS), 4):
            self.life.do_any(command)
        self.driver.to(self.driver.now + timedelta(minutes=self.chance.randint(1, 300)))

    def _sensible(self) -> None:
        acts = [
            *7 * [self._next_step],
            *3 * [self._take_escalations],
            *2 * [self._stand_again],
            *2 * [self._start_rashly],
            self._skip_ahead,
            self._resolve,
            self._move,
            self._she_writes,
            self._correct,
            self._screen,
            self._try_to_reach_her,
            self._sign,
            self._close_lines,
            self._snow,
        ]
        self.chance.choice(acts)()

    # What stands

    @property
    def journey(self) -> Journey:
        return self.driver.journey

    @property
    def _before(self) -> dict[str, int]:
        """The treatment before, whose decision may be taken anew."""
        return {"treatment": max(self.about["treatment"] - 1, 1)}

    @property
    def about(self) -> dict[str, int]:
        return {"treatment": self.treatment.number}

    @property
    def treatment(self) -> Treatment:
        treatment = self.journey.treatment
        assert treatment is not None
        return treatment

    def _perhaps(self, odds: float) -> bool:
        return self.chance.random() < odds

    def _wait_until(self, moment: datetime) -> None:
        """However long: pages do not go unanswered for days."""
        while (waits := moment - self.driver.now) > timedelta(0):
            climbs = any(e.climbing for e in self.journey.open_escalations)
            patience = ANSWERED_IN if climbs else PATIENCE
            self.driver.to(self.driver.now + min(waits, patience))
            if waits > patience and not self._perhaps(0.2):
                self._take_escalations()

    # The course of things

    def _next_step(self) -> None:
        steps = {
            Stage.ASSESSMENT: self._enter,
            Stage.PREPARATION: self._prepare,
            Stage.INFUSION: self._infuse,
            Stage.MONITORING: self._leave,
            Stage.PSYCHOTHERAPY: self._session,
            Stage.DECISION: self._decide,
            Stage.FOLLOW_UP: self._follow_up,
        }
        if step := steps.get(self.journey.stage):
            step()

    def _enter(self) -> None:
        if self._perhaps(0.3):
            at = AnyCommand(self.driver, self.chance).working_hour(3)
            if self.do(cmd.BookAssessment, Role.COORDINATOR, at=at):
                self._wait_until(at)
        found = {"psychosis_past": "present"} if self._perhaps(0.2) else {}
        said = assessed(findings=found)
        self.do(cmd.RecordAssessment, Role.MENTAL_HEALTH_PROFESSIONAL, **said)
        if found:
            clear = {"item": "psychosis_past", "reason": "long ago"}
            self.do(cmd.RecordClearance, Role.PRESCRIBER, **clear)
        self.do(cmd.RecordConsent, Role.NURSE, **consenting())

    def _plan(self) -> None:
        """The visit, its session after it, and mostly the preparation before it."""
        at = AnyCommand(self.driver, self.chance).working_hour(3) + timedelta(days=1)
        while not (self._is_staffed(at) and self._is_staffed(at + timedelta(hours=22))):
            at += timedelta(days=1)
        slot = at + timedelta(hours=self.chance.choice([3, 4, 20, 22]))
        self.do(
            cmd.Book,
            Role.COORDINATOR,
            step=Step.INFUSION,
            at=at,
            replaces=self.treatment.revision(Step.INFUSION),
            psychotherapy_at=slot if self._perhaps(0.9) else None,
            seen_by="omar",
            **self.about,
        )
        if self._perhaps(0.7):
            before = at - timedelta(hours=self.chance.choice([1, 3, 20]))
            replaces = self.treatment.revision(Step.PREPARATION)
            fields = {"step": Step.PREPARATION, "at": before, "replaces": replaces}
            self.do(cmd.Book, Role.COORDINATOR, **fields, **self.about)
        if self._perhaps(0.2):
            self.do(cmd.ProposeVisits, Role.COORDINATOR, **self.about)
        if self._perhaps(0.05):
            day = at.astimezone(ZoneInfo(self.journey.calendar.zone)).date()
            self.do(cmd.CloseDay, Role.COORDINATOR, day=day, reason="snow")

    def _is_staffed(self, at: datetime) -> bool:
        wall = at.astimezone(ZoneInfo(self.journey.calendar.zone))
        return wall.weekday() != SUNDAY and wall.date() not in self.journey.calendar.closed

    def _prepare(self) -> None:
        if self.treatment.appointment(Step.INFUSION) is None:
            self._plan()
            return
        booked = self.treatment.appointment(Step.PREPARATION)
        if booked is not None:
            self._wait_until(booked.at + timedelta(minutes=booked.minutes - 20))
        self.do(cmd.RecordPreparation, Role.THERAPIST, **self.about)

    def _infuse(self) -> None:
        if self.treatment.infusion is not None:
            self._end()
            return
        booked = self.treatment.appointment(Step.INFUSION)
        if booked is None:
            self._plan()
            return
        if self._perhaps(0.2):
            comes = {"step": Step.INFUSION, "revision": booked.revision}
            self.do(cmd.ConfirmVisit, Role.COORDINATOR, **comes, **self.about)
        self._wait_until(booked.at - timedelta(minutes=self.chance.choice([0, 5, 30])))
        if self._perhaps(0.7):
            chair = self.chance.choice([None, "2", "window"])
            self.do(cmd.RecordArrival, Role.NURSE, chair=chair, **self.about)
            if self._perhaps(0.1):
                self.do(cmd.SendHome, Role.NURSE, reason="a fever", **self.about)
                return
        self._ready()
        self._start()

    def _ready(self) -> None:
        scores = {"phq9": phq9(self.chance.randint(3, 22)), "gad7": gad7(9), "purpose": "pre_dose"}
        self.do(cmd.RecordScores, Role.NURSE, **scores)
        if self.journey.dose_holds:
            lifted = {"item": "urinary_symptoms", "reason": "seen"}
            self.do(cmd.LiftDoseHold, Role.PRESCRIBER, **lifted)
        if self.journey.flags:
            self._assess()
        said = preflight_fields(self.journey.protocol, self.driver.now)
        if self._perhaps(0.1):
            said["items"]["urinary_symptoms"] = "yes"
        self.do(cmd.RecordPreflight, Role.NURSE, **said, **self.about)

    def _start(self) -> None:
        override = "agreed with her" if self._perhaps(0.25) else None
        dose = dose_fields(self.journey.protocol, self.journey, override=override)
        if self._perhaps(0.1):
            self._wait_until(self.driver.now + timedelta(minutes=30))
            dose["happened_at"] = self.driver.now - timedelta(minutes=25)
        self.do(cmd.StartInfusion, Role.PRESCRIBER, **dose, **self.about)
        if self.treatment.infusion is not None and self._perhaps(0.9):
            self._runs()

    def _start_rashly(self) -> None:
        """All is ready but for one thing, and nobody overrides it."""
        treatment = self.journey.treatment
        if treatment is None or treatment.infusion or self.journey.course_over:
            return
        soon = self.driver.now + timedelta(hours=1)
        visit = {"step": Step.INFUSION, "at": soon, "seen_by": "omar"}
        slot = soon + timedelta(hours=5)
        replaces = treatment.revision(Step.INFUSION)
        fields = {**visit, "psychotherapy_at": slot, "replaces": replaces}
        self.do(cmd.Book, Role.COORDINATOR, **fields, **self.about)
        missing = self.chance.choice([None, *_AMISS, "preparation", "dose"])
        if missing != "preparation":
            self.do(cmd.RecordPreparation, Role.THERAPIST, **self.about)
        self._ready()
        if missing in _AMISS:
            command, fields = _AMISS[missing]
            self.do(command, Role.PRESCRIBER, **fields)
        protocol = self.journey.protocol
        dose = dose_fields(protocol, self.journey)
        if missing == "dose":
            dose |= self.chance.choice([{"confirmed_by": None}, _too_much(protocol)])
        if self._perhaps(0.2):
            dose["happened_at"] = self.driver.now - timedelta(minutes=20)
        self.do(cmd.StartInfusion, Role.NURSE, **dose, **self.about)
        self._resolve()
        self._stand_again()

    def _skip_ahead(self) -> None:
        """Something sane, before what it has to wait for."""
        if self.journey.treatment is None:
            return
        choice = self.chance.choice([Choice.CONTINUE_SAME, Choice.REFER])
        decided = decision_fields(self.journey, choice, self.driver.now)
        outcome = {"outcome": SessionOutcome.DECLINED, "reason": "she does not want to"}
        decision = {"choice": choice, "reason": "judged", **decided, **self.about}
        ways: list[tuple[type[cmd.Command], Role, dict[str, Any]]] = [
            (cmd.RecordDecision, Role.PRESCRIBER, decision),
            (cmd.RecordDecision, Role.PRESCRIBER, {**decision, **self._before}),
            (cmd.RecordPsychotherapy, Role.THERAPIST, {**outcome, **self.about}),
            (cmd.EndInfusion, Role.NURSE, self.about),
            (cmd.RecordDischarge, Role.NURSE, {**LEAVING, **self.about}),
            (cmd.ReturnToTreatment, Role.PRESCRIBER, {"way": "booster", "reason": "it fades"}),
        ]
        if self._perhaps(RARE):
            ways = [(cmd.Close, Role.COORDINATOR, {"outcome": "completed", "reason": "done"})]
        command, role, fields = self.chance.choice(ways)
        self.do(command, role, **fields)

    def _runs(self) -> None:
        if self._perhaps(0.2):
            self.do(cmd.PauseInfusion, Role.NURSE, reason="a moment", **self.about)
            self._wait_until(self.driver.now + timedelta(minutes=5))
            self.do(cmd.ResumeInfusion, Role.NURSE, **self.about)
        self._watch(self.driver.now + self.journey.protocol.steps.infusion.planned.value)
        self._end()

    def _watch(self, until: datetime) -> None:
        """A reading whenever one is due; now and then they are forgotten."""
        while (due := next_reading_due(self.journey, self.treatment)) and due <= until:
            self._wait_until(due)
            readings = [reading(self.driver.now)]
            forgotten = self._perhaps(0.1)
            if forgotten or not self.do(
                cmd.RecordVitals, Role.NURSE, readings=readings, **self.about
            ):
                break
        self._wait_until(until)

    def _end(self) -> None:
        said: dict[str, Any] = {}
        if self._perhaps(0.1):
            given = self.chance.choice([0, 5])
            said = {"complete": False, "reason": "no vein", "milligrams_given": given}
        self.do(cmd.EndInfusion, Role.NURSE, **said, **self.about)

    def _leave(self) -> None:
        infusion = self.treatment.infusion
        floor = floor_of(self.journey, infusion) if infusion else None
        if floor is None or self._perhaps(0.1):
            way = self.chance.choice(["against_advice", "transferred"])
            self.do(cmd.RecordDischarge, Role.NURSE, way=way, **self.about)
            return
        self._watch(floor)
        readings = [reading(self.driver.now)]
        self.do(cmd.RecordVitals, Role.NURSE, readings=readings, **self.about)
        self.do(cmd.RecordScreen, Role.NURSE, answers=SCREEN_NO, asked_at="discharge")
        if self.journey.flags:
            self._assess()
        self.do(cmd.SignDischarge, Role.PRESCRIBER, **self.about)
        self.do(cmd.RecordDischarge, Role.NURSE, **LEAVING, **self.about)
        infusion = self.treatment.infusion
        if infusion and infusion.deviations:
            self.do(cmd.SignDeviations, Role.PRESCRIBER, **self.about)
        if self._perhaps(0.2):
            self._all_in_a_day()

    def _all_in_a_day(self) -> None:
        """The session and the decision before she has been asked how she feels."""
        self._wait_until(self.driver.now + timedelta(minutes=self.chance.randint(10, 60)))
        outcome = self.chance.choice([SessionOutcome.HELD, SessionOutcome.DECLINED])
        said = {"outcome": outcome, "reason": "so it was"}
        if self.do(cmd.RecordPsychotherapy, Role.THERAPIST, **said, **self.about):
            self._decide()

    def _session(self) -> None:
        booked = self.treatment.appointment(Step.PSYCHOTHERAPY)
        if booked is None and self._perhaps(0.8):
            at = self.driver.now + timedelta(hours=self.chance.randint(1, 26))
            replaces = self.treatment.revision(Step.PSYCHOTHERAPY)
            fields: dict[str, Any] = {"step": Step.PSYCHOTHERAPY, "at": at, "replaces": replaces}
            self.do(cmd.Book, Role.COORDINATOR, **fields, **self.about)
            return
        if booked is not None and booked.at < self.driver.now + timedelta(hours=30):
            late = self.chance.choice([-10, 0, 30, 200])
            self._wait_until(booked.at + timedelta(minutes=booked.minutes + late))
        outcome = self.chance.choice([*8 * [SessionOutcome.HELD], *SessionOutcome])
        says = self.chance.choice([None, Choice.COMPLETE, Choice.CONTINUE_SAME])
        fields = {"outcome": outcome, "reason": "so it was", "recommendation": says}
        held = self.do(cmd.RecordPsychotherapy, Role.THERAPIST, **fields, **self.about)
        if held and says is None:
            fields = {"recommendation": Choice.CONTINUE_SAME, "reason": "as seen"}
            self.do(cmd.RecordRecommendation, Role.THERAPIST, **fields, **self.about)

    def _decide(self) -> None:
        if self.treatment.decision is not None:
            said = {"agrees": self._perhaps(0.8), "reason": "as seen"}
            self.do(cmd.Cosign, Role.THERAPIST, **said, **self.about)
            return
        ends = self.chance.choice([Choice.COMPLETE, Choice.DISCONTINUE, Choice.REFER])
        choice = self.chance.choice([*4 * [Choice.CONTINUE_SAME], *2 * [ends], *Choice])
        fields = {"choice": choice, "reason": "judged"}
        fields |= decision_fields(self.journey, choice, self.driver.now)
        self.do(cmd.RecordDecision, Role.PRESCRIBER, **fields, **self.about)

    def _follow_up(self) -> None:
        self._resolve()
        self._wait_until(self.driver.now + timedelta(days=self.chance.randint(1, 20)))
        what = self.chance.random()
        if what < 0.3:
            scores = {"phq9": phq9(self.chance.randint(3, 24)), "purpose": "follow_up"}
            self.do(cmd.RecordScores, Role.COORDINATOR, **scores)
            self.do(cmd.RecordAttendance, Role.COORDINATOR, attending=True)
        elif what < 0.5:
            review = {"suitable": True, "reason": "as before"}
            self.do(cmd.RecordIntervalReview, Role.PRESCRIBER, **review)
            way = self.chance.choice(["booster", "maintenance", "repeat_course"])
            self.do(cmd.ReturnToTreatment, Role.PRESCRIBER, way=way, reason="it fades")
        elif what < 0.8:
            self._stand_again()
            self._resolve()
            self.do(cmd.Close, Role.COORDINATOR, outcome="completed", reason="all done")

    # What else there is to do

    def _take_escalations(self) -> None:
        for escalation in self.journey.open_escalations:
            look = self.driver.now + timedelta(minutes=self.chance.randint(10, 600))
            fields = {"escalation": escalation.id, "next_look": look}
            role = self.chance.choice([*3 * [Role.ON_CALL_CLINICIAN], Role.NURSE])
            self.do(cmd.AcknowledgeEscalation, role, **fields)

    def _resolve(self) -> None:
        if self.journey.flags:
            self._assess()
        for escalation in self.journey.open_escalations:
            outcome = self.chance.choice(["emergency", "rescheduled", "declined", "assessed"])
            good = self.driver.now + timedelta(hours=self.chance.choice([2, 48]))
            fields = {"escalation": escalation.id, "outcome": outcome, "good_until": good}
            if escalation.ladder is LadderName.DECISION:
                rash = {**fields, "outcome": "emergency", "note": "in the emergency room"}
                self.do(cmd.ResolveEscalation, Role.COORDINATOR, **rash)
            self.do(cmd.ResolveEscalation, Role.PRESCRIBER, note="spoken", **fields)
        for task in self.journey.tasks:
            if task.key.endswith("/deviations"):
                self.do(cmd.SignDeviations, Role.PRESCRIBER, treatment=task.treatment)

    def _assess(self) -> None:
        good = self.driver.now + timedelta(days=2)
        level = self.chance.choice(["moderate", "moderate", "high"])
        fields = {"level": level, "plan": "as agreed", "good_until": good}
        self.do(cmd.AssessRisk, Role.PRESCRIBER, **fields)
        for flag in self.journey.flags:
            if flag.open and flag.bodily and self._perhaps(0.9):
                seen = {"flag": flag.id, "finding": "as before"}
                self.do(cmd.ReviewFlag, Role.PRESCRIBER, **seen)

    def _stand_again(self) -> None:
        """Whatever stopped her course is over."""
        journey = self.journey
        if journey.hospital:
            self.do(cmd.BackFromHospital, Role.NURSE, note="home again")
        if journey.hold:
            self.do(cmd.ReleaseTexts, Role.COORDINATOR, reason="spoken with her")
        if journey.pause or journey.leaving:
            self.do(cmd.Resume, Role.COORDINATOR, reason="she is back")
        if journey.messages.phone_doubt:
            self.do(cmd.ConfirmPhone, Role.COORDINATOR, note="she called from it")
        if not journey.contact.text_consent or journey.contact.opted_out:
            self.life.do_any(cmd.ChangeContact)
        review = journey.interval_review
        unfit = review is not None and (not review.suitable or review.findings)
        if journey.assessment and (unfit or not journey.assessment.suitable):
            self.do(cmd.RecordAssessment, Role.PRESCRIBER, **assessed())
        if journey.consent and not journey.consent.given:
            self.do(cmd.RecordConsent, Role.NURSE, **consenting())
        if journey.tasks and self._perhaps(0.5):
            self.do(cmd.HandleMessages, Role.COORDINATOR, note="read")

    def _move(self) -> None:
        treatment = self.journey.treatment
        booked = treatment.appointments if treatment else ()
        if not booked or self.journey.course_over:
            return
        one = self.chance.choice(booked)
        if self._perhaps(0.2):
            called_off = {"step": one.step, "revision": one.revision, "reason": "asked for"}
            wish_of = self.chance.choice(["patient", "clinic"])
            self.do(cmd.Cancel, Role.COORDINATOR, wish_of=wish_of, **called_off, **self.about)
            return
        at = AnyCommand(self.driver, self.chance).working_hour()
        fields = {"step": one.step, "revision": one.revision, "at": at, "seen_by": "omar"}
        self.do(cmd.Move, Role.COORDINATOR, **fields, **self.about)

    def _correct(self) -> None:
        """A time typed a little wrongly; now and then something that never was."""
        treatment = self.journey.treatment
        infusion = treatment.infusion if treatment else None
        if infusion is None or infusion.ended_at is None or self._perhaps(0.5):
            self.life.do_any(cmd.Correct)
            return
        typed = {"infusion_start": infusion.started_at, "infusion_end": infusion.ended_at}
        if treatment and treatment.discharge:
            typed["discharge"] = treatment.discharge.signed.happened_at
        what = self.chance.choice([*typed])
        right = typed[what] + timedelta(minutes=self.chance.randint(-15, 15))
        fields = {"what": what, "right_time": right, "reason": "typed wrongly"}
        self.do(cmd.Correct, Role.NURSE, **fields, **self.about)

    def _screen(self) -> None:
        """A direct screen, judged at once or not, and now and then another patient's after all."""
        found = {name: self._perhaps(0.3) for name in SCREEN_NO}
        asked_at = self.chance.choice(["preflight", "assessment"])
        said = {"answers": {**found, "thoughts_now": False}, "asked_at": asked_at}
        self.do(cmd.RecordScreen, Role.NURSE, **said)
        if self._perhaps(0.6):
            good = self.driver.now + timedelta(days=4)
            judged = {"level": "low", "plan": "as agreed", "good_until": good}
            self.do(cmd.AssessRisk, Role.PRESCRIBER, **judged)
        if self._perhaps(0.3) and self.journey.screens:
            last = self.journey.screens[-1].signed.happened_at
            wrong = {"what": "screen", "said_at": last, "never_happened": True}
            self.do(cmd.Correct, Role.NURSE, treatment=1, reason="another patient's", **wrong)

    def _sign(self) -> None:
        if self.journey.treatment is not None:
            self.do(cmd.SignDeviations, Role.PRESCRIBER, **self.about)
            said = {"recommendation": Choice.CONTINUE_SAME, "reason": "as seen"}
            self.do(cmd.RecordRecommendation, Role.THERAPIST, **said, **self.about)

    def _close_lines(self) -> None:
        for task in self.journey.tasks:
            self.do(cmd.CloseLine, Role.PRESCRIBER, task=task.key, note="done by hand")

    def _snow(self) -> None:
        if self._perhaps(0.3):
            self.life.do_any(cmd.CloseDay)

    def _she_writes(self) -> None:
        self.life.do_any(cmd.RecordReply)

    def _try_to_reach_her(self) -> None:
        for task in self.journey.tasks:
            later = self.driver.now + timedelta(hours=2)
            outcome = self.chance.choice(["no_answer", "reached", "reached", "reached"])
            fields = {"task": task.key, "outcome": outcome, "next_try": later}
            self.do(cmd.RecordContactAttempt, Role.COORDINATOR, **fields)
