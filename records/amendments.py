"""Requests of patients to amend their record, and what was decided about them (rule 29).

Their words stand here alone. Accepting one changes no clinical entry: `correct` does, in the
journey, and the request may name the journal's row that did.
"""

from enum import StrEnum

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, Model, PathwayReference, Sentence, StaffId
from pathway.privacy import amendment_due
from records.database import Records, in_time
from records.errors import AmendmentNotOpenError, UnknownAmendmentError, UnknownPatientError
from records.tables import Amendment, JournalEntry, Patient

CORRECTED = "entry_corrected"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Requested(Model):
    """One request, from its taking to the last word about it."""

    number: int
    request: str = Field(repr=False)
    """What she says is wrong."""
    asked_at: Instant
    taken_by: StaffId
    taken_as: str
    due: Instant
    decision: Verdict | None
    reason: str | None = Field(repr=False)
    decided_at: Instant | None
    decided_by: StaffId | None
    decided_as: str | None
    corrected_by: int | None
    """The number of the journal's row that corrected the entry; None when none is named."""
    disagreement: str | None = Field(repr=False)
    """Her statement, where it was refused."""
    disagreed_at: Instant | None
    disagreement_taken_by: StaffId | None


class Decision(Model):
    """What somebody decides about a request."""

    verdict: Verdict
    reason: Sentence | None = Field(default=None, repr=False)
    by: StaffId
    role: str
    at: Instant


@in_time
async def ask(
    records: Records,
    reference: PathwayReference,
    request: Sentence,
    *,
    by: StaffId,
    role: str,
    at: Instant,
) -> Requested:
    """Take a request down. Raises UnknownPatientError."""
    async with records.begin() as session:
        await _known(session, reference)
        last = select(func.max(Amendment.number)).where(Amendment.reference == reference)
        row = Amendment(
            reference=reference,
            number=(await session.scalar(last) or 0) + 1,
            request=request,
            asked_at=at,
            taken_by=by,
            taken_as=role,
            due=amendment_due(at),
        )
        session.add(row)
        await session.flush()
        return _requested(row)


@in_time
async def decide(
    records: Records,
    reference: PathwayReference,
    number: int,
    decision: Decision,
    entry: int | None = None,
) -> Requested:
    """Accept or refuse one; `entry` is the row of the journal that corrected what she asked for.

    Raises UnknownAmendmentError, and AmendmentNotOpenError when it was decided before or the
    journal has no correction of this number: then nothing is decided.
    """
    async with records.begin() as session:
        row = await _one(session, reference, number)
        if row.decision is not None:
            raise AmendmentNotOpenError("this request was decided before")
        if entry is not None:
            await _require_correction(session, reference, entry)
        row.decision, row.reason = decision.verdict, decision.reason
        row.decided_by, row.decided_as, row.decided_at = decision.by, decision.role, decision.at
        row.corrected_by = entry
        return _requested(row)


@in_time
async def name_correction(
    records: Records, reference: PathwayReference, number: int, entry: int
) -> Requested:
    """Say which row of the journal corrected what she asked for.

    Raises UnknownAmendmentError, and AmendmentNotOpenError when it was not accepted or the
    journal has no correction of this number.
    """
    async with records.begin() as session:
        row = await _one(session, reference, number)
        if row.decision != Verdict.ACCEPTED:
            raise AmendmentNotOpenError("this request was not accepted")
        await _require_correction(session, reference, entry)
        row.corrected_by = entry
        return _requested(row)


@in_time
async def disagree(
    records: Records,
    reference: PathwayReference,
    number: int,
    statement: Sentence,
    *,
    by: StaffId,
    at: Instant,
) -> Requested:
    """Keep her statement about a refusal.

    Raises UnknownAmendmentError, and AmendmentNotOpenError when it was not refused or she has
    made her statement.
    """
    async with records.begin() as session:
        row = await _one(session, reference, number)
        if row.decision != Verdict.REFUSED:
            raise AmendmentNotOpenError("this request was not refused")
        if row.disagreement is not None:
            raise AmendmentNotOpenError("a statement about this refusal is kept already")
        row.disagreement, row.disagreed_at, row.disagreement_taken_by = statement, at, by
        return _requested(row)


@in_time
async def for_reference(records: Records, reference: PathwayReference) -> tuple[Requested, ...]:
    """Her requests, the oldest first."""
    query = select(Amendment).where(Amendment.reference == reference)
    async with records.session() as session:
        rows = await session.scalars(query.order_by(Amendment.number))
        return tuple(_requested(row) for row in rows)


async def _known(session: AsyncSession, reference: str) -> None:
    # The lock gives two requests of one moment two numbers.
    if await session.get(Patient, reference, with_for_update=True) is None:
        raise UnknownPatientError


async def _one(session: AsyncSession, reference: str, number: int) -> Amendment:
    row = await session.get(Amendment, (reference, number), with_for_update=True)
    if row is None:
        raise UnknownAmendmentError("there is no request of this number")
    return row


async def _require_correction(session: AsyncSession, reference: str, entry: int) -> None:
    there = await session.get(JournalEntry, (reference, entry))
    if there is None or there.kind != CORRECTED:
        raise AmendmentNotOpenError("the journal has no correction of this number")


def _requested(row: Amendment) -> Requested:
    return Requested.model_validate({name: getattr(row, name) for name in Requested.model_fields})
