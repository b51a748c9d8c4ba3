"""The day of treatment: preparation, infusion, vital signs, leaving."""

from typing import Literal

from pathway.events.base import TreatmentEvent
from pathway.facts import (
    Arrival,
    Discharge,
    Infusion,
    Preflight,
    Preparation,
    SideEffect,
    Signature,
    Vitals,
)
from pathway.model import Sentence


class PreparationRecorded(TreatmentEvent):
    kind: Literal["preparation_recorded"] = "preparation_recorded"
    preparation: Preparation


class ArrivalRecorded(TreatmentEvent):
    """She came, changed her chair, or went home without an infusion: as it now stands."""

    kind: Literal["arrival_recorded"] = "arrival_recorded"
    arrival: Arrival
    signed: Signature


class PreflightRecorded(TreatmentEvent):
    """The preflight as it now stands, with its earlier parts."""

    kind: Literal["preflight_recorded"] = "preflight_recorded"
    preflight: Preflight


class InfusionRecorded(TreatmentEvent):
    """Started, paused, and later ended: the infusion as it now stands."""

    kind: Literal["infusion_recorded"] = "infusion_recorded"
    infusion: Infusion


class InfusionAborted(TreatmentEvent):
    """No medicine reached her: it was not a treatment, and the same one is booked again."""

    kind: Literal["infusion_aborted"] = "infusion_aborted"
    infusion: Infusion


class VitalsRecorded(TreatmentEvent):
    kind: Literal["vitals_recorded"] = "vitals_recorded"
    readings: tuple[Vitals, ...]
    side_effects: tuple[SideEffect, ...] | None = None
    rescue_drugs: tuple[Sentence, ...] | None = None
    signed: Signature


class DischargeSigned(TreatmentEvent):
    kind: Literal["discharge_signed"] = "discharge_signed"
    signed: Signature


class DischargeRecorded(TreatmentEvent):
    kind: Literal["discharge_recorded"] = "discharge_recorded"
    discharge: Discharge


class DeviationsSigned(TreatmentEvent):
    kind: Literal["deviations_signed"] = "deviations_signed"
    signed: Signature
