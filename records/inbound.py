"""What people write to us: stored once for each message of the provider, then routed.

    received -> routed -> handled

Whoever routes a text hands it to the journeys it belongs to; a text of a stranger, or one that
no journey takes, is routed to a person. Nothing is ever deleted here.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import Any

from pydantic import Field
from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.reading import Keyword
from records import consent
from records.columns import written_now
from records.database import Records, in_time
from records.keywords import keyword_of
from records.phones import on_phones
from records.readable import readable
from records.tables import InboundText, InboundTextPatient
from records.upsert import changed_by, insert_into

MOST_AT_ONCE = 200
IN_ORDER = (InboundText.received_at, InboundText.arrival, InboundText.sid)
"""By the provider's time, which may be a whole second; of one moment, as they were stored."""


class InboundState(StrEnum):
    RECEIVED = "received"
    """Stored; nobody knows of it yet."""
    ROUTED = "routed"
    """Its journeys or a person have it."""
    HANDLED = "handled"
    """Somebody, or a rule, has done what it asks for."""


class Written(Model):
    """A text as the provider brought it."""

    sid: str = Field(min_length=1, max_length=64)
    sender: str = Field(repr=False)
    """Where it came from: E.164, or a short code."""
    recipient: str = Field(repr=False)
    """Which number of ours it went to."""
    body: str = Field(repr=False)
    opt_out_type: Keyword | None = None
    """The provider's own word for it."""
    num_media: int = 0
    received_at: Instant


class StoredInbound(Written):
    """A text's row as it stands."""

    keyword: Keyword | None
    """What it counts as. A STOP or START has had its effect on consent already."""
    references: tuple[PathwayReference, ...]
    """Whose phone it came from when it came; empty for a stranger."""
    state: InboundState
    attempts: int
    last_error: str | None
    from_staff: StaffId | None = None
    """Whose phone of the staff it came from: no patient's journey hears of it."""
    written_at: Instant | None = None
    """When the records had it; later than `received_at` where something was away."""
    danger_paged_at: Instant | None = None
    """When somebody was paged about danger in it, because no journey had taken it up."""


# A text whose words do not open goes to a person like any other, and holds up nobody else's.
_READ = [
    readable(getattr(InboundText, name))
    for name in StoredInbound.model_fields
    if name != "references"
]


@in_time
async def store(records: Records, texts: Sequence[Written]) -> frozenset[str]:
    """Keep texts, and let each STOP or START have its effect; the names of those that are new.

    All in one transaction: that costs no more than one text alone.
    """
    async with records.begin() as session:
        # Only words about consent must see one another; in order, so that no two stores wait
        # for each other's phones.
        for phone in sorted({text.sender for text in texts if _keyword(text) is not None}):
            await consent.one_at_a_time(session, phone)
        new = await _insert(session, texts)
        await _note_whose(session, new)
        for text in new:
            if (word := _keyword(text)) is not None:
                await consent.take_word(session, word, text.sender, text.received_at)
        return frozenset(text.sid for text in new)


def _keyword(text: Written) -> Keyword | None:
    return keyword_of(text.body, text.opt_out_type)


async def _insert(session: AsyncSession, texts: Sequence[Written]) -> list[Written]:
    """Those that were not stored before, each once."""
    connection = await session.connection()
    known = select(InboundText.sid).where(InboundText.sid.in_([text.sid for text in texts]))
    before = set(await session.scalars(known))
    new = {text.sid: text for text in reversed(texts) if text.sid not in before}
    if not new:
        return []
    statement = insert_into(InboundText, connection.dialect.name).on_conflict_do_nothing()
    last = select(func.coalesce(func.max(InboundText.arrival), 0)).scalar_subquery()
    rows = [
        _row(text) | {"arrival": last + number}
        for number, text in enumerate(reversed(new.values()), start=1)
    ]
    stored = await connection.execute(statement.values(rows).returning(InboundText.sid))
    ours = set(stored.scalars())
    return [text for sid, text in reversed(new.items()) if sid in ours]


def _row(text: Written) -> dict[str, Any]:
    return text.model_dump() | {
        # PostgreSQL has no room for the character zero, and a text must not be lost for it.
        "body": text.body.replace("\0", "\N{REPLACEMENT CHARACTER}"),
        "sender_lookup": text.sender,
        "keyword": _keyword(text),
        "state": InboundState.RECEIVED,
        "attempts": 0,
        "last_error": None,
        "written_at": written_now(),
    }


async def _note_whose(session: AsyncSession, texts: Sequence[Written]) -> None:
    # To be kept, a text needs no cell of hers to open.
    whose = await on_phones(session, {text.sender for text in texts})
    rows = [
        {"sid": text.sid, "reference": reference}
        for text in texts
        for reference in whose.get(text.sender, ())
    ]
    if rows:
        await session.execute(insert(InboundTextPatient), rows)


