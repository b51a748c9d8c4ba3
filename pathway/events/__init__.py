"""What happened to a journey. Only events change it, and each becomes a journal row."""

from typing import Annotated

from pydantic import Field

from pathway.events.agenda import (
    ItemDeferred,
    ItemSettled,
    TextAskedAbout,
    TextBegun,
    TextCleared,
    TextInDoubt,
)
from pathway.events.base import BaseEvent, TreatmentEvent
from pathway.events.booking import (
    AppointmentBooked,
    AppointmentCancelled,
    SessionNotHeld,
    VisitsProposed,
)
from pathway.events.contact import ContactChanged
from pathway.events.corrections import EntryCorrected
from pathway.events.course import (
    CosignatureDeclined,
    DecisionCosigned,
    DecisionRecorded,
    JourneyEnded,
    OrdersChanged,
    PsychotherapyRecorded,
    RecommendationRecorded,
    ReturnedToTreatment,
    TreatmentFreed,
    TreatmentOpened,
)
from pathway.events.entering import (
    AssessmentBooked,
    AssessmentCancelled,
    AssessmentRecorded,
    ClearanceRecorded,
    ConsentRecorded,
    IntervalReviewed,
    JourneyOpened,
)
from pathway.events.escalations import (
    EscalationAcknowledged,
    EscalationClosed,
    EscalationHandedOver,
    EscalationHelpNoted,
    EscalationOpened,
    EscalationPaged,
    EscalationRaisedAgain,
    EscalationRungBegun,
    PageFailed,
)
from pathway.events.replies import (
    AnswerOwed,
    AppointmentConfirmed,
    BookingClosed,
    CallAsked,
    DayClosed,
    InterpreterConfirmed,
    MoodReported,
    PhoneConfirmed,
    PhoneDoubted,
    ReplyReceived,
    TextUndelivered,
)
from pathway.events.safety import (
    AdverseEventReported,
    DeathReported,
    DeathRetracted,
    DisclosureRecorded,
    DoseHeld,
    DoseHoldLifted,
    FlagRaised,
    FlagReviewed,
    RiskAssessed,
    ScreenRecorded,
    TextsHeld,
    TextsReleased,
)
from pathway.events.scores import AttendanceRecorded, PreferenceRecorded, ScoresRecorded
from pathway.events.status import (
    HospitalLeft,
    HospitalReported,
    JourneyPaused,
    JourneyResumed,
    LeavingRecorded,
)
from pathway.events.tasks import ContactAttempted, TaskChanged, TaskClosed, TaskOpened
from pathway.events.visit import (
    ArrivalRecorded,
    DeviationsSigned,
    DischargeRecorded,
    DischargeSigned,
    InfusionAborted,
    InfusionRecorded,
    PreflightRecorded,
    PreparationRecorded,
    VitalsRecorded,
)

__all__ = [
    "AdverseEventReported",
    "AnswerOwed",
    "AppointmentBooked",
    "AppointmentCancelled",
    "AppointmentConfirmed",
    "ArrivalRecorded",
    "AssessmentBooked",
    "AssessmentCancelled",
    "AssessmentRecorded",
    "AttendanceRecorded",
    "BaseEvent",
    "BookingClosed",
    "CallAsked",
    "ClearanceRecorded",
    "ConsentRecorded",
    "ContactAttempted",
    "ContactChanged",
    "CosignatureDeclined",
    "DayClosed",
    "DeathReported",
    "DeathRetracted",
    "DecisionCosigned",
    "DecisionRecorded",
    "DeviationsSigned",
    "DischargeRecorded",
    "DischargeSigned",
    "DisclosureRecorded",
    "DoseHeld",
    "DoseHoldLifted",
    "EntryCorrected",
    "EscalationAcknowledged",
    "EscalationClosed",
    "EscalationHandedOver",
    "EscalationHelpNoted",
    "EscalationOpened",
    "EscalationPaged",
    "EscalationRaisedAgain",
    "EscalationRungBegun",
    "Event",
    "FlagRaised",
    "FlagReviewed",
    "HospitalLeft",
    "HospitalReported",
    "InfusionAborted",
    "InfusionRecorded",
    "InterpreterConfirmed",
    "IntervalReviewed",
    "ItemDeferred",
    "ItemSettled",
    "JourneyEnded",
    "JourneyOpened",
    "JourneyPaused",
    "JourneyResumed",
    "LeavingRecorded",
    "MoodReported",
    "OrdersChanged",
    "PageFailed",
    "PhoneConfirmed",
    "PhoneDoubted",
    "PreferenceRecorded",
    "PreflightRecorded",
    "PreparationRecorded",
    "PsychotherapyRecorded",
    "RecommendationRecorded",
    "ReplyReceived",
    "ReturnedToTreatment",
    "RiskAssessed",
    "ScoresRecorded",
    "ScreenRecorded",
    "SessionNotHeld",
    "TaskChanged",
    "TaskClosed",
    "TaskOpened",
    "TextAskedAbout",
    "TextBegun",
    "TextCleared",
    "TextInDoubt",
    "TextUndelivered",
    "TextsHeld",
    "TextsReleased",
    "TreatmentEvent",
    "TreatmentFreed",
    "TreatmentOpened",
    "VisitsProposed",
    "VitalsRecorded",
]

Event = Annotated[
    JourneyOpened
    | AssessmentBooked
    | AssessmentCancelled
    | AssessmentRecorded
    | ClearanceRecorded
    | IntervalReviewed
    | ConsentRecorded
    | TreatmentOpened
    | AppointmentBooked
    | AppointmentCancelled
    | SessionNotHeld
    | VisitsProposed
    | PreparationRecorded
    | ArrivalRecorded
    | PreflightRecorded
    | InfusionRecorded
    | InfusionAborted
    | VitalsRecorded
    | DischargeSigned
    | DischargeRecorded
    | DeviationsSigned
    | PsychotherapyRecorded
    | RecommendationRecorded
    | DecisionRecorded
    | OrdersChanged
    | TreatmentFreed
    | DecisionCosigned
    | CosignatureDeclined
    | ReturnedToTreatment
    | ScoresRecorded
    | PreferenceRecorded
    | AttendanceRecorded
    | EscalationOpened
    | EscalationRungBegun
    | EscalationPaged
    | PageFailed
    | EscalationAcknowledged
    | EscalationRaisedAgain
    | EscalationHandedOver
    | EscalationHelpNoted
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
    | ContactAttempted
    | ScreenRecorded
    | FlagRaised
    | FlagReviewed
    | RiskAssessed
    | AdverseEventReported
    | DoseHeld
    | DoseHoldLifted
    | DisclosureRecorded
    | EntryCorrected
    | TextsHeld
    | TextsReleased
    | ContactChanged
    | ReplyReceived
    | AppointmentConfirmed
    | CallAsked
    | InterpreterConfirmed
    | MoodReported
    | AnswerOwed
    | PhoneDoubted
    | PhoneConfirmed
    | TextUndelivered
    | BookingClosed
    | DayClosed
    | HospitalReported
    | HospitalLeft
    | JourneyPaused
    | JourneyResumed
    | LeavingRecorded
    | DeathReported
    | DeathRetracted
    | JourneyEnded,
    Field(discriminator="kind"),
]
