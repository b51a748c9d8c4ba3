"""A clinic at work, as chance has it: most of what it does is what it should do.

Hypothesis alone rarely gets a journey as far as its second treatment; days like these do.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core_driver import ZONE, CoreDriver

from pathway import commands as cmd
from pathway.facts import Choice, Step
from pathway.journey import Contact, Stage
from pathway.roles import Role

Do = Callable[..., None]
TO_BOOK = {
    Stage.PREPARATION: (Step.PREPARATION, Step.INFUSION),
    Stage.INFUSION: (Step.INFUSION,),
    Stage.MONITORING: (Step.PSYCHOTHERAPY,),
    Stage.PSYCHOTHERAPY: (Step.PSYCHOTHERAPY,),
}


class ClinicDay:
    def __init__(self, driver: CoreDriver, do: Do, chance: random.Random) -> None:
        self.driver, self.do, self.chance = driver, do, chance

    def pass_by(self) -> None:
        """Some hours, with an act between any two."""
        acts = [
            *4 * [self._book],
            *5 * [self._next_step],
            *5 * [self._acknowledge],
            *3 * [self._resolve],
            *2 * [self._move],
            self._cancel,
            self._contact,
            self._release,
            self._flag,
        ]
        for _ in range(8):
            self.driver.to(self.driver.now + timedelta(minutes=self.chance.randint(5, 240)))
            self.chance.choice(acts)()

    @property
    def number(self) -> int:
        treatment = self.driver.journey.treatment
        return treatment.number if treatment else 1

    def _revision(self, step: Step) -> int:
        treatment = self.driver.journey.treatment
        return treatment.revision(step) if treatment else 0

    def _standing(self) -> list[Step]:
        treatment = self.driver.journey.treatment
        return [a.step for a in treatment.appointments] if treatment else []

    def _working_hour(self) -> datetime:
        day = (self.driver.now + timedelta(days=self.chance.randint(0, 5))).astimezone(
            ZoneInfo(ZONE)
        )
        hour, minute = self.chance.randint(8, 16), self.chance.choice([0, 15, 30])
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0)

    def _book(self) -> None:
        steps = TO_BOOK.get(self.driver.journey.stage, ())
        for step in [s for s in steps if s not in self._standing()]:
            at = self._working_hour()
            slot = at + timedelta(hours=self.chance.randint(3, 23))
            brings = step is Step.INFUSION and self.chance.random() < 0.5
            self.do(
                cmd.Book,
                Role.COORDINATOR,
                treatment=self.number,
                step=step,
                at=at,
                replaces=self._revision(step),
                psychotherapy_at=slot if brings else None,
                seen_by="omar",
            )

    def _move(self) -> None:
        for step in self._standing()[:1]:
            fields = {"step": step, "revision": self._revision(step), "at": self._working_hour()}
            self.do(cmd.Move, Role.COORDINATOR, treatment=self.number, seen_by="omar", **fields)

    def _cancel(self) -> None:
        for step in self._standing()[:1]:
            fields = {"step": step, "revision": self._revision(step), "wish_of": "patient"}
            self.do(cmd.Cancel, Role.COORDINATOR, treatment=self.number, reason="ill", **fields)

    def _release(self) -> None:
        if self.driver.journey.hold:
            self.do(cmd.ReleaseTexts, Role.COORDINATOR, reason="spoken with her")

    def _too_soon(self) -> bool:
        """Most sessions take place at their time, and none before."""
        treatment, stage = self.driver.journey.treatment, self.driver.journey.stage
        if treatment is None or stage not in {*TO_BOOK} - {Stage.MONITORING}:
            return False
        booked = treatment.appointment(Step(stage.value))
        due = booked is not None and booked.at <= self.driver.now
        return not due and self.chance.random() < 0.9

    def _next_step(self) -> None:
        if self._too_soon():
            return
        number = {"treatment": self.number}
        match self.driver.journey.stage:
            case Stage.ASSESSMENT:
                self.do(cmd.RecordAssessment, Role.PRESCRIBER, suitable=True, reason="meets them")
                self.do(cmd.RecordConsent, Role.NURSE, given=True)
            case Stage.PREPARATION:
                self.do(cmd.RecordPreparation, Role.THERAPIST, **number)
            case Stage.INFUSION:
                self.do(cmd.StartInfusion, Role.NURSE, dose_mg_per_kg=0.5, **number)
                self.driver.to(self.driver.now + timedelta(minutes=40))
                self.do(cmd.EndInfusion, Role.NURSE, **number)
            case Stage.MONITORING:
                self.driver.to(self.driver.now + timedelta(minutes=80))
                self.do(cmd.RecordDischarge, Role.NURSE, **number)
            case Stage.PSYCHOTHERAPY:
                self.do(cmd.RecordPsychotherapy, Role.THERAPIST, **number)
            case Stage.DECISION:
                choice = self.chance.choice([*10 * [Choice.CONTINUE_SAME], Choice.COMPLETE])
                fields = {"choice": choice, "reason": "judged", **number}
                self.do(cmd.RecordDecision, Role.PRESCRIBER, **fields)
            case _:
                self.do(cmd.RaiseFlag, Role.NURSE)

    def _acknowledge(self) -> None:
        for escalation in self.driver.journey.open_escalations:
            look = self.driver.now + timedelta(minutes=self.chance.randint(10, 600))
            self.do(cmd.AcknowledgeEscalation, Role.NURSE, escalation=escalation.id, next_look=look)

    def _resolve(self) -> None:
        for escalation in self.driver.journey.open_escalations:
            outcome = self.chance.choice(["assessed", "emergency", "rescheduled", "declined"])
            good = self.driver.now + timedelta(days=2)
            fields = {"escalation": escalation.id, "outcome": outcome, "good_until": good}
            self.do(cmd.ResolveEscalation, Role.PRESCRIBER, note="spoken", **fields)

    def _flag(self) -> None:
        if self.chance.random() < 0.3:
            self.do(cmd.RaiseFlag, Role.NURSE)

    def _contact(self) -> None:
        zone = self.chance.choice(["America/New_York", "Pacific/Honolulu", ZONE, None])
        opted_out = self.chance.random() < 0.2
        contact = Contact(zone=zone, opted_out=opted_out)
        self.do(cmd.ChangeContact, Role.COORDINATOR, contact=contact)
