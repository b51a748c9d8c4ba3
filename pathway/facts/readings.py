"""What is read from a patient in the chair, and what is kept of it after the treatment."""

from enum import StrEnum

from pydantic import Field

from pathway.model import Instant, Model, Sentence


class Dissociation(StrEnum):
    """How far away she is, as the nurse sees it; no licensed scale stands behind it."""

    NONE = "none"
    SOME = "some"
    MARKED = "marked"


class Vitals(Model):
    """One reading. Pressures in mmHg, rates per minute, saturation in percent."""

    at: Instant
    systolic_mmhg: int = Field(ge=30, le=300)
    diastolic_mmhg: int = Field(ge=20, le=200)
    heart_rate: int = Field(ge=20, le=250)
    spo2_percent: int = Field(ge=50, le=100)
    breathing_rate: int | None = Field(default=None, ge=0, le=80)
    moaas: int | None = Field(default=None, ge=0, le=5)
    """Sedation: 5 responds readily, 0 does not respond to pain."""
    dissociation: Dissociation | None = None
    symptoms: bool = False
    """Chest pain, short breath or signs from the nervous system, with this reading."""


class SideEffect(StrEnum):
    NONE = "none"
    """Asked, and there was none."""
    VISUAL_DISTURBANCE = "visual_disturbance"
    DREAM_LIKE_STATE = "dream_like_state"
    WARMTH = "warmth"
    DIZZINESS = "dizziness"
    DROWSINESS = "drowsiness"
    NAUSEA = "nausea"
    VOMITING = "vomiting"
    HEADACHE = "headache"
    ANXIETY = "anxiety"
    AGITATION = "agitation"
    OTHER = "other"


class Findings(Model):
    """What the readings of one treatment come to. None is not recorded, never zero."""

    readings: int = 0
    baseline_systolic_mmhg: int | None = None
    baseline_diastolic_mmhg: int | None = None
    peak_systolic_mmhg: int | None = None
    peak_diastolic_mmhg: int | None = None
    lowest_spo2_percent: int | None = None
    deepest_moaas: int | None = None
    dissociation_minutes: int | None = None
    """From the start to the last reading that showed any; 0 when each said none."""


class VisitSummary(Model):
    """One treatment in one row of the decision page. None is not recorded, never zero."""

    treatment: int
    dose_mg_per_kg: float | None = None
    milligrams: float | None = None
    """As confirmed before the start."""
    milligrams_given: float | None = None
    minutes: int | None = None
    """How long the medicine ran, without its pauses."""
    complete: bool | None = None
    findings: Findings = Findings()
    side_effects: tuple[SideEffect, ...] | None = None
    rescue_drugs: tuple[Sentence, ...] | None = None
