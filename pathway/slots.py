"""Times that would do: for a psychotherapy session, and for a visit that leaves room for one.

Rule 8: no infusion without somebody who sees her in the window after it. What is refused is
refused with times to take instead.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from pathway import civil
from pathway.anchors import window_closes
from pathway.journey import Journey

OFFERED = 2
"""How many times a refusal offers; acceptance story 6 asks for two."""
_GRID = timedelta(minutes=30)
"""Offered times lie on full and half hours, as people write them into a diary."""
_LOOK_AHEAD_DAYS = 14
"""How far from the wanted day another is looked for; beyond it a person must choose."""


def earliest_leaving(journey: Journey, begins: datetime) -> datetime:
    """When she may leave at the earliest, should an infusion begin then and go as planned."""
    rules = journey.protocol.steps
    from_start = begins + rules.monitoring.minimum_from_start.value
    ends = begins + rules.infusion.planned.value
    floor = rules.monitoring.minimum_from_end.value
    return max(from_start, ends + floor) if floor else max(from_start, ends)


def in_window(journey: Journey, begins: datetime, slot: datetime) -> bool:
    """Whether a slot lies between leaving and the end of the window of a planned infusion."""
    closes = window_closes(journey, begins + journey.protocol.steps.infusion.planned.value)
    return slot >= earliest_leaving(journey, begins) and (closes is None or slot < closes)


def staffed_throughout(journey: Journey, slot: datetime) -> bool:
    """Whether somebody is at work for the whole session."""
    ends = slot + session_length(journey)
    day = civil.local(slot, journey.calendar.zone).date()
    return any(o <= slot and ends <= c for o, c in journey.calendar.bookable(day))


def someone_sees_her(journey: Journey, begins: datetime, slot: datetime | None) -> bool:
    """Whether somebody is at work for the session, where the protocol asks for that (rule 8).

    Args:
        slot: the session's time; None asks for any time in the window.
    """
    if not journey.protocol.steps.infusion.staffed_hour_in_window:
        return True
    if slot is None:
        return next(session_slots(journey, begins), None) is not None
    return staffed_throughout(journey, slot)


def session_length(journey: Journey) -> timedelta:
    return timedelta(minutes=journey.protocol.steps.psychotherapy.minutes)


def session_slots(journey: Journey, begins: datetime) -> Iterator[datetime]:
    """Staffed times in the window after an infusion that begins then, earliest first."""
    opens = earliest_leaving(journey, begins)
    day = civil.local(opens, journey.calendar.zone).date()
    for ahead in range(_LOOK_AHEAD_DAYS):
        for starts, ends in journey.calendar.bookable(day + timedelta(days=ahead)):
            slot = starts if starts >= opens else _on_grid(opens)
            while slot + session_length(journey) <= ends:
                if not in_window(journey, begins, slot):
                    return
                yield slot
                slot += max(session_length(journey), _GRID)


def _on_grid(moment: datetime) -> datetime:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    steps = -(-(moment - whole) // _GRID)
    return whole + steps * _GRID


def visit_slots(
    journey: Journey, wanted: datetime, now: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Visits at the wanted clock time on the nearest days, each with a slot for its session."""
    zone = journey.calendar.zone
    local = civil.local(wanted, zone)
    for apart in range(_LOOK_AHEAD_DAYS):
        for days in sorted({-apart, apart}):
            at = civil.instant(local.date() + timedelta(days=days), local.time(), zone)
            slot = next(session_slots(journey, at), None)
            staffed = journey.calendar.next_staffed(at) == at and not journey.calendar.is_shut(at)
            if at > now and slot and staffed:
                yield at, slot


def offers(journey: Journey, wanted: datetime, now: datetime) -> str:
    """Two concrete ways out of a refused visit, in the clinic's time."""
    slots = list(islice(session_slots(journey, wanted), OFFERED))
    if len(slots) == OFFERED:
        said = " or ".join(written(journey, slot) for slot in slots)
        return f"Psychotherapy could be {said}."
    visits = islice(visit_slots(journey, wanted, now), OFFERED)
    said = " or ".join(
        f"the visit {written(journey, at)} with psychotherapy {written(journey, slot)}"
        for at, slot in visits
    )
    return f"Possible: {said}." if said else "No day near it would do: ask a clinician."


def written(journey: Journey, moment: datetime) -> str:
    return f"{civil.local(moment, journey.calendar.zone):%a %d %b %H:%M}"
