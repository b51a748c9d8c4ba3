"""What the watch over all journeys looks for: pure judgements over what the records know.

A journey acts because something will wake it: a timer, a person who is asked, or an escalation that
climbs. Whoever is not woken is forgotten, and nobody notices by herself.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway import civil
from pathway.findings import Finding, FindingKind
from pathway.model import Instant, Model, PathwayReference
from pathway.overview import OwedRow

NOTHING = "nothing"
"""Stands as the next act of a journey of which nothing is due by itself."""
LATE_AFTER = timedelta(minutes=10)
PAGES_LATE_AFTER = timedelta(minutes=5)
"""A page may wait a minute for others; after five somebody is not reached."""
TRIED_FOR_LONG = frozenset({"text", "look_up"})
"""Acts whose activity is tried for as long as it is useful: under way they are not late."""


class OpenJourney(Model):
    """An open journey as the records know it."""

    reference: PathwayReference
    started_at: Instant | None = None
    next_act: str | None = None
    """The kind of the next item; `nothing`; None where no snapshot has said so yet."""
    next_at: Instant | None = None
    owed: tuple[OwedRow, ...] = ()
    through: int = 0
    """The last row of the journal that its snapshot knows; 0 when nothing was ever written."""
    last_row: int = 0
    """The last row that the journal holds."""
    spoilt: bool = False
    """A line of its work list does not open."""

    @property
    def dangers(self) -> tuple[OwedRow, ...]:
        return tuple(row for row in self.owed if row.group == "danger")

    @property
    def phantom(self) -> bool:
        """The journal holds rows that no batch of the present history has brought."""
        return self.last_row > self.through


def late_since(journey: OpenJourney, now: datetime) -> datetime | None:
    """Since when something is due that ought to have begun; None when nothing is late."""
    if journey.next_at is None:
        return None
    bound = PAGES_LATE_AFTER if journey.next_act == "page" else LATE_AFTER
    return journey.next_at if now - journey.next_at > bound else None


def silent(journey: OpenJourney) -> Finding | None:
    """A journey that waits for nothing and asks nobody. The step it stands at asks nobody yet."""
    asks = any(not row.key.startswith("step/") for row in journey.owed)
    if journey.next_act != NOTHING or asks:
        return None
    return Finding(
        kind=FindingKind.SILENT,
        reference=journey.reference,
        state=NOTHING,
        says="nothing is due by itself and nobody is asked: somebody must take it up",
    )


def stranded(journey: OpenJourney, state: str, zone: str) -> Finding:
    """Its workflow is not running. `state` is how it ended, or not_found."""
    owed = "; ".join(owed_in_words(journey, zone)) or "nothing that the records know of"
    return Finding(
        kind=FindingKind.STRANDED,
        reference=journey.reference,
        state=state,
        says=f"its workflow is {state.replace('_', ' ')}: nothing reminds, texts or pages for it. "
        f"Owed: {owed}",
        danger=bool(journey.dangers),
    )


_STUCK = {
    "no_answer": "something is due, and its workflow gives no answer",
    "task_fails": "its workflow task fails again and again: nothing is taken up, nothing pages",
    "never_wrote": "its workflow began and has written nothing",
}


def stuck(journey: OpenJourney, state: str) -> Finding:
    """Its workflow is there and does nothing; `state` says how that shows."""
    return Finding(
        kind=FindingKind.STUCK,
        reference=journey.reference,
        state=state,
        says=f"{_STUCK[state]}. See its last workflow task, and that a worker runs",
        danger=bool(journey.dangers),
    )


def unwritten(journey: OpenJourney, now: datetime) -> bool:
    """Whether it was started a while ago and the records have not one row of it."""
    begun = journey.started_at
    return not journey.last_row and begun is not None and now - begun > LATE_AFTER


def late(journey: OpenJourney, act: str, since: datetime, zone: str) -> Finding:
    """What is due by the journey's own word, and has not begun."""
    return Finding(
        kind=FindingKind.LATE,
        reference=journey.reference,
        state=f"{act} {since:%Y-%m-%dT%H:%MZ}",
        says=f"due since {_clock(since, zone)} and not done: {act.replace('_', ' ')}",
        danger=act == "page",
    )


def behind(reference: PathwayReference, state: str) -> Finding:
    """The records lag behind the workflow although they have had their time."""
    return Finding(
        kind=FindingKind.JOURNAL_BEHIND,
        reference=reference,
        state=state,
        says=f"the records do not follow the workflow ({state.replace('_', ' ')})",
    )


_UNMENDED = {
    "not_replayed": "its history does not fit this release, so that nobody knows whether the "
    "records follow it",
    "unreadable": "a cell of it in the records does not open. Put it back from a backup",
    "failed": "its journal could not be compared with its history. See journey_not_mended in the "
    "log of the worker",
}
UNMENDED = frozenset(_UNMENDED)
"""Why the records of a journey could not be made to follow its history."""


def unmended(reference: PathwayReference, state: str) -> Finding:
    """What could not be put right, nor even compared; `state` is one of UNMENDED."""
    return Finding(
        kind=FindingKind.JOURNAL_BEHIND,
        reference=reference,
        state=state,
        says=_UNMENDED[state],
    )


def owed_in_words(journey: OpenJourney, zone: str) -> Iterator[str]:
    """What was owed when the records last heard: kinds, roles and times, nothing clinical."""
    for row in journey.dangers:
        level = f" ({row.shows.level})" if row.shows.level else ""
        what = "escalation" if row.escalation else "safety flag"
        whose = "somebody has it" if row.owner else "nobody has it"
        yield f"{what}{level} open since {_clock(row.since, zone)}, {whose}"
    for row in journey.owed:
        if row.group != "danger":
            what = "its step" if row.key.startswith("step/") else "a line"
            by = f" by {_clock(row.due, zone)}" if row.due else ""
            yield f"{what} for {row.role.value.replace('_', ' ')}{by}"
    if journey.next_at is not None and journey.next_act != NOTHING:
        yield f"next by itself: {journey.next_act} at {_clock(journey.next_at, zone)}"


def _clock(moment: datetime, zone: str) -> str:
    return civil.local(moment, zone).isoformat(" ", "minutes")[:16]
