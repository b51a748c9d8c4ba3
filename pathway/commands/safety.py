"""What must stop or start at once: screens, flags, holds, a death."""

from typing import Any

from pydantic import Field, model_validator

from pathway.commands.base import Command
from pathway.facts.safety import (
    DisclosureId,
    Relatedness,
    RiskLevel,
    ScreenAnswers,
    ScreenQuestion,
    Seriousness,
    Severity,
    ToldWhom,
)
from pathway.model import Instant, Sentence
from pathway.protocol import FlagKind, ItemName, ScreenAt, Tier


class RecordScreen(Command):
    name = "record_screen"
    says = "Record a direct suicide screen; what it finds pages as its tier demands."
    answers: ScreenAnswers
    asked_at: ScreenAt
    remote: bool = False


class RaiseFlag(Command):
    name = "raise_flag"
    says = "Raise a safety flag: a clinician is paged as its tier demands."
    tier: Tier = Tier.URGENT
    flag_kind: FlagKind = FlagKind.CLINICIAN


class AssessRisk(Command):
    name = "assess_risk"
    says = "Record a clinician's risk assessment: it lifts what the flags raised before it block."
    level: RiskLevel
    plan: Sentence
    good_until: Instant
    """Until when it holds; then somebody assesses again."""
    known: tuple[ScreenQuestion, ...] = ()
    """What is long known of her, as chronic ideation or an attempt: joined with the screens."""
    item9: int | None = Field(default=None, ge=0, le=3)
    """What she is known to answer to item 9; her last answer unless given."""


class ReviewFlag(Command):
    name = "review_flag"
    says = "Lift one flag about the body, such as a breathing one, after a prescriber's look."
    flag: str
    """As `waymark show` names it."""
    finding: Sentence


class ReportAdverseEvent(Command):
    name = "report_adverse_event"
    says = "Report an adverse event; a serious one pages a clinician."
    what: Sentence
    severity: Severity
    serious: tuple[Seriousness, ...] = ()
    related: Relatedness = Relatedness.NOT_JUDGED
    action: Sentence | None = None
    outcome: Sentence | None = None
    treatment: int | None = Field(default=None, ge=1)


class LiftDoseHold(Command):
    name = "lift_dose_hold"
    says = "Let the next dose go ahead after a clinician has reviewed what held it."
    item: ItemName
    reason: Sentence


_WORDS = frozenset({"person", "what", "why"})


class RecordDisclosure(Command):
    name = "record_disclosure"
    says = "Record what was told to somebody about the patient, and why."
    told: ToldWhom
    disclosure: DisclosureId | None = None
    """Where the records keep the words; they never come here."""

    @model_validator(mode="before")
    @classmethod
    def _without_words(cls, given: Any) -> Any:
        # Histories from before hold a name here: they still replay, and it is carried no further.
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if name not in _WORDS}


class HoldTexts(Command):
    name = "hold_texts"
    says = "Hold every text to this patient. Anyone on staff may, unverified."
    reason: Sentence


class ReleaseTexts(Command):
    name = "release_texts"
    says = "Let texts go out again."
    reason: Sentence


class ReportDeath(Command):
    name = "report_death"
    says = "Record the patient's death: everything stops at once."


class RetractDeath(Command):
    """Every dead end has a door (clinic-life rule 17), this one for the patient next in a list."""

    name = "retract_death"
    says = "Take back a death that was recorded for the wrong patient. Texts stay held."
    reason: Sentence
    """How it is known that the patient lives."""
