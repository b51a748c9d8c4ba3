"""Appointments that came to stand, and that fell; visits that were proposed."""

from typing import Literal

from pathway.events.base import BaseEvent, TreatmentEvent
from pathway.facts import Appointment, Signature, Step
from pathway.facts.booking import Proposal
from pathway.model import Sentence, StaffId


class AppointmentBooked(TreatmentEvent):
    """Booked or moved: the appointment of this step is now this one."""

    kind: Literal["appointment_booked"] = "appointment_booked"
    appointment: Appointment
    moved_from: int | None = None
    by: StaffId
    stated_by: Sentence | None = None


class AppointmentCancelled(TreatmentEvent):
    kind: Literal["appointment_cancelled"] = "appointment_cancelled"
    step: Step
    revision: int
    wish_of: str
    reason: Sentence
    no_show: bool = False
    """By the patient's wish, when the time had come: it counts as a no-show (rule 3)."""
    stated_by: Sentence | None = None
    signed: Signature


class SessionNotHeld(TreatmentEvent):
    """A session that fell through while there is time to make up for it: it is rebooked."""

    kind: Literal["session_not_held"] = "session_not_held"
    step: Step
    revision: int | None
    """The appointment that passed; None where none was booked."""
    reason: Sentence
    stated_by: Sentence | None = None
    no_show: bool = False
    signed: Signature


class VisitsProposed(BaseEvent):
    """The proposed visits are now these, and no others."""

    kind: Literal["visits_proposed"] = "visits_proposed"
    visits: tuple[Proposal, ...]
    by: StaffId
