"""The course of treatments: phases, gaps and the bounds of a dose (F11, F12)."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from pathway.durations import Duration
from pathway.model import Model, Sentence
from pathway.protocol.sourced import Count, Group, Limit, Sourced, Span


class PhaseName(StrEnum):
    INDUCTION = "induction"
    TAPER = "taper"
    MAINTENANCE = "maintenance"


class Planned(Count):
    """How many treatments a course proposes; never written in a text."""

    min: int = Field(default=1, ge=1)
    max: int | None = Field(default=None, ge=1)
    """The most there may be; None leaves it to the decisions."""


class Phase(Group):
    """A stretch of the course. Its numbers are proposals; each decision may differ."""

    name: PhaseName
    treatments: int | None = Field(default=None, ge=1)
    """How many are proposed; None leaves it to the decisions."""
    per_week: int | None = Field(default=None, ge=1, le=7)
    """How many of them fall into a week, where the schedule is written so."""
    gap: Duration
    """From one infusion to the next, as proposed."""
    max_gap: Duration | None = None
    optional: bool = False


class DoseUnit(StrEnum):
    MG_PER_KG = "mg_per_kg"
    MG = "mg"


class Dose(Model):
    """Bounds of one dose, in the unit that this protocol doses by."""

    unit: DoseUnit
    start: Limit
    min: Limit
    max: Limit
    step_up_max: Limit
    """The most that one decision may raise the dose by; None: only the bounds hold."""
    step_down_max: Limit
    choices: tuple[float, ...] = ()
    """The doses there are, where they come in fixed sizes; empty for any."""
    rounding_mg: float = Field(default=1.0, gt=0)
    """Milligrams are shown and confirmed rounded to this."""


class Reviews(Sourced):
    """After these treatments of a course a clinician must say that it does good."""

    after: tuple[int, ...]


class Drug(Model):
    name: Sentence
    route: Sentence
    adopted_from: tuple[Sentence, ...] = ()
    """Rules borrowed from elsewhere; adopted, not required."""


class Course(Model):
    planned_treatments: Planned
    phases: tuple[Phase, ...] = Field(min_length=1)
    gap_min: Span
    """The shortest time from one infusion's end to the next one's start."""
    goal_and_end: Literal["first_decision", "not_asked"]
    """When a goal and an end of the course are asked for (the anaesthesiologists' society)."""
    dose: Dose
    reviews: Reviews
