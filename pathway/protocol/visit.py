"""The day of treatment: preflight, infusion, monitoring and the discharge."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from pathway.durations import Duration
from pathway.model import Model
from pathway.moments import Moment
from pathway.protocol.sourced import Count, Group, Limit, OptionalSpan, Sourced, Span
from pathway.protocol.steps import StepRules
from pathway.protocol.vocabulary import ItemName, LadderName, Say
from pathway.roles import Role


class Computed(StrEnum):
    """What the journey itself knows before a start; never asked (rule 12)."""

    PREPARED = "prepared"
    CONSENT_CURRENT = "consent_current"
    ASSESSMENT_CURRENT = "assessment_current"
    SCORES_FRESH = "scores_fresh"
    DECISION_SIGNED = "previous_decision_signed"
    PSYCHOTHERAPY_CLOSED = "previous_psychotherapy_closed"
    PSYCHOTHERAPY_BOOKED = "psychotherapy_booked"


class AskedItem(Model):
    """A question before the start: yes, no, not applicable (reason), not yet (by when)."""

    asks: Say
    go_when: Literal["yes", "no", "answered"]
    """The answer that opens this gate; `answered` for what a clinician must only look at."""
    not_applicable: bool = False
    """Whether `not applicable`, with a reason, opens it too."""
    substance_use: bool = False
    """Seen by clinicians alone (rule 29)."""


class Preflight(Model):
    """What opens the way to a start. Weight, blood pressure and the suicide screen are always
    asked, with fields of their own; `asked` holds what is answered by yes or no."""

    computed: tuple[Computed, ...]
    asked: dict[ItemName, AskedItem] = Field(min_length=1)
    scores_fresh: Span
    weight_change_percent: Count
    """More than this since the last visit, and the weight is asked again (rule 12)."""
    suicide_screen: bool = True
    overridden_by: Role


class Pressure(Sourced):
    """Blood pressure in mmHg above which a clinician decides before the start."""

    systolic_mmhg: int = Field(gt=0)
    diastolic_mmhg: int = Field(gt=0)


class IfStopped(Model):
    """What a partial infusion is (rule 11)."""

    no_drug_given: Literal["not_a_treatment"]
    any_drug_given: Literal["full_monitoring_and_window"]
    counts_toward_plan: Literal["prescriber_decides"]


class AllowedMinutes(Group):
    shortest: Duration
    longest: Duration


class InfusionRules(StepRules):
    planned: Span
    allowed: AllowedMinutes
    staffed_hour_in_window: bool
    """Whether a booking is refused whose psychotherapy window holds no staffed hour (rule 8)."""
    preflight: Preflight
    blood_pressure_review_above: Pressure
    dose_check: Literal["two_people", "one_person"]
    if_stopped: IfStopped


class MustHave(StrEnum):
    """Readings that a treatment may not be without."""

    BASELINE = "baseline"
    PEAK = "peak"
    DISCHARGE = "discharge"


class VitalsRules(Group):
    during_every: Duration
    after_every: Duration
    grace: Duration
    must_have: tuple[MustHave, ...]
    peak_at: Moment


class Alerts(Group):
    """A change that calls the room, once an episode and again only if worse (rule 13)."""

    systolic_rise_mmhg: int = Field(gt=0)
    diastolic_rise_mmhg: int = Field(gt=0)
    spo2_below_percent: int = Field(gt=0, le=100)
    moaas_at_most: int = Field(ge=0, le=5)
    worse_by_mmhg: int = Field(default=1, ge=1)
    """How much higher a pressure calls again in the same episode."""
    worse_by_percent: int = Field(default=1, ge=1)
    """How much lower a saturation does."""


class StopReview(Model):
    """Absolute limits at which the infusion stops and a clinician reviews; set by the site."""

    systolic_above_mmhg: Limit
    diastolic_above_mmhg: Limit
    spo2_below_percent: Limit
    heart_rate_above: Limit
    heart_rate_below: Limit
    breathing_rate_below: Limit


class EscortWay(StrEnum):
    """How the patient gets home (rule 14)."""

    PRESENT = "present"
    OTHER_ADULT = "other_adult"
    MEDICAL_TRANSPORT = "medical_transport"
    AGAINST_ADVICE = "against_advice"


class DischargeCriteria(Group):
    moaas: int = Field(ge=0, le=5)
    padss_min: int = Field(ge=0, le=10)
    blood_pressure_within_percent: int = Field(gt=0, le=100)
    """Above the baseline; or a clinician's note (rule 14)."""
    dissociation_cleared: bool
    suicide_screen: bool
    escort: tuple[EscortWay, ...]
    printed_sheet: bool = False
    """The printed sheet, with the numbers to call told in person (rule 19)."""


class LeftEarly(Sourced):
    """Left against advice: nothing holds anybody, a clinician is told, a call is due (rule 14)."""

    ladder: LadderName
    call_within: Duration


class MonitoringRules(StepRules):
    vitals: VitalsRules
    minimum_from_start: Span
    minimum_from_end: OptionalSpan
    """The later of the two is the floor (rule 13)."""
    expected_from_end: Span
    """The plan; past it the row turns amber."""
    alarm_from_end: Span
    alerts: Alerts
    stop_review: StopReview
    discharge: DischargeCriteria
    signed_by: tuple[Role, ...]
    """Who signs a discharge; each of them."""
    left_early: LeftEarly
    session_not_booked: LadderName
    """Opened where no psychotherapy is booked on leaving; it never holds the patient (rule 14)."""
    ladder: LadderName
