"""What became of agenda items and texts, and what holds texts back."""

from pathway.facts.replies import (
    ClosedVisit,
    Confirmed,
    MoodAnswer,
    OpenQuestion,
    OwedAnswer,
    PhoneDoubt,
)
from pathway.model import Instant, Model, Sentence, StaffId
from pathway.protocol import Template


class Settled(Model):
    """What became of an agenda item. Its key never runs again."""

    at: Instant
    outcome: str
    reason: str


class Deferral(Model):
    until: Instant
    reason: str


class DoubtfulText(Model):
    """A text whose outcome nobody knows; the provider is asked, it is never sent again."""

    intent: str
    line: str
    treatment: int | None
    since: Instant
    asked: int = 0


class SentText(Model):
    key: str
    at: Instant
    counts: bool
    """Whether it counts against the daily cap."""
    template: Template
    about: Instant | None = None
    """The appointment that it spoke of."""


class Welcome(Model):
    """What the opt-in text is owed as: anew with another phone or consent."""

    number: int
    """It names the text, and never comes again."""
    since: Instant
    gone: bool = False
    """She has it, or may have it."""


class Messages(Model):
    """What texts have asked, what she has written, and what is known of her phone."""

    received: int = 0
    questions: tuple[OpenQuestion, ...] = ()
    """The latest about a visit and the latest about how she feels, oldest first."""
    confirmed: tuple[Confirmed, ...] = ()
    interpreters: tuple[Confirmed, ...] = ()
    """Appointments whose interpreter is ordered and comes."""
    moods: tuple[MoodAnswer, ...] = ()
    """The latest; the journal has them all."""
    owed: tuple[OwedAnswer, ...] = ()
    """The latest answers to her own messages."""
    phone_doubt: PhoneDoubt | None = None
    closed: tuple[ClosedVisit, ...] = ()
    welcome: Welcome | None = None
    """None in journeys that began before there was an opt-in text."""
    undelivered: tuple[str, ...] = ()
    """Agenda keys of texts that did not reach her; a failure told twice is one."""


class DiaryEntry(Model):
    """Why something was, or was not, sent or done."""

    at: Instant
    key: str
    line: str
    outcome: str
    reason: str


class Hold(Model):
    by: StaffId
    at: Instant
    reason: Sentence


COUNTED_TEMPLATES = frozenset(
    {
        Template.APPOINTMENT,
        Template.APPOINTMENT_TOMORROW,
        Template.APPOINTMENT_TODAY,
        Template.BEFORE_VISIT,
    }
)
"""Reminders: what counts against the daily cap, and what a visit day needs one of (rule 25)."""
