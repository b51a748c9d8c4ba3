"""Who may enter the programme: what is asked, and what each answer means (F1 to F5)."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from pathway.durations import Duration
from pathway.model import Model
from pathway.protocol.sourced import Count, Group, Sourced, Span
from pathway.protocol.vocabulary import ItemName, Say


class Policy(StrEnum):
    """What a finding does. Each has a door: nothing here ends a journey by itself (rule 17)."""

    HARD_STOP = "hard_stop"
    """Nothing is planned until a new assessment says it is gone."""
    NEEDS_CLEARANCE = "needs_clearance"
    """Nothing is planned until a named prescriber has cleared it, with her reason."""
    CAUTION = "caution"
    """Shown wherever somebody decides; nothing is held up."""


class ScreeningItem(Sourced):
    """One finding that the assessment asks about."""

    asks: Say
    policy: Policy
    door: Say | None = None
    """What opens the way again, where a new assessment is not the plain answer."""
    substance_use: bool = False
    """Seen by clinicians alone: a coordinator sees an open or a shut gate (rule 29)."""


class TrialCriteria(Group):
    """When a depression counts as resistant to treatment (F1)."""

    failed_trials_min: Count
    first_line_classes: tuple[str, ...] = Field(min_length=1)
    """Medicines of other classes count with a clinician's reason."""
    different_medicines: bool
    adequate_weeks_min: Count
    scope: Literal["current_episode", "lifetime"]
    improvement_below_percent: Count
    """A trial has failed when the improvement stayed below this."""
    unmet: Policy


class Severity(Sourced):
    """How ill the patient is when entering, by PHQ-9."""

    phq9_at_least: Count
    unmet: Policy


class EntryGate(StrEnum):
    """What must be answered before anything is planned."""

    HISTORY_MEDICAL = "history_medical"
    HISTORY_MENTAL_HEALTH = "history_mental_health"
    GOOD_OVERALL_HEALTH = "good_overall_health"
    INFORMED_CONSENT = "informed_consent"
    TEXT_CONSENT_ASKED = "text_consent_asked"


class ConsentForm(Sourced):
    """The form that is signed. A new version asks for a new signature before the next infusion."""

    version: int = Field(ge=1)
    says: Say


class Freshness(Span):
    """How long an assessment stays good; then a one-page interval review renews it (rule 17)."""

    review_holds: Duration


class Eligibility(Model):
    age_min_years: Count
    resistance: TrialCriteria
    screening: dict[ItemName, ScreeningItem] = Field(min_length=1)
    severity: Severity
    gates: tuple[EntryGate, ...]
    consent: ConsentForm
    reassess_after: Freshness
