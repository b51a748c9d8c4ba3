"""A journey: the state of one patient's pathway. It changes only in `apply`."""

from pathway.journey.contact import Contact
from pathway.journey.journey import Journey, JourneyEnd, PutAway
from pathway.journey.texts import (
    COUNTED_TEMPLATES,
    Deferral,
    DiaryEntry,
    DoubtfulText,
    Hold,
    Messages,
    SentText,
    Settled,
    Welcome,
)
from pathway.journey.treatment import Stage, Treatment

__all__ = [
    "COUNTED_TEMPLATES",
    "Contact",
    "Deferral",
    "DiaryEntry",
    "DoubtfulText",
    "Hold",
    "Journey",
    "JourneyEnd",
    "Messages",
    "PutAway",
    "SentText",
    "Settled",
    "Stage",
    "Treatment",
    "Welcome",
]
