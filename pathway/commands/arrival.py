"""Who is in the building before an infusion starts, and who goes home without one."""

from pydantic import Field

from pathway.commands.base import AboutTreatment
from pathway.facts import Chair
from pathway.model import Sentence, StaffId


class RecordArrival(AboutTreatment):
    name = "record_arrival"
    says = "The patient is in the building; given again, in another chair or with another nurse."
    chair: Chair | None = Field(default=None)
    nurse: StaffId | None = None
    """Who looks after her."""


class SendHome(AboutTreatment):
    name = "send_home"
    says = "The patient goes home: no infusion today. The appointment is not touched by it."
    reason: Sentence
