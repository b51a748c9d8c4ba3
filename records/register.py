"""Who is enrolled already, as far as some rows about to be enrolled need to know."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Self

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import PathwayReference
from records.lookups import is_one_of
from records.patient_model import EnrolmentRow
from records.phones import on_phones
from records.tables import Patient


class Register:
    """Read once for all the rows, then kept up as each of them is enrolled."""

    def __init__(self, patients: Sequence[Patient], phones: dict[str, list[str]]) -> None:
        self._by_number: dict[str, Patient] = {}
        self._by_identity: dict[str, list[Patient]] = defaultdict(list)
        self._on_phone = phones
        self.shared: dict[str, None] = {}
        """The phones that more than one patient has since this began."""
        for patient in patients:
            self._know(patient)

    @classmethod
    async def of(
        cls, session: AsyncSession, rows: Sequence[EnrolmentRow], identities: Sequence[str]
    ) -> Self:
        """Everybody whom one of these rows may mean, or who is on one of their phones."""
        numbers = [row.record_number for row in rows if row.record_number is not None]
        query = (
            select(Patient)
            .where(
                or_(
                    is_one_of(session, Patient.identity_lookup, identities),
                    is_one_of(session, Patient.record_number_lookup, numbers),
                )
            )
            .order_by(Patient.enrolled_at, Patient.reference)
        )
        patients = (await session.scalars(query)).all()
        phones = {row.phone_e164 for row in rows if row.phone_e164 is not None}
        return cls(patients, await on_phones(session, phones))

    def find(self, row: EnrolmentRow, identity: str) -> Patient | None:
        """The patient whom a row seems to mean. Of two, the one with a record number.

        Who is found by the number alone may still be somebody else: `what_differs` says so.
        """
        alike = self._by_identity.get(identity, [])
        unnumbered = next((p for p in alike if p.record_number is None), None)
        if row.record_number is None:
            return next((p for p in alike if p.record_number is not None), unnumbered)
        # Another number is another person, even one who looks alike on paper.
        return self._by_number.get(row.record_number, unnumbered)

    def give_number(self, patient: Patient, number: str | None) -> None:
        """Give her the number if she has none."""
        if patient.record_number is None and number is not None:
            patient.record_number = number
            self._by_number[number] = patient

    def add(self, patient: Patient) -> tuple[PathwayReference, ...]:
        """Take a new patient in; returns who else is on her phone."""
        self._know(patient)
        if patient.phone_e164 is None:
            return ()
        there = self._on_phone[patient.phone_e164]
        others = tuple(there)
        there.append(patient.reference)
        if others:
            self.shared[patient.phone_e164] = None
        return others

    def _know(self, patient: Patient) -> None:
        self._by_identity[patient.identity].append(patient)
        if patient.record_number is not None:
            self._by_number[patient.record_number] = patient
