"""What holds for every step: its owner, its window, its reminders, and what a miss sets off."""

from typing import Literal

from pydantic import Field, field_validator

from pathway.durations import Duration
from pathway.model import Model, Sentence
from pathway.moments import Moment
from pathway.protocol.sourced import Sourced, Span, Switch
from pathway.protocol.vocabulary import Asked, Digit, LadderName, Say, Template
from pathway.roles import Role


class Reminder(Model):
    """A text to the patient that hangs on an appointment or a deadline."""

    at: Moment
    text: Template
    when: Literal["booked", "not_booked"] = "booked"


class Nudge(Model):
    """A line on the work list when a step has stood still for a while; nobody is paged."""

    after: Duration
    to: Role
    say: Say
    when: Literal["not_booked", "not_done"] = "not_done"


class AskFirst(Model):
    """Before a ladder starts over an appointment that took place, its owner is asked."""

    who: Role
    wait: Duration


class Missed(Model):
    """What a step that did not happen sets off."""

    grace: Duration
    escalate: LadderName
    high_risk: LadderName | None = None
    """The ladder for a patient whose risk a clinician has called high (rule 21)."""
    ask_first: AskFirst | None = None


class NoShow(Model):
    """An appointment that passed while its deadline has not: a nudge, at once."""

    grace: Duration
    to: Role
    say: Say


class StepRules(Model):
    """What holds for one step of a treatment."""

    title: Sentence | None = None
    """What people call the step, where the programme's own word does not fit."""
    owner: Role
    opens: Moment | None = None
    due: Moment | None = None
    why: Sourced | None = None
    """What its window and its graces rest on."""
    reminders: tuple[Reminder, ...] = ()
    confirm_by_reply: dict[Digit, Asked] = Field(default_factory=dict)
    """What the digits under a reminder mean; once confirmed nobody is asked again."""
    nudges: tuple[Nudge, ...] = ()
    no_show: NoShow | None = None
    missed: Missed | None = None

    @field_validator("reminders")
    @classmethod
    def _at_different_times(cls, reminders: tuple[Reminder, ...]) -> tuple[Reminder, ...]:
        # The moment is a part of the agenda's key: the second of two would never leave.
        seen = [(str(reminder.at), reminder.when) for reminder in reminders]
        for at, when in seen:
            if seen.count((at, when)) > 1:
                raise ValueError(f"expected one reminder for each moment; {at} has several")
        return reminders


class AssessmentRules(StepRules):
    book_within: Span


class PreparationRules(StepRules):
    required: Switch
    valid_for: Span
    """A preparation stays good for this long when its infusion moves (rule 10)."""
    may_be_last_psychotherapy: bool
    """The session since the last infusion may count, if the therapist ticks it (rule 10)."""


class PsychotherapyRules(StepRules):
    remote_allowed: bool
    minutes: int = 60
    """How long the slot is that an infusion brings along."""
