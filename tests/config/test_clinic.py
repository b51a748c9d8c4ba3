"""The clinic's file: what it says, and how it says what is wrong."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from config.clinic import Clinic, load_clinic
from config.yaml_source import ConfigError
from pathway.roles import Role

ZONE = ZoneInfo("America/Los_Angeles")
BARE = """\
alias: Test Clinic
callback_phone: "+14155550100"
ops_phone: "+14155550101"
zone: America/Los_Angeles
country_zones: [America/Los_Angeles]
hours:
  - {days: mon-fri, from: "08:00", to: "18:00"}
closed:
  holidays: {country: US}
staff:
  - {id: ann, name: Ann, roles: [nurse], phone: "+14155550102"}
  - {id: bob, name: Bob, roles: [nurse], phone: "+14155550103"}
rota:
  nurse:
    - {days: mon-sun, from: "08:00", to: "01:30", staff: [ann]}
    - {days: mon-sun, from: "01:30", to: "08:00", staff: [bob]}
"""


def clinic(folder: Path, old: str = "", new: str = "") -> Clinic:
    """The clinic of BARE with one thing changed."""
    assert old in BARE
    file = folder / "clinic.yaml"
    file.write_text(BARE.replace(old, new, 1) if old else BARE + new, encoding="utf-8")
    return load_clinic(file)


def local(*parts: int, fold: int = 0) -> datetime:
    year, month, day, hour, minute = parts
    return datetime(year, month, day, hour, minute, tzinfo=ZONE, fold=fold).astimezone(UTC)


def on_shift(of: Clinic, at: datetime, role: str = Role.NURSE) -> list[str]:
    return [person.id for person in of.on_shift(role, at)]


def test_the_shipped_clinic_is_a_demonstration_that_covers_its_calls() -> None:
    shipped = load_clinic()
    assert shipped.demo
    for role in (Role.ON_CALL_CLINICIAN, Role.MEDICAL_DIRECTOR, Role.OPS):
        assert not shipped.uncovered(role, date(2026, 1, 1), 365), role


def test_the_rota_tells_who_is_there_around_the_clock(tmp_path: Path) -> None:
    monday = date(2026, 6, 1)
    assert clinic(tmp_path).around_the_clock(monday) == (Role.NURSE,)
    gap = clinic(tmp_path, '"01:30", to: "08:00"', '"01:30", to: "07:45"')
    assert gap.around_the_clock(monday) == ()
    not_on_holidays = clinic(tmp_path, "staff: [bob]}", "staff: [bob], closed_days: false}")
    assert not_on_holidays.around_the_clock(monday) == ()
    away = clinic(tmp_path, new="away:\n  - {who: ann, from: 2026-06-01, through: 2026-06-03}\n")
    assert away.around_the_clock(monday) == (Role.NURSE,)


def test_the_shipped_clinic_fills_every_role_on_a_working_day() -> None:
    shipped = load_clinic()
    noon = local(2026, 3, 10, 12, 0)
    for role in set(Role) - {Role.PATIENT}:
        assert shipped.on_shift(role, noon), role
    assert not shipped.on_shift(Role.PATIENT, noon)
    assert not shipped.on_shift("nobody_has_this_role", noon)


def test_people_are_named_in_the_order_to_be_paged() -> None:
    shipped = load_clinic()
    at_work = on_shift(shipped, local(2026, 3, 10, 9, 0), Role.ON_CALL_CLINICIAN)
    at_night = on_shift(shipped, local(2026, 3, 10, 3, 0), Role.ON_CALL_CLINICIAN)
    assert (at_work, at_night) == (["dr.hale", "dr.tamm"], ["dr.moreau", "dr.tamm"])


def test_a_shift_begins_on_time_and_ends_before_the_next(tmp_path: Path) -> None:
    bare = clinic(tmp_path)
    second = timedelta(seconds=1)
    assert on_shift(bare, local(2026, 3, 10, 8, 0)) == ["ann"]
    assert on_shift(bare, local(2026, 3, 10, 8, 0) - second) == ["bob"]
    assert on_shift(bare, local(2026, 3, 11, 1, 30) - second) == ["ann"]
    assert on_shift(bare, local(2026, 3, 11, 1, 30)) == ["bob"]


@pytest.mark.parametrize(
    ("handover", "wall"),
    [
        pytest.param("2026-11-01T08:30Z", "01:30", id="autumn repeats the hour"),
        pytest.param("2026-03-08T10:30Z", "02:30", id="spring skips the hour"),
    ],
)
def test_a_handover_inside_a_clock_change_happens_once(
    tmp_path: Path, handover: str, wall: str
) -> None:
    file = tmp_path / "clinic.yaml"
    file.write_text(BARE.replace("01:30", wall), encoding="utf-8")
    bare = load_clinic(file)
    turn = datetime.fromisoformat(handover)
    begins = turn - timedelta(hours=4)
    for minutes in range(8 * 60):
        at = begins + timedelta(minutes=minutes)
        assert on_shift(bare, at) == (["ann"] if at < turn else ["bob"]), at


def test_around_the_clock_means_every_minute_of_both_long_and_short_days(tmp_path: Path) -> None:
    one = clinic(
        tmp_path, '"08:00", to: "01:30", staff: [ann]', '"07:00", to: "07:00", staff: [ann]'
    )
    for day in (date(2026, 3, 7), date(2026, 10, 31)):
        begins = datetime.combine(day, time(), tzinfo=ZONE).astimezone(UTC)
        for minutes in range(0, 72 * 60, 15):
            assert "ann" in on_shift(one, begins + timedelta(minutes=minutes))
    assert one.uncovered(Role.NURSE, date(2026, 1, 1), 365) == ()


def test_uncovered_hours_are_found(tmp_path: Path) -> None:
    one = clinic(tmp_path, 'from: "01:30", to: "08:00"', 'from: "02:00", to: "08:00"')
    assert one.uncovered(Role.NURSE, date(2026, 3, 10), 2) == (
        local(2026, 3, 10, 1, 30),
        local(2026, 3, 11, 1, 30),
    )


def test_some_shifts_fall_out_when_the_clinic_is_closed(tmp_path: Path) -> None:
    one = clinic(tmp_path, "staff: [ann]}", "staff: [ann], closed_days: false}")
    christmas = local(2026, 12, 25, 12, 0)
    assert on_shift(one, christmas) == []
    assert on_shift(one, christmas - timedelta(days=1)) == ["ann"]
    # The shift of the 24th still runs when Christmas begins.
    assert on_shift(one, local(2026, 12, 25, 1, 0)) == ["ann"]


def test_those_who_cover_stand_in_for_whole_shifts(tmp_path: Path) -> None:
    away = "away:\n  - {who: ann, from: 2026-03-10, through: 2026-03-10, cover: [bob]}\n"
    one = clinic(tmp_path, new=away)
    assert on_shift(one, local(2026, 3, 10, 12, 0)) == ["bob"]
    assert on_shift(one, local(2026, 3, 11, 1, 0)) == ["bob"]
    assert on_shift(one, local(2026, 3, 11, 12, 0)) == ["ann"]


def test_nobody_covers_who_is_away_or_does_not_hold_the_role(tmp_path: Path) -> None:
    away = """\
