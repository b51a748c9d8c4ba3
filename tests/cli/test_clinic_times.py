"""Times as people type them."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.times import clock, lasting, parse_time

ZONE = "America/Los_Angeles"
NOW = datetime(2026, 12, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("2026-12-01 14:00", datetime(2026, 12, 1, 22, tzinfo=UTC)),
        ("2026-12-01T14:00", datetime(2026, 12, 1, 22, tzinfo=UTC)),
        ("2026-12-01T14:00-05:00", datetime(2026, 12, 1, 19, tzinfo=UTC)),
        ("2026-12-01T14:00:30Z", datetime(2026, 12, 1, 14, 0, 30, tzinfo=UTC)),
        ("2026-07-01 14:00", datetime(2026, 7, 1, 21, tzinfo=UTC)),
        ("9:05", datetime(2026, 12, 1, 17, 5, tzinfo=UTC)),
        ("+2h", datetime(2026, 12, 1, 22, tzinfo=UTC)),
        ("-10m", datetime(2026, 12, 1, 19, 50, tzinfo=UTC)),
        (" +7d ", datetime(2026, 12, 8, 20, tzinfo=UTC)),
        ("2026-11-01T01:30-07:00", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_what_a_time_means(text: str, means: datetime) -> None:
    assert parse_time(text, ZONE, NOW) == means


@pytest.mark.parametrize("text", ["", "soon", "2026-12-01", "25:00", "2026-13-01 10:00", "2h"])
def test_what_is_no_time_is_refused_with_the_shapes(text: str) -> None:
    with pytest.raises(ValueError, match=r"\+2h"):
        parse_time(text, ZONE, NOW)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("0001-01-01T00:00+14:00", ZONE),
        ("0001-01-01 00:00", "Asia/Tokyo"),
        ("9999-12-31 23:59", ZONE),
    ],
)
def test_what_no_calendar_reaches_is_refused(text: str, zone: str) -> None:
    with pytest.raises(ValueError, match="look at the year"):
        parse_time(text, zone, NOW)


def test_an_hour_that_is_skipped_or_comes_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="skip this time"):
        parse_time("2026-03-08 02:30", ZONE, NOW)
    with pytest.raises(ValueError, match="twice"):
        parse_time("2026-11-01 01:30", ZONE, NOW)


def test_how_times_are_read() -> None:
    assert clock(NOW, ZONE) == "Tue 2026-12-01 12:00"
    assert lasting(timedelta(minutes=40)) == "40 min"
    assert lasting(timedelta(hours=2, minutes=5)) == "2 h 5 min"
    assert lasting(timedelta(days=3, hours=4)) == "3 d 4 h"
