"""What a journey must know about reaching its patient, as the records say it now."""

from pathway.journey import Contact
from pathway.model import PathwayReference
from records import details, patients
from records.database import Records
from records.errors import UnknownPatientError
from records.reach import TEXTABLE


async def contact_of(records: Records, reference: PathwayReference) -> Contact:
    """The journey's copy. Raises UnknownPatientError."""
    patient = await patients.get(records, reference)
    if patient is None:
        raise UnknownPatientError
    return Contact(
        zone=patient.zone,
        language=patient.language,
        mobile=patient.phone_e164 is not None and patient.phone_kind in TEXTABLE,
        phone_changes=await details.phone_changes(records, reference),
        phone_shared=patient.phone_shared,
        text_consent=patient.text_consent,
        opted_out=patient.opted_out,
    )
