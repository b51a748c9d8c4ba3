"""Who was paged, and is told by nobody that nothing is needed any more (rule 4).

A journey tells whom it knows to have been paged. Of a rung that pages several it knows nobody
until each of them has her page, and if the escalation is closed first it never does. By the
journal's own order it is plain which of the two it was: these are told from here.

    open -> posting -> told
    open -> not_from_here
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.escalation import NOTHING_NEEDED, StandDown
from pathway.model import Model, PathwayReference, StaffId
from records.columns import written_now
from records.database import Records, in_time
from records.page_model import PageState
from records.readable import bundle, readable
from records.tables import JournalEntry, Page
from records.upsert import changed_by

STILL_POSTING = timedelta(seconds=20)
"""Whoever has not said within this what came of a POST died over it."""
_CLOSED = "escalation_closed"
_PAGED = "escalation_paged"


class AllClear(StrEnum):
    POSTING = "posting"
    TOLD = "told"
    NOT_FROM_HERE = "not_from_here"
    """Her journey tells her, or there is nothing to tell."""


class Untold(Model):
    """Somebody who was paged about what is closed now, and whom nobody tells."""

    reference: PathwayReference
    stand_down: StandDown


Told = Mapping[str, Any]
"""An event as the journal has it; one that does not open has its kind and time alone."""

_PAGE = bundle(
    "page",
    *(Page.intent, Page.reference, Page.escalation, Page.person, Page.level, Page.what, Page.since),
)


@in_time
async def untold(records: Records) -> tuple[Untold, ...]:
    """Whom to tell, the oldest page first; what is not for us to tell is settled on the way."""
    async with records.session() as session:
        pages = await _of_closed(session)
        journals = await _journals(session, {page.reference for page in pages})
    found: dict[str, Untold] = {}
    others: list[str] = []
    for page in pages:
        told = journals.get(page.reference, [])
        closed = _closing(told, page.escalation)
        if closed is None:
            continue
        number, event = closed
        if _hers_to_hear(told[:number], page.person, event):
            each = _untold(page, event)
            found.setdefault(f"{page.reference}/{each.stand_down.key}", each)
        else:
            others.append(page.intent)
    if others:
        settled = update(Page).where(Page.intent.in_(others))
        await _set(records, settled, AllClear.NOT_FROM_HERE)
    return tuple(found.values())


async def _of_closed(session: AsyncSession) -> Sequence[Row[Any]]:
    """Pages that went out, of journeys in which something was closed: what, its rows say."""
    closed = exists().where(JournalEntry.reference == Page.reference, JournalEntry.kind == _CLOSED)
    query = select(_PAGE).where(Page.state == PageState.SENT, _free(), closed)
    return (await session.scalars(query.order_by(Page.as_of, Page.intent))).all()


def _free() -> Any:
    """Nobody has told her, and nobody is about to."""
    died = and_(
        Page.all_clear == AllClear.POSTING, Page.written_at <= written_now() - STILL_POSTING
    )
    return or_(Page.all_clear.is_(None), died)


async def _journals(
    session: AsyncSession, of: Collection[PathwayReference]
) -> Mapping[PathwayReference, list[Told]]:
    payload = readable(JournalEntry.payload, "{}")
    query = (
        select(JournalEntry.reference, JournalEntry.kind, JournalEntry.at, payload)
        .where(JournalEntry.reference.in_(of), JournalEntry.kind.in_((_CLOSED, _PAGED)))
        .order_by(JournalEntry.reference, JournalEntry.number)
    )
    told: dict[PathwayReference, list[Told]] = defaultdict(list)
    for reference, kind, at, payload in await session.execute(query):
        told[reference].append({**json.loads(payload), "kind": kind, "at": at})
    return told


def _closing(told: Sequence[Told], escalation: str) -> tuple[int, Told] | None:
    """The event that closed it, and how many came before."""
    closed = (
        (number, event)
        for number, event in enumerate(told)
        if event["kind"] == _CLOSED and event.get("escalation") == escalation
    )
    return next(closed, None)


def _hers_to_hear(before: Sequence[Told], person: StaffId, closed: Told) -> bool:
    """Whether she should hear it, and her journey did not know so when it was closed."""
    if closed["outcome"] not in NOTHING_NEEDED or closed["by"] == person:
        return False
    known = (
        event["people"]
        for event in before
        if event["kind"] == _PAGED and event.get("escalation") == closed["escalation"]
    )
    return not any(person in people for people in known)


def _untold(page: Row[Any], closed: Told) -> Untold:
    at: datetime = closed["at"]
    stand_down = StandDown.model_validate(
        {
            "escalation": page.escalation,
            "person": page.person,
            "level": page.level,
            "what": page.what,
            "since": page.since,
            "at": at,
        }
    )
    return Untold(reference=page.reference, stand_down=stand_down)


@in_time
async def claim(records: Records, each: Untold) -> bool:
    """Whether the caller is the one to tell her; nobody else does at the same time."""
    claimed = _hers(each).where(_free())
    return await _set(records, claimed, AllClear.POSTING) > 0


@in_time
async def settle(records: Records, each: Untold, *, told: bool) -> None:
    """She knows, or can be told by nobody; not told: it is tried again."""
    await _set(records, _hers(each), AllClear.TOLD if told else None)


def _hers(each: Untold) -> Any:
    return update(Page).where(
        Page.reference == each.reference,
        Page.escalation == each.stand_down.escalation,
        Page.person == each.stand_down.person,
        Page.state == PageState.SENT,
    )


async def _set(records: Records, pages: Any, to: AllClear | None) -> int:
    async with records.statements() as connection:
        return await changed_by(connection, pages.values(all_clear=to, written_at=written_now()))
