"""Screens, flags, assessments, and what stops things at once: texts on hold, a death."""

from typing import Literal

from pathway.events.base import BaseEvent
from pathway.facts import Signature
from pathway.facts.safety import (
    AdverseEvent,
    Disclosure,
    DoseHold,
    RiskAssessment,
    SafetyFlag,
    SuicideScreen,
)
from pathway.journey import Hold
from pathway.model import Sentence


class ScreenRecorded(BaseEvent):
    kind: Literal["screen_recorded"] = "screen_recorded"
    screen: SuicideScreen


class FlagRaised(BaseEvent):
    kind: Literal["flag_raised"] = "flag_raised"
    flag: SafetyFlag


class RiskAssessed(BaseEvent):
    """A clinician has assessed her."""

    kind: Literal["risk_assessed"] = "risk_assessed"
    assessment: RiskAssessment
    lifts: tuple[str, ...] | None = None
    """The flags that it covers; None, as older journals have it, is every one then open."""


class FlagReviewed(BaseEvent):
    """A prescriber has looked at what a flag about her body told of."""

    kind: Literal["flag_reviewed"] = "flag_reviewed"
    flag: str
    finding: Sentence
    signed: Signature


class AdverseEventReported(BaseEvent):
    kind: Literal["adverse_event_reported"] = "adverse_event_reported"
    adverse_event: AdverseEvent


class DoseHeld(BaseEvent):
    kind: Literal["dose_held"] = "dose_held"
    hold: DoseHold


class DoseHoldLifted(BaseEvent):
    kind: Literal["dose_hold_lifted"] = "dose_hold_lifted"
    item: str
    reason: Sentence
    signed: Signature


class DisclosureRecorded(BaseEvent):
    kind: Literal["disclosure_recorded"] = "disclosure_recorded"
    disclosure: Disclosure


class TextsHeld(BaseEvent):
    kind: Literal["texts_held"] = "texts_held"
    hold: Hold


class TextsReleased(BaseEvent):
    kind: Literal["texts_released"] = "texts_released"
    signed: Signature
    reason: Sentence


class DeathReported(BaseEvent):
    kind: Literal["death_reported"] = "death_reported"
    signed: Signature


class DeathRetracted(BaseEvent):
    """It was recorded for the wrong patient: this one lives."""

    kind: Literal["death_retracted"] = "death_retracted"
    signed: Signature
    reason: Sentence
