"""Attempts to reach a patient, or somebody about her (rule 5)."""

from enum import StrEnum

from pathway.facts.common import Signature
from pathway.model import Instant, Model, Sentence


class ContactWay(StrEnum):
    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"
    IN_PERSON = "in_person"


class ContactWith(StrEnum):
    PATIENT = "patient"
    ESCORT = "escort"
    EMERGENCY_CONTACT = "emergency_contact"
    THERAPIST = "therapist"
    OTHER = "other"


class ContactOutcome(StrEnum):
    REACHED = "reached"
    LEFT_MESSAGE = "left_message"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    CALL_AGAIN = "call_again"
    """Spoken with, and asked to call at another time."""


class ContactAttempt(Model):
    """Who tried to reach whom, when and how, what came of it, and when the next try is."""

    about: str
    """A line of the work list, or an escalation."""
    way: ContactWay
    whom: ContactWith
    outcome: ContactOutcome
    next_try: Instant | None = None
    note: Sentence | None = None
    signed: Signature

    @property
    def at(self) -> Instant:
        return self.signed.happened_at
