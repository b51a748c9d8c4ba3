"""A journey: the state of one patient's pathway. It changes only in `apply`."""

from enum import StrEnum

from pydantic import Field

from pathway.calendar import Calendar
from pathway.escalation import Escalation, StaffTask
from pathway.facts import (
    Appointment,
    Assessment,
    Consent,
    Decision,
    Discharge,
    Infusion,
    Preparation,
    Psychotherapy,
    Step,
    Vitals,
)
from pathway.model import Instant, Model, PathwayReference, Sentence, StaffId
from pathway.protocol import Level, Protocol, Template


class Stage(StrEnum):
    """Where a journey stands: the step it waits for."""

    ASSESSMENT = "assessment"
    PREPARATION = "preparation"
    INFUSION = "infusion"
    MONITORING = "monitoring"
    PSYCHOTHERAPY = "psychotherapy"
    DECISION = "decision"
    FOLLOW_UP = "follow_up"
    ENDED = "ended"


class Contact(Model):
    """The journey's copy of what the contact rules need; the records own the rest."""

    zone: str | None = None
    """IANA name; None holds texts to hours that are decent in every zone of the country."""
    language: str = "en"
    mobile: bool = True
    """False for a landline or no number: every text becomes a call."""
    phone_shared: bool = False
    text_consent: bool = True
    opted_out: bool = False


class Treatment(Model):
    """One cycle: preparation, infusion, monitoring, psychotherapy, decision."""

    number: int = Field(ge=1)
    opened_at: Instant
    appointments: tuple[Appointment, ...] = ()
    """The appointment that stands, one for a step at most."""
    revisions: dict[Step, int] = Field(default_factory=dict)
    """The last revision used for a step, so that a number never comes twice."""
    preparation: Preparation | None = None
    infusion: Infusion | None = None
    vitals: tuple[Vitals, ...] = ()
    discharge: Discharge | None = None
    psychotherapy: Psychotherapy | None = None
    decision: Decision | None = None

    def appointment(self, step: Step) -> Appointment | None:
        return next((a for a in self.appointments if a.step is step), None)

    def revision(self, step: Step) -> int:
        return self.revisions.get(step, 0)

    @property
    def infusion_ended_at(self) -> Instant | None:
        return self.infusion.ended_at if self.infusion else None

    @property
    def stage(self) -> Stage:
        if self.infusion is None:
            return Stage.INFUSION if self.preparation else Stage.PREPARATION
        if self.infusion.ended_at is None:
            return Stage.INFUSION
        if self.discharge is None:
            return Stage.MONITORING
        if self.psychotherapy is None:
            return Stage.PSYCHOTHERAPY
        return Stage.DECISION


class Settled(Model):
    """What became of an agenda item. Its key never runs again."""

    at: Instant
    outcome: str
    reason: str


class Deferral(Model):
    until: Instant
    reason: str


class DoubtfulText(Model):
    """A text whose outcome nobody knows; the provider is asked, it is never sent again."""

    intent: str
    line: str
    treatment: int | None
    since: Instant
    asked: int = 0


class SentText(Model):
    key: str
    at: Instant
    counts: bool
    """Whether it counts against the daily cap."""


class DiaryEntry(Model):
    """Why something was, or was not, sent or done."""

    at: Instant
    key: str
    line: str
    outcome: str
    reason: str


class Hold(Model):
    by: StaffId
    at: Instant
    reason: Sentence


class JourneyEnd(Model):
    outcome: str
    at: Instant


class Journey(Model):
    """Everything the rules need about one patient's pathway, and nothing that names her."""

    reference: PathwayReference
    protocol: Protocol
    calendar: Calendar
    contact: Contact
    opened_at: Instant
    events: int = 0
    """How many events made this state; the journal's last number."""
    assessment: Assessment | None = None
    consent: Consent | None = None
    treatments: tuple[Treatment, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    escalations_opened: int = 0
    tasks: tuple[StaffTask, ...] = ()
    settled: dict[str, Settled] = Field(default_factory=dict)
    deferred: dict[str, Deferral] = Field(default_factory=dict)
    doubtful: tuple[DoubtfulText, ...] = ()
    texts: tuple[SentText, ...] = ()
    """Sent or under way in the last days, for the daily cap."""
    diary: tuple[DiaryEntry, ...] = ()
    """The latest entries; the journal has them all."""
    hold: Hold | None = None
    deceased_at: Instant | None = None
    end: JourneyEnd | None = None

    @property
    def treatment(self) -> Treatment | None:
        """The current treatment, or None before the first."""
        return self.treatments[-1] if self.treatments else None

    def numbered(self, number: int) -> Treatment | None:
        return next((t for t in self.treatments if t.number == number), None)

    @property
    def admitted(self) -> bool:
        """Assessed as suitable, and consenting."""
        return bool(
            self.assessment and self.assessment.suitable and self.consent and self.consent.given
        )

    @property
    def course_over(self) -> bool:
        """The last decision ended the course of treatments."""
        decision = self.treatment.decision if self.treatment else None
        return decision is not None and not decision.choice.goes_on

    @property
    def over(self) -> bool:
        return self.end is not None

    @property
    def stage(self) -> Stage:
        if self.over:
            return Stage.ENDED
        if self.treatment is None:
            return Stage.ASSESSMENT
        if self.course_over:
            return Stage.FOLLOW_UP
        return self.treatment.stage

    @property
    def open_escalations(self) -> tuple[Escalation, ...]:
        return tuple(e for e in self.escalations if e.open)

    def escalation(self, escalation_id: str) -> Escalation | None:
        return next((e for e in self.escalations if e.id == escalation_id), None)

    @property
    def highest_level(self) -> Level | None:
        """The gravest level of an open escalation."""
        order = list(Level)
        return max((e.level for e in self.open_escalations), key=order.index, default=None)


COUNTED_TEMPLATES = frozenset(Template) - {Template.PLEASE_CALL}
"""Texts that count against the daily cap; asking her to call does not (rule 25)."""
