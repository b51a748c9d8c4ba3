"""A journey retold from its journal: rows back into events, events into the journey."""

from collections.abc import Iterable, Sequence
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


class GapError(Exception):
    """A row is missing, so the rows tell no whole story."""


class UnreadableJournalError(Exception):
    """A row cannot be read by this release."""


def retold(rows: Sequence[JournalRow]) -> Journey:
    """The journey that these rows tell of: all of one journey, by number.

    Raises:
        GapError: when they do not count from one without a gap.
        UnreadableJournalError: when a row tells no event, or the first does not open a journey.
    """
    if [row.number for row in rows] != list(range(1, len(rows) + 1)):
        raise GapError
    try:
        return _told(map(event_of, rows))
    except (ValueError, TypeError, KeyError):
        # A message of theirs would repeat what the row says.
        raise UnreadableJournalError from None


def _told(events: Iterable[Event]) -> Journey:
    first, *others = events
    if not isinstance(first, JourneyOpened):
        raise TypeError("the first row of a journal opens its journey")
    return apply_all(open_journey(first), others)
