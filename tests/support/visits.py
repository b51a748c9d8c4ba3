"""What a visit's commands must say for all to be well; tests change one field of it."""

from datetime import datetime
from typing import Any

from pathway.dosing import milligrams_of
from pathway.facts import Answer
from pathway.journey import Journey
from pathway.protocol import DoseUnit, Protocol

WEIGHT_KG = 70.0
SCREEN_NO = {
    "wished_dead": False,
    "better_off_dead": False,
    "thoughts_of_killing": False,
    "ever_tried": False,
}


def reading(at: datetime, **fields: Any) -> dict[str, Any]:
    """One calm reading of somebody wide awake."""
    return {
        "at": at,
        "systolic_mmhg": 120,
        "diastolic_mmhg": 80,
        "heart_rate": 70,
        "spo2_percent": 98,
        "breathing_rate": 14,
        "moaas": 5,
        "dissociation": "none",
        **fields,
    }


def answers(protocol: Protocol, **changed: str) -> dict[str, str]:
    """Every question of the preflight, answered as its gate wants it."""
    asked = protocol.steps.infusion.preflight.asked
    wanted = {name: Answer(item.go_when).value for name, item in asked.items()}
    return {**wanted, **changed}


def preflight_fields(protocol: Protocol, at: datetime, **fields: Any) -> dict[str, Any]:
    return {
        "items": answers(protocol),
        "weight_kg": WEIGHT_KG,
        "readings": [reading(at)],
        "screen": SCREEN_NO,
        **fields,
    }


def dose_fields(
    protocol: Protocol, journey: Journey | None = None, **fields: Any
) -> dict[str, Any]:
    """The dose that is ordered or the first one, its milligrams, and who confirms them."""
    rules = protocol.course.dose
    treatment = journey.treatment if journey else None
    dose = (treatment.orders.dose if treatment else None) or rules.start.value
    assert dose is not None
    confirmed = {"confirmed_by": "nils"}
    if rules.unit is DoseUnit.MG:
        return {"milligrams": dose, **confirmed, **fields}
    dose = fields.pop("dose_mg_per_kg", dose)
    milligrams = milligrams_of(rules, dose, WEIGHT_KG)
    return {"dose_mg_per_kg": dose, "milligrams": milligrams, **confirmed, **fields}


LEAVING = {"padss": 10, "escort": "present", "printed_sheet": True}
