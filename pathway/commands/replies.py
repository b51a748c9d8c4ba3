"""What she writes, what becomes of texts to her, and whether her phone is hers."""

from datetime import date

from pydantic import Field

from pathway.commands.base import Command
from pathway.facts.replies import DoubtReason
from pathway.model import Sentence
from pathway.protocol import Digit


class RecordReply(Command):
    """Routed to this journey by the phone it came from. Its words stay in the records.

    `happened_at` is when it came in. Whoever gives the command has already read the message
    for words that mean a crisis, or a number that is not hers.
    """

    name = "record_reply"
    says = "Take up a text that the patient wrote."
    digit: Digit | None = None
    """Its one digit, where it is nothing else; None for anything in words."""
    crisis: bool = False
    wrong_number: bool = False
    """Whoever wrote says that she is not to be reached here."""
    message: str | None = None
    """Where the records keep it."""


class HandleMessages(Command):
    name = "handle_messages"
    says = "The patient's messages are read, and what they ask for is done or handed on."
    note: Sentence


class AnswerMessages(Command):
    """What is written to her stays in the records; the journey knows where."""

    name = "answer_messages"
    says = "Answer what the patient wrote by a text; `inbox answer` takes the words."
    words: str = Field(pattern=r"^[a-z0-9]{16,40}$")
    """Where the records keep the words."""


class RecordDeliveryFailure(Command):
    name = "record_delivery_failure"
    says = "A text that was sent did not reach the patient, for good."
    text: str
    """The text's agenda key, with the journey's reference before it or without."""
    reason: str
    """A code: unreachable, unknown_number, landline, filtered, opted_out ..."""
    number_at_fault: bool = False
    """No text can reach this number: the next ones become calls until somebody confirms it."""


class OptOut(Command):
    name = "opt_out"
    says = "The patient wants no more texts, in whatever words that was said."
    note: Sentence | None = None


class DoubtPhone(Command):
    name = "doubt_phone"
    says = "Stop texts to this number until somebody confirms that it is the patient's."
    why: DoubtReason = DoubtReason.WRONG_NUMBER


class ConfirmPhone(Command):
    name = "confirm_phone"
    says = "The number is the patient's: texts go to it again."
    note: Sentence


class CloseDay(Command):
    name = "close_day"
    says = "The clinic closes on a day: the visit of that day falls, and the patient is told once."
    day: date
    reason: Sentence
    opened_again: bool = False
    """It does not stay closed after all: it may be booked again; what fell stays as it is."""
