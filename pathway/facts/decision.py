"""The decision after a treatment: what it orders, on what it was taken, and who signed it."""

from enum import StrEnum

from pydantic import Field

from pathway.facts.booking import NextVisit
from pathway.facts.common import Signature
from pathway.model import Instant, Model, Sentence
from pathway.protocol import Choice, PhaseName, Return


class CosignedHow(StrEnum):
    RECOMMENDED = "recommended"
    """Her recommendation in the psychotherapy record says the same (rule 9)."""
    SIGNED = "signed"
    COVERED = "covered"
    """By the named cover, with a reason."""


class Cosignature(Model):
    how: CosignedHow
    reason: Sentence | None = None
    stated_by: Sentence | None = None
    """Who outside the clinic said so; whoever signed has taken it down (rule 9)."""
    signed: Signature


class Orders(Model):
    """What the next treatment is planned as: phase, dose, interval; None is as before."""

    phase: PhaseName | None = None
    dose: float | None = Field(default=None, gt=0)
    """In the protocol's own unit."""
    interval_days: int | None = Field(default=None, ge=1)
    """From the last infusion to the next."""
    interval_said: bool = False
    """Whether a prescriber has said it; what the phase proposes holds nothing up."""


class Decision(Model):
    choice: Choice
    reason: Sentence
    orders: Orders = Orders()
    goal: Sentence | None = None
    """What the course is for; asked at the first decision (rule 15)."""
    course_end: Sentence | None = None
    """When the course ends; asked with the goal."""
    counts_toward_plan: bool | None = None
    """Whether a partial infusion counts (rule 11)."""
    review: Sentence | None = None
    """At a hard review: what good the treatment does her."""
    pause_until: Instant | None = None
    next_visit: NextVisit | None = None
    next_at: Instant | None = None
    """When the next visit is, where the decision moves or makes it."""
    inputs: str | None = None
    """A hash over all that the decision page showed when it was taken."""
    needs_cosignature: bool = False
    cosignature: Cosignature | None = None
    signed: Signature

    @property
    def in_force(self) -> bool:
        """Whether it holds: one that needs a second signature waits for it."""
        return self.cosignature is not None or not self.needs_cosignature

    @property
    def in_force_since(self) -> Instant | None:
        if not self.in_force:
            return None
        return self.cosignature.signed.happened_at if self.cosignature else self.signed.happened_at


class Returned(Model):
    """Follow-up has led back into treatment (rule 15)."""

    way: Return
    treatment: int
    """The first treatment since."""
    reason: Sentence
    signed: Signature