@in_time
async def get(records: Records, sid: str) -> StoredInbound | None:
    async with records.session() as session:
        row = await session.get(InboundText, sid)
        return (await _with_references(session, [row]))[0] if row else None


@in_time
async def not_routed(records: Records, limit: int = MOST_AT_ONCE) -> tuple[StoredInbound, ...]:
    """Texts that nobody knows of yet, the oldest first.

    Of one phone, route them in this order; one that fails holds up those behind it from there.
    """
    query = (
        select(*_READ)
        .where(InboundText.state == InboundState.RECEIVED)
        .order_by(*IN_ORDER)
        .limit(limit)
    )
    async with records.session() as session:
        return await _with_references(session, await session.execute(query))


@in_time
async def named(records: Records, sids: Collection[str]) -> tuple[StoredInbound, ...]:
    """The texts of these names, the oldest first."""
    query = select(*_READ).where(InboundText.sid.in_(sids)).order_by(*IN_ORDER)
    async with records.session() as session:
        return await _with_references(session, await session.execute(query))


@in_time
async def for_reference(records: Records, reference: PathwayReference) -> tuple[StoredInbound, ...]:
    """What came from a patient's phone, the oldest first."""
    query = (
        select(*_READ)
        .join(InboundTextPatient, InboundTextPatient.sid == InboundText.sid)
        .where(InboundTextPatient.reference == reference)
        .order_by(*IN_ORDER)
    )
    async with records.session() as session:
        return await _with_references(session, await session.execute(query))


async def mark_routed(records: Records, sid: str) -> bool:
    """Its journeys or a person have it; False when that was known."""
    return await _move(records, sid, (InboundState.RECEIVED,), InboundState.ROUTED)


async def mark_handled(records: Records, sid: str, by: StaffId | None = None) -> bool:
    """What it asks for is done; False when that was known.

    Args:
        by: who says so; None where a rule has done it all.
    """
    before = (InboundState.RECEIVED, InboundState.ROUTED)
    return await _move(records, sid, before, InboundState.HANDLED, handled_by=by)


@in_time
async def mark_from_staff(records: Records, sid: str, person: StaffId) -> None:
    """It came from this person's phone; whoever reads it sees that."""
    marked = update(InboundText).where(InboundText.sid == sid).values(from_staff=person)
    async with records.statements() as connection:
        await connection.execute(marked)


@in_time
async def handled_for(records: Records, reference: PathwayReference, by: StaffId) -> int:
    """Everything that this patient wrote has been read and done; how many that were."""
    hers = select(InboundTextPatient.sid).where(InboundTextPatient.reference == reference)
    moved = (
        update(InboundText)
        .where(InboundText.sid.in_(hers), InboundText.state == InboundState.ROUTED)
        .values(state=InboundState.HANDLED, handled_by=by)
    )
    async with records.statements() as connection:
        return await changed_by(connection, moved)


@in_time
async def not_handled(records: Records, limit: int = MOST_AT_ONCE) -> tuple[StoredInbound, ...]:
    """What nobody has dealt with yet, the oldest first."""
    query = (
        select(*_READ)
        .where(InboundText.state != InboundState.HANDLED)
        .order_by(*IN_ORDER)
        .limit(limit)
    )
    async with records.session() as session:
        return await _with_references(session, await session.execute(query))


@in_time
async def note_failure(records: Records, sid: str, error_type: str) -> None:
    """It could not be routed now: whoever comes next may try.

    `error_type` is a type's name and never holds its words.
    """
    noted = {"attempts": InboundText.attempts + 1, "last_error": error_type}
    failed = update(InboundText).where(InboundText.sid == sid)
    failed = failed.values(**noted, claimed_until=None)
    async with records.statements() as connection:
        await connection.execute(failed)


@in_time
async def _move(
    records: Records, /, sid: str, before: tuple[InboundState, ...], to: InboundState, **more: Any
) -> bool:
    moved = (
        update(InboundText)
        .where(InboundText.sid == sid, InboundText.state.in_(before))
        .values(state=to, **more)
    )
    async with records.statements() as connection:
        return await changed_by(connection, moved) == 1


async def _with_references(
    session: AsyncSession, rows: Iterable[InboundText | Row[Any]]
) -> tuple[StoredInbound, ...]:
    found = list(rows)
    query = (
        select(InboundTextPatient)
        .where(InboundTextPatient.sid.in_([row.sid for row in found]))
        .order_by(InboundTextPatient.reference)
    )
    whose: dict[str, list[str]] = {}
    for each in await session.scalars(query):
        whose.setdefault(each.sid, []).append(each.reference)
    return tuple(_as_stored(row, whose.get(row.sid, ())) for row in found)


def _as_stored(row: InboundText | Row[Any], references: Iterable[str]) -> StoredInbound:
    values = {
        name: getattr(row, name) for name in StoredInbound.model_fields if name != "references"
    }
    return StoredInbound.model_validate(values | {"references": tuple(references)})
