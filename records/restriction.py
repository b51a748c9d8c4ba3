"""A restricted record: kept by law, and seen by the privacy officer alone (rule 29).

It never hinders care: as long as a journey is open, or may still begin, whoever treats her sees
her.
"""

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, PathwayReference, StaffId
from pathway.roles import Role
from records.database import Records, in_time
from records.details import note_within
from records.errors import UnknownPatientError
from records.tables import Journey, Owed, Patient

RESTRICTED, RELEASED = "restricted", "restriction_lifted"


@in_time
async def restrict(
    records: Records,
    reference: PathwayReference,
    *,
    restricted: bool,
    by: StaffId,
    role: Role,
    at: Instant,
) -> bool:
    """Restrict her record or lift that, noted in her changes; False when it stood so.

    Raises UnknownPatientError.
    """
    async with records.begin() as session:
        row = await session.get(Patient, reference, with_for_update=True)
        if row is None:
            raise UnknownPatientError
        if (row.restricted_at is not None) is restricted:
            return False
        row.restricted_at = at if restricted else None
        field = RESTRICTED if restricted else RELEASED
        note_within(session, reference, (field,), by=by, role=role, at=at)
        return True


@in_time
async def hidden_from(records: Records, reference: PathwayReference, role: Role | None) -> bool:
    """Whether this role does not see who she is, because her record is restricted."""
    if role is Role.PRIVACY_OFFICER:
        return False
    async with records.session() as session:
        return await is_hidden(session, reference)


async def is_hidden(session: AsyncSession, reference: str) -> bool:
    """Whether her record is restricted and nobody treats her; no cell of hers is opened."""
    asked = select(Patient.restricted_at).where(Patient.reference == reference)
    since = await session.scalar(asked)
    return since is not None and not await care_is_open(session, reference)


@in_time
async def is_cared_for(records: Records, reference: PathwayReference) -> bool:
    """Whether her journey is open, or may still begin."""
    async with records.session() as session:
        return await care_is_open(session, reference)


async def care_is_open(session: AsyncSession, reference: str) -> bool:
    """Whether somebody treats her, may have to, or owes her something."""
    journey = await session.get(Journey, reference)
    if journey is None:
        asked = select(Patient.deceased).where(Patient.reference == reference)
        return await session.scalar(asked) is False
    owed = select(exists().where(Owed.reference == reference))
    return not journey.ended or bool(await session.scalar(owed))
