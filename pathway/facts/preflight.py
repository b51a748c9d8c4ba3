"""What is asked and measured before a start (rule 12)."""

from enum import StrEnum

from pydantic import Field

from pathway.facts.common import Signature
from pathway.facts.readings import Vitals
from pathway.model import Instant, Model, Sentence
from pathway.protocol import ItemName

POUNDS_IN_A_KILOGRAM = 2.2046226


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"
    NOT_YET = "not_yet"


class Preflight(Model):
    """The answers of one day. Entered in parts, a later part stands over an earlier one."""

    answers: dict[ItemName, Answer] = Field(default_factory=dict)
    reasons: dict[ItemName, Sentence] = Field(default_factory=dict)
    """Why an item does not apply to her."""
    answered_by: dict[ItemName, Instant] = Field(default_factory=dict)
    """By when what is not answered yet will be."""
    weight_kg: float | None = Field(default=None, gt=0)
    weight_confirmed: bool = False
    """Weighed once more, because it differs from her last weight."""
    reading: Vitals | None = None
    """The reading before the start; later ones are compared with it."""
    pressure_decision: Sentence | None = None
    """A prescriber's word on a blood pressure above the limit."""
    signed: Signature

    @property
    def weight_lb(self) -> float | None:
        return None if self.weight_kg is None else round(self.weight_kg * POUNDS_IN_A_KILOGRAM, 1)
