"""What the journal says of escalations: open, taken or closed. It may lag a second behind."""

import json
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Model, PathwayReference, StaffId
from records.tables import JournalEntry

_TAKEN = "escalation_acknowledged"
_CLOSED = "escalation_closed"
_HANDED = "escalation_handed_over"
_AGAIN = "escalation_raised_again"


class Owned(Model):
    """An escalation that nobody has to be paged about."""

    by: StaffId
    closed: bool = False


Key = tuple[PathwayReference, str]


async def owned(session: AsyncSession, of: Collection[PathwayReference]) -> dict[Key, Owned]:
    """The escalations of these journeys that somebody has, or that are closed."""
    query = (
        select(JournalEntry.reference, JournalEntry.kind, JournalEntry.payload)
        .where(
            JournalEntry.reference.in_(set(of)),
            JournalEntry.kind.in_((_TAKEN, _CLOSED, _HANDED, _AGAIN)),
        )
        .order_by(JournalEntry.reference, JournalEntry.number)
    )
    found: dict[Key, Owned] = {}
    for reference, kind, payload in await session.execute(query):
        event = json.loads(payload)
        if "escalation" not in event:
            # The patient was erased: the rows stand, and say nothing any more.
            continue
        key = (reference, event["escalation"])
        match kind:
            case "escalation_acknowledged":
                found[key] = Owned(by=event["acknowledgement"]["by"])
            case "escalation_closed":
                found[key] = Owned(by=event["by"], closed=True)
            case "escalation_handed_over" if event["to"] is not None and key in found:
                found[key] = Owned(by=event["to"])
            case "escalation_handed_over" if event["to"] is not None:
                pass  # nobody's still, and its new owner is paged
            case _:
                found.pop(key, None)
    return found
