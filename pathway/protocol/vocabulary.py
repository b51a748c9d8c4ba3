"""The closed vocabularies of a protocol: templates, ladders, levels, instruments."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from pathway.model import Sentence


class Template(StrEnum):
    """The texts a patient can get; their words are in config/messages/."""

    APPOINTMENT = "appointment"
    APPOINTMENT_TOMORROW = "appointment_tomorrow"
    APPOINTMENT_TODAY = "appointment_today"
    BEFORE_VISIT = "before_visit"
    PLEASE_CALL = "please_call"
    FEELING_CHECKIN = "feeling_checkin"
    CHECKIN_THANKS = "checkin_thanks"
    SUPPORT_NUMBERS = "support_numbers"
    """The numbers to turn to at once; only ever the answer to her own message (rule 19)."""
    CALL_YOU_BACK = "call_you_back"
    WHEN_WE_READ = "when_we_read"
    """Tells somebody who wrote out of hours when people read (rule 27)."""
    DAY_CLOSED = "day_closed"
    STAFF_ANSWER = "staff_answer"
    """What a member of staff writes back to her."""
    WELCOME = "welcome"
    """What she has agreed to when she agrees to texts (rule 25)."""


class LadderName(StrEnum):
    FOLLOW_UP = "follow_up"
    FOLLOW_UP_HIGH_RISK = "follow_up_high_risk"
    NO_SHOW = "no_show"
    DECISION = "decision"
    INBOX = "inbox"
    URGENT_CALL = "urgent_call"
    SAFETY = "safety"
    CHAIR = "chair"


class Level(StrEnum):
    """How grave an open escalation is, least first."""

    ATTENTION = "attention"
    FOLLOW_UP = "follow_up"
    URGENT = "urgent"
    SAFETY = "safety"


class Mood(StrEnum):
    """The answer to the question how the patient feels."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


class Asked(StrEnum):
    """The patient's answer about an appointment."""

    CONFIRMED = "confirmed"
    CALL_ME = "call_me"


Digit = Annotated[str, StringConstraints(pattern=r"^[1-9]$")]
"""What she types to answer."""

ItemName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
"""The name of a screening or preflight item, which the protocol gives."""

Say = Annotated[Sentence, Field(max_length=200)]
"""A line that others are built around: it must leave them room."""
