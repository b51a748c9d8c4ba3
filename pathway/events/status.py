"""Paused and going on again, in hospital and back, leaving."""

from typing import Literal

from pathway.events.base import BaseEvent
from pathway.facts import Signature
from pathway.facts.status import HospitalStay, Leaving, Pause
from pathway.model import Sentence


class HospitalReported(BaseEvent):
    kind: Literal["hospital_reported"] = "hospital_reported"
    stay: HospitalStay


class HospitalLeft(BaseEvent):
    kind: Literal["hospital_left"] = "hospital_left"
    note: Sentence
    signed: Signature


class JourneyPaused(BaseEvent):
    kind: Literal["journey_paused"] = "journey_paused"
    pause: Pause


class JourneyResumed(BaseEvent):
    """After a pause, or because she does not leave after all."""

    kind: Literal["journey_resumed"] = "journey_resumed"
    reason: Sentence
    signed: Signature


class LeavingRecorded(BaseEvent):
    kind: Literal["leaving_recorded"] = "leaving_recorded"
    leaving: Leaving
