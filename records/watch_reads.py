"""What the watch reads: open journeys a page at a time, and what lies too long elsewhere."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.findings import Finding, FindingKind
from pathway.model import PathwayReference
from pathway.watch import OpenJourney
from records.database import Records, in_time
from records.inbound import InboundState
from records.journeys import LINE, opens, owed_row
from records.tables import InboundText, JournalEntry, Journey, Link, Owed, Patient, Text
from records.text_model import OPEN

PAGE = 200
"""Journeys that are held in memory at once."""
STARTED_WITHIN = timedelta(minutes=10)
ROUTED_WITHIN = timedelta(minutes=10)
TOLD_WITHIN = timedelta(minutes=5)
SETTLED_WITHIN = timedelta(hours=2)
"""A text is tried while it is useful, and one in doubt is asked about for half an hour."""


@in_time
async def open_journeys(records: Records, after: str, most: int = PAGE) -> tuple[OpenJourney, ...]:
    """Who is enrolled and started and has not ended, in the order of their references.

    One that has ended and still has a danger open is at work, and counts as open.
    """
    query = _open().where(Patient.reference > after).order_by(Patient.reference).limit(most)
    async with records.session() as session:
        return await _read(session, query)


@in_time
async def again(records: Records, reference: PathwayReference) -> OpenJourney | None:
    """One of them as it is now; None when it has ended meanwhile."""
    async with records.session() as session:
        return next(iter(await _read(session, _open().where(Patient.reference == reference))), None)


def _open() -> Select[str, datetime | None, Journey]:
    still_owed = exists().where(Owed.reference == Patient.reference)
    return (
        select(Patient.reference, Patient.started_at, Journey)
        .outerjoin(Journey, Journey.reference == Patient.reference)
        .where(Patient.started_at.is_not(None))
        .where(or_(Journey.reference.is_(None), Journey.ended.is_(False), still_owed))
    )


async def _read(
    session: AsyncSession, query: Select[str, datetime | None, Journey]
) -> tuple[OpenJourney, ...]:
    found = (await session.execute(query)).all()
    references = [row.reference for row in found]
    owed, spoilt = defaultdict(list), set()
    for (line,) in await session.execute(select(LINE).where(Owed.reference.in_(references))):
        owed[line.reference].append(owed_row(line))
        if not opens(line):
            spoilt.add(line.reference)
    last = (
        select(JournalEntry.reference, func.max(JournalEntry.number))
        .where(JournalEntry.reference.in_(references))
        .group_by(JournalEntry.reference)
    )
    rows = {row[0]: row[1] for row in await session.execute(last)}
    return tuple(
        OpenJourney(
            reference=reference,
            started_at=started_at,
            next_act=snapshot.next_act if snapshot else None,
            next_at=snapshot.next_at if snapshot else None,
            owed=tuple(sorted(owed[reference], key=lambda row: (row.since, row.key))),
            through=snapshot.through if snapshot else 0,
            last_row=rows.get(reference, 0),
            spoilt=reference in spoilt,
        )
        for reference, started_at, snapshot in found
    )


@in_time
async def backlog(records: Records, as_of: datetime) -> tuple[Finding, ...]:
    """What lies too long outside of the journeys."""
    async with records.session() as session:
        found = []
        for kind, says, query in _lying(as_of):
            count, oldest = (await session.execute(query)).one()
            if count:
                since = f"{oldest:%Y-%m-%d %H:%M} UTC"
                found.append(
                    Finding(kind=kind, state="too_long", says=f"{says}: {count}, since {since}")
                )
    return tuple(found)


def _lying(as_of: datetime) -> Iterator[tuple[FindingKind, str, Select[int, datetime]]]:
    yield (
        FindingKind.NOT_STARTED,
        "enrolled, and no journey was started",
        _counted(Patient.enrolled_at, as_of - STARTED_WITHIN).where(
            Patient.started_at.is_(None), Patient.deceased.is_(False)
        ),
    )
    yield (
        FindingKind.TEXTS_STUCK,
        "texts to patients, neither sent nor given up",
        _counted(Text.updated_at, as_of - SETTLED_WITHIN).where(Text.state.in_(sorted(OPEN))),
    )
    yield (
        FindingKind.TEXTS_NOT_ROUTED,
        "texts from people that no journey and nobody has",
        _counted(InboundText.written_at, as_of - ROUTED_WITHIN).where(
            InboundText.state == InboundState.RECEIVED
        ),
    )
    yield (
        FindingKind.ANSWERS_NOT_TOLD,
        "answers by a link that their journeys were not told",
        _counted(Link.used_at, as_of - TOLD_WITHIN).where(Link.outcome.is_(None)),
    )


def _counted(column: Any, before: datetime) -> Select[int, datetime]:
    return select(func.count(), func.min(column)).where(column < before)
