"""Entering the programme: assessment, clearances, the interval review, consent."""

from pydantic import Field

from pathway.commands.base import Command
from pathway.facts.entering import AntidepressantTrial, Found
from pathway.facts.safety import ScreenAnswers
from pathway.model import Instant, Sentence
from pathway.protocol import ItemName


class BookAssessment(Command):
    name = "book_assessment"
    says = "Book the assessment, or move it to another time."
    at: Instant
    minutes: int = Field(default=90, ge=5, le=480)


class RecordAssessment(Command):
    name = "record_assessment"
    says = "Record the signed assessment of a mental-health professional."
    suitable: bool
    reason: Sentence
    findings: dict[ItemName, Found] = Field(default_factory=dict)
    others: Found = Found.NOT_ASKED
    """What holds for every item of the screening that is not named."""
    trials: tuple[AntidepressantTrial, ...] = ()
    age_years: int | None = Field(default=None, ge=0, le=130)
    phq9: int | None = Field(default=None, ge=0, le=27)
    history_medical: bool = False
    history_mental_health: bool = False
    good_overall_health: bool | None = None
    screen: ScreenAnswers | None = None
    """The direct suicide screen, where it was asked with the assessment."""


class RecordIntervalReview(Command):
    name = "record_interval_review"
    says = "Record the one-page review that renews an assessment gone stale."
    suitable: bool
    reason: Sentence
    findings: dict[ItemName, Found] = Field(default_factory=dict)


class RecordClearance(Command):
    name = "record_clearance"
    says = "Record a prescriber's clearance of what the assessment found, with the reason."
    item: ItemName
    reason: Sentence


class RecordConsent(Command):
    name = "record_consent"
    says = "Record informed consent, given or withdrawn."
    given: bool
    form_version: int | None = Field(default=None, ge=1)
    """The version of the form she signed; the protocol's present one unless given."""
    text_consent_asked: bool = False
    reason: Sentence | None = None
