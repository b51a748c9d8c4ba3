"""A journey rebuilt from its journal alone."""

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
    return _EVENT.validate_python(
        {**_FIELDS.validate_json(row.payload), "kind": row.kind, "at": row.at}
    )


def rebuilt(rows: Iterable[JournalRow]) -> Journey:
    """The journey that these rows tell of."""
    first, *others = map(event_of, rows)
    assert isinstance(first, JourneyOpened)
    return apply_all(open_journey(first), others)
