"""Links that people answer by: made once, answered once, their answers waiting for the journey.

Who answers is whom the link was made for; that it is hers its signature says, which stands
nowhere here. Nothing is ever deleted.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

from pydantic import Field
from sqlalchemy import Row as SomeRow
from sqlalchemy import select, update

from pathway.model import Instant, Model, PathwayReference
from pathway.roles import Role
from records.columns import written_now
from records.database import Records, in_time
from records.readable import bundle
from records.tables import Link as Row
from records.tables import Owed
from records.upsert import changed_by, insert_absent

MOST_AT_ONCE = 50
TREATING_THERAPIST = "treating_therapist"
"""For whom a link is, where the patient's therapist is nobody of the clinic's staff."""


class LinkKind(StrEnum):
    TAKE = "take"
    """Take an escalation that she was paged about."""
    SESSION = "session"
    """Was the session held?"""
    RECOMMENDATION = "recommendation"
    """What she recommends after the session."""


TAKE, HELD, NOT_HELD, MOVED = "take", "held", "not_held", "moved"
"""Answers; that of a recommendation is the choice itself."""


class Outcome(StrEnum):
    """What became of an answer."""

    TAKEN = "taken"
    HELP_NOTED = "help_noted"
    """She may not stop the pages of this one: a clinician is still looked for."""
    TOO_LATE = "too_late"
    """Somebody else has it."""
    CLOSED = "closed"
    """It was closed meanwhile: nothing is needed."""
    REFUSED = "refused"
    ENDED = "ended"
    """The journey takes nothing up any more."""


class Link(Model):
    """A link as it is made."""

    id: str
    kind: LinkKind
    reference: PathwayReference
    about: str
    what: str
    since: Instant
    whom: str
    role: Role
    made_at: Instant
    expires_at: Instant


class StoredLink(Link):
    """A link's row as it stands."""

    answer: str | None = None
    said: str = Field(default="", repr=False)
    used_at: Instant | None = None
    outcome: Outcome | None = None
    sentence: str | None = None


_LINK = bundle("link", *(getattr(Row, name) for name in StoredLink.model_fields))


@in_time
async def make(records: Records, link: Link) -> bool:
    """Keep a link; False when it was made before, and stays as it was."""
    statement = insert_absent(Row, records.dialect)
    async with records.statements() as connection:
        return await changed_by(connection, statement, row_of(link)) == 1


@in_time
async def make_all(records: Records, made: Sequence[Link]) -> None:
    """Keep several links; those that were made before stay as they were."""
    async with records.statements() as connection:
        await connection.execute(insert_absent(Row, records.dialect), [*map(row_of, made)])


def row_of(link: Link) -> dict[str, Any]:
    """The row that keeps a link, written now."""
    values = {name: getattr(link, name) for name in Link.model_fields}
    return values | {"written_at": written_now()}


@in_time
async def get(records: Records, id_: str) -> StoredLink | None:
    async with records.session() as session:
        row = await session.get(Row, id_)
        return _stored(row) if row else None


@in_time
async def get_all(records: Records, ids: Collection[str]) -> dict[str, StoredLink]:
    """Those of these links that there are, by id."""
    async with records.session() as session:
        rows = await session.scalars(select(Row).where(Row.id.in_(ids)))
        return {row.id: _stored(row) for row in rows}


@in_time
async def use(records: Records, id_: str, answer: str, said: str, at: Instant) -> bool:
    """Keep the answer; False when the link has one already, or has run out."""
    used = (
        update(Row)
        .where(Row.id == id_, Row.used_at.is_(None), Row.expires_at > at)
        .values(answer=answer, said=said, used_at=at)
    )
    async with records.statements() as connection:
        return await changed_by(connection, used) == 1


@in_time
async def asked_about(records: Records) -> tuple[tuple[PathwayReference, str, Instant], ...]:
    """Sessions that have ended and of which nobody has said whether they were held.

    Each with its journey, the key of its line on the work list and since when it is asked.
    """
    asked = Owed.key.like("t%/psychotherapy/a%/held-or-not")
    query = select(Owed.reference, Owed.key, Owed.since).where(asked).order_by(Owed.since)
    async with records.session() as session:
        return tuple((row.reference, row.key, row.since) for row in await session.execute(query))


@in_time
async def waiting(
    records: Records, without: Collection[PathwayReference] = ()
) -> tuple[StoredLink, ...]:
    """Answers that their journeys have not been told, the oldest first.

    Args:
        without: journeys that cannot be told now.
    """
    query = (
        select(_LINK)
        .where(Row.outcome.is_(None), Row.used_at.is_not(None), Row.reference.not_in(without))
        .order_by(Row.used_at, Row.id)
        .limit(MOST_AT_ONCE)
    )
    async with records.session() as session:
        return tuple(map(_stored, await session.scalars(query)))


@in_time
async def settle(records: Records, id_: str, outcome: Outcome, sentence: str | None = None) -> None:
    """Its journey has been told, and this is what came of it."""
    told = update(Row).where(Row.id == id_).values(outcome=outcome, sentence=sentence)
    async with records.statements() as connection:
        await connection.execute(told)


@in_time
async def claim_sending(records: Records, id_: str, at: Instant) -> bool:
    """Whether the caller is the one to text it; nobody else will."""
    claimed = update(Row).where(Row.id == id_, Row.sent_at.is_(None)).values(sent_at=at)
    async with records.statements() as connection:
        return await changed_by(connection, claimed) == 1


@in_time
async def not_sent(records: Records, id_: str) -> None:
    """The text has certainly not left: it may be tried again."""
    async with records.statements() as connection:
        await connection.execute(update(Row).where(Row.id == id_).values(sent_at=None))


def _stored(row: Row | SomeRow[Any]) -> StoredLink:
    return StoredLink(**{name: getattr(row, name) for name in StoredLink.model_fields})
