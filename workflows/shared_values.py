"""Equal protocols and calendars are kept once for all journeys of a worker.

Each journey carries its own, read from its history, and nearly all of them are equal: kept apart
they would be most of what a journey takes in memory. They are frozen values, so that a journey
cannot tell whether it shares one. This module lies outside of the sandbox, as one copy of it
serves all workflows.
"""

import hashlib
from typing import Annotated, TypeVar
from weakref import WeakValueDictionary

from pydantic import AfterValidator

from pathway.calendar import Calendar
from pathway.journey import Journey
from pathway.model import Model
from pathway.protocol import Protocol
from workflows.messages import Carried, JourneyStart, Opening

Value = TypeVar("Value", bound=Model)

# Weak: a protocol that no journey carries any more is forgotten.
_kept: WeakValueDictionary[tuple[type[Model], bytes], Model] = WeakValueDictionary()


def _sharing(journey: Journey) -> Journey:
    """The same journey; what it has in common with others is held in common."""
    common = {"protocol": _shared(journey.protocol), "calendar": _shared(journey.calendar)}
    return journey.model_copy(update=common)


def _shared(value: Value) -> Value:
    written = value.model_dump_json().encode()
    # Two threads may both find nothing; then there are two copies, and no harm is done.
    kept = _kept.setdefault((type(value), hashlib.sha256(written).digest()), value)
    assert isinstance(kept, type(value))  # noqa: S101 - the type is a part of the key
    return kept


class SharedOpening(Opening):
    """An opening, shared as it is read."""

    protocol: Annotated[Protocol, AfterValidator(_shared)]
    calendar: Annotated[Calendar, AfterValidator(_shared)]


class SharedCarried(Carried):
    """What the run before carried over, shared as it is read."""

    journey: Annotated[Journey, AfterValidator(_sharing)]


class SharedStart(JourneyStart):
    """The same argument as its parent: it stays in memory for as long as its run."""

    opening: SharedOpening | None = None
    carried: SharedCarried | None = None
