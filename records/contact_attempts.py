"""Attempts to reach a patient, read off the journal: when, how, to whom, outcome, next try."""

import json
from collections.abc import Sequence

import structlog
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pathway.model import Instant, Model, PathwayReference
from records.database import Records, in_time
from records.tables import ContactAttempt
from records.upsert import table_of
from workflows.messages import JournalRow

_ATTEMPTS = table_of(ContactAttempt)
_NOTE = insert(_ATTEMPTS)
_FORGET = delete(_ATTEMPTS).where(
    _ATTEMPTS.c.reference == bindparam("of"),
    _ATTEMPTS.c.number.in_(bindparam("numbers", expanding=True)),
)
KINDS = frozenset({"contact_attempted"})

log = structlog.stdlib.get_logger(__name__)


class Attempt(Model):
    """One attempt."""

    number: int
    """The journal's row that tells of it."""
    task: str
    at: Instant
    how: str
    whom: str
    outcome: str
    """reached, left_message, no_answer and so on."""
    next_try: Instant | None
    by: str
    note: str


@in_time
async def for_reference(records: Records, reference: PathwayReference) -> tuple[Attempt, ...]:
    """A patient's attempts, the oldest first."""
    query = select(ContactAttempt).where(ContactAttempt.reference == reference)
    async with records.session() as session:
        rows = await session.scalars(query.order_by(ContactAttempt.number))
        return tuple(
            Attempt.model_validate({name: getattr(row, name) for name in Attempt.model_fields})
            for row in rows
        )


async def project(connection: AsyncConnection, reference: str, rows: Sequence[JournalRow]) -> None:
    """Follow these rows of the journal, which stand in for others."""
    await forget(connection, reference, [row.number for row in rows])
    await project_new(connection, reference, rows)


async def project_new(
    connection: AsyncConnection, reference: str, rows: Sequence[JournalRow]
) -> None:
    """Follow rows with numbers that the journal did not have yet."""
    read = [_read(row) for row in rows if row.kind in KINDS]
    attempts = [{"reference": reference, **each.model_dump()} for each in read if each]
    if attempts:
        await connection.execute(_NOTE, attempts)


async def forget(connection: AsyncConnection, reference: str, numbers: Sequence[int]) -> None:
    """Rows with these numbers have left the journal."""
    if numbers:
        await connection.execute(_FORGET, {"of": reference, "numbers": list(numbers)})


def _read(row: JournalRow) -> Attempt | None:
    try:
        said = json.loads(row.payload)["attempt"]
        return Attempt(
            number=row.number,
            task=said["about"],
            at=said["signed"]["happened_at"],
            how=said["way"],
            whom=said["whom"],
            outcome=said["outcome"],
            next_try=said["next_try"],
            by=said["signed"]["by"],
            note=said["note"] or "",
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        # The journal itself must be written, whatever a later release puts into its rows.
        log.warning("contact_attempt_not_read", kind=row.kind, number=row.number)
        return None
