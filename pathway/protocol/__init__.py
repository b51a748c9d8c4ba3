"""A protocol: every number, wording and ladder of the programme, as data.

The flow of the programme is code; what it waits for, for how long, whom it turns to and
with which text stands in one file, whose model is here.
"""

from typing import Annotated

from pydantic import Field

from pathway.model import Model, Sentence
from pathway.protocol.after import (
    Advice,
    CallAfter,
    CheckInRules,
    Choice,
    CoSignature,
    DecisionRules,
    FollowUpRules,
    NoAnswer,
    Relapse,
    Return,
    Worse,
)
from pathway.protocol.course import (
    Course,
    Dose,
    DoseUnit,
    Drug,
    Phase,
    PhaseName,
    Planned,
    Reviews,
)
from pathway.protocol.eligibility import (
    ConsentForm,
    Eligibility,
    EntryGate,
    Freshness,
    Policy,
    ScreeningItem,
    Severity,
    TrialCriteria,
)
from pathway.protocol.hashes import digest, without_words, words_alone
from pathway.protocol.ladders import Ladder, Ladders, Rung
from pathway.protocol.measures import Gad7Rules, Phq9Rules, Scores, ScreenAt
from pathway.protocol.safety import (
    BODILY,
    Blocked,
    FlagKind,
    HighTier,
    HoldNextDose,
    ReviewTier,
    Safety,
    Tier,
    UrgentTier,
)
from pathway.protocol.sourced import (
    Count,
    Evidence,
    Group,
    Limit,
    OptionalSpan,
    Sourced,
    Span,
    Switch,
)
from pathway.protocol.steps import (
    AskFirst,
    AssessmentRules,
    Missed,
    NoShow,
    Nudge,
    PreparationRules,
    PsychotherapyRules,
    Reminder,
    StepRules,
)
from pathway.protocol.texting import Inbox, Lateness, QuietHours, Texting
from pathway.protocol.visit import (
    Alerts,
    AllowedMinutes,
    AskedItem,
    Computed,
    DischargeCriteria,
    EscortWay,
    IfStopped,
    InfusionRules,
    LeftEarly,
    MonitoringRules,
    MustHave,
    Preflight,
    Pressure,
    StopReview,
    VitalsRules,
)
from pathway.protocol.vocabulary import (
    Asked,
    Digit,
    ItemName,
    LadderName,
    Level,
    Mood,
    Say,
    Template,
)


class Steps(Model):
    assessment: AssessmentRules
    preparation: PreparationRules
    infusion: InfusionRules
    monitoring: MonitoringRules
    checkin: CheckInRules
    psychotherapy: PsychotherapyRules
    decision: DecisionRules
    follow_up: FollowUpRules


class Protocol(Model):
    """One protocol at one version; a journey carries the whole of the one it started with."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    version: int = Field(ge=1)
    title: Sentence
    drug: Drug
    eligibility: Eligibility
    course: Course
    steps: Steps
    scores: Scores
    safety: Safety
    texting: Texting
    ladders: Ladders

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"

    @property
    def content_hash(self) -> str:
        """Everything in it, its version too: what a signature stands under."""
        return digest(self.model_dump(mode="json"))

    @property
    def timing_hash(self) -> str:
        """Everything but words, evidence and version: while it stays, no clock moves."""
        return digest(without_words(self))

    @property
    def wording_hash(self) -> str:
        """The words and what the values rest on."""
        return digest(words_alone(self))


__all__ = [
    "BODILY",
    "Advice",
    "Alerts",
    "AllowedMinutes",
    "AskFirst",
    "Asked",
    "AskedItem",
    "AssessmentRules",
    "Blocked",
    "CallAfter",
    "CheckInRules",
    "Choice",
    "CoSignature",
    "Computed",
    "ConsentForm",
    "Count",
    "Course",
    "DecisionRules",
    "Digit",
    "DischargeCriteria",
    "Dose",
    "DoseUnit",
    "Drug",
    "Eligibility",
    "EntryGate",
    "EscortWay",
    "Evidence",
    "FlagKind",
    "FollowUpRules",
    "Freshness",
    "Gad7Rules",
    "Group",
    "HighTier",
    "HoldNextDose",
    "IfStopped",
    "Inbox",
    "InfusionRules",
    "ItemName",
    "Ladder",
    "LadderName",
    "Ladders",
    "Lateness",
    "LeftEarly",
    "Level",
    "Limit",
    "Missed",
    "MonitoringRules",
    "Mood",
    "MustHave",
    "NoAnswer",
    "NoShow",
    "Nudge",
    "OptionalSpan",
    "Phase",
    "PhaseName",
    "Phq9Rules",
    "Planned",
    "Policy",
    "Preflight",
    "PreparationRules",
    "Pressure",
    "Protocol",
    "PsychotherapyRules",
    "QuietHours",
    "Relapse",
    "Reminder",
    "Return",
    "ReviewTier",
    "Reviews",
    "Rung",
    "Safety",
    "Say",
    "Scores",
    "ScreenAt",
    "ScreeningItem",
    "Severity",
    "Sourced",
    "Span",
    "StepRules",
    "Steps",
    "StopReview",
    "Switch",
    "Template",
    "Texting",
    "Tier",
    "TrialCriteria",
    "UrgentTier",
    "VitalsRules",
    "Worse",
]
