"""Correcting who a patient is: a misspelt name, a record number that came later."""

from datetime import date

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, Model, PathwayReference, StaffId
from records.details import note_within
from records.errors import RecordNumberTakenError, UnknownPatientError
from records.lookups import is_same
from records.tables import Patient


class Identity(Model):
    """Who a patient is, and what coordinators noted of her."""

    given_name: str = Field(min_length=1, max_length=100, repr=False)
    family_name: str = Field(min_length=1, max_length=100, repr=False)
    born: date = Field(repr=False)
    record_number: str | None = Field(default=None, max_length=60, repr=False)
    referred_by: str | None = Field(default=None, max_length=200, repr=False)
    note: str | None = Field(default=None, max_length=500, repr=False)


async def correct_within(
    session: AsyncSession,
    reference: PathwayReference,
    new: Identity,
    *,
    by: StaffId,
    role: str,
    at: Instant,
) -> tuple[str, ...]:
    """Make `new` who she is; returns the fields that changed, and notes who did it.

    A part of the caller's transaction, which has lined up. The digest that recognises her stays:
    the file that enrolled her still finds her. Raises UnknownPatientError, and
    RecordNumberTakenError when the number is another patient's.
    """
    row = await session.get(Patient, reference, with_for_update=True)
    if row is None:
        raise UnknownPatientError
    changed = tuple(n for n in Identity.model_fields if getattr(row, n) != getattr(new, n))
    if "record_number" in changed and new.record_number is not None:
        same = is_same(session, Patient.record_number_lookup, new.record_number)
        if await session.scalar(select(Patient.reference).where(same)) is not None:
            raise RecordNumberTakenError("another patient has this record number")
    for name in changed:
        setattr(row, name, getattr(new, name))
    note_within(session, reference, changed, by=by, role=role, at=at)
    await session.flush()
    return changed
