"""Escalations over all journeys, from the records: what is owed now, and what the journal says."""

from collections.abc import Iterable

from sqlalchemy import select

from cli.documents import EscalationLine
from pathway import events as ev
from pathway.model import Instant, PathwayReference
from records import patients, restriction, worklist
from records.database import Records, in_time
from records.retelling import event_of
from records.tables import JournalEntry
from records.worklist import WorkRow
from workflows.messages import JournalRow

_ID = tuple[PathwayReference, str]


async def open_lines(records: Records, as_of: Instant) -> list[EscalationLine]:
    """Every open escalation, the longest open first."""
    rows = [row for row in await worklist.rows(records, as_of) if row.owed.escalation]
    opened = await _opened(records, {row.reference for row in rows})
    lines = [_open_line(row, opened.get((row.reference, row.owed.key))) for row in rows]
    return sorted(lines, key=lambda line: line.since)


def _open_line(row: WorkRow, opened: ev.EscalationOpened | None) -> EscalationLine:
    return EscalationLine(
        reference=row.reference,
        escalation=row.owed.escalation or row.owed.key,
        level=opened.escalation.level if opened else None,
        what=opened.escalation.what if opened else row.owed.line,
        given_name=row.given_name,
        family_name=row.family_name,
        born=row.born,
        since=row.owed.since,
        owner=row.owed.owner,
        next_look=row.owed.due,
    )


async def closed_lines(records: Records, since: Instant) -> list[EscalationLine]:
    """Those that were closed since, the latest first."""
    closed = await _closed(records, since)
    opened = await _opened(records, {reference for reference, _ in closed})
    lines = [
        await _closed_line(records, reference, event, opened[reference, event.escalation])
        for reference, event in closed
        if (reference, event.escalation) in opened
    ]
    return sorted(lines, key=lambda line: line.closed_at or line.since, reverse=True)


async def _closed_line(
    records: Records, reference: str, event: ev.EscalationClosed, opened: ev.EscalationOpened
) -> EscalationLine:
    hidden = await restriction.hidden_from(records, reference, None)
    patient = None if hidden else await patients.get(records, reference)
    return EscalationLine(
        reference=reference,
        escalation=event.escalation,
        level=opened.escalation.level,
        what=opened.escalation.what,
        given_name=patient.given_name if patient else None,
        family_name=patient.family_name if patient else None,
        born=patient.born if patient else None,
        since=opened.escalation.opened_at,
        owner=event.by,
        next_look=None,
        closed=event.outcome,
        closed_at=event.at,
        closed_by=event.by,
    )


@in_time
async def _opened(
    records: Records, references: Iterable[PathwayReference]
) -> dict[_ID, ev.EscalationOpened]:
    """How each escalation of these journeys began; its level stands nowhere else."""
    query = select(JournalEntry).where(
        JournalEntry.reference.in_(tuple(references)), JournalEntry.kind == "escalation_opened"
    )
    opened = {}
    async with records.session() as session:
        for row in await session.scalars(query):
            event = event_of(_row(row))
            assert isinstance(event, ev.EscalationOpened)  # noqa: S101 - by its kind
            opened[row.reference, event.escalation.id] = event
    return opened


@in_time
async def _closed(
    records: Records, since: Instant
) -> list[tuple[PathwayReference, ev.EscalationClosed]]:
    query = select(JournalEntry).where(
        JournalEntry.kind == "escalation_closed", JournalEntry.at >= since
    )
    closed = []
    async with records.session() as session:
        for row in await session.scalars(query):
            event = event_of(_row(row))
            assert isinstance(event, ev.EscalationClosed)  # noqa: S101 - by its kind
            closed.append((row.reference, event))
    return closed


def _row(entry: JournalEntry) -> JournalRow:
    return JournalRow.model_validate({n: getattr(entry, n) for n in JournalRow.model_fields})
