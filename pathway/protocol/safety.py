"""Safety without harm: tiers, what they block, and what lifts a block (rules 18, 21, 24)."""

from enum import StrEnum

from pydantic import Field

from pathway.durations import Duration
from pathway.model import Model
from pathway.protocol.sourced import Count, Group, Sourced
from pathway.protocol.vocabulary import ItemName, LadderName


class Tier(StrEnum):
    """How grave a safety flag is, least first (rule 18)."""

    REVIEW = "review"
    URGENT = "urgent"
    HIGH = "high"


class FlagKind(StrEnum):
    """What raised a flag. Seen by clinicians; a page never names it."""

    SUICIDE_SCREEN = "suicide_screen"
    PHQ9_ITEM9 = "phq9_item9"
    CRISIS_WORDS = "crisis_words"
    FEELS_WORSE = "feels_worse"
    HIGH_BLOOD_PRESSURE = "symptomatic_high_blood_pressure"
    RESPIRATORY_DEPRESSION = "respiratory_depression"
    PERSISTENT_DISSOCIATION = "persistent_dissociation"
    SERIOUS_ADVERSE_EVENT = "serious_adverse_event"
    CLINICIAN = "clinician"


BODILY = frozenset(
    {
        FlagKind.HIGH_BLOOD_PRESSURE,
        FlagKind.RESPIRATORY_DEPRESSION,
        FlagKind.PERSISTENT_DISSOCIATION,
        FlagKind.SERIOUS_ADVERSE_EVENT,
    }
)
"""What the medicine may have done to her: no judgement of her risk lifts these."""


class Blocked(StrEnum):
    """What an open flag blocks; never a transfer, never leaving against advice."""

    START_INFUSION = "start_infusion"
    DISCHARGE = "discharge"


class ReviewTier(Sourced):
    """Known or stable: a clinician assesses before the patient leaves, and is paged only if not."""

    page_if_not_done_in: Duration
    ladder: LadderName


class UrgentTier(Sourced):
    """New or worse, a high item 9, or any answer given from afar."""

    phq9_item9_at_least: Count
    ladder: LadderName


class HighTier(Sourced):
    """The acuity answer, intent, or behaviour lately: the patient is not left alone."""

    behaviour_within: Duration
    ladder: LadderName
    not_left_alone: bool


class HoldNextDose(Group):
    """Findings that hold the next dose, page nobody at night, and hold nobody here (rule 24)."""

    items: tuple[ItemName, ...]
    """Preflight items whose answer `yes` holds it."""
    review_within_business_days: int = Field(ge=1)


class Safety(Model):
    review: ReviewTier
    urgent: UrgentTier
    high: HighTier
    blocks: tuple[Blocked, ...]
    hold_next_dose: HoldNextDose
