"""What others were told about a patient: who, what, why. The journey carries the id alone."""

from enum import StrEnum

from pydantic import Field
from sqlalchemy import delete, select

from pathway.facts.safety import DisclosureId
from pathway.model import Instant, Model, PathwayReference, StaffId
from records.database import Records, in_time
from records.errors import UnknownPatientError
from records.tables import Disclosure, Patient
from records.upsert import insert_if_absent


class Kept(StrEnum):
    """What came of keeping one."""

    NEW = "new"
    BEFORE = "before"
    """The same words stood there already."""
    OTHER = "other"
    """Other words stand under its id; these were not kept."""


class Told(Model):
    """One disclosure in its words."""

    id: DisclosureId
    told: str
    """Whom, as a kind: escort, police and so on."""
    person: str | None = Field(default=None, repr=False)
    what: str = Field(repr=False)
    why: str = Field(repr=False)
    by: StaffId
    role: str
    at: Instant


@in_time
async def keep(records: Records, reference: PathwayReference, told: Told) -> Kept:
    """Keep it once under its id. Raises UnknownPatientError."""
    async with records.begin() as session:
        if await session.get(Patient, reference) is None:
            raise UnknownPatientError
        values = told.model_dump()
        if await insert_if_absent(session, Disclosure, reference=reference, **values):
            return Kept.NEW
        there = await session.get_one(Disclosure, told.id)
        return Kept.BEFORE if told == _told(there) else Kept.OTHER


@in_time
async def take_back(records: Records, reference: PathwayReference, told: DisclosureId) -> None:
    """It was not recorded after all: nothing of it is kept."""
    one = delete(Disclosure).where(Disclosure.reference == reference, Disclosure.id == told)
    async with records.statements() as connection:
        await connection.execute(one)


@in_time
async def for_reference(records: Records, reference: PathwayReference) -> tuple[Told, ...]:
    """All that others were told about her, the oldest first."""
    query = select(Disclosure).where(Disclosure.reference == reference)
    async with records.session() as session:
        rows = await session.scalars(query.order_by(Disclosure.at, Disclosure.id))
        return tuple(_told(row) for row in rows)


def _told(row: Disclosure) -> Told:
    return Told.model_validate({name: getattr(row, name) for name in Told.model_fields})
