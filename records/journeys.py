"""The newest snapshot of each journey, and the work list that came with it.

Both follow the journey's own clock: `as_of` first, then the journal's number. The number alone
would let the snapshot of a lost task, one row ahead of the truth, stay in view.
"""

from collections.abc import Collection
from functools import cache
from typing import Any

import structlog
from sqlalchemy import Insert, Row, Select, and_, bindparam, delete, insert, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Bundle

from pathway.model import Instant, PathwayReference
from pathway.overview import OwedRow
from pathway.today import Shows
from records.columns import written_now
from records.database import Records, in_time
from records.errors import UnreadableError
from records.readable import CANNOT_BE_READ, bundle
from records.tables import Journey, Owed, Patient
from records.upsert import changed_by, insert_into, table_of
from workflows.messages import JournalBatch, JourneySnapshot

_JOURNEYS = table_of(Journey)
_LINES = table_of(Owed)
_OWED = select(_LINES).where(_LINES.c.reference == bindparam("of"))
_NOT_OWED = delete(_LINES).where(_LINES.c.reference == bindparam("of"))
_OWE = insert(_LINES)

LINE: Bundle[Any] = bundle("owed", *(getattr(Owed, column.key) for column in _LINES.columns))
"""A line for those who read everybody's: it comes also where its words do not open."""

log = structlog.stdlib.get_logger(__name__)


class StoredSnapshot(JourneySnapshot):
    """A snapshot with its age; `owed` is complete."""

    reference: PathwayReference
    through: int
    """The highest journal number known to the batch that carried it."""
    as_of: Instant
    """The journey's time when it was made."""


@in_time
async def get(records: Records, reference: PathwayReference) -> StoredSnapshot | None:
    """The snapshot of a journey, None before its first batch."""
    async with records.session() as session:
        row = await session.get(Journey, reference)
        if row is None:
            return None
        query = select(Owed).where(Owed.reference == reference).order_by(Owed.key)
        owed = tuple(owed_row(line) for line in await session.scalars(query))
    columns = {name: getattr(row, name) for name in StoredSnapshot.model_fields if name != "owed"}
    return StoredSnapshot.model_validate({**columns, "owed": owed})


@in_time
async def open_ones(records: Records) -> tuple[PathwayReference, ...]:
    """Whose journey was started and has not ended as far as is known, in order of enrolment."""
    async with records.session() as session:
        return tuple(await session.scalars(_open()))


@in_time
async def open_among(
    records: Records, references: Collection[PathwayReference]
) -> tuple[PathwayReference, ...]:
    """Which of these are open, in the same order; no other is read."""
    async with records.session() as session:
        return tuple(await session.scalars(_open().where(Patient.reference.in_(references))))


def _open() -> Select[str]:
    return (
        select(Patient.reference)
        .outerjoin(Journey, Journey.reference == Patient.reference)
        .where(
            or_(
                Journey.ended.is_(False),
                and_(Journey.reference.is_(None), Patient.started_at.is_not(None)),
            )
        )
        .order_by(Patient.enrolled_at, Patient.reference)
    )


def owed_row(line: Owed | Row[Any]) -> OwedRow:
    """A line of the table as the workflow sent it, as far as it opens."""
    names = OwedRow.model_fields.keys() - {"group", "shows"}
    values = {name: getattr(line, name) for name in names}
    spoilt = line.shows == CANNOT_BE_READ
    shows = Shows() if spoilt else Shows.model_validate_json(line.shows)
    return OwedRow.model_validate({**values, "group": line.section, "shows": shows})


def opens(line: Row[Any]) -> bool:
    """Whether all of its words can be read."""
    return CANNOT_BE_READ not in {line.line, line.shows}


async def project(connection: AsyncConnection, batch: JournalBatch, *, force: bool = False) -> None:
    """Replace snapshot and work list, unless those of a newer batch stand there.

    Leaves the journey's row locked, which puts two batches of one journey in line. `force` is
    for whoever has made sure, under that lock, that nothing newer exists.
    """
    through = max(batch.confirmed_through, *(row.number for row in batch.rows), 0)
    values = batch.snapshot.model_dump(exclude={"owed"})
    values |= {
        "reference": batch.reference,
        "through": through,
        "as_of": batch.as_of,
        "written_at": written_now(),
    }
    replace = _replacing(connection.dialect.name, force=force)
    if await changed_by(connection, replace, values):
        await _replace_owed(connection, batch)


@cache
def _replacing(dialect: str, *, force: bool) -> Insert:
    """PostgreSQL locks the row that is there also when the condition keeps it as it is."""
    statement = insert_into(Journey, dialect)
    new, old = statement.excluded, _JOURNEYS.c
    newer = tuple_(new.as_of, new.through) >= tuple_(old.as_of, old.through)
    return statement.on_conflict_do_update(
        index_elements=["reference"],
        set_={column.name: new[column.name] for column in _JOURNEYS.c if not column.primary_key},
        where=None if force else newer,
    )


async def _replace_owed(connection: AsyncConnection, batch: JournalBatch) -> None:
    """Most batches leave the work list as it is: reading it is cheaper than writing it anew."""
    of_journey = {"of": batch.reference}
    lines = [_line(batch.reference, row) for row in batch.snapshot.owed]
    there = await _standing(connection, of_journey)
    if there is not None and sorted(there, key=_key) == sorted(lines, key=_key):
        return
    if there is None or there:
        await connection.execute(_NOT_OWED, of_journey)
    if lines:
        await connection.execute(_OWE, lines)


async def _standing(
    connection: AsyncConnection, of_journey: dict[str, str]
) -> list[dict[str, Any]] | None:
    """The lines that stand; None where one does not open: they are written anew then."""
    try:
        return [dict(row) for row in (await connection.execute(_OWED, of_journey)).mappings()]
    except UnreadableError as error:
        log.error("cell_unreadable", column=error.column)  # noqa: TRY400
        return None


def _line(reference: str, row: OwedRow) -> dict[str, Any]:
    return row.model_dump(exclude={"group", "shows"}) | {
        "section": row.group,
        "reference": reference,
        "shows": row.shows.model_dump_json(exclude_defaults=True),
    }


def _key(line: dict[str, Any]) -> str:
    return str(line["key"])
