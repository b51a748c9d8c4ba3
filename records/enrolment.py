"""Enrolling a patient exactly once, whoever else is enrolling her at this moment.

She is recognised by her record number. Without one, on either side, by a digest of name, birth
date and phone as they were referred; it is never changed, so that the same file read again a
year later still finds her.
"""

import hashlib
import secrets
import unicodedata
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant
from records.database import Records, in_time
from records.patient_model import Enrolled, EnrolmentRow
from records.phones import line_up, note_sharing
from records.tables import Patient, ReferralNote

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@in_time
async def enrol(records: Records, row: EnrolmentRow, as_of: Instant) -> Enrolled:
    """Enrol a patient, or find that she is enrolled already.

    A row with a record number for somebody who was enrolled without one gives her the number.
    """
    async with records.begin() as session:
        await line_up(session)
        there = await _find(session, row)
        if there is not None:
            if there.record_number is None:
                there.record_number = row.record_number
            return Enrolled(reference=there.reference, created=False)
        patient = Patient(
            reference=await _new_reference(session),
            identity=identity(row),
            enrolled_at=as_of,
            **_columns(row),
        )
        session.add(patient)
        await session.flush()
        if row.antidepressant_trials or row.substance_use:
            session.add(
                ReferralNote(
                    reference=patient.reference,
                    antidepressant_trials=row.antidepressant_trials,
                    substance_use=row.substance_use,
                )
            )
        others = await note_sharing(session, row.phone_e164)
        return Enrolled(
            reference=patient.reference,
            created=True,
            shares_phone_with=tuple(o for o in others if o != patient.reference),
        )


def identity(row: EnrolmentRow) -> str:
    """The digest that recognises a patient without a record number."""
    words = f"{row.given_name} {row.family_name}".split()
    name = unicodedata.normalize("NFKC", " ".join(words)).casefold()
    told = "\x1f".join((name, row.born.isoformat(), row.phone_e164 or ""))
    return hashlib.sha256(told.encode()).hexdigest()


async def _find(session: AsyncSession, row: EnrolmentRow) -> Patient | None:
    same = Patient.identity == identity(row)
    if row.record_number is None:
        query = select(Patient).where(same)
    else:
        # Another number is another person, even one who looks alike on paper.
        unnumbered = same & Patient.record_number.is_(None)
        query = select(Patient).where(or_(Patient.record_number == row.record_number, unnumbered))
    # Both can be found: then the numbered one is meant.
    query = query.order_by(Patient.record_number.is_(None), Patient.enrolled_at, Patient.reference)
    return (await session.scalars(query.limit(1))).first()


async def _new_reference(session: AsyncSession) -> str:
    while True:
        reference = "J-" + "".join(secrets.choice(CROCKFORD) for _ in range(10))
        if await session.get(Patient, reference) is None:
            return reference


def _columns(row: EnrolmentRow) -> dict[str, Any]:
    return row.model_dump(exclude={"antidepressant_trials", "substance_use"})
