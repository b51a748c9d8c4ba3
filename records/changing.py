"""Who a patient is and how staff reach her, changed in one go: all that is said, or nothing."""

from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, Model, PathwayReference, StaffId
from records.corrections import Identity, correct_within
from records.database import Records, in_time
from records.details import change_within, note_within
from records.errors import UnknownPatientError
from records.patient_model import Contact, Details
from records.patients import set_contact_within
from records.phones import line_up
from records.tables import Patient

SHARED = "phone_with_others"


class Wanted(Model):
    """What is to be so; what is None stays as it is."""

    identity: Identity | None = None
    details: Details | None = None
    phone_with_others: bool | None = None
    """Whether others read her phone."""


@in_time
async def change(
    records: Records,
    reference: PathwayReference,
    wanted: Wanted,
    *,
    by: StaffId,
    role: str,
    at: Instant,
) -> tuple[str, ...]:
    """Make it so; returns the fields that changed, and notes who did it.

    Raises UnknownPatientError, and RecordNumberTakenError when the number is another patient's:
    then nothing is changed.
    """
    changed: tuple[str, ...] = ()
    async with records.begin() as session:
        # Before any row is locked: who waits for the line holds none that its owner needs.
        await line_up(session)
        if wanted.identity is not None:
            changed += await correct_within(
                session, reference, wanted.identity, by=by, role=role, at=at
            )
        if wanted.details is not None:
            changed += await change_within(
                session, reference, wanted.details, by=by, role=role, at=at
            )
        if wanted.phone_with_others is not None:
            new = wanted.phone_with_others
            if await _share(session, reference, new, by=(by, role)):
                note_within(session, reference, (SHARED,), by=by, role=role, at=at)
                changed += (SHARED,)
    return changed


async def _share(
    session: AsyncSession, reference: PathwayReference, shared: bool, *, by: tuple[StaffId, str]
) -> bool:
    """Say whether others read her phone; False when that was known."""
    row = await session.get(Patient, reference, with_for_update=True)
    if row is None:
        raise UnknownPatientError
    if row.phone_with_others == shared:
        return False
    old = {name: getattr(row, name) for name in Contact.model_fields}
    new = Contact.model_validate({**old, SHARED: shared})
    await set_contact_within(session, reference, new, by=by)
    return True
