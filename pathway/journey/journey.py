"""The journey itself: everything the rules need about one patient's pathway."""

from pydantic import Field

from pathway.calendar import Calendar
from pathway.escalation import Escalation, StaffTask, StandDown
from pathway.facts import Appointment, Assessment, Consent, Step
from pathway.facts.booking import NoShow, Proposal
from pathway.facts.contact import ContactAttempt
from pathway.facts.corrections import Superseded
from pathway.facts.decision import Returned
from pathway.facts.entering import Clearance, IntervalReview, LinkedJourney
from pathway.facts.safety import (
    AdverseEvent,
    DoseHold,
    RiskAssessment,
    SafetyFlag,
    SuicideScreen,
)
from pathway.facts.scores import Attendance, Preference, Score
from pathway.facts.status import HospitalStay, Leaving, Pause
from pathway.journey.contact import Contact
from pathway.journey.texts import (
    Deferral,
    DiaryEntry,
    DoubtfulText,
    Hold,
    Messages,
    SentText,
    Settled,
)
from pathway.journey.treatment import Stage, Treatment
from pathway.model import Instant, Model, PathwayReference
from pathway.protocol import Level, Protocol


class JourneyEnd(Model):
    outcome: str
    at: Instant


class PutAway(Model):
    """What a death took off the journey; it is there again where the death is taken back."""

    escalations: tuple[str, ...] = ()
    """The ids of those that were open."""
    tasks: tuple[StaffTask, ...] = ()
    doubtful: tuple[DoubtfulText, ...] = ()
    end: JourneyEnd | None = None
    """How it had ended before, where it had."""


class Journey(Model):
    """Everything the rules need about one patient's pathway, and nothing that names her."""

    reference: PathwayReference
    protocol: Protocol
    calendar: Calendar
    contact: Contact
    contact_since: Instant | None = None
    """When the last change of it happened; what is entered late takes back no newer consent."""
    opened_at: Instant
    events: int = 0
    """How many events made this state; the journal's last number."""
    linked: LinkedJourney | None = None
    """The journey she had before, where this one readmits her."""
    assessment_booked: Appointment | None = None
    assessment_revision: int = 0
    """The last revision used for it, so that a number never comes twice."""
    assessment: Assessment | None = None
    interval_review: IntervalReview | None = None
    clearances: tuple[Clearance, ...] = ()
    """What a prescriber has cleared, and is still found."""
    consent: Consent | None = None
    pause: Pause | None = None
    hospital: HospitalStay | None = None
    leaving: Leaving | None = None
    treatments: tuple[Treatment, ...] = ()
    freed: dict[int, dict[Step, int]] = Field(default_factory=dict)
    """The last revisions of treatments that were opened and will not take place, by number."""
    proposals: tuple[Proposal, ...] = ()
    """Visits of treatments that have not opened yet, in order."""
    no_shows: tuple[NoShow, ...] = ()
    screens: tuple[SuicideScreen, ...] = ()
    """The latest direct screens; the journal has them all."""
    flags: tuple[SafetyFlag, ...] = ()
    flags_raised: int = 0
    risk: RiskAssessment | None = None
    """A clinician's latest assessment of her risk."""
    item9: int | None = None
    """The latest answer to item 9 of the depression questionnaire, 0 to 3."""
    superseded: tuple[Superseded, ...] = ()
    """Scores and screens that were corrected, oldest first; the journal has them all."""
    scores: tuple[Score, ...] = ()
    """What the questionnaires came to, as they were entered; the journal has the items."""
    preference: Preference | None = None
    attendance: tuple[Attendance, ...] = ()
    course_from: int = Field(default=1, ge=1)
    """The first treatment of the present course; a repeat course begins a new one."""
    returns: tuple[Returned, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    dose_holds: tuple[DoseHold, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    escalations_opened: int = 0
    tasks: tuple[StaffTask, ...] = ()
    stand_downs: tuple[StandDown, ...] = ()
    """Who is still to be told that nothing is needed any more."""
    attempts: tuple[ContactAttempt, ...] = ()
    """The latest attempts to reach her; the journal has them all."""
    settled: dict[str, Settled] = Field(default_factory=dict)
    deferred: dict[str, Deferral] = Field(default_factory=dict)
    doubtful: tuple[DoubtfulText, ...] = ()
    texts: tuple[SentText, ...] = ()
    """Sent or under way in the last days, for the daily cap."""
    messages: Messages = Messages()
    diary: tuple[DiaryEntry, ...] = ()
    """The latest entries; the journal has them all."""
    hold: Hold | None = None
    deceased_at: Instant | None = None
    put_away: PutAway | None = None
    """Since a death was recorded."""
    end: JourneyEnd | None = None

    @property
    def treatment(self) -> Treatment | None:
        """The current treatment, or None before the first."""
        return self.treatments[-1] if self.treatments else None

    def proposal(self, number: int) -> Proposal | None:
        return next((p for p in self.proposals if p.treatment == number), None)

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
        return decision is not None and decision.in_force and not decision.choice.goes_on

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
