"""What the records count for whoever watches the system: numbers, and never whose they are.

Each is one grouped question. Those about tables that only grow are asked once in a minute at most;
see `workers/metrics`.
"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from pathway.model import Instant, Model, PathwayReference
from pathway.protocol import Level
from pathway.roles import Role
from pathway.today import Shows
from records.database import Records, in_time
from records.inbound import InboundState
from records.tables import InboundText, JournalEntry, Journey, Link, Owed

LATE = {
    "by_15_minutes": timedelta(minutes=15),
    "by_1_hour": timedelta(hours=1),
    "by_4_hours": timedelta(hours=4),
    "by_1_day": timedelta(days=1),
}
"""How late an act is at most, by the word for it."""
Since = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
LATER_STILL, NOT_YET, UNDATED = "by_more", "not_yet", "undated"


class Waiting(Model):
    """So many wait, the oldest since then."""

    count: int = 0
    oldest: Instant | None = None


class OwedActs(Model):
    """How many acts a role owes, by how late they are."""

    role: Role
    late: str
    count: int


class OpenEscalations(Waiting):
    """Those of one level that somebody has, or nobody."""

    level: Level
    owned: bool


class InboundWaiting(Model):
    """What people wrote: not handed to anybody yet, and handed on but not read."""

    not_routed: Waiting = Waiting()
    for_a_person: Waiting = Waiting()


@in_time
async def answer(records: Records) -> None:
    """Answer, and nothing else. Raises RecordsUnavailableError."""
    async with records.session() as session:
        await session.execute(select(1))


@in_time
async def owed(records: Records, now: datetime) -> tuple[OwedActs, ...]:
    """The lines of the work list by role and lateness; escalations are counted apart."""
    late = _how_late(now)
    query = (
        select(Owed.role, late, func.count())
        .where(Owed.escalation.is_(None))
        .group_by(Owed.role, late)
    )
    async with records.session() as session:
        rows = await session.execute(query)
        return tuple(OwedActs(role=Role(role), late=word, count=n) for role, word, n in rows)


def _how_late(now: datetime) -> ColumnElement[str]:
    bounds = [(Owed.due >= now - most, word) for word, most in LATE.items()]
    return case(
        (Owed.due.is_(None), UNDATED), (Owed.due > now, NOT_YET), *bounds, else_=LATER_STILL
    )


@in_time
async def escalations(records: Records) -> tuple[OpenEscalations, ...]:
    """The open escalations by level and by whether somebody has them."""
    query = select(Owed.owner, Owed.since, Owed.shows).where(Owed.escalation.is_not(None))
    found: dict[tuple[Level, bool], list[datetime]] = {}
    async with records.session() as session:
        for owner, since, shows in await session.execute(query):
            level = Shows.model_validate_json(shows).level
            # A line of before the levels stood beside it.
            found.setdefault((level or Level.ATTENTION, owner is not None), []).append(since)
    return tuple(
        OpenEscalations(level=level, owned=owned, count=len(since), oldest=min(since))
        for (level, owned), since in found.items()
    )


@in_time
async def inbound(records: Records) -> InboundWaiting:
    """Texts from people that somebody or something has still to deal with."""
    query = (
        select(InboundText.state, func.count(), func.min(InboundText.received_at))
        .where(InboundText.state.in_((InboundState.RECEIVED, InboundState.ROUTED)))
        .group_by(InboundText.state)
    )
    async with records.session() as session:
        found = {s: Waiting(count=n, oldest=at) for s, n, at in await session.execute(query)}
    return InboundWaiting(
        not_routed=found.get(InboundState.RECEIVED, Waiting()),
        for_a_person=found.get(InboundState.ROUTED, Waiting()),
    )


@in_time
async def link_answers(records: Records) -> Waiting:
    """What people answered by a link and no journey has been told of."""
    return await waiting(records, Link.used_at, Link.outcome.is_(None), Link.used_at.is_not(None))


@in_time
async def provisional(records: Records) -> Waiting:
    """Rows of the journal that no history has vouched for. It reads the whole journal."""
    return await waiting(records, JournalEntry.written_at, JournalEntry.provisional.is_(True))


async def waiting(records: Records, since: Since, *where: ColumnElement[bool]) -> Waiting:
    """How many rows these are, and since when the oldest."""
    query = select(func.count(), func.min(since)).where(*where)
    async with records.session() as session:
        count, oldest = (await session.execute(query)).one()
        return Waiting(count=count, oldest=oldest)


class Protocols:
    """Which protocol a journey carries. It never changes, and is read once for each journey."""

    _AT_ONCE = 100
    _UNREAD = "not_read_yet"

    def __init__(self) -> None:
        self._of: dict[PathwayReference, str] = {}

    async def journeys(self, records: Records) -> Counter[tuple[str, str]]:
        """How many journeys are open, by stage and protocol; a few are read in each look."""
        stages = await _open_stages(records)
        self._of = {ref: name for ref, name in self._of.items() if ref in stages}
        unread = [reference for reference in stages if reference not in self._of]
        self._of |= await _protocols(records, unread[: self._AT_ONCE])
        return Counter((stage, self._of.get(ref, self._UNREAD)) for ref, stage in stages.items())


@in_time
async def _open_stages(records: Records) -> dict[PathwayReference, str]:
    query = select(Journey.reference, Journey.stage).where(Journey.ended.is_(False))
    async with records.session() as session:
        return {row.reference: row.stage for row in await session.execute(query)}


@in_time
async def _protocols(
    records: Records, of: Iterable[PathwayReference]
) -> dict[PathwayReference, str]:
    query = select(JournalEntry.reference, JournalEntry.payload).where(
        JournalEntry.reference.in_(list(of)), JournalEntry.kind == "journey_opened"
    )
    async with records.session() as session:
        rows = (await session.execute(query)).all()
    opened = ((reference, json.loads(payload).get("protocol")) for reference, payload in rows)
    return {ref: f"{carries['id']}@{carries['version']}" for ref, carries in opened if carries}
