"""Patients: who they are, and how they may be reached now."""

from datetime import date
from typing import Any

from sqlalchemy import Row, Update, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, PathwayReference, StaffId
from records.columns import written_now
from records.database import Records, in_time
from records.details import PHONE, note_within
from records.errors import UnknownPatientError
from records.lookups import is_same
from records.patient_model import Contact, ReferralNotes, StoredPatient
from records.phones import line_up, note_sharing
from records.reach import takes_texts
from records.tables import Patient, PatientDetail, ReferralNote
from records.upsert import changed_by
from workflows.messages import PatientContact


@in_time
async def get(records: Records, reference: PathwayReference) -> StoredPatient | None:
    """A patient's row, None when nobody is enrolled under this reference."""
    async with records.session() as session:
        row = await session.get(Patient, reference)
        return as_stored(row) if row else None


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
async def not_started(
    records: Records, enrolled_before: Instant | None = None
) -> tuple[PathwayReference, ...]:
    """Who is enrolled without a workflow, the longest wait first; the sweep starts them."""
    query = (
        select(Patient.reference)
        .where(Patient.started_at.is_(None), Patient.deceased.is_(False))
        .order_by(Patient.enrolled_at, Patient.reference)
    )
    if enrolled_before is not None:
        query = query.where(Patient.enrolled_at < enrolled_before)
    async with records.session() as session:
        return tuple(await session.scalars(query))


@in_time
async def started(records: Records) -> tuple[PathwayReference, ...]:
    """Everybody whose journey was started, in the order of their enrolment."""
    query = (
        select(Patient.reference)
        .where(Patient.started_at.is_not(None))
        .order_by(Patient.enrolled_at, Patient.reference)
    )
    async with records.session() as session:
        return tuple(await session.scalars(query))


@in_time
async def on_phone(records: Records, phone_e164: str) -> tuple[PathwayReference, ...]:
    """Whose phone this is: where an inbound text belongs. More than one when it is shared."""
    async with records.session() as session:
        query = (
            select(Patient.reference)
            .where(is_same(session, Patient.phone_lookup, phone_e164))
            .order_by(Patient.reference)
        )
        return tuple(await session.scalars(query))


@in_time
async def mark_started(records: Records, reference: PathwayReference, at: Instant) -> bool:
    """Say that her workflow runs; False when that was known. Raises UnknownPatientError."""
    first = update(Patient).where(Patient.reference == reference, Patient.started_at.is_(None))
    return await _once(records, reference, first.values(started_at=at))


@in_time
async def set_contact(
    records: Records,
    reference: PathwayReference,
    new: Contact,
    *,
    by: tuple[StaffId, str] = ("waymark", "ops"),
) -> PatientContact:
    """Replace how she may be reached, and put sharing right for the old and the new phone.

    A doubt about her number stays: it takes a person to say that the new one is hers. Another
    number is noted as a change, by whom and in what role. Raises UnknownPatientError.
    """
    async with records.begin() as session:
        await line_up(session)
        return _for_journey(await set_contact_within(session, reference, new, by=by))


async def set_contact_within(
    session: AsyncSession,
    reference: PathwayReference,
    new: Contact,
    *,
    by: tuple[StaffId, str],
) -> Patient:
    """The same as a part of the caller's transaction, which has lined up; returns the row."""
    row = await _known(session, reference, lock=True)
    old = row.phone_e164
    for name in Contact.model_fields:
        setattr(row, name, getattr(new, name))
    row.phone_shared = new.phone_with_others
    if old != new.phone_e164:
        await _confirmed_no_more(session, reference)
        note_within(session, reference, (PHONE,), by=by[0], role=by[1], at=written_now())
    await session.flush()
    for phone in {old, new.phone_e164}:
        await note_sharing(session, phone)
    await session.refresh(row)
    return row


async def set_hold(records: Records, reference: PathwayReference, held: bool) -> None:
    """Hold all her texts, or let them go again. Raises UnknownPatientError."""
    await _set(records, reference, texts_held=held)


async def set_opt_out(records: Records, reference: PathwayReference, opted_out: bool) -> None:
    """Note that she wants no texts, or wants them again, as she said to somebody.

    No START by text takes it back. Raises UnknownPatientError.
    """
    await _set(records, reference, opted_out=opted_out, opted_out_by_text=False)


async def set_in_hospital(records: Records, reference: PathwayReference, there: bool) -> None:
    """Pause every text while she is in hospital. Raises UnknownPatientError."""
    await _set(records, reference, in_hospital=there)


async def doubt_phone(records: Records, reference: PathwayReference) -> None:
    """Let no text go to her until a person confirms her number. Raises UnknownPatientError."""
    await _set(records, reference, phone_doubted=True)


@in_time
async def confirm_phone(records: Records, reference: PathwayReference, on: date) -> None:
    """Her number is hers: note since which day that is known. Raises UnknownPatientError."""
    async with records.begin() as session:
        row = await _known(session, reference, lock=True)
        row.phone_doubted = False
        await session.merge(PatientDetail(reference=reference, phone_confirmed_on=on))


@in_time
async def set_deceased(records: Records, reference: PathwayReference) -> bool:
    """Stop every text for ever; False when that was known. Raises UnknownPatientError."""
    first = update(Patient).where(Patient.reference == reference, Patient.deceased.is_(False))
    return await _once(records, reference, first.values(deceased=True))


async def take_back_death(records: Records, reference: PathwayReference) -> None:
    """It was never so: texts may go again as before. Raises UnknownPatientError."""
    await _set(records, reference, deceased=False)


@in_time
async def retract_death(records: Records, reference: PathwayReference) -> bool:
    """The patient lives: texts are held until somebody lets them go; False when nobody had
    recorded a death. Raises UnknownPatientError."""
    dead = update(Patient).where(Patient.reference == reference, Patient.deceased.is_(True))
    return await _once(records, reference, dead.values(deceased=False, texts_held=True))


async def _once(records: Records, reference: str, changed: Update) -> bool:
    """Whether this changed the row; False when it stood so. Raises UnknownPatientError."""
    async with records.statements() as connection:
        if await changed_by(connection, changed) == 1:
            return True
        known = select(Patient.reference).where(Patient.reference == reference)
        if (await connection.execute(known)).one_or_none() is None:
            raise UnknownPatientError
        return False


@in_time
async def _set(records: Records, reference: str, /, **values: Any) -> None:
    """Without reading her row: what stops texts is kept whatever does not open in it."""
    changed = update(Patient).where(Patient.reference == reference).values(**values)
    async with records.statements() as connection:
        if await changed_by(connection, changed) != 1:
            raise UnknownPatientError


async def _confirmed_no_more(session: AsyncSession, reference: str) -> None:
    """What was confirmed was another number (rule 28)."""
    await session.execute(
        update(PatientDetail)
        .where(PatientDetail.reference == reference)
        .values(phone_confirmed_on=None)
    )


async def _known(session: AsyncSession, reference: str, *, lock: bool = False) -> Patient:
    row = await session.get(Patient, reference, with_for_update=lock or None)
    if row is None:
        raise UnknownPatientError
    return row


def as_stored(row: Patient | Row[Any]) -> StoredPatient:
    """A row of the table as the rest of the system knows it."""
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
