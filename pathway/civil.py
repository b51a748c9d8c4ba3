"""Civil time: what the clock on the patient's wall says.

The only module that computes with zones. Everything else is UTC.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def is_zone(name: str) -> bool:
    """Whether the pinned tz database knows this IANA name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def local(moment: datetime, zone: str) -> datetime:
    """The same instant on the wall clock of the zone."""
    return moment.astimezone(ZoneInfo(zone))


def same_day(one: datetime, other: datetime, zone: str) -> bool:
    """Whether both instants lie on one day of the zone's calendar."""
    return local(one, zone).date() == local(other, zone).date()


def instant(day: date, clock: time, zone: str) -> datetime:
    """The instant at which the zone's wall clock shows this time on this day.

    A time that the spring change skips becomes the moment after the gap, as much later as
    the clock jumped; a time that the autumn change repeats is the first of the two.
    """
    wall = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    return wall.astimezone(UTC)


def spread_offset(seed: str, width: timedelta) -> timedelta:
    """A whole number of seconds below `width`, the same for a seed on every machine.

    Shared clock times (the end of quiet hours, 17:00 the day before) would otherwise wake
    every journey in the same second.
    """
    seconds = int(width.total_seconds())
    if seconds <= 0:
        return timedelta(0)
    digest = hashlib.sha256(seed.encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8], "big") % seconds)


def in_daily_span(clock: time, opens: time, closes: time) -> bool:
    """Whether a wall-clock time lies in [opens, closes), which may run past midnight."""
    if opens <= closes:
        return opens <= clock < closes
    return clock >= opens or clock < closes


def next_clock(moment: datetime, clock: time, zone: str) -> datetime:
    """The first instant at or after `moment` when the zone's wall clock shows `clock`."""
    day = local(moment, zone).date()
    for ahead in range(3):
        first = instant(day + timedelta(days=ahead), clock, zone)
        if first >= moment:
            return first
        # In autumn the clock shows an hour twice, and it may be the second that comes next.
        again = (local(first, zone).replace(fold=1)).astimezone(UTC)
        if again >= moment:
            return again
    raise AssertionError("a clock time comes round within two days")


def last_clock(moment: datetime, clock: time, zone: str) -> datetime:
    """The last instant at or before `moment` when the zone's wall clock showed `clock`."""
    day = local(moment, zone).date()
    for back in range(3):
        first = instant(day - timedelta(days=back), clock, zone)
        # In autumn the clock shows an hour twice; the second time is the later one.
        again = (local(first, zone).replace(fold=1)).astimezone(UTC)
        for shown in (again, first):
            if shown <= moment:
                return shown
    raise AssertionError("a clock time came round within two days")


def quiet(moment: datetime, begins: time, ends: time, zones: Sequence[str]) -> bool:
    """Whether the moment lies in the quiet hours of any of the zones."""
    return any(in_daily_span(local(moment, zone).time(), begins, ends) for zone in zones)


def after_quiet(
    moment: datetime, begins: time, ends: time, zones: Sequence[str]
) -> datetime | None:
    """The first instant from `moment` on that is quiet in none of the zones.

    None when the zones lie so far apart that no such instant comes within three days.
    """
    candidate = moment
    while candidate - moment < timedelta(days=3):
        late = [z for z in zones if in_daily_span(local(candidate, z).time(), begins, ends)]
        if not late:
            return candidate
        candidate = max(next_clock(candidate, ends, zone) for zone in late)
    return None


def before_quiet(
    moment: datetime, begins: time, ends: time, zones: Sequence[str]
) -> datetime | None:
    """The last whole minute up to `moment` that is quiet in none of the zones; `moment` if it is.

    None when the zones lie so far apart that there was none within three days.
    """
    candidate = moment
    while moment - candidate < timedelta(days=3):
        late = [z for z in zones if in_daily_span(local(candidate, z).time(), begins, ends)]
        if not late:
            return candidate
        starts = min(last_clock(candidate, begins, zone) for zone in late)
        candidate = starts - timedelta(minutes=1)
    return None
