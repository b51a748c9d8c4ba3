"""A journey begins: opened, assessed, cleared, consenting."""

from typing import Literal

from pathway.calendar import Calendar
from pathway.events.base import BaseEvent
from pathway.facts import Appointment, Assessment, Consent, Signature
from pathway.facts.entering import Clearance, IntervalReview, LinkedJourney
from pathway.journey import Contact
from pathway.model import PathwayReference, Sentence, StaffId
from pathway.protocol import Protocol


class JourneyOpened(BaseEvent):
    kind: Literal["journey_opened"] = "journey_opened"
    reference: PathwayReference
    protocol: Protocol
    calendar: Calendar
    contact: Contact
    linked: LinkedJourney | None = None
    """The journey she had before, where this one readmits her."""


class AssessmentBooked(BaseEvent):
    """Booked or moved: its appointment is now this one."""

    kind: Literal["assessment_booked"] = "assessment_booked"
    appointment: Appointment | None
    """None: it will not take place."""
    by: StaffId


class AssessmentCancelled(BaseEvent):
    """It will not take place, or did not: it is booked anew, or she is not coming."""

    kind: Literal["assessment_cancelled"] = "assessment_cancelled"
    revision: int
    wish_of: str
    reason: Sentence
    no_show: bool = False
    """By the patient's wish, when the time had come (rule 3)."""
    stated_by: Sentence | None = None
    signed: Signature


class AssessmentRecorded(BaseEvent):
    kind: Literal["assessment_recorded"] = "assessment_recorded"
    assessment: Assessment


class IntervalReviewed(BaseEvent):
    kind: Literal["interval_reviewed"] = "interval_reviewed"
    review: IntervalReview


class ClearanceRecorded(BaseEvent):
    kind: Literal["clearance_recorded"] = "clearance_recorded"
    clearance: Clearance


class ConsentRecorded(BaseEvent):
    kind: Literal["consent_recorded"] = "consent_recorded"
    consent: Consent
