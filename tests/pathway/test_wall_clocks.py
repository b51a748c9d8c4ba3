"""Civil time in every zone a patient of ours may live in, through a whole year."""

from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from core_driver import CoreDriver, a_calendar, clock
from core_steps import book
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway import civil
from pathway.calendar import Calendar, OpenHours
from pathway.checkin import checkin_at
from pathway.contact import decent, text_time
from pathway.facts import Step
from pathway.journey import Contact, Journey
from pathway.moments import Anchor, parse_moment
from pathway.protocol import Protocol
from pathway.reminders import step_items

UNITED_STATES = ("US", "AS", "GU", "MP", "PR", "UM", "VI")
"""The country and its territories, as ISO 3166 names them."""


def _zones_of(*countries: str) -> list[str]:
    """Every zone that the pinned tz database gives to these countries, and its links' clocks."""
    found: dict[str, None] = {}
    for table in ("zone.tab", "zone1970.tab"):
        lines = (files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8").splitlines()
        for line in (line for line in lines if not line.startswith("#")):
            codes, _, name, *_ = line.split("\t")
            if set(codes.split(",")) & set(countries):
                found[name] = None
    return list(found)


US_ZONES = _zones_of(*UNITED_STATES)
OTHERS = [
    "Europe/London",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Pacific/Kiritimati",
]
SINCE = datetime(2024, 1, 1, tzinfo=UTC)
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
QUIET_FROM, QUIET_TO = time(21), time(8)
SPREAD = timedelta(minutes=10)


def journey_in(protocol: Protocol, *zones: str) -> Journey:
    """A patient in this zone; of several, nobody knows in which."""
    known = zones[0] if len(zones) == 1 else None
    driver = CoreDriver.open(
        protocol, contact=Contact(zone=known), calendar=a_calendar(country_zones=zones)
    )
    return driver.journey


def is_quiet(moment: datetime, zone: str) -> bool:
    """The test's own reading of the rule, from the wall clock alone."""
    wall = moment.astimezone(ZoneInfo(zone)).time()
    return wall >= QUIET_FROM or wall < QUIET_TO


@pytest.mark.parametrize("zone", [*US_ZONES, *OTHERS])
def test_every_day_of_a_year_is_decent(protocol: Protocol, zone: str) -> None:
    """Asked at six instants of each day: outside the quiet hours, and never later than needed."""
    journey = journey_in(protocol, zone)
    for day in YEAR:
        for hour in (1, 5, 9, 13, 17, 21):
            asked = datetime(day.year, day.month, day.day, hour, 20, tzinfo=UTC)
            leaves = decent(journey, asked)
            assert leaves is not None
            assert not is_quiet(leaves, zone), f"{leaves} is night in {zone}"
            if not is_quiet(asked, zone):
                assert leaves == asked, "it was decent, and still moved"
                continue
            assert asked < leaves <= asked + timedelta(hours=13) + SPREAD
            before = leaves - SPREAD - timedelta(seconds=1)
            assert is_quiet(before, zone), f"{leaves} in {zone} is later than it need be"
            assert text_time(journey, asked, None) == (leaves, "moved_out_of_quiet_hours")


def test_an_unknown_zone_is_decent_in_the_whole_country(protocol: Protocol) -> None:
    mainland = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
    country = (*mainland, "America/Anchorage", "Pacific/Honolulu")
    journey = journey_in(protocol, *country)
    for day in YEAR:
        for hour in range(0, 24, 3):
            asked = datetime(day.year, day.month, day.day, hour, 40, tzinfo=UTC)
            leaves = decent(journey, asked)
            assert leaves is not None
            assert not [zone for zone in country if is_quiet(leaves, zone)]


@settings(deadline=None, max_examples=300, derandomize=True)
@given(
    at=st.integers(0, 6 * 365 * 24 * 60).map(lambda m: SINCE + timedelta(minutes=m)),
    zone=st.sampled_from([*US_ZONES, *OTHERS]),
    ends=st.times().map(lambda t: t.replace(microsecond=0)),
)
def test_any_quiet_hours_end(at: datetime, zone: str, ends: time) -> None:
    begins = time(21)
    leaves = civil.after_quiet(at, begins, ends, (zone,))
    assert leaves is not None, "one zone always has a decent hour"
    assert at <= leaves <= at + timedelta(hours=27)
    wall = leaves.astimezone(ZoneInfo(zone)).time()
    if ends != begins:
        assert (ends <= wall < begins) if ends < begins else not (begins <= wall < ends)


def test_the_zones_are_those_of_the_whole_country() -> None:
    for name in (
        *("America/Indiana/Tell_City", "America/Kentucky/Monticello", "America/Indiana/Knox"),
        *("America/North_Dakota/Beulah", "America/North_Dakota/New_Salem", "Pacific/Guam"),
        *("America/Puerto_Rico", "America/St_Thomas", "Pacific/Saipan", "Pacific/Pago_Pago"),
    ):
        assert name in US_ZONES
    assert len(US_ZONES) > 30


@pytest.mark.parametrize("zone", [*US_ZONES, *OTHERS])
def test_the_day_before_at_five_is_at_five_on_every_day_of_a_year(zone: str) -> None:
    """Whatever the hour of the visit, on a day of 23 hours and on one of 25."""
    asked = parse_moment("day before 17:00")
    for day in YEAR:
        for hour in (0, 3, 8, 13, 23):
            visit = datetime.combine(day, time(hour, 30), tzinfo=ZoneInfo(zone))
            at = asked.resolve({Anchor.APPOINTMENT: visit.astimezone(UTC)}, zone)
            assert at is not None
            wall = at.astimezone(ZoneInfo(zone))
            # A time that the spring change skips is shown as one after the gap.
            shown = visit.astimezone(UTC).astimezone(ZoneInfo(zone)).date()
            assert wall.replace(tzinfo=None) == datetime.combine(
                shown - timedelta(days=1), time(17)
            ), f"{visit} in {zone}"


@pytest.mark.parametrize("zone", US_ZONES)
def test_a_reminder_of_the_day_before_leaves_after_five_on_every_day_of_a_year(
    protocol: Protocol, zone: str
) -> None:
    """The item itself, with the minutes over which texts are laid apart, by her own clock."""
    contact = Contact(zone=zone)
    driver = CoreDriver.open(protocol, at=clock(YEAR[0], "09:00"), contact=contact).admitted()
    book(driver, Step.INFUSION, clock(YEAR[4], "13:00"), seen_by="omar")
    treatment = driver.journey.treatment
    assert treatment is not None
    infusion = treatment.appointment(Step.INFUSION)
    assert infusion is not None
    for day in YEAR[4:]:
        moved = infusion.model_copy(update={"at": clock(day, "13:00")})
        one = treatment.model_copy(update={"appointments": (moved,)})
        (item,) = [i for i in step_items(driver.journey, one) if "daybefore" in i.key]
        wall = item.at.astimezone(ZoneInfo(zone))
        on = clock(day, "13:00").astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
        assert wall.date() == on
        assert time(17) <= wall.time() < time(17, 10), f"{day} in {zone}"


# The clock changes


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2026, 3, 8), "01:30", "2026-03-08T09:30:00+00:00"),
        (date(2026, 3, 8), "02:30", "2026-03-08T10:30:00+00:00"),  # skipped: 03:30 is shown
        (date(2026, 3, 8), "03:30", "2026-03-08T10:30:00+00:00"),
        (date(2026, 11, 1), "01:30", "2026-11-01T08:30:00+00:00"),  # comes twice: the first
        (date(2026, 11, 1), "02:30", "2026-11-01T10:30:00+00:00"),
    ],
)
def test_the_us_clock_changes(day: date, at: str, utc: str) -> None:
    assert civil.instant(day, time.fromisoformat(at), "America/Los_Angeles").isoformat() == utc


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2026, 4, 5), "01:45", "2026-04-04T14:45:00+00:00"),  # comes twice, half an hour apart
        (date(2026, 10, 4), "02:15", "2026-10-03T15:45:00+00:00"),  # skipped: 02:45 is shown
    ],
)
def test_a_zone_that_moves_by_half_an_hour(day: date, at: str, utc: str) -> None:
    assert civil.instant(day, time.fromisoformat(at), "Australia/Lord_Howe").isoformat() == utc


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        (date(2026, 3, 8), "2026-03-08T01:01:10+00:00"),
        (date(2026, 3, 9), "2026-03-09T00:01:10+00:00"),
        (date(2026, 11, 1), "2026-11-01T00:01:10+00:00"),
        (date(2026, 11, 2), "2026-11-02T01:01:10+00:00"),
    ],
)
def test_the_day_before_at_five_stays_at_five(
    protocol: Protocol, visit: date, expected: str
) -> None:
    """Over a change of the clocks the wall's hour counts, not the number of hours between."""
    driver = CoreDriver.open(protocol, at=clock(visit - timedelta(days=3), "09:00")).admitted()
    book(driver, Step.INFUSION, clock(visit, "13:00"), seen_by="omar")
    driver.to(clock(visit, "12:00"))
    assert [r.at.isoformat() for r in driver.ran if "daybefore" in r.item.key] == [expected]


