"""How staff reach and receive a patient: read whole, changed field by field, each change noted."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, Model, PathwayReference, StaffId
from records.database import Records, in_time
from records.errors import UnknownPatientError
from records.patient_model import Companion as CompanionValue
from records.patient_model import Details
from records.tables import Companion, Patient, PatientChange, PatientDetail

COMPANIONS = ("emergency_contact", "escort")
PHONE = "phone_e164"
"""What a change of her number is noted as."""
_COLUMNS = tuple(name for name in Details.model_fields if name not in COMPANIONS)


class Change(Model):
    """That a field was changed; what stood there before is not kept."""

    field: str
    by: str
    role: str
    at: Instant


@in_time
async def get(records: Records, reference: PathwayReference) -> Details:
    """What is known; every field None when nothing is."""
    async with records.session() as session:
        return await _details(session, reference)


@in_time
async def treated_by(records: Records, staff: StaffId) -> tuple[PathwayReference, ...]:
    """Whose treating therapist is written as this staff id."""
    # No query looks into a personal column.
    query = select(PatientDetail).order_by(PatientDetail.reference)
    async with records.session() as session:
        rows = await session.scalars(query)
        return tuple(row.reference for row in rows if row.treating_therapist == staff)


async def change_within(
    session: AsyncSession,
    reference: PathwayReference,
    new: Details,
    *,
    by: StaffId,
    role: str,
    at: Instant,
) -> tuple[str, ...]:
    """Make `new` what is known; returns the fields that changed, and notes who did it.

    A part of the caller's transaction. Raises UnknownPatientError.
    """
    if await session.get(Patient, reference, with_for_update=True) is None:
        raise UnknownPatientError
    old = await _details(session, reference)
    changed = tuple(n for n in Details.model_fields if getattr(old, n) != getattr(new, n))
    await write_within(session, reference, new)
    note_within(session, reference, changed, by=by, role=role, at=at)
    return changed


@in_time
async def note(
    records: Records,
    reference: PathwayReference,
    fields: Collection[str],
    *,
    by: StaffId,
    role: str,
    at: Instant,
) -> None:
    """Note who changed fields that another function of the records wrote."""
    async with records.begin() as session:
        note_within(session, reference, fields, by=by, role=role, at=at)


@in_time
async def changes(records: Records, reference: PathwayReference) -> tuple[Change, ...]:
    """Who changed what, the oldest first."""
    query = select(PatientChange).where(PatientChange.reference == reference)
    async with records.session() as session:
        rows = await session.scalars(query.order_by(PatientChange.id))
        return tuple(Change(field=r.field, by=r.by, role=r.role, at=r.at) for r in rows)


@in_time
async def phone_changes(records: Records, reference: PathwayReference) -> int:
    """How often her number has become another."""
    noted = select(func.count()).where(
        PatientChange.reference == reference, PatientChange.field == PHONE
    )
    async with records.session() as session:
        return await session.scalar(noted) or 0


def add_within(reference: str, new: Details) -> list[PatientDetail | Companion]:
    """The rows of somebody of whom nothing is known yet; none when nothing is said."""
    if new.empty:
        return []
    return [PatientDetail(reference=reference, **_values(new)), *_companions(reference, new)]


async def write_within(session: AsyncSession, reference: str, new: Details) -> None:
    """Write all of it as a part of the caller's transaction."""
    await session.merge(PatientDetail(reference=reference, **_values(new)))
    await session.execute(delete(Companion).where(Companion.reference == reference))
    session.add_all(_companions(reference, new))
    await session.flush()


def _values(new: Details) -> dict[str, Any]:
    return {name: getattr(new, name) for name in _COLUMNS}


def _companions(reference: str, new: Details) -> list[Companion]:
    people: dict[str, CompanionValue | None] = {kind: getattr(new, kind) for kind in COMPANIONS}
    return [
        Companion(reference=reference, kind=kind, **person.model_dump())
        for kind, person in people.items()
        if person is not None
    ]


def note_within(
    session: AsyncSession,
    reference: str,
    fields: Collection[str],
    *,
    by: StaffId,
    role: str,
    at: Instant,
) -> None:
    """Note who changed these fields as a part of the caller's transaction."""
    session.add_all(
        PatientChange(reference=reference, field=field, by=by, role=role, at=at) for field in fields
    )


async def _details(session: AsyncSession, reference: str) -> Details:
    row = await session.get(PatientDetail, reference)
    if row is None:
        return Details()
    query = select(Companion).where(Companion.reference == reference)
    values: dict[str, Any] = {name: getattr(row, name) for name in _COLUMNS}
    for companion in await session.scalars(query):
        names = CompanionValue.model_fields
        values[companion.kind] = {name: getattr(companion, name) for name in names}
    return Details.model_validate(values)