away:
  - {who: ann, from: 2026-03-10, through: 2026-03-12, cover: [bob, cem]}
  - {who: bob, from: 2026-03-11, through: 2026-03-11}
"""
    text = BARE.replace(
        "rota:", "  - {id: cem, name: Cem, roles: [ops], phone: '+14155550104'}\nrota:"
    )
    file = tmp_path / "clinic.yaml"
    file.write_text(text + away, encoding="utf-8")
    one = load_clinic(file)
    assert on_shift(one, local(2026, 3, 10, 12, 0)) == ["bob"]
    assert on_shift(one, local(2026, 3, 11, 12, 0)) == []


def test_the_calendar_is_a_plain_value_with_its_closed_days() -> None:
    year = load_clinic().calendar(date(2026, 1, 1), 365)
    assert date(2026, 7, 3) in year.closed  # the Fourth is a Saturday
    assert date(2026, 11, 26) in year.closed
    assert date(2026, 12, 24) in year.closed
    assert date(2026, 11, 11) not in year.closed
    assert len(year.closed) == len(set(year.closed))
    assert list(year.closed) == sorted(year.closed)
    assert year.model_validate_json(year.model_dump_json()) == year
    assert [h.weekday for h in year.hours] == [0, 1, 2, 3, 4, 5]
    closed = load_clinic().calendar(date(2026, 12, 25), 1).closed
    assert closed == (date(2026, 12, 25),)
    assert load_clinic().calendar(date(2026, 12, 26), 5).closed == ()


def test_staff_are_found_by_id() -> None:
    shipped = load_clinic()
    found = shipped.staff("mara.voss")
    assert found is not None
    assert found.roles == (Role.COORDINATOR,)
    assert shipped.staff("long.gone") is None


def test_staff_are_found_by_their_phone() -> None:
    shipped = load_clinic()
    assert [person.id for person in shipped.with_phone("+14155550107")] == ["dr.hale"]
    assert shipped.with_phone("+14155550199") == ()


def test_every_number_of_the_shipped_clinic_is_fictional() -> None:
    shipped = load_clinic()
    numbers = [shipped.callback_phone, shipped.ops_phone, *(p.phone for p in shipped.people)]
    assert all(number.startswith("+141555501") for number in numbers)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('to: "18:00"', "to: 18:00", "line 7, at hours[0].to: expected a time of day in quotes"),
        ('to: "18:00"', 'to: "07:00"', "line 7, at hours[0]: opening hours end later"),
        ("mon-fri", "mon-fry", "line 7, at hours[0].days: expected days of the week"),
        ('"+14155550101"', "+14155550101", "line 3, at ops_phone: expected a phone number"),
        ("zone: America/Los_Angeles", "zone: EST", "line 4, at zone: expected an IANA time zone"),
        ("country: US", "country: XX", "line 9, at closed.holidays: expected a country"),
        (
            "country: US",
            "country: US, except: [Colombus Day]",
            "line 9, at closed.holidays: 'Colombus Day' is none of its holidays",
        ),
        ("roles: [nurse]", "roles: [nurze]", "line 11, at staff[0].roles[0]: "),
        ("id: bob", "id: ann", "line 12, at staff[1].id: expected each id once; found 'ann'"),
        (
            "staff: [bob]",
            "staff: [ann, eve]",
            "line 16, at rota.nurse[1].staff[1]: expected somebody of the staff who acts as nurse",
        ),
        ("  nurse:", "  ops:", "line 15, at rota.ops[0].staff[0]: expected somebody of the staff"),
        ("alias: Test Clinic\n", "", "line 1, at alias: this is required"),
        (
            "zone: America/Los_Angeles",
            "rota_owner: eve\nzone: America/Los_Angeles",
            "line 4, at rota_owner: expected a member of staff; found 'eve'",
        ),
        (
            "",
            "away:\n  - {who: eve, from: 2026-03-10, through: 2026-03-10}\n",
            "line 18, at away[0].who: expected a member of staff; found 'eve'",
        ),
        (
            "",
            "away:\n  - {who: ann, from: 2026-03-10, through: 2026-03-09}\n",
            "line 18, at away[0]: an absence ends on or after the day it begins",
        ),
    ],
)
def test_a_wrong_file_names_its_place(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        clinic(tmp_path, old, new)
    assert complaint in str(wrong.value)
    assert str(wrong.value).startswith("clinic.yaml, line ")


def test_the_example_in_these_tests_is_valid(tmp_path: Path) -> None:
    assert yaml.safe_load(BARE)["alias"] == clinic(tmp_path).alias


def test_on_a_clock_change_the_deputy_has_the_whole_night(tmp_path: Path) -> None:
    """Ann's shift over midnight is Bob's when she is away, in both long and short nights."""
    for day in (date(2026, 3, 7), date(2026, 10, 31)):
        away = f"away:\n  - {{who: ann, from: {day}, through: {day}, cover: [bob]}}\n"
        one = clinic(tmp_path, new=away)
        at = local(day.year, day.month, day.day, 8, 0)
        morning = day + timedelta(days=1)
        ends = local(morning.year, morning.month, morning.day, 8, 0)
        while at < ends:
            assert on_shift(one, at) == ["bob"], at
            at += timedelta(minutes=15)
        assert on_shift(one, ends) == ["ann"]


def test_it_knows_who_is_at_work_rule_6(tmp_path: Path) -> None:
    of = clinic(tmp_path)
    evening = datetime(2026, 3, 9, 20, tzinfo=ZONE).astimezone(UTC)
    assert [of.works(who, evening) for who in ("ann", "bob", "nobody")] == [True, False, False]
