"""Times as people type and read them: in the clinic's zone, with an offset, or from now."""

import re
from datetime import UTC, date, datetime, time, timedelta

from cli.trouble import wrong_usage
from pathway import civil
from pathway.durations import parse_duration

SHAPES = "2026-12-01 14:00 or 14:00 (clinic time), 2026-12-01T14:00-08:00, +2h, -10m"

_RELATIVE = re.compile(r"([+-])(\d+[dhms])")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def parse_time(text: str, zone: str, now: datetime) -> datetime:
    """Read a time as it was typed.

    Raises:
        ValueError: with a sentence, for what is no time, or none that the clinic's clocks show.
    """
    try:
        return _read(text.strip(), zone, now)
    except OverflowError:
        raise ValueError("this lies outside of every calendar; look at the year") from None


def _read(written: str, zone: str, now: datetime) -> datetime:
    if match := _RELATIVE.fullmatch(written):
        span = parse_duration(match[2])
        assert isinstance(span, timedelta)  # noqa: S101 - the pattern admits only durations
        return now + span if match[1] == "+" else now - span
    if match := _CLOCK.fullmatch(written):
        today = civil.local(now, zone).date()
        return _clinic_time(datetime.combine(today, time(int(match[1]), int(match[2]))), zone)
    if len(written) <= len("2026-12-01"):
        raise ValueError(f"write a day and a time, as in {SHAPES}")
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"this is not a time; write it as in {SHAPES}") from None
    return _clinic_time(moment, zone) if moment.tzinfo is None else moment.astimezone(UTC)


def _clinic_time(wall: datetime, zone: str) -> datetime:
    moment = civil.instant(wall.date(), wall.time(), zone)
    if civil.local(moment, zone).replace(tzinfo=None) != wall:
        raise ValueError(f"the clocks of {zone} skip this time that night; choose another")
    later = civil.local(moment + timedelta(hours=1), zone)
    if later.replace(tzinfo=None) == wall:
        raise ValueError(f"the clocks of {zone} show this time twice; write it with its offset")
    return moment


def time_typed(option: str, written: str, zone: str, now: datetime) -> datetime:
    """Read a time as it was typed for an option. Raises Trouble, as wrong usage, for no time."""
    try:
        return parse_time(written, zone, now)
    except ValueError as error:
        raise wrong_usage(f"{option}: {error}.") from None


def clock(moment: datetime, zone: str) -> str:
    """A moment on the wall clock of the zone, as staff would say it."""
    return f"{civil.local(moment, zone):%a %Y-%m-%d %H:%M}"


def lasting(span: timedelta) -> str:
    """A span in its two largest units: 3 d 4 h, 2 h 5 min, 40 min."""
    minutes = int(abs(span).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{rest} min"


def day_typed(written: str) -> date:
    """Read a day as it was typed. Raises Trouble, as wrong usage, for what is none."""
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise wrong_usage("Give the day as in 2026-12-24.") from None
