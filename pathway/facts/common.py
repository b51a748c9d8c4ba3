"""What every part of the pathway shares: steps, signatures, appointments."""

from enum import StrEnum

from pydantic import Field

from pathway.model import Instant, Model, StaffId
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


class Appointment(Model):
    step: Step
    at: Instant
    minutes: int = Field(ge=5, le=480)
    revision: int = Field(ge=1)
    """Counted over all appointments of the step; a moved appointment has a new one."""
    booked_at: Instant
    seen_by: StaffId | None = None
    """Who will see her, where nobody is at work then (rule 8)."""
