"""A protocol: every number, wording and ladder of the programme, as data.

The flow of the programme is code; what it waits for, for how long, whom it turns to and
with which text stands here. This is the first form; it grows with the rules.
"""

from datetime import time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator

from pathway.durations import Duration
from pathway.model import Model, Sentence
from pathway.moments import Moment
from pathway.roles import Role


class Evidence(StrEnum):
    """How well a value is founded."""

    LABEL = "label"
    GUIDELINE = "guideline"
    TRIAL = "trial"
    CLINIC = "clinic"
    ARTICLE = "article"
    SET_BY_SITE = "set_by_site"


class Sourced(Model):
    """Why a value is what it is."""

    evidence: Evidence
    source: Sentence
    demo: bool = False
    """An invented value for the demonstration; publishing for real patients refuses it."""


class Count(Sourced):
    value: int = Field(ge=0)


class Span(Sourced):
    value: Duration


class DoseRange(Sourced):
    """Bounds of one dose, in milligrams per kilogram of body weight."""

    min_mg_per_kg: float = Field(gt=0)
    max_mg_per_kg: float = Field(gt=0)


class Template(StrEnum):
    """The texts a patient can get; their words are in config/messages/."""

    APPOINTMENT = "appointment"
    APPOINTMENT_TOMORROW = "appointment_tomorrow"
    APPOINTMENT_TODAY = "appointment_today"
    BEFORE_VISIT = "before_visit"
    PLEASE_CALL = "please_call"


class LadderName(StrEnum):
    FOLLOW_UP = "follow_up"
    NO_SHOW = "no_show"
    DECISION = "decision"
    SAFETY = "safety"
    CHAIR = "chair"


class Level(StrEnum):
    """How grave an open escalation is, least first."""

    ATTENTION = "attention"
    FOLLOW_UP = "follow_up"
    URGENT = "urgent"
    SAFETY = "safety"


Say = Annotated[Sentence, Field(max_length=200)]
"""A line that others are built around: it must leave them room."""


class Reminder(Model):
    """A text to the patient that hangs on an appointment or a deadline."""

    at: Moment
    text: Template
    when: Literal["booked", "not_booked"] = "booked"


class Nudge(Model):
    """A line on the work list when a step has stood still for a while; nobody is paged."""

    after: Duration
    to: Role
    say: Say
    when: Literal["not_booked", "not_done"] = "not_done"


class AskFirst(Model):
    """Before a ladder starts over an appointment that took place, its owner is asked."""

    who: Role
    wait: Duration


class Missed(Model):
    """What a step that did not happen sets off."""

    grace: Duration
    escalate: LadderName
    ask_first: AskFirst | None = None


class NoShow(Model):
    """An appointment that passed while its deadline has not: a nudge, at once."""

    grace: Duration
    to: Role
    say: Say


class StepRules(Model):
    """What holds for one step of a treatment."""

    owner: Role
    due: Moment | None = None
    reminders: tuple[Reminder, ...] = ()
    nudges: tuple[Nudge, ...] = ()
    no_show: NoShow | None = None
    missed: Missed | None = None

    @field_validator("reminders")
    @classmethod
    def _at_different_times(cls, reminders: tuple[Reminder, ...]) -> tuple[Reminder, ...]:
        # The moment is a part of the agenda's key: the second of two would never leave.
        seen = [(str(reminder.at), reminder.when) for reminder in reminders]
        for at, when in seen:
            if seen.count((at, when)) > 1:
                raise ValueError(f"expected one reminder for each moment; {at} has several")
        return reminders


class InfusionRules(StepRules):
    planned: Span
    longest: Span
    dose: DoseRange


class MonitoringRules(StepRules):
    minimum_from_start: Span
    expected_from_end: Span
    alarm_from_end: Span


class Steps(Model):
    assessment: StepRules
    preparation: StepRules
    infusion: InfusionRules
    monitoring: MonitoringRules
    psychotherapy: StepRules
    decision: StepRules


class Lateness(Model):
    """What becomes of a text that could not leave in its time."""

    within: Duration
    otherwise: Literal["skip", "nudge", "call"]


class QuietHours(Model):
    """No text leaves in these hours of the patient's day."""

    begins: time
    ends: time


class Texting(Model):
    quiet_hours: QuietHours
    spread: Duration
    daily_cap: int = Field(ge=1)
    never_within: Duration
    """Of an appointment's start: she is on her way."""
    ask_again_after: Duration
    """A second `please_call` within this time is skipped: she has just been asked."""
    late_reminder: Lateness
    late_please_call: Lateness
    look_up_after: tuple[Duration, ...] = Field(min_length=1)
    """When the provider is asked about a text whose outcome nobody knows."""


class Rung(Model):
    """One step of a ladder: whom to turn to, and how long to wait for an answer."""

    to: Role
    wait: Duration
    text: Template | None = None
    hours: Literal["any", "staffed"] = "any"


class Ladder(Model):
    """The last rung repeats until a person acknowledges."""

    level: Level
    rungs: tuple[Rung, ...] = Field(min_length=1)


class Ladders(Model):
    follow_up: Ladder
    no_show: Ladder
    decision: Ladder
    safety: Ladder
    chair: Ladder
    acknowledged_but_open: Duration
    """The longest an owner may leave an escalation before it is raised again."""

    def named(self, name: LadderName) -> Ladder:
        ladder = getattr(self, name.value)
        assert isinstance(ladder, Ladder)  # noqa: S101 - each name is a field above
        return ladder


class Course(Model):
    planned_treatments: Count
    gap_min: Span


class Protocol(Model):
    """One protocol at one version; a journey carries the whole of the one it started with."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    version: int = Field(ge=1)
    title: Sentence
    course: Course
    steps: Steps
    texting: Texting
    ladders: Ladders

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"
