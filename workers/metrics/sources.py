"""What is read from the records for whoever watches, and how often.

This is the one place where another source is plugged in: a name, how long its answer is kept, and
a function from the records to families of figures.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from records import measures
from records.database import Records
from workers.metrics import families
from workers.metrics.families import Families
from workers.metrics.watch import watch

SOON, OFTEN, SELDOM = 10.0, 60.0, 300.0
"""Seconds for which an answer is kept: of small tables, of texts, of the whole journal."""

Read = Callable[[Records, datetime], Awaitable[Families]]


@dataclass(frozen=True)
class Source:
    """Something that is read, and kept for some seconds."""

    name: str
    kept_seconds: float
    read: Read


def sources() -> tuple[Source, ...]:
    """Everything that is read from the records."""
    protocols = measures.Protocols()

    async def journeys(records: Records, _now: datetime) -> Families:
        return families.journeys(await protocols.journeys(records))

    return (
        Source("journeys", OFTEN, journeys),
        Source("owed", SOON, families.owed),
        Source("escalations", SOON, families.escalations),
        Source("waiting", SOON, families.waiting),
        Source("systems", SOON, families.systems),
        Source("texts", OFTEN, families.texts),
        Source("lately", OFTEN, families.lately),
        Source("journal", SELDOM, families.journal),
        Source("watch", SOON, watch),
    )
