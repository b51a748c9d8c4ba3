"""Visits that are planned before the decision that opens them."""

from enum import StrEnum

from pydantic import Field

from pathway.facts.common import Step
from pathway.model import Instant, Model, StaffId


class PlannedVisit(Model):
    """A visit as somebody plans it, before its treatment has opened."""

    treatment: int = Field(ge=2)
    at: Instant
    """When its infusion would begin."""
    psychotherapy_at: Instant | None = None
    preparation_at: Instant | None = None
    seen_by: StaffId | None = None
    """The clinician who will see her where no hour of the window is staffed."""


class Proposal(PlannedVisit):
    """A planned visit that stands: the decision before it confirms, moves or frees it (rule 8)."""

    revision: int = Field(ge=1)
    """Another one for another time; deadlines that hang on it carry it in their keys."""


class NextVisit(StrEnum):
    """What a decision says about the visit that was proposed after it."""

    CONFIRM = "confirm"
    MOVE = "move"
    FREE = "free"


class NoShow(Model):
    """An appointment that passed without her, by her own wish or word (rule 3)."""

    treatment: int | None
    """None: the assessment, before any treatment."""
    step: Step
    at: Instant
