"""What happened to a journey. Only events change it, and each becomes a journal row."""

from typing import Annotated, Literal

from pydantic import Field

from pathway.calendar import Calendar
from pathway.escalation import Acknowledgement, Ending, Escalation, RungBegun, StaffTask
from pathway.facts import (
    Appointment,
    Assessment,
    Consent,
    Decision,
    Discharge,
    Infusion,
    Preparation,
    Psychotherapy,
    Signature,
    Step,
    Vitals,
)
from pathway.journey import Contact, Hold
from pathway.model import Instant, Model, PathwayReference, Sentence, StaffId
from pathway.protocol import Protocol


class _Event(Model):
    at: Instant
    """When the journey took it up."""


class JourneyOpened(_Event):
    kind: Literal["journey_opened"] = "journey_opened"
    reference: PathwayReference
    protocol: Protocol
    calendar: Calendar
    contact: Contact


class AssessmentRecorded(_Event):
    kind: Literal["assessment_recorded"] = "assessment_recorded"
    assessment: Assessment


class ConsentRecorded(_Event):
    kind: Literal["consent_recorded"] = "consent_recorded"
    consent: Consent


class TreatmentOpened(_Event):
    kind: Literal["treatment_opened"] = "treatment_opened"
    number: int


class _OfTreatment(_Event):
    treatment: int


class AppointmentBooked(_OfTreatment):
    """Booked or moved: the appointment of this step is now this one."""

    kind: Literal["appointment_booked"] = "appointment_booked"
    appointment: Appointment
    moved_from: int | None = None
    by: StaffId


class AppointmentCancelled(_OfTreatment):
    kind: Literal["appointment_cancelled"] = "appointment_cancelled"
    step: Step
    revision: int
    wish_of: str
    reason: Sentence
    signed: Signature


class PreparationRecorded(_OfTreatment):
    kind: Literal["preparation_recorded"] = "preparation_recorded"
    preparation: Preparation


class InfusionRecorded(_OfTreatment):
    """Started, and later ended: the infusion as it now stands."""

    kind: Literal["infusion_recorded"] = "infusion_recorded"
    infusion: Infusion


class VitalsRecorded(_OfTreatment):
    kind: Literal["vitals_recorded"] = "vitals_recorded"
    readings: tuple[Vitals, ...]
    signed: Signature


class DischargeRecorded(_OfTreatment):
    kind: Literal["discharge_recorded"] = "discharge_recorded"
    discharge: Discharge


class PsychotherapyRecorded(_OfTreatment):
    kind: Literal["psychotherapy_recorded"] = "psychotherapy_recorded"
    psychotherapy: Psychotherapy


class DecisionRecorded(_OfTreatment):
    kind: Literal["decision_recorded"] = "decision_recorded"
    decision: Decision


class EscalationOpened(_Event):
    kind: Literal["escalation_opened"] = "escalation_opened"
    escalation: Escalation


class EscalationRungBegun(_Event):
    kind: Literal["escalation_rung_begun"] = "escalation_rung_begun"
    escalation: str
    rung: RungBegun


class EscalationAcknowledged(_Event):
    kind: Literal["escalation_acknowledged"] = "escalation_acknowledged"
    escalation: str
    acknowledgement: Acknowledgement


class EscalationRaisedAgain(_Event):
    """Acknowledged, and still open at the owner's next look."""

    kind: Literal["escalation_raised_again"] = "escalation_raised_again"
    escalation: str


class EscalationHandedOver(_Event):
    kind: Literal["escalation_handed_over"] = "escalation_handed_over"
    escalation: str
    to: StaffId
    note: Sentence
    by: StaffId


class EscalationClosed(_Event):
    kind: Literal["escalation_closed"] = "escalation_closed"
    escalation: str
    outcome: Ending
    by: StaffId
    note: Sentence | None = None
    good_until: Instant | None = None


class ItemSettled(_Event):
    """An agenda item ran, or was skipped, and why."""

    kind: Literal["item_settled"] = "item_settled"
    key: str
    line: str
    outcome: str
    reason: str
    text_counts: bool | None = None
    """For a text that went out: whether the daily cap counts it."""


class ItemDeferred(_Event):
    kind: Literal["item_deferred"] = "item_deferred"
    key: str
    line: str
    until: Instant
    reason: str


class TextBegun(_Event):
    """A text was given to its activity: from now on it counts, whatever becomes of it."""

    kind: Literal["text_begun"] = "text_begun"
    key: str
    counts: bool
    """Whether the daily cap counts it."""


class TextInDoubt(_Event):
    kind: Literal["text_in_doubt"] = "text_in_doubt"
    intent: str
    line: str
    reason: str
    treatment: int | None = None


class TextAskedAbout(_Event):
    """The provider was asked about a text in doubt, and did not know one answer yet."""

    kind: Literal["text_asked_about"] = "text_asked_about"
    intent: str
    found: str


class TextCleared(_Event):
    """A text in doubt is no longer: adopted, or handed to a person."""

    kind: Literal["text_cleared"] = "text_cleared"
    intent: str
    adopted: bool
    reason: str


class TaskOpened(_Event):
    kind: Literal["task_opened"] = "task_opened"
    task: StaffTask


class TaskChanged(_Event):
    kind: Literal["task_changed"] = "task_changed"
    task: StaffTask
    note: Sentence
    signed: Signature


class TaskClosed(_Event):
    kind: Literal["task_closed"] = "task_closed"
    key: str
    reason: Sentence
    by: StaffId | None = None


class TextsHeld(_Event):
    kind: Literal["texts_held"] = "texts_held"
    hold: Hold


class TextsReleased(_Event):
    kind: Literal["texts_released"] = "texts_released"
    signed: Signature
    reason: Sentence


class ContactChanged(_Event):
    kind: Literal["contact_changed"] = "contact_changed"
    contact: Contact
    signed: Signature


class DeathReported(_Event):
    kind: Literal["death_reported"] = "death_reported"
    signed: Signature


class JourneyEnded(_Event):
    kind: Literal["journey_ended"] = "journey_ended"
    outcome: str
    reason: Sentence
    by: StaffId


Event = Annotated[
    JourneyOpened
    | AssessmentRecorded
    | ConsentRecorded
    | TreatmentOpened
    | AppointmentBooked
    | AppointmentCancelled
    | PreparationRecorded
    | InfusionRecorded
    | VitalsRecorded
    | DischargeRecorded
    | PsychotherapyRecorded
    | DecisionRecorded
    | EscalationOpened
    | EscalationRungBegun
    | EscalationAcknowledged
    | EscalationRaisedAgain
    | EscalationHandedOver
    | EscalationClosed
    | ItemSettled
    | ItemDeferred
    | TextBegun
    | TextInDoubt
    | TextAskedAbout
    | TextCleared
    | TaskOpened
    | TaskChanged
    | TaskClosed
    | TextsHeld
    | TextsReleased
    | ContactChanged
    | DeathReported
    | JourneyEnded,
    Field(discriminator="kind"),
]
