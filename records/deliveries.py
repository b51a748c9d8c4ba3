"""What becomes of texts after the provider took them, and what is still to be done about it.

A callback that names an intent of ours under the provider's signature proves that it took the
text. A message that belongs to no text of ours is parked: kept, and not trusted.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, Model, PathwayReference
from records import text_status, texts
from records.claims import claim_all
from records.columns import written_now
from records.database import Records, in_time
from records.page_claims import claim_pages
from records.readable import bundle, readable
from records.tables import Base, PageText, ParkedStatus, Patient, Text, TextStatus
from records.text_model import StoredText
from records.text_status import Delivery, Said
from records.upsert import insert_earliest

FAILURES = frozenset({Delivery.UNDELIVERED, Delivery.FAILED, Delivery.CANCELED})
"""Ends in which the patient has not got the text."""
_KNOWN = frozenset(Delivery)


class Callback(Model):
    """One callback, as the provider's signature vouches for it."""

    sid: str
    status: str
    """The provider's word, perhaps one that is new to us."""
    at: Instant
    """When it came in: the provider says no time of its own."""
    provider_code: int | None = None
    intent: str | None = None


class Ended(Model):
    """A text that is said not to have arrived, and how that stands now."""

    text: StoredText
    said: Said
    number_is_hers: bool
    """False when she has another number since: this says nothing about that one."""

    @property
    def arrived(self) -> bool:
        """It was delivered before anything else was said of it."""
        return self.said.status not in FAILURES


_TEXT = bundle("text", *(getattr(Text, name) for name in StoredText.model_fields))


@in_time
async def take(records: Records, callbacks: Sequence[Callback]) -> frozenset[str]:
    """Keep callbacks, all in one transaction; the names of the messages that are ours.

    Taken again it changes nothing; of the same word said twice the earliest time is kept. What
    is said of others is parked.
    """
    async with records.begin() as session:
        ours = await claim_all(session, [(each.sid, each.intent) for each in callbacks])
        # What staff get has its own table, and callbacks of it the same care.
        theirs = [(each.sid, each.intent) for each in callbacks if each.sid not in ours]
        ours |= await claim_pages(session, theirs)
        words, others = [], []
        for each in callbacks:
            if each.sid in ours and each.status in _KNOWN:
                words.append(each.model_dump(exclude={"intent"}))
            else:
                others.append(each.model_dump())
        await _keep_earliest(session, TextStatus, words)
        await _keep_earliest(session, ParkedStatus, others)
        return frozenset(ours)


async def _keep_earliest(
    session: AsyncSession, table: type[Base], rows: Sequence[dict[str, Any]]
) -> None:
    if not rows:
        return
    connection = await session.connection()
    statement = insert_earliest(table, connection.dialect.name)
    await connection.execute(statement, [row | {"written_at": written_now()} for row in rows])


@in_time
async def parked(records: Records) -> tuple[Callback, ...]:
    """What was parked, the oldest first."""
    query = select(ParkedStatus).order_by(ParkedStatus.at, ParkedStatus.sid)
    async with records.session() as session:
        rows = await session.scalars(query)
        return tuple(_as_callback(row) for row in rows)


async def adopt_parked(records: Records, limit: int) -> int:
    """Take what was parked before its message was known to be ours; says how many."""
    found = await _adoptable(records, limit)
    for callback in found:
        await take(records, [callback])
        await _forget(records, callback)
    return len(found)


@in_time
async def _adoptable(records: Records, limit: int) -> tuple[Callback, ...]:
    query = (
        select(ParkedStatus)
        .where(
            or_(
                exists().where(Text.sid == ParkedStatus.sid),
                exists().where(PageText.sid == ParkedStatus.sid),
            ),
            ParkedStatus.status.in_(sorted(Delivery)),
        )
        .order_by(ParkedStatus.at)
        .limit(limit)
    )
    async with records.session() as session:
        return tuple(_as_callback(row) for row in await session.scalars(query))


@in_time
async def _forget(records: Records, callback: Callback) -> None:
    gone = delete(ParkedStatus).where(
        ParkedStatus.sid == callback.sid, ParkedStatus.status == callback.status
    )
    async with records.statements() as connection:
        await connection.execute(gone)


async def ended_badly(
    records: Records, limit: int, without: Collection[PathwayReference] = ()
) -> tuple[Ended, ...]:
    """Texts that are said not to have arrived and were not followed up, the oldest first.

    Args:
        without: journeys that cannot be told now.
    """
    candidates = await _said_to_have_failed(records, limit, without)
    return tuple(
        [
            Ended(text=row, number_is_hers=hers, said=await said_of(records, str(row.sid)))
            for row, hers in candidates
        ]
    )


@in_time
async def _said_to_have_failed(
    records: Records, limit: int, without: Collection[PathwayReference]
) -> tuple[tuple[StoredText, bool], ...]:
    failed = exists().where(TextStatus.sid == Text.sid, TextStatus.status.in_(sorted(FAILURES)))
    query = (
        select(_TEXT, readable(Patient.phone_e164))
        .join(Patient, Patient.reference == Text.reference, isouter=True)
        .where(Text.followed_up_at.is_(None), failed, Text.reference.not_in(without))
        .order_by(Text.posted_at, Text.intent)
        .limit(limit)
    )
    async with records.session() as session:
        rows = await session.execute(query)
        return tuple(
            (texts.as_stored(row), phone is not None and phone == row.recipient)
            for row, phone in rows
        )


async def said_of(records: Records, sid: str) -> Said:
    """Where a message stands; the code of a failure may have come with another word of it.

    Something must have been said of it.
    """
    words = await text_status.history(records, sid)
    stands = text_status.standing(words)
    assert stands is not None  # noqa: S101 - a word of failure was found for it
    codes = [said.provider_code for said in words if said.status in FAILURES]
    code = stands.provider_code or next(filter(None, codes), None)
    return stands.model_copy(update={"provider_code": code})


def _as_callback(row: ParkedStatus) -> Callback:
    return Callback.model_validate({name: getattr(row, name) for name in Callback.model_fields})
