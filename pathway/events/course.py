"""The course of treatments: one opens, its session, its decision; the journey's end."""

from typing import Literal

from pathway.events.base import BaseEvent, TreatmentEvent
from pathway.facts import Decision, Psychotherapy, Signature
from pathway.facts.course import Recommendation
from pathway.facts.decision import Cosignature, Orders, Returned
from pathway.model import Sentence, StaffId


class TreatmentOpened(BaseEvent):
    kind: Literal["treatment_opened"] = "treatment_opened"
    number: int
    orders: Orders = Orders()
    """What the decision before it planned it as."""


class PsychotherapyRecorded(TreatmentEvent):
    kind: Literal["psychotherapy_recorded"] = "psychotherapy_recorded"
    psychotherapy: Psychotherapy


class RecommendationRecorded(TreatmentEvent):
    """What the therapist recommends, said after the session's own record."""

    kind: Literal["recommendation_recorded"] = "recommendation_recorded"
    recommendation: Recommendation


class DecisionRecorded(TreatmentEvent):
    kind: Literal["decision_recorded"] = "decision_recorded"
    decision: Decision


class OrdersChanged(TreatmentEvent):
    """A decision taken anew orders a treatment that is open already otherwise."""

    kind: Literal["orders_changed"] = "orders_changed"
    orders: Orders


class TreatmentFreed(TreatmentEvent):
    """It was opened, has not begun, and will not take place: the course ends before it."""

    kind: Literal["treatment_freed"] = "treatment_freed"


class DecisionCosigned(TreatmentEvent):
    """The second signature is there: the decision is in force."""

    kind: Literal["decision_cosigned"] = "decision_cosigned"
    cosignature: Cosignature


class CosignatureDeclined(TreatmentEvent):
    """The decision falls; another one is owed."""

    kind: Literal["cosignature_declined"] = "cosignature_declined"
    reason: Sentence
    signed: Signature


class ReturnedToTreatment(BaseEvent):
    """Follow-up has led back into treatment; the treatment opens with it."""

    kind: Literal["returned_to_treatment"] = "returned_to_treatment"
    returned: Returned


class JourneyEnded(BaseEvent):
    kind: Literal["journey_ended"] = "journey_ended"
    outcome: str
    reason: Sentence
    by: StaffId
