"""What the watch found: opened once, told to ops once for each state, closed when gone."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, update

from pathway.findings import Finding, FindingKind
from pathway.model import Instant, PathwayReference
from pathway.watch import UNMENDED
from records.columns import written_now
from records.database import Records, in_time
from records.readable import readable
from records.tables import WatchFinding
from records.upsert import changed_by, insert_into, table_of

TELLING_TAKES = timedelta(minutes=2)
"""Whoever began to tell and is not done by then has died of it: another tells."""


class StoredFinding(Finding):
    """A finding as it stands."""

    found_at: Instant
    seen_at: Instant
    """When it was last there."""
    told: bool
    """Whether ops were told of it as it is."""


@in_time
async def note(records: Records, found: Iterable[Finding], at: datetime) -> None:
    """Open what is new, open again what had gone, and say that the rest is still there."""
    rows = [
        {**each.model_dump(), "found_at": at, "seen_at": at, "written_at": written_now()}
        for each in found
    ]
    if not rows:
        return
    insert = insert_into(WatchFinding, records.dialect)
    new, old = insert.excluded, table_of(WatchFinding).c
    again = old.closed_at.is_not(None)
    statement = insert.on_conflict_do_update(
        index_elements=["kind", "reference"],
        set_={
            **{name: new[name] for name in ("state", "says", "danger", "seen_at", "written_at")},
            "found_at": case((again, new.found_at), else_=old.found_at),
            "told_state": case((~again, old.told_state)),
            "telling_at": case((~again, old.telling_at)),
            "closed_at": None,
        },
    )
    async with records.statements() as connection:
        await connection.execute(statement, rows)


@in_time
async def close_unseen(
    records: Records, kinds: Collection[FindingKind], since: datetime, at: datetime
) -> int:
    """Close what a whole round since then did not find any more; how many those were."""
    gone = (
        update(WatchFinding)
        .where(
            WatchFinding.kind.in_([kind.value for kind in kinds]),
            WatchFinding.closed_at.is_(None),
            WatchFinding.seen_at < since,
        )
        .values(closed_at=at, written_at=written_now())
    )
    async with records.statements() as connection:
        return await changed_by(connection, gone)


@in_time
async def open_ones(records: Records) -> tuple[StoredFinding, ...]:
    """Everything that is wrong now, the gravest kind first and of that the oldest."""
    gravity = list(FindingKind)
    async with records.session() as session:
        rows = [_stored(row) for row in await session.execute(_open())]
    return tuple(sorted(rows, key=lambda f: (gravity.index(f.kind), f.found_at, f.reference)))


@in_time
async def open_findings(records: Records) -> Mapping[FindingKind, int]:
    """How many are open of each kind; every kind is there, so that a gauge falls to nothing."""
    counted = (
        select(WatchFinding.kind, func.count())
        .where(WatchFinding.closed_at.is_(None))
        .group_by(WatchFinding.kind)
    )
    async with records.session() as session:
        found = {row[0]: row[1] for row in await session.execute(counted)}
    return {kind: found.get(kind.value, 0) for kind in FindingKind}


@in_time
async def unmended(
    records: Records, references: Collection[PathwayReference]
) -> Mapping[PathwayReference, str]:
    """Which of these journeys could not be compared when it was last tried, and why."""
    found = select(WatchFinding.reference, WatchFinding.state).where(
        WatchFinding.kind == FindingKind.JOURNAL_BEHIND.value,
        WatchFinding.reference.in_(references),
        WatchFinding.state.in_(sorted(UNMENDED)),
        WatchFinding.closed_at.is_(None),
    )
    async with records.session() as session:
        return {row.reference: row.state for row in await session.execute(found)}


@in_time
async def claim_untold(
    records: Records, kinds: Collection[FindingKind], at: datetime
) -> tuple[StoredFinding, ...]:
    """What ops do not know yet, taken by the caller to tell: of two workers one gets it."""
    waits = and_(
        WatchFinding.kind.in_([kind.value for kind in kinds]),
        WatchFinding.closed_at.is_(None),
        or_(WatchFinding.told_state.is_(None), WatchFinding.told_state != WatchFinding.state),
        or_(WatchFinding.telling_at.is_(None), WatchFinding.telling_at < at - TELLING_TAKES),
    )
    claim = update(WatchFinding).where(waits).values(telling_at=at).returning(*_COLUMNS)
    async with records.statements() as connection:
        rows = (await connection.execute(claim)).all()
        return tuple(_stored(row) for row in rows)


@in_time
async def told(records: Records, found: Iterable[Finding], *, well: bool) -> None:
    """Ops know of these; or they could not be told, and somebody tries again in the next round."""
    async with records.statements() as connection:
        for each in found:
            mine = (
                WatchFinding.kind == each.kind.value,
                WatchFinding.reference == each.reference,
            )
            values = {"telling_at": None} | ({"told_state": each.state} if well else {})
            await connection.execute(update(WatchFinding).where(*mine).values(**values))


_COLUMNS = tuple(
    readable(getattr(WatchFinding, name))
    for name in (*Finding.model_fields, "found_at", "seen_at", "told_state")
)


def _open() -> Select[Any]:
    return select(*_COLUMNS).where(WatchFinding.closed_at.is_(None))


def _stored(row: Any) -> StoredFinding:
    fields = {name: getattr(row, name) for name in Finding.model_fields}
    known = row.told_state == row.state
    return StoredFinding(**fields, found_at=row.found_at, seen_at=row.seen_at, told=known)
