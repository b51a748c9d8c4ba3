"""How texts reach a patient, and what becomes of those that cannot (rules 22 to 27)."""

from datetime import time
from typing import Literal

from pydantic import Field

from pathway.durations import Duration
from pathway.model import Model
from pathway.protocol.sourced import Sourced


class Lateness(Model):
    """What becomes of a text that could not leave in its time."""

    within: Duration
    otherwise: Literal["skip", "nudge", "call"]


class QuietHours(Model):
    """No text leaves in these hours of the patient's day."""

    begins: time
    ends: time


class Inbox(Model):
    """A message that no question was open for goes to a person (rule 27)."""

    handle_within_staffed: Duration
    before_visit: Duration
    """This long before a visit it is an escalation at once."""


class Unreachable(Sourced):
    """How much trying it takes before a patient may be called not reached (rule 5)."""

    attempts: int = Field(ge=1)
    apart: Duration
    """Two tries nearer to each other than this are one."""


class Texting(Model):
    quiet_hours: QuietHours
    spread: Duration
    daily_cap: int = Field(ge=1)
    """Reminders in the patient's day; answers, check-ins and requests to call do not count."""
    coalesce: Literal["one_text_per_visit_day", "none"]
    never_within: Duration
    """Of an appointment's start: the patient is on the way."""
    ask_again_after: Duration
    """A second `please_call` within this time is skipped: the patient has just been asked."""
    late_reminder: Lateness
    late_please_call: Lateness
    late_checkin: Lateness
    late_answer: Lateness
    """Answers to a patient's own messages, which leave at once whatever the hour."""
    late_notice: Lateness
    """The notice that a day is closed."""
    answer_again_after: Duration
    """The same answer within this time is not sent again: a machine may be writing back."""
    look_up_after: tuple[Duration, ...] = Field(min_length=1)
    """When the provider is asked about a text whose outcome nobody knows."""
    inbox: Inbox
    unreachable: Unreachable
    why: Sourced | None = None
    """What the hours and limits rest on."""
