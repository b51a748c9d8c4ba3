"""Enrolling patients exactly once, whoever else is enrolling them at this moment.

A patient is recognised by her record number, unless birth date or both names say that it is
somebody else's. Without a number, on either side, by a digest of name, birth date and phone as
they were referred; it is never changed, so that the same file read again a year later still finds
her.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from pathway.model import Instant
from records.database import Records, in_time
from records.details import add_within
from records.errors import RecordNumberTakenError
from records.patient_model import Enrolled, EnrolmentRow, NumberInUse
from records.phones import line_up, note_shared
from records.register import Register
from records.same_person import what_differs
from records.tables import Base, Patient, ReferralNote

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ELSEWHERE = {"antidepressant_trials", "substance_use", "details"}


async def enrol(records: Records, row: EnrolmentRow, as_of: Instant) -> Enrolled:
    """Enrol a patient, or find that she is enrolled already.

    A row with a record number for somebody who was enrolled without one gives her the number.
    Raises RecordNumberTakenError, whose words say what to do, when the number is somebody else's.
    """
    (done,) = await enrol_many(records, (row,), as_of)
    if isinstance(done, NumberInUse):
        raise RecordNumberTakenError(done.reason)
    return done


@in_time
async def enrol_many(
    records: Records, rows: Sequence[EnrolmentRow], as_of: Instant
) -> tuple[Enrolled | NumberInUse, ...]:
    """Enrol some patients in one transaction: all of them, or none when the records fail.

    A row whose record number is somebody else's enrols nobody, and stops no other row.
    """
    identities = [identity(row) for row in rows]
    async with records.begin() as session:
        await line_up(session)
        entry = _Entry(await Register.of(session, rows, identities), as_of)
        done = tuple(map(entry.take, rows, identities))
        session.add_all(entry.created)
        await session.flush()
        session.add_all(entry.beside)
        await note_shared(session, tuple(entry.register.shared))
        return done


@dataclass
class _Entry:
    """Rows on their way in: what they are found to be, and what is to be written for them."""

    register: Register
    as_of: Instant
    created: list[Patient] = field(default_factory=list)
    beside: list[Base] = field(default_factory=list)

    def take(self, row: EnrolmentRow, digest: str) -> Enrolled | NumberInUse:
        there = self.register.find(row, digest)
        if there is None:
            return self._new(row, digest)
        differs = what_differs(there, row, digest)
        if differs is not None:
            return NumberInUse(reference=there.reference, otherwise=differs)
        self.register.give_number(there, row.record_number)
        return Enrolled(reference=there.reference, created=False)

    def _new(self, row: EnrolmentRow, digest: str) -> Enrolled:
        patient = _patient(row, digest, self.as_of)
        others = self.register.add(patient)
        self.created.append(patient)
        self.beside += _beside(patient.reference, row)
        return Enrolled(reference=patient.reference, created=True, shares_phone_with=others)


def identity(row: EnrolmentRow) -> str:
    """The digest that recognises a patient without a record number."""
    words = f"{row.given_name} {row.family_name}".split()
    name = unicodedata.normalize("NFKC", " ".join(words)).casefold()
    told = "\x1f".join((name, row.born.isoformat(), row.phone_e164 or ""))
    return hashlib.sha256(told.encode()).hexdigest()


def _patient(row: EnrolmentRow, digest: str, as_of: Instant) -> Patient:
    return Patient(
        reference=_new_reference(),
        identity=digest,
        enrolled_at=as_of,
        phone_shared=row.phone_with_others,
        **row.model_dump(exclude=_ELSEWHERE),
    )


def _new_reference() -> str:
    """One of 2 to the power of 50: should two ever meet, the key refuses the second."""
    return "J-" + "".join(secrets.choice(CROCKFORD) for _ in range(10))


def _beside(reference: str, row: EnrolmentRow) -> list[Base]:
    """The rows of other tables that come with a patient."""
    rows: list[Base] = list(add_within(reference, row.details))
    if row.antidepressant_trials or row.substance_use:
        rows.append(
            ReferralNote(
                reference=reference,
                antidepressant_trials=row.antidepressant_trials,
                substance_use=row.substance_use,
            )
        )
    return rows
