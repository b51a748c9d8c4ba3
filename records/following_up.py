"""What is still to be done about texts that were sent, to patients and to staff alike."""

from typing import Any

from sqlalchemy import exists, or_, select, update

from pathway.model import Instant, Model
from records.database import Records, in_time
from records.tables import PageText, Text, TextStatus
from records.text_status import TERMINAL

Table = type[Text] | type[PageText]


class Silent(Model):
    """A text that the provider took, and has told no end of."""

    intent: str
    sid: str


@in_time
async def silent(
    records: Records,
    table: Table,
    posted: tuple[Instant, Instant],
    asked_before: Instant,
    limit: int,
) -> tuple[Silent, ...]:
    """Texts posted in that span whose end nobody has told, those not asked for longest first."""
    ended = exists().where(TextStatus.sid == table.sid, TextStatus.status.in_(sorted(TERMINAL)))
    query = (
        select(table.intent, table.sid)
        .where(
            table.sid.is_not(None),
            table.posted_at.between(*posted),
            or_(table.asked_at.is_(None), table.asked_at < asked_before),
            ~ended,
        )
        .order_by(table.asked_at.is_not(None), table.asked_at, table.posted_at)
        .limit(limit)
    )
    async with records.session() as session:
        rows = await session.execute(query)
        return tuple(Silent(intent=intent, sid=str(sid)) for intent, sid in rows)


@in_time
async def asked(records: Records, table: Table, intent: str, at: Instant) -> None:
    """The provider was asked, whatever it said."""
    await stamp(records, table, intent, asked_at=at)


@in_time
async def followed_up(records: Records, table: Table, intent: str, at: Instant) -> None:
    """Whoever must know of it knows, or it did arrive after all."""
    await stamp(records, table, intent, followed_up_at=at)


async def stamp(records: Records, table: Table, intent: str, **at: Instant | None) -> None:
    stamps: dict[str, Any] = dict(at)
    if table is Text:
        # Set as it stands, so that it goes on to say when the sending last moved.
        stamps["updated_at"] = Text.updated_at
    async with records.statements() as connection:
        await connection.execute(update(table).where(table.intent == intent).values(**stamps))
