"""What must be said before the first treatment: suitable, cleared, and consenting."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from pathway.facts.common import Signature
from pathway.model import Instant, Model, PathwayReference, Sentence
from pathway.protocol import ItemName

Name = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]


class Found(StrEnum):
    """The answer to one question of the screening; what was not asked never counts as absent."""

    PRESENT = "present"
    ABSENT = "absent"
    NOT_ASKED = "not_asked"


class AntidepressantTrial(Model):
    """One antidepressant that was tried. None is what nobody knows: it counts for nothing."""

    medicine: Name
    of_class: Name
    """SSRI, SNRI and so on, as the protocol names the classes."""
    weeks: int | None = Field(default=None, ge=0, le=1000)
    adequate_dose: bool | None = None
    taken_as_agreed: bool | None = None
    improvement_percent: int | None = Field(default=None, ge=-100, le=100)
    """How much of the symptoms went; below zero she got worse."""
    current_episode: bool | None = None
    counts_because: Sentence | None = None
    """A clinician's reason why a medicine of another class counts."""


class Assessment(Model):
    """A mental-health professional's judgement; nothing goes on without it (F2)."""

    suitable: bool
    reason: Sentence
    findings: dict[ItemName, Found] = Field(default_factory=dict)
    """An answer for each item that the protocol's screening asks about."""
    trials: tuple[AntidepressantTrial, ...] = ()
    age_years: int | None = None
    phq9: int | None = Field(default=None, ge=0, le=27)
    """Total of the depression questionnaire at entry."""
    history_medical: bool = False
    """Whether the full medical history was taken."""
    history_mental_health: bool = False
    good_overall_health: bool | None = None
    signed: Signature


class IntervalReview(Model):
    """One page instead of a new assessment, once it has gone stale (rule 17)."""

    suitable: bool
    reason: Sentence
    findings: dict[ItemName, Found] = Field(default_factory=dict)
    """Only what was asked again; the rest stands as the assessment has it."""
    signed: Signature


class Clearance(Model):
    """A named prescriber lets a finding be no obstacle, and says why (rule 17)."""

    item: ItemName
    reason: Sentence
    signed: Signature


class Consent(Model):
    """Informed consent to the programme (F3), given or withdrawn."""

    given: bool
    form_version: int = Field(default=1, ge=1)
    """The version of the form she signed."""
    text_consent_asked: bool = False
    """Whether she was asked if she agrees to texts; her answer is in her contact."""
    reason: Sentence | None = None
    signed: Signature


class LinkedJourney(Model):
    """The journey she had before: a readmission is a new one, linked to it (rule 15)."""

    reference: PathwayReference
    treatments: int = Field(ge=0)
    """In all journeys before this one."""
    milligrams: float | None = Field(default=None, ge=0)
    """The drug given in all of them; None where it was not recorded."""
    ended_at: Instant | None = None
    outcome: str | None = None
