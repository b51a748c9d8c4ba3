"""What the records count of texts, to patients and to staff: numbers, and never whose they are.

Rows of texts are never deleted, and a state in which a text has ended never changes, also when a
person is erased. So how many ended in which way only ever grows, whoever counts it and however
often a process starts anew.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from pathway.model import Model
from pathway.protocol import Template
from records.database import Records, in_time
from records.fuse import Tripped
from records.measures import Waiting, waiting
from records.page_model import PageTextState
from records.tables import PageText, Text, TextStatus
from records.text_model import FINAL, TextState
from records.text_status import Delivery

CALLBACKS_COME_WITHIN = timedelta(minutes=10)
ASKED_ABOUT_AFTER = timedelta(minutes=30)
"""Then we ask the provider ourselves, and what is heard no longer proves that it calls us."""
LATELY = timedelta(hours=1)
_DAY = timedelta(days=1)


class EndedTexts(Model):
    """How many texts to patients have ended in this way."""

    outcome: TextState
    template: Template
    count: int


class Lately(Model):
    """Of the last while, and so gone by itself."""

    held_by_fuse: dict[Tripped, int]
    """In the last hour."""
    heard_of: int
    """Of the texts that the provider took between half an hour and ten minutes ago."""
    not_heard_of: int
    pages: dict[PageTextState, int]
    """Texts to staff of the last day, as they stand."""


@in_time
async def ended(records: Records) -> tuple[EndedTexts, ...]:
    """All texts that have ended. It reads the whole table."""
    query = (
        select(Text.state, Text.template, func.count())
        .where(Text.state.in_(sorted(FINAL)))
        .group_by(Text.state, Text.template)
    )
    async with records.session() as session:
        return tuple(
            EndedTexts(outcome=TextState(state), template=Template(template), count=count)
            for state, template, count in await session.execute(query)
        )


@in_time
async def words(records: Records) -> dict[Delivery, int]:
    """How many messages the provider has said each of its words of. It reads the whole table."""
    query = select(TextStatus.status, func.count()).group_by(TextStatus.status)
    async with records.session() as session:
        return {Delivery(status): count for status, count in await session.execute(query)}


@in_time
async def in_doubt(records: Records) -> Waiting:
    """Texts of which nobody knows whether the provider took them."""
    return await waiting(records, Text.posted_at, Text.state == TextState.AMBIGUOUS)


async def lately(records: Records, now: datetime) -> Lately:
    """What has happened in the last hour, or day. It reads both tables of texts."""
    heard = await _heard_of(records, now)
    return Lately(
        held_by_fuse=await _held_by_fuse(records, now),
        heard_of=heard.get(True, 0),
        not_heard_of=heard.get(False, 0),
        pages=await _pages(records, now),
    )


@in_time
async def _held_by_fuse(records: Records, now: datetime) -> dict[Tripped, int]:
    query = (
        select(Text.reason, func.count())
        .where(
            Text.state == TextState.WITHHELD,
            Text.reason.in_(sorted(Tripped)),
            Text.updated_at > now - LATELY,
        )
        .group_by(Text.reason)
    )
    async with records.session() as session:
        return {Tripped(reason): count for reason, count in await session.execute(query)}


@in_time
async def _heard_of(records: Records, now: datetime) -> dict[bool, int]:
    heard = exists().where(TextStatus.sid == Text.sid).label("heard")
    lately = (
        select(heard)
        .where(
            Text.sid.is_not(None),
            Text.posted_at.between(now - ASKED_ABOUT_AFTER, now - CALLBACKS_COME_WITHIN),
        )
        .subquery()
    )
    query = select(lately.c.heard, func.count()).group_by(lately.c.heard)
    async with records.session() as session:
        return {bool(was): count for was, count in await session.execute(query)}


@in_time
async def _pages(records: Records, now: datetime) -> dict[PageTextState, int]:
    query = (
        select(PageText.state, func.count())
        .where(PageText.posted_at > now - _DAY)
        .group_by(PageText.state)
    )
    async with records.session() as session:
        return {PageTextState(state): count for state, count in await session.execute(query)}
