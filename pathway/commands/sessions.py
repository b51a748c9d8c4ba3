"""The sessions around an infusion: preparation before it, psychotherapy after it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from pathway.commands.base import AboutTreatment, Command
from pathway.commands.booking import CancelledBy
from pathway.facts import Choice, SessionOutcome
from pathway.model import Sentence


class RecordPreparation(AboutTreatment):
    name = "record_preparation"
    says = "Record that the preparation session was held."
    last_psychotherapy: bool = False
    """The psychotherapy session since the last infusion was the preparation too (rule 10)."""
    stated_by: Sentence | None = None
    """The therapist outside the clinic who held it; `by` has taken it down (rule 9)."""


class RecordPsychotherapy(AboutTreatment):
    name = "record_psychotherapy"
    says = "Record how the psychotherapy session ended."
    outcome: SessionOutcome = SessionOutcome.HELD
    reason: Sentence | None = None
    stated_by: Sentence | None = None
    """The therapist outside the clinic who said so; `by` has taken it down (rule 9)."""
    recommendation: Choice | None = None
    """What the therapist would decide; it counts as her co-signature (rule 9)."""
    recommendation_reason: Sentence | None = None
    wish_of: CancelledBy | None = None
    """Of a session not held: whose wish it was; hers counts as a no-show (rule 3)."""
    from_afar: bool = False
    """Held by telephone or video; to be signed where the protocol does not allow it."""
    for_good: bool = False
    """Not held, and nobody will make up for it inside the window either."""


class RecordRecommendation(AboutTreatment):
    name = "record_recommendation"
    says = "Record what the therapist recommends; it counts as the co-signature."
    recommendation: Choice
    reason: Sentence
    stated_by: Sentence | None = None


class RecordRefusedAnswer(Command):
    """She believes it recorded, and nobody else has heard it: a person sees to it."""

    name = "record_refused_answer"
    says = "A therapist's answer by a link was refused: put it on the work list."
    link: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """Where the records keep the answer."""
    treatment: int = Field(ge=1)
    """As she was asked about it; it need not be the present one."""
    answer: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    """What she answered, in words that tell a coordinator nothing clinical."""
    refusal: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    """The sentence by which the journey refused it."""
