"""What every event carries."""

from pathway.model import Instant, Model


class BaseEvent(Model):
    at: Instant
    """When the journey took it up."""


class TreatmentEvent(BaseEvent):
    treatment: int
