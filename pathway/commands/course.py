"""After a treatment: the decision, and the journey's end."""

from typing import Annotated

from pydantic import Field, StringConstraints

from pathway.commands.base import AboutTreatment, Command
from pathway.facts import Choice
from pathway.facts.booking import NextVisit
from pathway.model import Instant, Sentence
from pathway.protocol import PhaseName, Return


class RecordDecision(AboutTreatment):
    name = "record_decision"
    says = "Record the clinician's taper decision."
    choice: Choice
    reason: Sentence
    dose: float | None = Field(default=None, gt=0)
    """Of the next treatment, in the protocol's unit; unless given, as before."""
    interval_days: int | None = Field(default=None, ge=1, le=366)
    """From the last infusion to the next; unless given, as before."""
    phase: PhaseName | None = None
    """Of the next treatment; unless given, as the course proposes."""
    goal: Sentence | None = None
    course_end: Sentence | None = None
    counts_toward_plan: bool | None = None
    review: Sentence | None = None
    pause_until: Instant | None = None
    next_visit: NextVisit | None = None
    """What becomes of the visit that is proposed next."""
    next_at: Instant | None = None
    inputs: str | None = Field(default=None, pattern=r"^[0-9a-f]{16}$")
    """The hash that the decision page showed: refused if what it showed has changed since."""


class Cosign(AboutTreatment):
    name = "cosign"
    says = "Sign a decision that needs two signatures, or decline to."
    agrees: bool = True
    reason: Sentence | None = None
    """Why she declines, or why the cover signs in the therapist's place."""
    stated_by: Sentence | None = None
    """Who outside the clinic signs, where `by` only takes it down (rule 9)."""


class ReturnToTreatment(Command):
    name = "return_to_treatment"
    says = "Lead follow-up back into treatment, after an interval review."
    way: Return
    reason: Sentence


class Close(Command):
    name = "close"
    says = "End the journey, with its outcome."
    outcome: Annotated[str, StringConstraints(pattern=r"^[a-z_]{3,40}$")]
    reason: Sentence
