"""What texts ask her, what she answers, and what is known of her phone and of closed days."""

from datetime import date
from enum import StrEnum

from pathway.facts.common import Signature, Step
from pathway.model import Instant, Model, Sentence
from pathway.protocol.vocabulary import Asked, Digit, Mood, Template

Means = Mood | Asked


class Question(Model):
    """What a text asks. Its digits mean this, and nothing in any other question."""

    answers: dict[Digit, Means]
    treatment: int | None = None
    step: Step | None = None
    """The step whose appointment it is about; None asks how she feels."""
    revision: int | None = None
    """The appointment's revision: about a moved one she is asked anew."""

    @property
    def about_a_visit(self) -> bool:
        return self.step is not None


class OpenQuestion(Model):
    """A question that a text has asked."""

    key: str
    """The text's agenda key."""
    at: Instant
    question: Question


class Confirmed(Model):
    """An appointment that she said she will come to."""

    treatment: int
    step: Step
    revision: int


class MoodAnswer(Model):
    """How she said she feels."""

    mood: Mood
    at: Instant
    treatment: int | None = None
    asked_by: str
    """The agenda key of the text that asked; where a person asked, what she would be asked by."""


class OwedAnswer(Model):
    """A text that answers her own message, at once (rules 19 and 27)."""

    key: str
    template: Template
    at: Instant
    """When she wrote."""
    speaks_of: Instant | None = None
    words: str | None = None
    """Where the records keep what a member of staff wrote."""


class DoubtReason(StrEnum):
    """Why it is doubted that a number is hers."""

    WRONG_NUMBER = "wrong_number"
    NAME_DOES_NOT_FIT = "name_does_not_fit"
    UNDELIVERABLE = "undeliverable"


class PhoneDoubt(Model):
    """Until a person confirms her number no text goes to it (rule 26)."""

    why: DoubtReason
    signed: Signature


class ClosedVisit(Model):
    """The visit that a closed day took from her; she is told once (story 10)."""

    day: date
    visit_at: Instant
    closed_at: Instant
    treatment: int | None
    reason: Sentence
