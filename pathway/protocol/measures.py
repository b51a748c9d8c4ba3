"""Scores: when they are taken and what their changes mean (F14). Scored as published."""

from enum import StrEnum

from pathway.model import Model
from pathway.protocol.sourced import Count


class ScreenAt(StrEnum):
    """Where a direct suicide screen is asked."""

    ASSESSMENT = "assessment"
    PREFLIGHT = "preflight"
    DISCHARGE = "discharge"
    PSYCHOTHERAPY = "psychotherapy"


class Phq9Rules(Model):
    """The patient health questionnaire for depression: nine items, 0 to 27."""

    before_infusion: bool
    remission_below: Count
    response_percent: Count
    meaningful_change: Count
    improved_percent: Count
    """A score below which less has gone, since the first and since the one before, is no better."""
    stable_over_scores: Count
    """So many scores in a row without a meaningful change among them are stable."""


class Gad7Rules(Model):
    """Generalised anxiety: seven items, 0 to 21."""

    before_infusion: bool
    evaluate_from: Count


class Scores(Model):
    phq9: Phq9Rules
    gad7: Gad7Rules
    suicide_screen_at: tuple[ScreenAt, ...]
