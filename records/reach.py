"""Whether a text may go to a patient now, as the records know it."""

from typing import Any

from sqlalchemy import ColumnElement, Row, and_

from records.patient_model import PhoneKind
from records.tables import Patient

TEXTABLE = (PhoneKind.MOBILE, PhoneKind.UNKNOWN)


def takes_texts(patient: Patient) -> bool:
    """Whether her phone can take a text at all."""
    return patient.phone_e164 is not None and patient.phone_kind in TEXTABLE


def why_not(patient: Patient | Row[Any] | None) -> str | None:
    """The code of the first reason against a text to her, None when it may go."""
    if patient is None:
        return "no_patient"
    reasons = {
        "deceased": patient.deceased,
        "texts_held": patient.texts_held,
        "in_hospital": patient.in_hospital,
        "opted_out": patient.opted_out,
        "no_consent": not patient.text_consent,
        "no_number": patient.phone_e164 is None or patient.phone_kind == PhoneKind.NONE,
        "landline": patient.phone_kind == PhoneKind.LANDLINE,
        "phone_shared": patient.phone_shared,
        "phone_not_confirmed": patient.phone_doubted,
    }
    return next((code for code, holds in reasons.items() if holds), None)


def may_be_texted() -> ColumnElement[bool]:
    """The same rule as a condition, for a statement that must not be raced."""
    return and_(
        Patient.deceased.is_(False),
        Patient.texts_held.is_(False),
        Patient.in_hospital.is_(False),
        Patient.opted_out.is_(False),
        Patient.text_consent.is_(True),
        Patient.phone_e164.is_not(None),
        Patient.phone_kind.in_(TEXTABLE),
        Patient.phone_shared.is_(False),
        Patient.phone_doubted.is_(False),
    )
