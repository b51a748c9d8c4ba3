"""Setting right what was entered wrongly."""

from pydantic import Field

from pathway.commands.base import AboutTreatment
from pathway.facts import SideEffect, StopReason, Vitals
from pathway.facts.corrections import Correctable
from pathway.facts.safety import ScreenAnswers
from pathway.facts.scores import Gad7, Phq9
from pathway.model import Instant, Sentence
from pathway.protocol import Mood


class Correct(AboutTreatment):
    name = "correct"
    says = "Correct an entry: the old one stays readable, and what hangs on it follows."
    what: Correctable
    said_at: Instant | None = None
    """Which entry, by the time that it says, where there are several of them."""
    right_time: Instant | None = None
    """When it really happened."""
    never_happened: bool = False
    """It was entered for the wrong patient, or by mistake."""
    readings: tuple[Vitals, ...] = ()
    """The reading as it really was; one."""
    pause_until: Instant | None = None
    dose_mg_per_kg: float | None = Field(default=None, gt=0)
    milligrams: float | None = Field(default=None, gt=0)
    milligrams_given: float | None = Field(default=None, gt=0)
    complete: bool | None = None
    """Whether the infusion was given to its end after all."""
    stopped_for: StopReason | None = None
    end_reason: Sentence | None = None
    """Why it was partial."""
    side_effects: tuple[SideEffect, ...] | None = None
    """All that were seen; `none` says that there were none."""
    phq9: Phq9 | None = None
    gad7: Gad7 | None = None
    mood: Mood | None = None
    answers: ScreenAnswers | None = None
    reason: Sentence
