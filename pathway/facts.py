"""What people said happened: the signed records a journey is made of."""

from enum import StrEnum

from pydantic import Field

from pathway.model import Instant, Model, Sentence, StaffId
from pathway.roles import Role


class Step(StrEnum):
    ASSESSMENT = "assessment"
    PREPARATION = "preparation"
    INFUSION = "infusion"
    MONITORING = "monitoring"
    PSYCHOTHERAPY = "psychotherapy"
    DECISION = "decision"


BOOKABLE = frozenset({Step.PREPARATION, Step.INFUSION, Step.PSYCHOTHERAPY})
"""Steps that take place at an appointed time."""


class Signature(Model):
    """Who said it, in which role, when it happened and when it was recorded."""

    by: StaffId
    role: Role
    happened_at: Instant
    recorded_at: Instant


class Assessment(Model):
    """A mental-health professional's judgement; nothing goes on without it (F2)."""

    suitable: bool
    reason: Sentence
    signed: Signature


class Consent(Model):
    """Informed consent to the programme (F3), given or withdrawn."""

    given: bool
    signed: Signature


class Appointment(Model):
    step: Step
    at: Instant
    minutes: int = Field(ge=5, le=480)
    revision: int = Field(ge=1)
    """Counted over all appointments of the step; a moved appointment has a new one."""
    booked_at: Instant


class Preparation(Model):
    signed: Signature


class Infusion(Model):
    dose_mg_per_kg: float = Field(gt=0)
    started_at: Instant
    start_signed: Signature
    override: Sentence | None = None
    """Why a prescriber opened a gate that was shut."""
    deviations: tuple[Sentence, ...] = ()
    """What the protocol would have refused, had it not already happened on paper."""
    ended_at: Instant | None = None
    complete: bool | None = None
    end_reason: Sentence | None = None
    end_signed: Signature | None = None


class Vitals(Model):
    """One reading. Pressures in mmHg, rates per minute, saturation in percent."""

    at: Instant
    systolic_mmhg: int = Field(ge=30, le=300)
    diastolic_mmhg: int = Field(ge=20, le=200)
    heart_rate: int = Field(ge=20, le=250)
    spo2_percent: int = Field(ge=50, le=100)


class LeavingBy(StrEnum):
    """How a patient left the building. The last two are facts that nothing may refuse."""

    SIGNED_OFF = "signed_off"
    AGAINST_ADVICE = "against_advice"
    TRANSFERRED = "transferred"


class Discharge(Model):
    way: LeavingBy
    note: Sentence | None = None
    signed: Signature


class SessionOutcome(StrEnum):
    HELD = "held"
    HELD_LATE = "held_late"
    DECLINED = "declined"
    NOT_REACHED = "not_reached"
    NOT_HELD = "not_held"


class Psychotherapy(Model):
    """How the session after the infusion ended, said by a person."""

    outcome: SessionOutcome
    reason: Sentence | None = None
    signed: Signature

    @property
    def ended_at(self) -> Instant:
        return self.signed.happened_at


class Choice(StrEnum):
    """The clinician's taper decision (F11). The form never suggests one."""

    CONTINUE_SAME = "continue_same"
    DECREASE_DOSE = "decrease_dose"
    INCREASE_DOSE = "increase_dose"
    LENGTHEN_INTERVAL = "lengthen_interval"
    SHORTEN_INTERVAL = "shorten_interval"
    DECREASE_AND_LENGTHEN = "decrease_and_lengthen"
    EXTRA_TREATMENT = "extra_treatment"
    COMPLETE = "complete"
    DISCONTINUE = "discontinue"
    REFER = "refer"

    @property
    def goes_on(self) -> bool:
        return self not in {Choice.COMPLETE, Choice.DISCONTINUE, Choice.REFER}


class Decision(Model):
    choice: Choice
    reason: Sentence
    signed: Signature
