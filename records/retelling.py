"""A journey retold from its journal: rows back into events, events into the journey."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from pathway.apply import apply_all, open_journey
from pathway.events import Event, JourneyOpened
from pathway.journey import Journey
from workflows.messages import JournalRow

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
_FIELDS: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


def event_of(row: JournalRow) -> Event:
    """The event that a row keeps. Raises ValidationError for a row that no event wrote."""
    return _EVENT.validate_python(
        {**_FIELDS.validate_json(row.payload), "kind": row.kind, "at": row.at}
    )


def retold(rows: Iterable[JournalRow]) -> Journey:
    """The journey that these rows tell of, from the first.

    Raises:
        TypeError: when the first row does not open a journey.
    """
    first, *others = map(event_of, rows)
    if not isinstance(first, JourneyOpened):
        raise TypeError("the first row of a journal opens its journey")
    return apply_all(open_journey(first), others)
