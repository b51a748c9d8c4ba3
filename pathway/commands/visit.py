"""The day of treatment: preparation, infusion, vital signs, leaving."""

from pydantic import Field

from pathway.commands.base import AboutTreatment
from pathway.facts import Answer, LeavingBy, SideEffect, StopReason, Vitals
from pathway.facts.safety import ScreenAnswers
from pathway.model import Instant, Sentence, StaffId
from pathway.protocol import EscortWay, ItemName


class RecordPreflight(AboutTreatment):
    name = "record_preflight"
    says = "Record what was asked and measured before the start; in parts, if need be."
    items: dict[ItemName, Answer] = Field(default_factory=dict)
    reasons: dict[ItemName, Sentence] = Field(default_factory=dict)
    """Why an item does not apply."""
    answered_by: dict[ItemName, Instant] = Field(default_factory=dict)
    """By when an item that is not answered yet will be."""
    weight_kg: float | None = Field(default=None, ge=20, le=400)
    weight_confirmed: bool = False
    readings: tuple[Vitals, ...] = Field(default=(), max_length=4)
    screen: ScreenAnswers | None = None
    pressure_decision: Sentence | None = None


class StartInfusion(AboutTreatment):
    name = "start_infusion"
    says = "Start the infusion; refused while a gate is shut, unless overridden."
    dose_mg_per_kg: float | None = Field(default=None, gt=0)
    milligrams: float | None = Field(default=None, gt=0)
    """As shown; the second person confirms this number."""
    confirmed_by: StaffId | None = None
    supervisor: StaffId | None = None
    override: Sentence | None = None
    already_running: Sentence | None = None
    """How it came to run although a gate is shut. It is recorded, not allowed: what differed is
    signed, and the room is paged at once by the ladder of the chair (rules 1 and 22)."""


class PauseInfusion(AboutTreatment):
    name = "pause_infusion"
    says = "Pause the infusion; the pause does not count as observation."
    reason: Sentence | None = None


class ResumeInfusion(AboutTreatment):
    name = "resume_infusion"
    says = "Let a paused infusion run again."


class EndInfusion(AboutTreatment):
    name = "end_infusion"
    says = "Record the infusion's end; the window for psychotherapy opens from here."
    complete: bool = True
    milligrams_given: float | None = Field(default=None, ge=0)
    """0 says that no medicine reached her: then it was not a treatment (rule 11)."""
    stopped_for: StopReason | None = None
    reason: Sentence | None = None


class RecordVitals(AboutTreatment):
    name = "record_vitals"
    says = "Record one or more readings of the vital signs."
    readings: tuple[Vitals, ...] = Field(min_length=1, max_length=24)
    side_effects: tuple[SideEffect, ...] | None = None
    """Seen since the last record; `none` says that she was asked."""
    rescue_drugs: tuple[Sentence, ...] | None = None
    """Given since the last record; `none` says that there was none."""


class SignDischarge(AboutTreatment):
    name = "sign_discharge"
    says = "Sign that the patient may leave; the discharge itself is recorded by the other one."


class RecordDischarge(AboutTreatment):
    name = "discharge"
    says = "Record that the patient left, and how."
    way: LeavingBy = LeavingBy.SIGNED_OFF
    note: Sentence | None = None
    padss: int | None = Field(default=None, ge=0, le=10)
    pressure_note: Sentence | None = None
    escort: EscortWay | None = None
    escort_named: bool = False
    """Another adult than the preflight knows stands in the records by name, as her escort."""
    escort_reached: bool = False
    """Whether that adult's phone was reached (rule 12)."""
    printed_sheet: bool = False


class SignDeviations(AboutTreatment):
    name = "sign_deviations"
    says = "Sign what differed from the protocol in a treatment, as seen."
