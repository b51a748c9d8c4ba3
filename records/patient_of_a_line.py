"""Of whom a line of the work list is: what is shown beside it, and no more is opened."""

from records.readable import bundle
from records.tables import Patient

PATIENT = bundle(
    "patient",
    *(Patient.reference, Patient.given_name, Patient.family_name, Patient.born),
    *(Patient.phone_e164, Patient.restricted_at),
)
"""Its columns are all empty where nobody is enrolled."""
