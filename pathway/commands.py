"""What people and systems may ask of a journey. Each is a Temporal Update of its own name."""

import hashlib
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from pathway.escalation import Ending
from pathway.facts import Choice, LeavingBy, SessionOutcome, Step, Vitals
from pathway.journey import Contact
from pathway.model import Instant, Model, Sentence, StaffId
from pathway.roles import Role

CommandKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{8,80}$")]


class Command(Model):
    """Who asks, in which role, about what happened when.

    The key makes it one act however often it is sent: the journey keeps the keys it has
    answered, also across continue-as-new.
    """

    name: ClassVar[str]
    says: ClassVar[str]
    """What it does, for the Temporal UI and the command line's help."""

    key: CommandKey
    by: StaffId
    role: Role
    happened_at: Instant

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the whole command, to tell a repetition from a key used twice."""
        return hashlib.sha256(f"{self.name}\n{self.model_dump_json()}".encode()).hexdigest()

    @property
    def update_id(self) -> str:
        """The id to send it under: the same for this command, and for no other with its key.

        Temporal answers an update id it knows by itself. Were it the key alone, another command
        under a used key would get the first one's answer and never reach the journey.
        """
        return f"{self.key}-{self.fingerprint[:12]}"


class AboutTreatment(Command):
    treatment: int = Field(ge=1)
    """The treatment it is about; a stale one is refused."""


class RecordAssessment(Command):
    name = "record_assessment"
    says = "Record the signed assessment of a mental-health professional."
    suitable: bool
    reason: Sentence


class RecordConsent(Command):
    name = "record_consent"
    says = "Record informed consent, given or withdrawn."
    given: bool


class Book(AboutTreatment):
    name = "book"
    says = "Book an appointment; an infusion may bring its psychotherapy slot along."
    step: Step
    at: Instant
    minutes: int = Field(default=60, ge=5, le=480)
    replaces: int = Field(default=0, ge=0)
    """The revision that is now known to the caller; 0 when none was ever booked."""
    psychotherapy_at: Instant | None = None
    seen_by: StaffId | None = None
    """The clinician who will see her when no hour of the window is staffed."""


class Move(AboutTreatment):
    name = "move"
    says = "Move an appointment; everything that hangs on it moves with it."
    step: Step
    revision: int = Field(ge=1)
    """The revision the caller saw; another one in force means somebody moved it first."""
    at: Instant
    seen_by: StaffId | None = None


class CancelledBy(StrEnum):
    PATIENT = "patient"
    CLINIC = "clinic"


class Cancel(AboutTreatment):
    name = "cancel"
    says = "Cancel an appointment, with whose wish it was and why."
    step: Step
    revision: int = Field(ge=1)
    wish_of: CancelledBy
    reason: Sentence


class RecordPreparation(AboutTreatment):
    name = "record_preparation"
    says = "Record that the preparation session was held."


class StartInfusion(AboutTreatment):
    name = "start_infusion"
    says = "Start the infusion; refused while a gate is shut, unless overridden."
    dose_mg_per_kg: float = Field(gt=0)
    override: Sentence | None = None


class EndInfusion(AboutTreatment):
    name = "end_infusion"
    says = "Record the infusion's end; the window for psychotherapy opens from here."
    complete: bool = True
    reason: Sentence | None = None


class RecordVitals(AboutTreatment):
    name = "record_vitals"
    says = "Record one or more readings of the vital signs."
    readings: tuple[Vitals, ...] = Field(min_length=1, max_length=24)


class RecordDischarge(AboutTreatment):
    name = "discharge"
    says = "Record that the patient left, and how."
    way: LeavingBy = LeavingBy.SIGNED_OFF
    note: Sentence | None = None


class RecordPsychotherapy(AboutTreatment):
    name = "record_psychotherapy"
    says = "Record how the psychotherapy session ended."
    outcome: SessionOutcome = SessionOutcome.HELD
    reason: Sentence | None = None


class RecordDecision(AboutTreatment):
    name = "record_decision"
    says = "Record the clinician's taper decision."
    choice: Choice
    reason: Sentence


class FlagTier(StrEnum):
    URGENT = "urgent"
    HIGH = "high"


class RaiseFlag(Command):
    name = "raise_flag"
    says = "Raise a safety flag: a clinician is paged at once."
    tier: FlagTier = FlagTier.URGENT


class AcknowledgeEscalation(Command):
    name = "acknowledge_escalation"
    says = "Take an escalation: paging stops at once."
    escalation: str
    next_look: Instant | None = None
    """When the owner will look again; at the latest after the protocol's time."""


class ResolveEscalation(Command):
    name = "resolve_escalation"
    says = "Close an escalation with its outcome."
    escalation: str
    outcome: Ending
    note: Sentence
    good_until: Instant | None = None
    """For `assessed`: until when the clinician's assessment holds."""


class HandOver(Command):
    name = "hand_over"
    says = "Hand an escalation over to a named person."
    escalation: str
    to: StaffId
    note: Sentence


class RecordContactAttempt(Command):
    name = "record_contact_attempt"
    says = "Record an attempt to reach the patient about a line of the work list."
    task: str
    reached: bool
    note: Sentence
    next_try: Instant | None = None


class HoldTexts(Command):
    name = "hold_texts"
    says = "Hold every text to this patient. Anyone on staff may, unverified."
    reason: Sentence


class ReleaseTexts(Command):
    name = "release_texts"
    says = "Let texts go out again."
    reason: Sentence


class ChangeContact(Command):
    name = "change_contact"
    says = "Take over what the records say about reaching the patient."
    contact: Contact


class ReportDeath(Command):
    name = "report_death"
    says = "Record the patient's death: everything stops at once."


class Close(Command):
    name = "close"
    says = "End the journey, with its outcome."
    outcome: Annotated[str, StringConstraints(pattern=r"^[a-z_]{3,40}$")]
    reason: Sentence


COMMANDS: tuple[type[Command], ...] = (
    RecordAssessment,
    RecordConsent,
    Book,
    Move,
    Cancel,
    RecordPreparation,
    StartInfusion,
    EndInfusion,
    RecordVitals,
    RecordDischarge,
    RecordPsychotherapy,
    RecordDecision,
    RaiseFlag,
    AcknowledgeEscalation,
    ResolveEscalation,
    HandOver,
    RecordContactAttempt,
    HoldTexts,
    ReleaseTexts,
    ChangeContact,
    ReportDeath,
    Close,
)
