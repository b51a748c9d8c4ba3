"""Durations as a protocol writes them: 24h, 7d, 15m."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_WRITTEN = re.compile(r"([0-9]{1,9})([dhms])")
WRITTEN_AS = r"[0-9]{1,9}[dhms]"
"""The shape of a duration, for editors."""
_LONGEST = timedelta(days=3653)


def parse_duration(written: object) -> timedelta:
    """Read `24h`, `7d`, `15m` or `30s`.

    Nothing else is taken: a bare number would be seconds to the reader and days to the writer.

    Raises:
        ValueError: with what was expected.
    """
    duration = written
    if isinstance(written, str) and (match := _WRITTEN.fullmatch(written.strip())):
        duration = timedelta(seconds=int(match[1]) * _UNITS[match[2]])
    if not isinstance(duration, timedelta):
        raise ValueError("expected a duration such as 24h, 7d or 15m")  # noqa: TRY004
    if not timedelta(0) <= duration <= _LONGEST:
        raise ValueError("expected a duration of at most ten years")
    return duration


def format_duration(duration: timedelta) -> str:
    """The shortest exact form: 24h stays 24h, 168h becomes 7d."""
    seconds = int(duration.total_seconds())
    for unit in ("d", "h", "m"):
        # A day is kept for whole weeks and longer spans: "24h" is how clinicians say one day.
        if seconds and seconds % _UNITS[unit] == 0 and (unit != "d" or seconds > 2 * 86_400):
            return f"{seconds // _UNITS[unit]}{unit}"
    return f"{seconds}s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
]
