"""Any command, with fields as chance has them: right, early, late, about something else."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core_driver import CoreDriver
from decisions import decision_fields
from entry_fields import assessed, consenting
from questionnaires import gad7, phq9
from visits import SCREEN_NO, dose_fields, preflight_fields, reading

from pathway import commands as cmd
from pathway.clocks import open_clocks
from pathway.entries import MORE_THAN_A_TIME
from pathway.escalation import Ending
from pathway.facts import Choice, LeavingBy, SessionOutcome, Step
from pathway.facts.booking import NextVisit
from pathway.facts.contact import ContactOutcome, ContactWith
from pathway.facts.corrections import Correctable
from pathway.facts.replies import DoubtReason
from pathway.facts.safety import Seriousness, Severity
from pathway.facts.scores import Purpose
from pathway.items import PageAct, TextAct
from pathway.journey import Treatment
from pathway.protocol import EscortWay, FlagKind, Mood, PhaseName, Return, ScreenAt, Tier
from pathway.roles import Role

Fields = dict[str, Any]
ZONES = [
    None,
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "Pacific/Honolulu",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Mars/Base",
]
"""Half and quarter hours, one whose summer time is half an hour, one that nobody knows."""
AGO = [0, 0, 0, 0, 0, 1, 14, 16, 60, 600, 3000, -4, -6]
"""Minutes since it happened: on paper from sixteen on; clocks that go wrong."""


class AnyCommand:
    def __init__(self, driver: CoreDriver, chance: random.Random) -> None:
        self.driver, self.chance = driver, chance

    def fields(self, command: type[cmd.Command]) -> Fields:
        """Fields for a command of this kind, and when it is said to have happened."""
        ago = timedelta(minutes=self.chance.choice(AGO))
        return {"happened_at": self.driver.now - ago, **MAKERS[command](self)}

    # What chance picks from

    def maybe(self, odds: float) -> bool:
        return self.chance.random() < odds

    def one_of(self, options: Any) -> Any:
        return self.chance.choice(list(options))

    @property
    def treatment(self) -> Treatment | None:
        return self.driver.journey.treatment

    @property
    def number(self) -> int:
        number = self.treatment.number if self.treatment else 1
        return max(1, number + self.chance.choice([0] * 12 + [-1, 1]))

    @property
    def step(self) -> Step:
        return self.chance.choice(
            [Step.PREPARATION, *2 * [Step.INFUSION], *2 * [Step.PSYCHOTHERAPY]]
        )

    def revision(self, step: Step) -> int:
        stands = self.treatment.revision(step) if self.treatment else 0
        return stands + self.chance.choice([0] * 8 + [1])

    def ahead(self, most: int = 12 * 24 * 60) -> datetime:
        return self.driver.now + timedelta(minutes=self.chance.randint(-60, most))

    def working_hour(self, days: int = 5) -> datetime:
        zone = ZoneInfo(self.driver.journey.calendar.zone)
        day = (self.driver.now + timedelta(days=self.chance.randint(0, days))).astimezone(zone)
        hour, minute = self.chance.randint(8, 16), self.chance.choice([0, 15, 30])
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0)

    @property
    def escalation(self) -> str:
        stands = self.driver.journey.open_escalations
        return self.one_of(stands).id if stands and self.maybe(0.95) else "e1"

    @property
    def line(self) -> str:
        tasks = self.driver.journey.tasks
        return self.one_of(tasks).key if tasks and self.maybe(0.95) else "t1/none"

    @property
    def flag(self) -> str:
        stands = [f.id for f in self.driver.journey.flags if f.open]
        return self.one_of(stands) if stands and self.maybe(0.95) else "f0"

    @property
    def screen(self) -> Fields:
        asked = {name: self.maybe(0.15) for name in SCREEN_NO}
        return {**asked, "thoughts_now": self.one_of([None, False, False, True])}

    @property
    def reading(self) -> Fields:
        at = self.driver.now - timedelta(minutes=self.chance.choice([0, 0, 0, 5, 20]))
        odd = self.chance.choice([{}, {}, {}, {"systolic_mmhg": 185}, {"spo2_percent": 86}])
        return reading(at, **odd)

    def clocks(self, answers: list[str], odds: float = 0.95) -> Fields:
        clocks = open_clocks(self.driver.journey)
        return {
            clock.key: self.one_of([a for a in answers if a in clock.answers] or ["keep"])
            for clock in clocks
            if self.maybe(odds)
        }

    # Entering, booking

    def assessment(self) -> Fields:
        said = assessed(suitable=self.maybe(0.9))
        found = self.chance.choice(
            [{}, {}, {}, {"psychosis_past": "present"}, {"pregnancy": "present"}]
        )
        return {**said, "findings": found, "screen": self.one_of([None, self.screen])}

    def review(self) -> Fields:
        found = self.chance.choice([{}, {}, {"pregnancy": "present"}, {"pregnancy": "absent"}])
        return {"suitable": self.maybe(0.9), "reason": "as before", "findings": found}

    def booking(self) -> Fields:
        step = self.step
        at = self.working_hour() if self.maybe(0.8) else self.ahead()
        slot = at + timedelta(hours=self.chance.randint(3, 26))
        brings = step is Step.INFUSION and self.maybe(0.5)
        return {
            "treatment": self.number,
            "step": step,
            "at": at,
            "replaces": self.revision(step),
            "psychotherapy_at": slot if brings else None,
            "seen_by": self.one_of(["omar", None]),
        }

    def moving(self) -> Fields:
        said = self.booking()
        return {**said, "revision": max(1, said.pop("replaces"))}

    def cancelling(self) -> Fields:
        step = self.step
        fields = {"treatment": self.number, "step": step, "revision": max(1, self.revision(step))}
        return {**fields, "wish_of": self.one_of(["patient", "clinic"]), "reason": "asked for"}

    def proposing(self) -> Fields:
        at = self.working_hour(12)
        visit = {"treatment": self.number + 1, "at": at, "seen_by": self.one_of(["omar", None])}
        return {"treatment": self.number, "visits": self.one_of([(), (), (visit,)])}

    # The day of treatment

    def preflight(self) -> Fields:
        said = preflight_fields(self.driver.journey.protocol, self.driver.now)
        name = self.one_of(said["items"])
        answer = self.chance.choice(["yes", "no", "not_yet", "not_applicable"])
        by = {name: self.driver.now + timedelta(hours=2)}
        if self.maybe(0.4):
            said |= {"items": {**said["items"], name: answer}, "answered_by": by}
        if self.maybe(0.3):
            said |= {"readings": [self.reading], "screen": self.screen}
        return {"treatment": self.number, **said}

    def start(self) -> Fields:
        protocol = self.driver.journey.protocol
        dose: Fields = self.one_of([{}, {}, {}, {"milligrams": 4.0}, {"confirmed_by": None}])
        if protocol.id == "ketamine-iv" and self.maybe(0.2):
            dose = {"dose_mg_per_kg": self.one_of([0.05, 0.7, 4.0])}
        override = self.one_of([None, "asked"])
        said = dose_fields(protocol, self.driver.journey, override=override, **dose)
        if self.maybe(0.3):
            said |= {"already_running": "it was begun by hand"}
        number = self.number + 1 if self.maybe(0.2) else self.number
        return {"treatment": number, **said}

    def ending(self) -> Fields:
        complete = self.maybe(0.7)
        given = None if complete else self.one_of([None, 0, 10, 900])
        reason = None if complete and self.maybe(0.9) else "she felt faint"
        return {
            "treatment": self.number,
            "complete": complete,
            "reason": reason,
            "milligrams_given": given,
        }

    def discharging(self) -> Fields:
        way = self.one_of([LeavingBy.SIGNED_OFF, *LeavingBy])
        escort = self.one_of([None, *EscortWay])
        named = {"escort_named": True, "escort_reached": True} if self.maybe(0.5) else {}
        return {
            "treatment": self.number,
            "way": way,
            "padss": 9,
            "escort": escort,
            **named,
            "printed_sheet": True,
        }

    # After it

    def session(self) -> Fields:
        outcome = self.one_of(SessionOutcome)
        says = self.one_of([None, *Choice])
        return {
            "treatment": self.number,
            "outcome": outcome,
            "reason": self.one_of([None, "said so"]),
            "for_good": self.maybe(0.3),
            "recommendation": says,
            "stated_by": self.one_of([None, "her therapist"]),
            "wish_of": self.one_of([None, "patient", "clinic"]),
        }

    def recommending(self) -> Fields:
        return {"treatment": self.number, "recommendation": self.one_of(Choice), "reason": "seen"}

    def scoring(self) -> Fields:
        harm = self.chance.choice([0, 0, 0, 0, 1, 2])
        answers = phq9(self.chance.randint(harm, 24), harm)
        if self.maybe(0.2):
            answers.pop("sleep")
        return {
            "purpose": self.one_of(Purpose),
            "phq9": answers,
            "gad7": self.one_of([None, gad7(self.chance.randint(0, 21))]),
            "mood": self.one_of([None, None, *Mood]),
            "remote": self.maybe(0.3),
        }

    def deciding(self) -> Fields:
        choice = self.one_of(Choice)
        said = (
            decision_fields(self.driver.journey, choice, self.driver.now) if self.treatment else {}
        )
        for name in [n for n in said if self.maybe(0.1)]:
            said.pop(name)
        if self.maybe(0.1):
            said |= {"next_visit": self.one_of(NextVisit), "next_at": self.working_hour()}
        if self.maybe(0.1):
            said |= {"phase": self.one_of(PhaseName), "dose": self.one_of([0.05, 0.6, 28, 56])}
        number = max(self.number - 1, 1) if self.maybe(0.3) else self.number
        return {"treatment": number, "choice": choice, "reason": "judged", **said}

    def cosigning(self) -> Fields:
        agrees = self.maybe(0.7)
        reason = self.one_of([None, "too early"])
        return {"treatment": self.number, "agrees": agrees, "reason": reason}

    # What is wrong, and who has it

    def flagging(self) -> Fields:
        few = len(self.driver.journey.open_escalations) < 4
        kind = self.one_of(
            [FlagKind.CLINICIAN, FlagKind.CLINICIAN, FlagKind.RESPIRATORY_DEPRESSION]
        )
        return {"tier": self.one_of(Tier) if few else Tier.REVIEW, "flag_kind": kind}

    def adverse(self) -> Fields:
        serious = self.one_of([(), (Seriousness.DEATH,), (self.one_of(Seriousness),)])
        return {"what": "nausea", "severity": self.one_of(Severity), "serious": serious}

    def resolving(self) -> Fields:
        outcome, until = self.one_of(Ending), self.one_of([None, self.ahead()])
        return {
            "escalation": self.escalation,
            "outcome": outcome,
            "note": "said",
            "good_until": until,
        }

    def handing(self) -> Fields:
        what = {"escalation": self.escalation} if self.maybe(0.7) else {"task": self.line}
        return {**what, "to": self.one_of([None, "omar", "nadia"]), "note": "the shift ends"}

    def trying(self) -> Fields:
        return {
            "task": self.one_of([self.line, self.line, self.escalation]),
            "outcome": self.one_of([ContactOutcome.NO_ANSWER, *ContactOutcome]),
            "whom": self.one_of([ContactWith.PATIENT, *ContactWith]),
            "next_try": self.one_of([None, self.ahead(48 * 60)]),
        }

    def correcting(self) -> Fields:
        what = self.one_of(Correctable)
        never = self.maybe(0.3)
        moved = timedelta(minutes=self.chance.randint(-300, 120))
        right = None if never else self._said(what) + moved
        fields = {"what": what, "right_time": right, "never_happened": never}
        if what in MORE_THAN_A_TIME and not never:
            fields |= {"right_time": None, "said_at": self._entry(what), **self._instead()}
        return {"treatment": self.number, **fields, "reason": "typed wrongly"}

    def _entry(self, what: Correctable) -> datetime | None:
        journey, treatment = self.driver.journey, self.treatment
        times = {
            Correctable.SCORES: [s.signed.happened_at for s in journey.scores],
            Correctable.SCREEN: [s.signed.happened_at for s in journey.screens],
            Correctable.VITALS: [v.at for v in treatment.vitals] if treatment else [],
        }
        return self.chance.choice(times.get(what) or [None])

    def _instead(self) -> Fields:
        harm = self.chance.choice([0, 0, 1, 2])
        return {
            "readings": [reading(self.driver.now, systolic_mmhg=self.chance.randint(90, 220))],
            "phq9": phq9(self.chance.randint(harm, 24), harm),
            "answers": {**SCREEN_NO, "wished_dead": self.maybe(0.5)},
            "milligrams": self.chance.choice([20, 35, 56]),
            "complete": self.maybe(0.5),
            "end_reason": "she asked for it",
            "side_effects": self.one_of([("none",), ("nausea", "headache")]),
        }

    def _said(self, what: Correctable) -> datetime:
        infusion = self.treatment.infusion if self.treatment else None
        left = self.treatment.discharge if self.treatment else None
        said = {
            Correctable.INFUSION_START: infusion.started_at if infusion else None,
            Correctable.INFUSION_END: infusion.ended_at if infusion else None,
            Correctable.DISCHARGE: left.signed.happened_at if left else None,
        }
        return said.get(what) or self.driver.now

    # Texts, and her

    def reply(self) -> Fields:
        kind = self.chance.random()
        digit = str(self.chance.randint(1, 9)) if kind < 0.6 else None
        fields = {"digit": digit, "crisis": kind > 0.9, "wrong_number": 0.86 < kind <= 0.9}
        return {**fields, "message": None if digit else "m1", "by": "patient"}

    def failing(self) -> Fields:
        gone = [r.item.key for r in self.driver.ran[-20:] if isinstance(r.item.act, TextAct)]
        reason = self.one_of(["unreachable", "filtered", "landline", "opted_out"])
        fields = {"reason": reason, "number_at_fault": reason == "landline"}
        return {"text": self.one_of(gone or ["t1/nothing/text"]), **fields}

    def page_failing(self) -> Fields:
        ran = [r.item.key for r in self.driver.ran[-20:] if isinstance(r.item.act, PageAct)]
        escalation, _, turn = self.one_of(ran or ["e9/r1/0/0"]).partition("/")
        reason = self.one_of(["phone_unreachable", "opted_out"])
        return {
            "escalation": escalation,
            "person": "dr.hale",
            "reason": reason,
            "turn": self.one_of([turn, None]),
        }

    def contact(self) -> Fields:
        no = self.chance.randint(0, 14)
        return {
            "contact": {
                "zone": self.one_of(ZONES),
                "mobile": no != 1,
                "opted_out": no == 2,
                "phone_shared": no == 3,
                "text_consent": no != 4,
                "phone_changes": self.driver.journey.contact.phone_changes + (no == 5),
            }
        }

    def closing_day(self) -> Fields:
        zone = ZoneInfo(self.driver.journey.calendar.zone)
        booked = self.treatment.appointments if self.treatment else ()
        visits = [a.at for a in booked if a.at > self.driver.now]
        at = self.one_of(visits) if visits and self.maybe(0.6) else self.ahead(4 * 24 * 60)
        day: date = (at - timedelta(days=self.chance.choice([0] * 9 + [5]))).astimezone(zone).date()
        return {"day": day, "reason": "snow"}

    def pausing(self) -> Fields:
        until = self.one_of([None, self.ahead(20 * 24 * 60)])
        return {
            "reason": "she travels",
            "until": until,
            "clocks": self.clocks(["keep", "shift", "cancel"]),
        }

    def leaving(self) -> Fields:
        return {"reason": "she moves", "clocks": self.clocks(["keep", "cancel"], 0.5)}


def _about(**fields: Any) -> Callable[[AnyCommand], Fields]:
    return lambda any_: {"treatment": any_.number, **fields}


def _just(**fields: Any) -> Callable[[AnyCommand], Fields]:
    return lambda _: dict(fields)


MAKERS: dict[type[cmd.Command], Callable[[AnyCommand], Fields]] = {
    cmd.BookAssessment: lambda a: {"at": a.ahead()},
    cmd.RecordAssessment: AnyCommand.assessment,
    cmd.RecordClearance: lambda a: {
        "item": a.one_of(["psychosis_past", "pregnancy"]),
        "reason": "long ago",
    },
    cmd.RecordIntervalReview: AnyCommand.review,
    cmd.RecordConsent: lambda a: consenting(given=a.maybe(0.9)),
    cmd.Book: AnyCommand.booking,
    cmd.Move: AnyCommand.moving,
    cmd.Cancel: AnyCommand.cancelling,
    cmd.ProposeVisits: AnyCommand.proposing,
    cmd.RecordPreparation: lambda a: {
        "treatment": a.number,
        "last_psychotherapy": a.maybe(0.3),
    },
    cmd.RecordArrival: lambda a: {
        "treatment": a.number,
        "chair": a.one_of([None, "1", "window"]),
        "nurse": a.one_of([None, "nadia"]),
    },
    cmd.SendHome: _about(reason="her blood pressure is up"),
    cmd.RecordPreflight: AnyCommand.preflight,
    cmd.StartInfusion: AnyCommand.start,
    cmd.PauseInfusion: _about(reason="a full bladder"),
    cmd.ResumeInfusion: _about(),
    cmd.EndInfusion: AnyCommand.ending,
    cmd.RecordVitals: lambda a: {"treatment": a.number, "readings": [a.reading]},
    cmd.SignDischarge: _about(),
    cmd.RecordDischarge: AnyCommand.discharging,
    cmd.SignDeviations: _about(),
    cmd.RecordPsychotherapy: AnyCommand.session,
    cmd.RecordRecommendation: AnyCommand.recommending,
    cmd.RecordRefusedAnswer: lambda a: {
        "link": a.one_of(["1f", "2f"]),
        "treatment": a.number,
        "answer": "held",
        "refusal": "It is recorded already.",
    },
    cmd.RecordScores: AnyCommand.scoring,
    cmd.RecordPreference: lambda a: {
        "words": "I would rather stop",
        "prefers": a.one_of([None, *Choice]),
    },
    cmd.RecordDecision: AnyCommand.deciding,
    cmd.Cosign: AnyCommand.cosigning,
    cmd.RecordAttendance: lambda a: {"attending": a.one_of([None, True, False])},
    cmd.ReturnToTreatment: lambda a: {"way": a.one_of(Return), "reason": "it fades"},
    cmd.RecordScreen: lambda a: {
        "answers": a.screen,
        "asked_at": a.one_of(ScreenAt),
        "remote": a.maybe(0.3),
    },
    cmd.RaiseFlag: AnyCommand.flagging,
    cmd.AssessRisk: lambda a: {
        "level": a.one_of(["low", "moderate", "high"]),
        "plan": "as agreed",
        "good_until": a.ahead(),
        "known": a.one_of([(), (), ("wished_dead", "ever_tried")]),
    },
    cmd.ReviewFlag: lambda a: {"flag": a.flag, "finding": "breathes well"},
    cmd.ReportAdverseEvent: AnyCommand.adverse,
    cmd.LiftDoseHold: _just(item="urinary_symptoms", reason="seen"),
    cmd.RecordDisclosure: _just(told="escort", disclosure="D-0123456789abcdef"),
    cmd.AcknowledgeEscalation: lambda a: {
        "escalation": a.escalation,
        "next_look": a.one_of([None, a.ahead(600)]),
        "unless_taken": a.one_of([False, True]),
    },
    cmd.ResolveEscalation: AnyCommand.resolving,
    cmd.HandOver: AnyCommand.handing,
    cmd.CloseLine: lambda a: {"task": a.line, "note": "done by hand"},
    cmd.RecordContactAttempt: AnyCommand.trying,
    cmd.Correct: AnyCommand.correcting,
    cmd.RecordReply: AnyCommand.reply,
    cmd.AnswerMessages: _just(words="a1b2c3d4e5f60718"),
    cmd.HandleMessages: _just(note="read, and answered"),
    cmd.RecordDeliveryFailure: AnyCommand.failing,
    cmd.RecordPageFailure: AnyCommand.page_failing,
    cmd.HoldTexts: _just(reason="asked"),
    cmd.ReleaseTexts: _just(reason="spoken with her"),
    cmd.OptOut: _just(),
    cmd.DoubtPhone: lambda a: {"why": a.one_of(DoubtReason)},
    cmd.ConfirmVisit: lambda a: {
        "treatment": a.number,
        "step": a.one_of([Step.PREPARATION, Step.INFUSION, Step.PSYCHOTHERAPY]),
        "revision": a.one_of([1, 1, 2]),
        "interpreter": a.maybe(0.5),
    },
    cmd.ConfirmPhone: _just(note="she called from it"),
    cmd.ChangeContact: AnyCommand.contact,
    cmd.CloseDay: AnyCommand.closing_day,
    cmd.Pause: AnyCommand.pausing,
    cmd.Resume: _just(reason="she is back"),
    cmd.ReportHospital: _just(reason="a fall"),
    cmd.BackFromHospital: _just(note="home since noon"),
    cmd.Withdraw: AnyCommand.leaving,
    cmd.TransferCare: lambda a: {"to": "another clinic", **a.leaving()},
    cmd.ReportDeath: _just(),
    cmd.RetractDeath: _just(reason="it was the patient before her in the list"),
    cmd.Close: _just(outcome="completed", reason="all done"),
}
"""Each command that there is; a test demands it."""

RIGHT_ROLES: dict[type[cmd.Command], Role] = {
    cmd.RecordAssessment: Role.MENTAL_HEALTH_PROFESSIONAL,
    cmd.RecordIntervalReview: Role.MENTAL_HEALTH_PROFESSIONAL,
    cmd.RecordPreparation: Role.THERAPIST,
    cmd.RecordPsychotherapy: Role.THERAPIST,
    cmd.RecordRecommendation: Role.THERAPIST,
    cmd.RecordRefusedAnswer: Role.THERAPIST,
    cmd.Cosign: Role.THERAPIST,
    cmd.RecordReply: Role.PATIENT,
    cmd.RecordDeliveryFailure: Role.OPS,
    cmd.RecordPageFailure: Role.OPS,
    cmd.CloseDay: Role.COORDINATOR,
    cmd.Book: Role.COORDINATOR,
    cmd.Move: Role.COORDINATOR,
}
"""Who usually gives it; a prescriber may give the others."""
