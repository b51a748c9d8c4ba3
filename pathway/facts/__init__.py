"""What people said happened: the signed records a journey is made of."""

from pathway.facts.common import BOOKABLE, Appointment, Signature, Step
from pathway.facts.course import Psychotherapy, SessionOutcome
from pathway.facts.decision import Decision
from pathway.facts.entering import Assessment, Consent
from pathway.facts.preflight import Answer, Preflight
from pathway.facts.readings import Dissociation, Findings, SideEffect, VisitSummary, Vitals
from pathway.facts.visit import (
    Arrival,
    Chair,
    Discharge,
    Infusion,
    LeavingBy,
    Pause,
    Preparation,
    StopReason,
)
from pathway.protocol import Choice

__all__ = [
    "BOOKABLE",
    "Answer",
    "Appointment",
    "Arrival",
    "Assessment",
    "Chair",
    "Choice",
    "Consent",
    "Decision",
    "Discharge",
    "Dissociation",
    "Findings",
    "Infusion",
    "LeavingBy",
    "Pause",
    "Preflight",
    "Preparation",
    "Psychotherapy",
    "SessionOutcome",
    "SideEffect",
    "Signature",
    "Step",
    "StopReason",
    "VisitSummary",
    "Vitals",
]
