"""Asking for an appointment, another time, or none."""

from enum import StrEnum

from pydantic import Field

from pathway.commands.base import AboutTreatment
from pathway.facts import Step
from pathway.facts.booking import PlannedVisit
from pathway.model import Instant, Sentence, StaffId


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
    stated_by: Sentence | None = None
    """Whoever outside the clinic agreed the time with her; `by` has taken it down (rule 9)."""


class Move(AboutTreatment):
    name = "move"
    says = "Move an appointment; everything that hangs on it moves with it."
    step: Step
    revision: int = Field(ge=1)
    """The revision the caller saw; another one in force means somebody moved it first."""
    at: Instant
    psychotherapy_at: Instant | None = None
    """With an infusion: its psychotherapy slot, where that cannot move by the same amount."""
    seen_by: StaffId | None = None
    stated_by: Sentence | None = None


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
    stated_by: Sentence | None = None
    """Who outside the clinic said so; `by` has taken it down (rule 9)."""


class ProposeVisits(AboutTreatment):
    name = "propose_visits"
    says = "Plan the visits to come as proposals; decisions confirm, move or free them."
    visits: tuple[PlannedVisit, ...] = Field(default=(), max_length=40)
    """Those to come, in order. None given: planned from the booked visit as the protocol says."""
