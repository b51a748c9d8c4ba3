"""Patients: who they are, and how they may be reached now."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, PathwayReference
from records.database import Records, in_time
from records.errors import UnknownPatientError
from records.patient_model import Contact, ReferralNotes, StoredPatient
from records.phones import line_up, note_sharing
from records.reach import takes_texts
from records.tables import Patient, ReferralNote
from workflows.messages import PatientContact


@in_time
async def get(records: Records, reference: PathwayReference) -> StoredPatient | None:
    """A patient's row, None when nobody is enrolled under this reference."""
    async with records.session() as session:
        row = await session.get(Patient, reference)
        return _stored(row) if row else None


@in_time
async def contact(records: Records, reference: PathwayReference) -> PatientContact:
    """What her journey must know about reaching her. Raises UnknownPatientError."""
    async with records.session() as session:
        return _for_journey(await _known(session, reference))


@in_time
async def referral_notes(records: Records, reference: PathwayReference) -> ReferralNotes | None:
    """What the referral said for clinicians; None when it said nothing."""
    async with records.session() as session:
        row = await session.get(ReferralNote, reference)
        if row is None:
            return None
        return ReferralNotes(
            antidepressant_trials=row.antidepressant_trials, substance_use=row.substance_use
        )


@in_time
async def not_started(records: Records) -> tuple[PathwayReference, ...]:
    """Who is enrolled without a workflow, the longest wait first; the sweep starts them."""
    query = (
        select(Patient.reference)
        .where(Patient.started_at.is_(None), Patient.deceased.is_(False))
        .order_by(Patient.enrolled_at, Patient.reference)
    )
    async with records.session() as session:
        return tuple(await session.scalars(query))


@in_time
async def on_phone(records: Records, phone_e164: str) -> tuple[PathwayReference, ...]:
    """Whose phone this is: where an inbound text belongs. More than one when it is shared."""
    query = (
        select(Patient.reference)
        .where(Patient.phone_e164 == phone_e164)
        .order_by(Patient.reference)
    )
    async with records.session() as session:
        return tuple(await session.scalars(query))


@in_time
async def mark_started(records: Records, reference: PathwayReference, at: Instant) -> bool:
    """Say that her workflow runs; False when that was known. Raises UnknownPatientError."""
    async with records.begin() as session:
        row = await _known(session, reference, lock=True)
        if row.started_at is not None:
            return False
        row.started_at = at
        return True


@in_time
async def set_contact(
    records: Records, reference: PathwayReference, new: Contact
) -> PatientContact:
    """Replace how she may be reached, and put sharing right for the old and the new phone.

    Raises UnknownPatientError.
    """
    async with records.begin() as session:
        await line_up(session)
        row = await _known(session, reference, lock=True)
        old = row.phone_e164
        for name in Contact.model_fields:
            setattr(row, name, getattr(new, name))
        row.phone_shared = False
        await session.flush()
        for phone in {old, new.phone_e164}:
            await note_sharing(session, phone)
        await session.refresh(row)
        return _for_journey(row)


async def set_hold(records: Records, reference: PathwayReference, held: bool) -> None:
    """Hold all her texts, or let them go again. Raises UnknownPatientError."""
    await _set(records, reference, texts_held=held)


async def set_opt_out(records: Records, reference: PathwayReference, opted_out: bool) -> None:
    """Note that she wants no texts, or wants them again. Raises UnknownPatientError."""
    await _set(records, reference, opted_out=opted_out)


async def set_deceased(records: Records, reference: PathwayReference) -> None:
    """Stop every text for ever. Raises UnknownPatientError."""
    await _set(records, reference, deceased=True)


@in_time
async def _set(records: Records, reference: str, /, **values: Any) -> None:
    async with records.begin() as session:
        row = await _known(session, reference, lock=True)
        for name, value in values.items():
            setattr(row, name, value)


async def _known(session: AsyncSession, reference: str, *, lock: bool = False) -> Patient:
    row = await session.get(Patient, reference, with_for_update=lock or None)
    if row is None:
        raise UnknownPatientError("no patient is enrolled under this reference")
    return row


def _stored(row: Patient) -> StoredPatient:
    return StoredPatient.model_validate(
        {name: getattr(row, name) for name in StoredPatient.model_fields}
    )


def _for_journey(row: Patient) -> PatientContact:
    return PatientContact(
        zone=row.zone,
        language=row.language,
        mobile=takes_texts(row),
        phone_shared=row.phone_shared,
        text_consent=row.text_consent,
        born=row.born,
    )
