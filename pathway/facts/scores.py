"""Questionnaires as she answered them: item by item, what is missing stays missing."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from pathway.facts.common import Signature
from pathway.model import Model, Sentence
from pathway.protocol import Choice, Mood

Answer = Annotated[int, Field(ge=0, le=3)]
"""0 not at all, 1 several days, 2 more than half the days, 3 nearly every day."""


class Phq9(Model):
    """The nine items of the patient health questionnaire, in its order; None: not answered."""

    interest: Answer | None = None
    low_mood: Answer | None = None
    sleep: Answer | None = None
    energy: Answer | None = None
    appetite: Answer | None = None
    self_worth: Answer | None = None
    concentration: Answer | None = None
    movement: Answer | None = None
    self_harm: Answer | None = None
    """Item 9. It never stands in for a direct suicide screen."""


class Gad7(Model):
    """The seven items of the anxiety questionnaire, in its order; None: not answered."""

    nervous: Answer | None = None
    control_worry: Answer | None = None
    worry: Answer | None = None
    relaxing: Answer | None = None
    restless: Answer | None = None
    irritable: Answer | None = None
    afraid: Answer | None = None


class Purpose(StrEnum):
    """What a score was taken for: scores of different purposes do not compare."""

    SCREEN = "screen"
    PRE_DOSE = "pre_dose"
    AFTER_A_DAY = "24h"
    FOLLOW_UP = "follow_up"


class Score(Model):
    """What one set of questionnaires came to. A partly answered scale has no total."""

    purpose: Purpose
    phq9: int | None = Field(default=None, ge=0, le=27)
    gad7: int | None = Field(default=None, ge=0, le=21)
    item9: Answer | None = None
    mood: Mood | None = None
    """How she felt, in her own one word; what the day after an infusion is asked by."""
    remote: bool = False
    treatment: int | None = None
    """The treatment under way when it was taken."""
    signed: Signature


class Preference(Model):
    """What she herself says, and would like, before a decision."""

    words: Sentence
    prefers: Choice | None = None
    signed: Signature


class Attendance(Model):
    """Whether she still goes to therapy after the course (F13)."""

    attending: bool | None
    """None: asked, and not known."""
    note: Sentence | None = None
    signed: Signature
