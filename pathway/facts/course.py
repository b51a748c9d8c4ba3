"""What comes of a treatment: the session after it."""

from enum import StrEnum

from pathway.facts.common import Signature
from pathway.model import Instant, Model, Sentence
from pathway.protocol import Choice


class SessionOutcome(StrEnum):
    HELD = "held"
    HELD_LATE = "held_late"
    DECLINED = "declined"
    NOT_REACHED = "not_reached"
    NOT_HELD = "not_held"

    @property
    def took_place(self) -> bool:
        return self in {SessionOutcome.HELD, SessionOutcome.HELD_LATE}


class Recommendation(Model):
    """What the therapist would decide, in her own name (rule 9)."""

    choice: Choice
    reason: Sentence | None = None
    stated_by: Sentence | None = None
    """Her name where she has no sign-in: stated by her, taken by `signed.by`."""
    signed: Signature


class Psychotherapy(Model):
    """How the session after the infusion ended, said by a person."""

    outcome: SessionOutcome
    reason: Sentence | None = None
    stated_by: Sentence | None = None
    """Whoever said so where she has no sign-in; `signed.by` has taken it down (rule 9)."""
    recommendation: Recommendation | None = None
    from_afar: bool = False
    """Held by telephone or video."""
    deviations: tuple[Sentence, ...] = ()
    """What of it the protocol does not allow; it took place all the same."""
    signed: Signature

    @property
    def ended_at(self) -> Instant:
        return self.signed.happened_at
