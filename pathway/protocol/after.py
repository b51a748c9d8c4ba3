"""After a treatment and after the course: check-in, decision, follow-up (F9, F11 to F13)."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from pathway.conditions import Condition
from pathway.durations import Duration
from pathway.model import Model
from pathway.moments import Moment
from pathway.protocol.sourced import Count, Group, Sourced
from pathway.protocol.steps import StepRules
from pathway.protocol.vocabulary import Digit, LadderName, Mood, Say, Template
from pathway.roles import Role


class Choice(StrEnum):
    """The clinician's taper decision (F11). The form never suggests one."""

    CONTINUE_SAME = "continue_same"
    DECREASE_DOSE = "decrease_dose"
    INCREASE_DOSE = "increase_dose"
    LENGTHEN_INTERVAL = "lengthen_interval"
    SHORTEN_INTERVAL = "shorten_interval"
    DECREASE_AND_LENGTHEN = "decrease_and_lengthen"
    EXTRA_TREATMENT = "extra_treatment"
    PAUSE = "pause"
    COMPLETE = "complete"
    DISCONTINUE = "discontinue"
    REFER = "refer"

    @property
    def goes_on(self) -> bool:
        return self not in {Choice.COMPLETE, Choice.DISCONTINUE, Choice.REFER}


class Worse(Model):
    """Feels worse: an answer at once, and a clinician who owns a call today (rule 20)."""

    reply: Template
    escalate: LadderName


class NoAnswer(Model):
    """No answer is a nudge, and only where it matters (rule 20)."""

    after: Duration
    to: Role
    only_if: Condition | None = None


class CheckInRules(Group):
    """A text some hours after an infusion: how do you feel?"""

    opens: Moment
    closes: Moment
    """Where quiet hours would eat it, it goes earlier, but not before `opens`."""
    text: Template
    answers: dict[Digit, Mood]
    worse: Worse
    no_answer: NoAnswer


class CoSignature(Model):
    """Who signs beside the prescriber, and for which decisions (rule 9)."""

    who: Role
    cover: Role
    required_for: tuple[Choice, ...]
    recommendation_in_record_counts: bool


class Advice(Sourced):
    """What the course so far offers for thought; never preselected, never forbidding (rule 16)."""

    when: Condition
    offer: tuple[Choice, ...] = Field(min_length=1)
    says: Say


class DecisionRules(StepRules):
    options: tuple[Choice, ...] = Field(min_length=2)
    cosigned_by: CoSignature
    advice: tuple[Advice, ...] = ()


class Relapse(Sourced):
    """Flagged only after a response (rule 16)."""

    phq9_at_least: Count
    change_below_percent: Count
    on_consecutive_scores: int = Field(ge=1)


class Return(StrEnum):
    """How follow-up leads back into treatment, after an interval review (rule 15)."""

    BOOSTER = "booster"
    MAINTENANCE = "maintenance"
    REPEAT_COURSE = "repeat_course"


class CallAfter(Model):
    after: Duration
    to: Role


class FollowUpRules(Group):
    owner: Role
    checkins_after: tuple[Duration, ...] = Field(min_length=1)
    """From the day the course ended."""
    text: Template
    answers: dict[Digit, Mood]
    worse: Worse
    no_answer: CallAfter
    phq9_after: tuple[Duration, ...]
    therapy_attendance: Literal["asked", "not_asked"]
    relapse: Relapse
    return_to_treatment: tuple[Return, ...] = ()
