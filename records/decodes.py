"""Who opened whose payloads, when, and what came of it. Nothing here is ever deleted."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, Model
from records.columns import written_now
from records.database import Records, in_time
from records.restriction import is_hidden
from records.tables import Decode, Erasure


class Outcome(StrEnum):
    """What came of payloads, or of a request as a whole."""

    OPENED = "opened"
    NO_KEY = "no_key"
    CHANGED = "changed"
    RESTRICTED = "restricted"
    ERASED = "erased"
    WRONG_ORIGIN = "wrong_origin"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_IN_THIS_ROLE = "not_in_this_role"
    WRONG_NAMESPACE = "wrong_namespace"
    UNREADABLE = "unreadable"
    NO_SIGN_IN = "no_sign_in"
    """The sign-in's own keys could not be fetched."""


class Noted(Model):
    """Payloads of one journey in one request, and what came of them."""

    at: Instant
    who: str
    role: str
    namespace: str
    reference: str
    outcome: Outcome
    payloads: int


@in_time
async def note(records: Records, noted: Sequence[Noted]) -> None:
    """Keep what came of requests, all of it or nothing."""
    rows = [{**each.model_dump(), "written_at": written_now()} for each in noted]
    async with records.statements() as connection:
        await connection.execute(insert(Decode), rows)


@in_time
async def closed(
    records: Records, references: Iterable[str], *, sees_restricted: bool
) -> Mapping[str, Outcome]:
    """Whose payloads are not opened, and why.

    Nobody opens those of the erased, whose history may still be about to go. Those of a restricted
    record are for whoever `sees_restricted`, unless somebody treats the patient (rule 29).
    """
    async with records.session() as session:
        found = {
            reference: await _why_closed(session, reference, sees_restricted=sees_restricted)
            for reference in references
        }
    return {reference: why for reference, why in found.items() if why is not None}


async def _why_closed(
    session: AsyncSession, reference: str, *, sees_restricted: bool
) -> Outcome | None:
    if await session.get(Erasure, reference) is not None:
        return Outcome.ERASED
    if sees_restricted or not await is_hidden(session, reference):
        return None
    return Outcome.RESTRICTED


@in_time
async def between(
    records: Records, first: Instant, before: Instant, who: str | None = None
) -> tuple[Noted, ...]:
    """What was noted from `first` until `before`, the oldest first; of one person if named."""
    query = select(Decode).where(Decode.at >= first, Decode.at < before)
    if who is not None:
        query = query.where(Decode.who == who)
    async with records.session() as session:
        rows = await session.scalars(query.order_by(Decode.at, Decode.id))
        return tuple(
            Noted.model_validate({name: getattr(row, name) for name in Noted.model_fields})
            for row in rows
        )