def test_quiet_hours_that_end_in_the_hour_that_comes_twice() -> None:
    second_half_past_one = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
    asked = second_half_past_one - timedelta(minutes=20)
    leaves = civil.after_quiet(asked, time(21), time(1, 30), ("America/Los_Angeles",))
    assert leaves == second_half_past_one


# Spread, and the clinic's own hours


def test_the_spread_is_the_same_on_every_machine() -> None:
    assert civil.spread_offset("J-0123456789", SPREAD) == timedelta(seconds=70)


def test_the_spread_is_even_and_within_its_width() -> None:
    offsets = [civil.spread_offset(f"J-{n:010}", SPREAD) for n in range(2000)]
    assert timedelta(0) <= min(offsets)
    assert max(offsets) < SPREAD
    early = sum(1 for offset in offsets if offset < SPREAD / 2)
    assert 900 < early < 1100


@pytest.mark.parametrize("width", [timedelta(0), timedelta(milliseconds=1)])
def test_no_width_is_no_spread(width: timedelta) -> None:
    assert civil.spread_offset("J-0123456789", width) == timedelta(0)


@pytest.mark.parametrize("name", ["", "Mars/Base", "America", "../etc", "a\x00b"])
def test_what_is_no_zone(name: str) -> None:
    assert not civil.is_zone(name)


