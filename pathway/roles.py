"""Who acts, and who can be turned to."""

from enum import StrEnum


class Role(StrEnum):
    """A role in the clinic, as a person acts in it or as a rota fills it."""

    COORDINATOR = "coordinator"
    MENTAL_HEALTH_PROFESSIONAL = "mental_health_professional"
    THERAPIST = "therapist"
    THERAPIST_LEAD = "therapist_lead"
    NURSE = "nurse"
    NURSE_ON_SHIFT = "nurse_on_shift"
    PRESCRIBER = "prescriber"
    SUPERVISING_CLINICIAN = "supervising_clinician"
    ON_CALL_CLINICIAN = "on_call_clinician"
    MEDICAL_DIRECTOR = "medical_director"
    PRIVACY_OFFICER = "privacy_officer"
    OPS = "ops"
    PATIENT = "patient"


CLINICIANS = frozenset(
    {
        Role.MENTAL_HEALTH_PROFESSIONAL,
        Role.THERAPIST,
        Role.THERAPIST_LEAD,
        Role.NURSE,
        Role.NURSE_ON_SHIFT,
        Role.PRESCRIBER,
        Role.SUPERVISING_CLINICIAN,
        Role.ON_CALL_CLINICIAN,
        Role.MEDICAL_DIRECTOR,
    }
)
"""Those who may make or record a clinical judgement."""

PRESCRIBERS = frozenset({Role.PRESCRIBER, Role.SUPERVISING_CLINICIAN, Role.MEDICAL_DIRECTOR})
"""Those who may start an infusion, override a gate and decide about the taper."""

ASSESSORS = CLINICIANS - {Role.NURSE, Role.NURSE_ON_SHIFT}
"""Those who may judge a risk; a nurse raises it and stays with her."""

NURSES = PRESCRIBERS | {Role.NURSE, Role.NURSE_ON_SHIFT}
"""Those who may start an infusion and sign a discharge off."""
