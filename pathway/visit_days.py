"""What she has been told of a day on which she comes: one text, and another for what moved since.

Each text of such a day speaks of her first appointment (rule 25). What was booked onto the day
after its text had gone she has not heard of: it has a text of its own, which speaks of it.
"""

from collections.abc import Iterable
from datetime import datetime

from pathway import civil
from pathway.anchors import zone_of
from pathway.facts import Appointment
from pathway.journey import Journey, SentText


def reminders_of(journey: Journey, texts: Iterable[SentText], moment: datetime) -> list[SentText]:
    """The reminders of her day so far."""
    zone = zone_of(journey)
    today = civil.local(moment, zone).date()
    return [t for t in texts if t.counts and civil.local(t.at, zone).date() == today]


def told_of(journey: Journey, about: datetime, reminders: Iterable[SentText]) -> bool:
    """Whether one spoke of the visit day of this appointment as the day stands.

    By a time that still stands, and since the appointment was booked.
    """
    treatment = journey.treatment
    if treatment is None:
        return False
    zone = journey.calendar.zone
    day = civil.local(about, zone).date()
    standing = [a for a in treatment.appointments if civil.local(a.at, zone).date() == day]
    times = {a.at for a in standing}
    since = min((a.booked_at for a in standing if a.at == about), default=None)
    return any(t.about in times and (since is None or t.at >= since) for t in reminders)


def spoken_of(
    journey: Journey, day: tuple[Appointment, ...], booked: Appointment, wanted: datetime
) -> tuple[Appointment, ...]:
    """Of her appointments of a day, those that a reminder of one of them is about.

    Args:
        day: what is still to come of it, the earliest first.
        booked: the appointment whose reminder it is.
        wanted: when the reminder is due.
    """
    first = next((a for a in day if a.at > wanted), booked)
    lately = reminders_of(journey, journey.texts, wanted)
    knows = any(t.about == first.at and t.at < booked.booked_at for t in lately)
    return (booked,) if knows else day
