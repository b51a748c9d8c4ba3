"""Patients in the records, with a phone that may be texted."""

from datetime import UTC, date, datetime

from records import patients
from records.database import Records
from records.enrolment import enrol
from records.patient_model import EnrolmentRow, PhoneKind, StoredPatient

PHONE = "+14155550132"


async def enrolled(records: Records, name: str = "Ada", phone: str = PHONE) -> str:
    """Enrol her; her reference."""
    row = EnrolmentRow(
        given_name=name,
        family_name="Quill",
        born=date(1985, 3, 3),
        phone_e164=phone,
        phone_kind=PhoneKind.MOBILE,
        text_consent=True,
    )
    return (await enrol(records, row, datetime(2026, 3, 9, 12, tzinfo=UTC))).reference


async def opted_out(records: Records, reference: str) -> bool:
    """Whether the records forbid texts to her because she wants none."""
    return (await stored(records, reference)).opted_out


async def stored(records: Records, reference: str) -> StoredPatient:
    """Her row; she must be there."""
    patient = await patients.get(records, reference)
    assert patient is not None
    return patient
