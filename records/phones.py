"""Phones that more than one person reads: nobody is texted there, so every row must know."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.lookups import hashes_of, is_one_of, is_same
from records.seals import Digest
from records.tables import Patient

LINE = 5_071_839_443
"""Any number that no other advisory lock in the database uses."""


async def line_up(session: AsyncSession) -> None:
    """Let one transaction at a time enrol somebody or change a phone.

    Unique keys alone cannot keep out a person enrolled with a record number at the same moment
    as without one, nor two patients who get the same phone at once. On SQLite every writer
    stands in one line anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": LINE})


async def on_phones(session: AsyncSession, phones: Collection[str]) -> dict[str, list[str]]:
    """Who is on each of these phones, by the hashes alone: no cell is opened for it."""
    hashes = hashes_of(session, Patient.phone_lookup, phones)
    there = Patient.phone_lookup.in_(list(hashes))
    query = select(Patient.phone_lookup, Patient.reference).where(there)
    found: dict[str, list[str]] = defaultdict(list)
    for hashed, reference in await session.execute(query.order_by(Patient.reference)):
        found[hashes[Digest(hashed)]].append(reference)
    return found


async def note_sharing(session: AsyncSession, phone: str | None) -> tuple[str, ...]:
    """Put `phone_shared` right for everybody on this phone; returns their references."""
    if phone is None:
        return ()
    on_phone = is_same(session, Patient.phone_lookup, phone)
    query = select(Patient.reference).where(on_phone).order_by("reference")
    references = tuple(await session.scalars(query))
    shared = or_(Patient.phone_with_others, literal(len(references) > 1))
    await session.execute(
        update(Patient)
        # PostgreSQL writes a whole row anew, also where nothing in it changes.
        .where(on_phone, Patient.phone_shared != shared)
        .values(phone_shared=shared)
        .execution_options(synchronize_session=False)
    )
    return references


async def note_shared(session: AsyncSession, phones: Collection[str]) -> None:
    """Each of these phones is more than one patient's: everybody on them shares hers."""
    if phones:
        await session.execute(
            update(Patient)
            .where(
                is_one_of(session, Patient.phone_lookup, phones), Patient.phone_shared.is_(False)
            )
            .values(phone_shared=True)
            .execution_options(synchronize_session=False)
        )
