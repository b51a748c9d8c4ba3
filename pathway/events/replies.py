"""What she wrote and what it meant; her phone in doubt; a day closed."""

from datetime import date
from typing import Literal

from pathway.events.base import BaseEvent
from pathway.facts import Signature
from pathway.facts.replies import (
    ClosedVisit,
    Confirmed,
    Means,
    MoodAnswer,
    OwedAnswer,
    PhoneDoubt,
)
from pathway.model import Sentence
from pathway.protocol import Digit


class ReplyReceived(BaseEvent):
    """She wrote. Her words are in the records alone."""

    kind: Literal["reply_received"] = "reply_received"
    digit: Digit | None = None
    means: Means | None = None
    """None: no question was open for it, so a person reads it."""
    crisis: bool = False
    message: str | None = None
    """Where the records keep it."""
    signed: Signature


class AppointmentConfirmed(BaseEvent):
    kind: Literal["appointment_confirmed"] = "appointment_confirmed"
    confirmed: Confirmed
    signed: Signature | None = None
    """Who took it down by telephone; None was her own digit."""


class CallAsked(BaseEvent):
    """By her digit: the call is what there is to do, and nothing of it is left to read."""

    kind: Literal["call_asked"] = "call_asked"
    call: str
    """The line of the call; one that stands already stands for this too."""


class InterpreterConfirmed(BaseEvent):
    """An interpreter is ordered for an appointment, and comes."""

    kind: Literal["interpreter_confirmed"] = "interpreter_confirmed"
    confirmed: Confirmed
    signed: Signature


class MoodReported(BaseEvent):
    kind: Literal["mood_reported"] = "mood_reported"
    answer: MoodAnswer


class AnswerOwed(BaseEvent):
    """Her own message is answered at once."""

    kind: Literal["answer_owed"] = "answer_owed"
    answer: OwedAnswer


class PhoneDoubted(BaseEvent):
    kind: Literal["phone_doubted"] = "phone_doubted"
    doubt: PhoneDoubt


class PhoneConfirmed(BaseEvent):
    kind: Literal["phone_confirmed"] = "phone_confirmed"
    note: Sentence
    signed: Signature


class TextUndelivered(BaseEvent):
    """A text that was sent did not reach her, for good."""

    kind: Literal["text_undelivered"] = "text_undelivered"
    key: str
    reason: str
    number_at_fault: bool


class BookingClosed(BaseEvent):
    """The clinic closes on a day: nothing is booked on it, until it is opened again."""

    kind: Literal["booking_closed"] = "booking_closed"
    day: date
    reason: Sentence
    opened_again: bool = False
    signed: Signature


class DayClosed(BaseEvent):
    """The clinic closes on the day of her visit."""

    kind: Literal["day_closed"] = "day_closed"
    visit: ClosedVisit
    signed: Signature
