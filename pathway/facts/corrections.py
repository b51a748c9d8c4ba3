"""Entries that were wrong, and what stands in their place (rule 2)."""

from enum import StrEnum

from pydantic import Field

from pathway.facts.common import Signature
from pathway.facts.readings import SideEffect, Vitals
from pathway.facts.safety import SuicideScreen
from pathway.facts.scores import Score
from pathway.facts.visit import Pause, StopReason
from pathway.model import Instant, Model, Sentence, StaffId


class Correctable(StrEnum):
    """What can be corrected. An assessment or a consent is recorded anew instead."""

    PREPARATION = "preparation"
    ARRIVAL = "arrival"
    INFUSION_START = "infusion_start"
    INFUSION_END = "infusion_end"
    DISCHARGE = "discharge"
    PSYCHOTHERAPY = "psychotherapy"
    VITALS = "vitals"
    """One reading."""
    PAUSE = "pause"
    DOSE = "dose"
    COMPLETENESS = "completeness"
    """Whether the infusion was given to its end, and why not."""
    SIDE_EFFECTS = "side_effects"
    """All that were seen in a treatment."""
    SCORES = "scores"
    """One set of questionnaires."""
    SCREEN = "screen"
    """One direct suicide screen; what it raised stays until a clinician has assessed it."""


class GivenDose(Model):
    """What was entered of an infusion's amount."""

    dose_mg_per_kg: float | None = Field(default=None, gt=0)
    milligrams: float | None = Field(default=None, gt=0)
    milligrams_given: float | None = Field(default=None, ge=0)


class Completeness(Model):
    """What was entered of how an infusion ended."""

    complete: bool
    stopped_for: StopReason | None = None
    end_reason: Sentence | None = None


class SideEffects(Model):
    """What was entered of side effects; empty is asked, and none."""

    side_effects: tuple[SideEffect, ...]


Entry = Vitals | Pause | Score | SuicideScreen | GivenDose | Completeness | SideEffects
"""An entry that is more than a time."""


class Superseded(Model):
    """An entry that was corrected; it stays readable."""

    what: Correctable
    said_at: Instant
    """When it was said to have happened."""
    recorded_by: StaffId | None
    now_at: Instant | None = None
    """When it happened after all; None if it never did."""
    was: Entry | None = None
    """The whole entry as it was, where it is more than a time."""
    instead: Entry | None = None
    """What stands in its place; None where nothing does, or only the time was wrong."""
    reason: Sentence
    corrected: Signature
