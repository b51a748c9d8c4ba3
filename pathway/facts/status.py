"""Where a journey stands beside its steps: paused, in hospital, leaving the programme."""

from enum import StrEnum

from pydantic import Field

from pathway.facts.booking import Proposal
from pathway.facts.common import Appointment, Signature
from pathway.model import Instant, Model, Sentence


class ClockAnswer(StrEnum):
    """What becomes of something that is already running or booked."""

    KEEP = "keep"
    SHIFT = "shift"
    """It moves by as many whole weeks as the pause lasts, so that its weekday stays."""
    CANCEL = "cancel"


class Shifted(Model):
    """An appointment that waits for the end of a pause."""

    treatment: int | None
    """None for the assessment's own."""
    appointment: Appointment


class Pause(Model):
    since: Instant
    until: Instant | None = None
    """When somebody looks at it again; nothing resumes by itself."""
    reason: Sentence
    shifted: tuple[Shifted, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    """Proposed visits that wait for its end too."""
    signed: Signature


class HospitalStay(Model):
    """She is in hospital, wherever that is: every text is paused (rule 23)."""

    since: Instant
    reason: Sentence | None = None
    signed: Signature


class LeavingKind(StrEnum):
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"


class Leaving(Model):
    """She leaves the programme, or her care goes elsewhere; a person closes the journey."""

    kind: LeavingKind
    reason: Sentence
    to: Sentence | None = Field(default=None)
    """Who takes her over."""
    signed: Signature
