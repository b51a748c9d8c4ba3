"""The JSON documents of `waymark ops`. Their keys stay; new ones may be added."""

from datetime import date, timedelta

from pathway.model import Instant, Model, PathwayReference
from records.decodes import Outcome
from records.watch_findings import StoredFinding
from records.watch_rounds import Round


class Filter(Model):
    """A question that ops ask of all journeys, as Temporal's visibility is asked it."""

    asks: str
    query: str


class Linked(Filter):
    url: str
    """Opens the list in the Temporal UI; the UI can keep it as a saved view."""


class OpsLinks(Model):
    namespace: str
    filters: tuple[Linked, ...]


class OpsWatch(Model):
    """What the watch saw last, and what is wrong."""

    as_of: Instant
    last: Round | None
    """None: no whole round within a day."""
    age: timedelta | None
    """How long ago it ended."""
    silent: bool
    """So many rounds were missed that nobody can be said to watch."""
    findings: tuple[StoredFinding, ...]
    """The gravest kind first, and of that the oldest."""


class BroughtBack(Model):
    """A journey that was started again."""

    reference: PathwayReference
    events: int
    """How many it knows of itself."""


class Decoded(Model):
    """One person, one journey and one outcome, on one day of the clinic."""

    day: date
    who: str
    """Empty where a request was refused before anybody knew whose it was."""
    role: str
    reference: str
    outcome: Outcome
    requests: int
    payloads: int
    first: Instant
    last: Instant


class OpsDecodes(Model):
    days: tuple[date, ...]
    """The first and the last day that was looked at."""
    decodes: tuple[Decoded, ...]
