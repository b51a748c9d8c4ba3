"""Values that say why they are what they are: every threshold carries its evidence and source."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from pathway.durations import Duration
from pathway.model import Model, Sentence


class Evidence(StrEnum):
    """How well a value is founded, best first."""

    LABEL = "label"
    GUIDELINE = "guideline"
    TRIAL = "trial"
    CLINIC = "clinic"
    ARTICLE = "article"
    SET_BY_SITE = "set_by_site"


class Sourced(Model):
    """Why a value is what it is."""

    evidence: Evidence
    source: Sentence
    demo: bool = False
    """An invented value for the demonstration; publishing for real patients refuses it."""
    approved_by: Sentence | None = None
    """Who answers for the value, by name; asked of what a site sets itself."""
    approved_at: date | None = None
    """The day on which it was approved."""


class Group(Sourced):
    """Several values that rest on one thing, but for those set apart."""

    apart: dict[str, Sourced] = Field(default_factory=dict)
    """Fields of this group that rest on something else."""


class Count(Sourced):
    """A whole number; its unit stands in the name of the field that holds it."""

    value: int = Field(ge=0)


class Span(Sourced):
    value: Duration


class Switch(Sourced):
    """Whether a rule holds at all."""

    value: bool


class Limit(Sourced):
    """A number beyond which something happens, or None while the site has not set it.

    The unit stands in the name of the field that holds it.
    """

    value: float | None = Field(default=None, gt=0)


class OptionalSpan(Sourced):
    """A span that the site may leave open: then the rule does not hold."""

    value: Duration | None = None
