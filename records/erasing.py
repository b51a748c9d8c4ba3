"""Erasing a person: her names, numbers, dates and words leave every table, in one transaction.

What stays is what tells of nobody: opaque ids, kinds, times, counts, who of staff did what, and
that she was erased, when and by whom. So the journal stays whole, row by row, without its words.
The history in Temporal goes afterwards, by a sweep: until it has gone, `history_deleted_at` is
empty.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from pathway import civil
from pathway.model import Instant, Model, PathwayReference, StaffId
from records.chain import by_whom
from records.database import Records, in_time
from records.errors import CareIsOpenError, UnknownPatientError
from records.inbound import InboundState
from records.lookups import is_same, value_of
from records.restriction import care_is_open
from records.sealing import hold, seal_erasure
from records.tables import (
    Amendment,
    Base,
    Companion,
    ContactAttempt,
    Disclosure,
    Erasure,
    InboundText,
    InboundTextPatient,
    JournalEntry,
    JournalLink,
    JournalReplaced,
    Journey,
    Link,
    Owed,
    Patient,
    PatientDetail,
    ReferralNote,
    Refusal,
    StaffAnswer,
    Text,
    WatchFinding,
)

NOTHING, NO_WORDS, GONE = "", "{}", "erased"

_DELETED: tuple[type[Base], ...] = (
    *(Owed, Companion, PatientDetail, ReferralNote, StaffAnswer),
    WatchFinding,
)
"""Rows of nothing but who she is, and words to her; her own row goes last."""
_EMPTIED: Mapping[type[Base], Mapping[str, Any]] = {
    # A hash of few words can be guessed back into them.
    JournalEntry: {"payload": NO_WORDS, "content_hash": GONE, "provisional": False},
    # Nor from a keyed one, by whoever has the key: the salt goes, and the chain still holds.
    JournalLink: {"salt": NOTHING},
    Journey: {"waits_for": NOTHING, "escalation": None},
    ContactAttempt: {"note": NOTHING},
    Refusal: {"sentence": NOTHING},
    Link: {"said": NOTHING, "sentence": None},
    Text: {"recipient": None, "recipient_lookup": None, "body": NOTHING, "reason": NOTHING},
    Disclosure: {"person": None, "what": NOTHING, "why": NOTHING},
    Amendment: {"request": NOTHING, "reason": None, "disagreement": None},
}
"""Rows that stay as a count and a fact, and what their words become."""
_OF_HER_TEXTS = {
    "sender": GONE,
    "sender_lookup": None,
    "body": NOTHING,
    "state": InboundState.HANDLED,
}
"""Nobody can answer what is gone."""


class Erased(Model):
    """That somebody was erased."""

    reference: PathwayReference
    at: Instant
    by: StaffId
    role: str
    entries: int
    texts: int
    history_deleted_at: Instant | None


@in_time
async def erased(records: Records, reference: PathwayReference) -> Erased | None:
    """The erasure of somebody, None when there was none."""
    async with records.session() as session:
        row = await session.get(Erasure, reference)
        return _erased(row) if row else None


@in_time
async def last_entry(records: Records, reference: PathwayReference, zone: str) -> date:
    """The day of the last entry about her, from which the law's retention counts.

    Raises UnknownPatientError, and CareIsOpenError while somebody treats her.
    """
    async with records.session() as session:
        patient = await _closed(session, reference)
        last = select(func.max(JournalEntry.at)).where(JournalEntry.reference == reference)
        entered = await session.scalar(last)
        return civil.local(max(patient.enrolled_at, entered or patient.enrolled_at), zone).date()


@in_time
async def counted(records: Records, reference: PathwayReference) -> dict[str, int]:
    """How many rows of each table an erasure would delete or empty."""
    async with records.session() as session:
        return await _counted(session, reference)


@in_time
async def erase(
    records: Records,
    reference: PathwayReference,
    *,
    by: StaffId,
    role: str,
    at: Instant,
) -> dict[str, int]:
    """Erase her; returns how many rows of each table that was. All of it, or nothing.

    Raises UnknownPatientError, CareIsOpenError while somebody treats her, and KeyRingError.
    """
    async with records.begin() as session:
        # First of all: a link made meanwhile would keep its salt.
        connection = await session.connection()
        await hold(connection)
        patient = await _closed(session, reference, lock=True)
        counts = await _counted(session, reference)
        phone = patient.phone_e164
        await _empty_texts_from(session, reference, phone)
        await _empty_set_aside(session, reference)
        for table, words in _EMPTIED.items():
            await session.execute(update(table).where(_hers(table, reference)).values(**words))
        for table in _DELETED:
            await session.execute(delete(table).where(_hers(table, reference)))
        await session.delete(patient)
        session.add(
            Erasure(
                reference=reference,
                at=at,
                by=by,
                role=role,
                entries=counts[JournalEntry.__tablename__],
                texts=counts[Text.__tablename__] + counts[InboundText.__tablename__],
            )
        )
        await session.flush()
        # So that emptied rows are told from altered ones: without the key nobody can claim it.
        who = by_whom(by, role)
        await seal_erasure(connection, records.ring, reference, by_whom=who, at=at)
        return counts


@in_time
async def histories_left(records: Records, most: int) -> tuple[PathwayReference, ...]:
    """Whose history in Temporal is still to be deleted, the oldest erasure first."""
    query = select(Erasure.reference).where(Erasure.history_deleted_at.is_(None))
    async with records.session() as session:
        ordered = query.order_by(Erasure.at, Erasure.reference).limit(most)
        return tuple(await session.scalars(ordered))


@in_time
async def history_deleted(records: Records, reference: PathwayReference, at: Instant) -> None:
    """Note that Temporal holds nothing of hers any more."""
    async with records.begin() as session:
        (await session.get_one(Erasure, reference)).history_deleted_at = at


async def _closed(session: AsyncSession, reference: str, *, lock: bool = False) -> Patient:
    patient = await session.get(Patient, reference, with_for_update=lock or None)
    if patient is None:
        raise UnknownPatientError
    if await care_is_open(session, reference):
        raise CareIsOpenError("a journey is open, or may still begin")
    return patient


async def _counted(session: AsyncSession, reference: str) -> dict[str, int]:
    patient = await session.get(Patient, reference)
    phone = patient.phone_e164 if patient else None
    hers: dict[type[Base], ColumnElement[bool]]
    plain: tuple[type[Base], ...] = (Patient, *_DELETED, *_EMPTIED)
    hers = {table: _hers(table, reference) for table in plain}
    hers |= {
        JournalReplaced: _hers(JournalReplaced, reference),
        InboundText: _wrote(session, reference, phone),
    }
    return {
        table.__tablename__: await session.scalar(
            select(func.count()).select_from(table).where(condition)
        )
        or 0
        for table, condition in hers.items()
    }


def _hers(table: type[Base], reference: str) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = table.__table__.c.reference == reference
    return condition


def _wrote(session: AsyncSession, reference: str, phone: str | None) -> ColumnElement[bool]:
    """Texts from her phone alone. One from a phone that is another patient's too is the other's."""
    link, other = aliased(InboundTextPatient), aliased(InboundTextPatient)
    linked = exists().where(link.sid == InboundText.sid, link.reference == reference)
    others = exists().where(other.sid == InboundText.sid, other.reference != reference)
    if phone is None:
        return and_(~others, linked)
    on_phone = exists().where(
        is_same(session, Patient.phone_lookup, phone), Patient.reference != reference
    )
    from_phone = and_(is_same(session, InboundText.sender_lookup, phone), ~on_phone)
    return and_(~others, linked | from_phone)


async def _empty_texts_from(session: AsyncSession, reference: str, phone: str | None) -> None:
    ours = select(InboundText.sid).where(_wrote(session, reference, phone))
    sids = tuple(await session.scalars(ours))
    emptied = update(InboundText).where(InboundText.sid.in_(sids))
    await session.execute(emptied.values(**_OF_HER_TEXTS))
    # One that is another's too stays with her.
    gone = delete(InboundTextPatient).where(
        InboundTextPatient.reference == reference, InboundTextPatient.sid.not_in(sids)
    )
    await session.execute(gone)


async def _empty_set_aside(session: AsyncSession, reference: str) -> None:
    """Their two hashes are a key: each gets another word in their place."""
    for id_ in await session.scalars(
        select(JournalReplaced.id).where(_hers(JournalReplaced, reference))
    ):
        words = {"payload": NO_WORDS, "set_aside_hash": f"{GONE} {id_}", "kept_hash": GONE}
        emptied = update(JournalReplaced).where(JournalReplaced.id == id_)
        once = value_of(JournalReplaced.once, words)
        await session.execute(emptied.values(**words, once=once))


def _erased(row: Erasure) -> Erased:
    return Erased.model_validate({name: getattr(row, name) for name in Erased.model_fields})
