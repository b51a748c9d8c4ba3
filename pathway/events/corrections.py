"""An entry was corrected."""

from typing import Literal

from pathway.events.base import TreatmentEvent
from pathway.facts.corrections import Superseded
from pathway.facts.scores import Gad7, Phq9
from pathway.model import Sentence


class EntryCorrected(TreatmentEvent):
    """The entry now says another time, or is gone; everything derived from it follows."""

    kind: Literal["entry_corrected"] = "entry_corrected"
    superseded: Superseded
    deviations: tuple[Sentence, ...] | None = None
    """How the infusion differed from the protocol, where the correction changes it."""
    discharge_deviations: tuple[Sentence, ...] | None = None
    """How the patient's leaving differed from it, where the correction changes that."""
    phq9: Phq9 | None = None
    """The answers behind corrected scores, item by item; the journal keeps them."""
    gad7: Gad7 | None = None
