"""Texts that were planned and will not be sent: their visit moved or fell, or she has died."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from pathway import events as ev
from pathway.agenda import agenda
from pathway.apply import apply, open_journey
from pathway.items import TextAct
from pathway.journey import Journey

_WHY = {
    "death_reported": "the patient has died",
    "journey_ended": "the journey has ended",
    "leaving_recorded": "the patient leaves the programme",
    "appointment_booked": "the visit was moved",
    "appointment_cancelled": "the visit fell",
    "day_closed": "the clinic is closed that day",
}


def fallen(happened: Sequence[ev.Event]) -> Iterator[tuple[datetime, str, str]]:
    """When a text fell away, what it was, and why; none of these was ever due."""
    first, *others = happened
    assert isinstance(first, ev.JourneyOpened)  # noqa: S101 - every journal begins with it
    journey = open_journey(first)
    for event in others:
        before, journey = journey, apply(journey, event)
        if event.kind not in _WHY or _new(event):
            continue
        planned, left = _texts(before), _texts(journey)
        gone = (key for key in planned if key not in left and key not in journey.settled)
        lines = Counter(planned[key].removeprefix("text: ") for key in gone)
        for line, times in lines.items():
            yield event.at, f"{line}, {times} of them" if times > 1 else line, _WHY[event.kind]


def _new(event: ev.Event) -> bool:
    """A first booking: what falls with it is the text that asked for one."""
    return isinstance(event, ev.AppointmentBooked) and event.moved_from is None


def _texts(journey: Journey) -> dict[str, str]:
    return {item.key: item.line for item in agenda(journey) if isinstance(item.act, TextAct)}