def test_the_next_staffed_hour_passes_closed_days() -> None:
    friday = date(2026, 7, 3)
    calendar = a_calendar(closed=(friday,))
    assert calendar.next_staffed(clock(friday, "09:00")) == clock(date(2026, 7, 4), "08:00")
    assert calendar.next_staffed(clock(date(2026, 7, 4), "09:00")) == clock(
        date(2026, 7, 4), "09:00"
    )
    assert calendar.next_staffed(clock(date(2026, 7, 4), "18:00")) == clock(
        date(2026, 7, 6), "08:00"
    )
    assert not calendar.staffed_between(clock(friday, "00:00"), clock(friday, "23:00"))


def test_a_clinic_that_is_never_open_has_no_staffed_hour() -> None:
    calendar = Calendar(zone="America/Chicago", country_zones=("America/Chicago",), hours=())
    assert calendar.next_staffed(clock(date(2026, 7, 4), "09:00")) is None


def test_a_lunch_break_is_not_staffed() -> None:
    noon, one = time(12), time(13)
    hours = (
        OpenHours(weekday=0, opens=one, closes=time(18)),
        OpenHours(weekday=0, opens=time(8), closes=noon),
    )
    calendar = a_calendar(hours=hours)
    monday = date(2026, 6, 1)
    assert calendar.next_staffed(clock(monday, "12:30")) == clock(monday, "13:00")


# Check-ins, answers and the inbox


@pytest.mark.parametrize("zone", [*US_ZONES, *OTHERS])
def test_rule_20_a_check_in_is_decent_on_every_day_of_a_year(protocol: Protocol, zone: str) -> None:
    """In its time where any of it is decent, at its end or just before the quiet hours."""
    journey = journey_in(protocol, zone)
    for day in YEAR:
        for minutes in range(30, 24 * 60, 251):
            opens = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
            closes = opens + timedelta(hours=1)
            at, moved = checkin_at(journey, opens, closes)
            if moved is None:
                assert at == closes
                # Eaten whole: but for the minutes over which texts are laid apart.
                eaten = is_quiet(opens + SPREAD + timedelta(minutes=1), zone)
                assert not is_quiet(closes, zone) or eaten, f"{opens} in {zone}"
                continue
            assert opens <= at < closes
            assert not is_quiet(at, zone), f"{at} is night in {zone}"
            assert is_quiet(closes, zone), "its end was decent, and still it moved"
            assert is_quiet(at + SPREAD + timedelta(minutes=1), zone), "earlier than need be"


@settings(deadline=None, max_examples=300, derandomize=True)
@given(
    at=st.integers(0, 6 * 365 * 24 * 60).map(lambda m: SINCE + timedelta(minutes=m)),
    zones=st.lists(st.sampled_from(US_ZONES), min_size=1, max_size=4),
)
def test_the_last_decent_minute_is_decent_everywhere(at: datetime, zones: list[str]) -> None:
    last = civil.before_quiet(at, QUIET_FROM, QUIET_TO, zones)
    if last is None:
        return
    assert at - timedelta(hours=40) <= last <= at
    assert not [zone for zone in zones if is_quiet(last, zone)]
    if last < at:
        assert [zone for zone in zones if is_quiet(last + timedelta(minutes=1), zone)]


def test_zones_without_a_common_hour_have_no_last_one() -> None:
    zones = ("Asia/Kolkata", "America/New_York", "Pacific/Honolulu")
    assert civil.before_quiet(SINCE, QUIET_FROM, QUIET_TO, zones) is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-01T10:30:00+00:00", "2026-11-01T09:30:00+00:00"),  # 01:30 came twice: the second
        ("2026-11-01T09:00:00+00:00", "2026-11-01T08:30:00+00:00"),
        ("2026-11-01T08:00:00+00:00", "2026-10-31T08:30:00+00:00"),
    ],
)
def test_the_last_time_a_clock_showed_an_hour_that_comes_twice(moment: str, expected: str) -> None:
    asked = datetime.fromisoformat(moment)
    shown = civil.last_clock(asked, time(1, 30), "America/Los_Angeles")
    assert shown == datetime.fromisoformat(expected)


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 10, 31)])
def test_rule_27_staffed_hours_are_counted_over_a_change_of_the_clocks(day: date) -> None:
    """Saturday evening, and Monday's first hour: the clocks change in the night between."""
    calendar = a_calendar()
    monday = day + timedelta(days=2)
    reached = calendar.after_staffed(clock(day, "17:00"), timedelta(hours=2))
    assert reached == clock(monday, "09:00")


def test_staffed_hours_that_never_come() -> None:
    calendar = a_calendar(hours=())
    assert calendar.after_staffed(clock(date(2026, 7, 4), "09:00"), timedelta(hours=2)) is None
