"""Whether a text may leave, and what becomes of it if not: always with the reason."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from core_driver import MONDAY, ZONE, CoreDriver, Fate, a_calendar, clock
from core_steps import THURSDAY, WEDNESDAY, book, cancel, infuse, leave, move

from pathway import commands as cmd
from pathway.escalation import TaskKind
from pathway.facts import Step
from pathway.items import TextAct
from pathway.journey import Contact
from pathway.protocol import Protocol

TUESDAY = MONDAY + timedelta(days=1)


def _opened(protocol: Protocol, **contact: object) -> CoreDriver:
    at = Contact.model_validate({"zone": ZONE, **contact})
    return CoreDriver.open(protocol, contact=at).admitted()


def _home_without_a_session(driver: CoreDriver) -> None:
    """Her session after the visit was booked when she left, and then fell."""
    infuse(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "10:00"))
    leave(driver)
    cancel(driver, Step.PSYCHOTHERAPY)


def _reachable_again(driver: CoreDriver, **contact: object) -> None:
    driver.do(cmd.ChangeContact, contact=Contact.model_validate({"zone": ZONE, **contact}))


def test_a_text_moves_out_of_quiet_hours_and_says_why(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:30"))
    driver.to(clock(WEDNESDAY, "09:00"))
    assert driver.texts()[-1] == ("appointment_today", "Wed 08:01")
    assert driver.outcomes("appointment-2h") == [("sent", "moved_out_of_quiet_hours")]


def test_an_outage_into_the_night_defers_to_the_morning(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "20:30"))
    driver.outage(clock(TUESDAY, "21:30"))
    driver.to(clock(WEDNESDAY, "09:00"))
    assert driver.outcomes("appointment-24h") == [
        ("deferred", "quiet_hours"),
        ("sent", "due"),
    ]
    assert driver.texts() == [("appointment", "Wed 08:01")]


def test_nothing_leaves_shortly_before_the_appointment(driver: CoreDriver) -> None:
    # Rule 25: nothing within 45 minutes of a start.
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "08:30"))
    driver.to(clock(WEDNESDAY, "09:00"))
    assert driver.outcomes("appointment-2h") == [("skipped", "too_close_to_appointment")]


@pytest.mark.parametrize(
    ("contact", "reason"),
    [
        ({"mobile": False}, "no_mobile"),
        ({"opted_out": True}, "opted_out"),
        ({"text_consent": False}, "no_text_consent"),
        ({"phone_shared": True}, "phone_shared"),
    ],
)
def test_rule_26_whoever_takes_no_texts_is_called(
    protocol: Protocol, contact: dict[str, bool], reason: str
) -> None:
    driver = _opened(protocol, **contact)
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(clock(TUESDAY, "13:00"))
    (task,) = driver.journey.tasks
    assert (task.kind, task.to, task.opened_at) == (
        TaskKind.CALL,
        "coordinator",
        clock(TUESDAY, "13:00"),
    )
    assert driver.texts() == []
    assert driver.outcomes("appointment-24h") == [("call", reason)]


def test_rule_26_no_rung_waits_for_a_text_that_cannot_go(protocol: Protocol) -> None:
    driver = _opened(protocol, opted_out=True)
    _home_without_a_session(driver)
    driver.to(clock(THURSDAY, "11:40"))
    assert driver.pages() == [("coordinator", "Thu 11:40")]


def test_rule_23_a_hold_skips_every_text(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.do(cmd.HoldTexts, "nurse", reason="her husband reads them")
    driver.do(cmd.HoldTexts, "prescriber", reason="a second reason")
    hold = driver.journey.hold
    assert hold is not None
    assert (hold.by, hold.reason) == ("nadia", "her husband reads them")
    driver.to(clock(WEDNESDAY, "10:00"))
    driver.do(cmd.ReleaseTexts, reason="spoken with her")
    assert driver.do(cmd.ReleaseTexts, reason="twice is once") == ()
    driver.to(clock(WEDNESDAY, "14:00"))
    assert driver.outcomes("appointment-24h") == [("skipped", "texts_held")]
    assert driver.texts() == [("appointment_today", "Wed 11:00")]


def test_rule_25_one_text_for_a_visit_day(driver: CoreDriver) -> None:
    """It speaks of her first appointment that day, and asks about the visit."""
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "10:30"))
    book(driver, Step.INFUSION, clock(WEDNESDAY, "16:00"))
    driver.to(clock(WEDNESDAY, "15:00"))
    assert driver.texts() == [("appointment", "Tue 10:30"), ("appointment_today", "Wed 08:30")]
    acts = [a for a in (item.act for item in driver.started_texts()) if isinstance(a, TextAct)]
    assert {act.appointment_at for act in acts} == {clock(WEDNESDAY, "10:30")}
    assert [act.asks is not None for act in acts] == [True, True]
    assert driver.outcomes("daybefore") == [("skipped", "one_for_the_visit_day")]
    assert driver.outcomes("appointment-3h") == [("skipped", "one_for_the_visit_day")]


def test_rule_25_a_moved_visit_is_told_again(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "16:00"))
    driver.to(clock(TUESDAY, "17:30"))
    move(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "09:00"))
    assert driver.texts() == [
        ("appointment_tomorrow", "Tue 17:01"),
        ("appointment_today", "Wed 08:00"),
    ]


def told_of(driver: CoreDriver) -> list[str]:
    """The clinic's wall time of the appointment that each text spoke of."""
    acts = [a for a in (item.act for item in driver.started_texts()) if isinstance(a, TextAct)]
    zone = ZoneInfo(driver.journey.calendar.zone)
    return [f"{a.appointment_at.astimezone(zone):%a %H:%M}" for a in acts if a.appointment_at]


def test_rule_25_a_visit_moved_onto_a_day_of_which_she_was_told_is_told(
    driver: CoreDriver,
) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "10:30"))
    book(driver, Step.INFUSION, clock(THURSDAY, "09:00"))
    driver.to(clock(WEDNESDAY, "09:00"))
    assert driver.texts()[-1] == ("appointment_today", "Wed 08:30")
    move(driver, Step.INFUSION, clock(WEDNESDAY, "16:00"))
    driver.to(clock(WEDNESDAY, "15:00"))
    assert driver.texts()[-1] == ("appointment_today", "Wed 13:00")
    assert told_of(driver)[-2:] == ["Wed 10:30", "Wed 16:00"]


def test_rule_25_the_text_of_a_move_speaks_of_what_moved(driver: CoreDriver) -> None:
    """Her session is still to come, and she knows of it: the new time is what she must hear."""
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "14:00"))
    book(driver, Step.INFUSION, clock(THURSDAY, "09:00"))
    driver.to(clock(WEDNESDAY, "12:10"))
    assert driver.texts()[-1] == ("appointment_today", "Wed 12:00")
    move(driver, Step.INFUSION, clock(WEDNESDAY, "15:30"))
    driver.to(clock(WEDNESDAY, "15:00"))
    assert driver.texts()[-1] == ("appointment_today", "Wed 12:30")
    assert told_of(driver)[-2:] == ["Wed 14:00", "Wed 15:30"]
    asks = [a.asks for a in (i.act for i in driver.started_texts()) if isinstance(a, TextAct)]
    assert asks[-1] is not None
    assert asks[-1].step is Step.INFUSION


def test_rule_25_what_was_moved_before_its_days_text_needs_no_second(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "10:30"))
    book(driver, Step.INFUSION, clock(THURSDAY, "09:00"))
    driver.to(clock(WEDNESDAY, "08:10"))
    move(driver, Step.INFUSION, clock(WEDNESDAY, "16:00"))
    driver.to(clock(WEDNESDAY, "15:00"))
    assert driver.texts()[-1] == ("appointment_today", "Wed 08:30")
    assert driver.outcomes("a2/text/appointment-3h") == [("skipped", "one_for_the_visit_day")]


def test_at_most_the_cap_in_a_day(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "10:30"))
    for hour in ("14:00", "16:00"):
        driver.to(clock(TUESDAY, "10:30"))
        move(driver, Step.PREPARATION, clock(WEDNESDAY, hour))
        driver.to(clock(TUESDAY, hour))
    assert driver.texts() == [("appointment", "Tue 10:30"), ("appointment", "Tue 14:00")]
    assert driver.outcomes("a3/text/appointment-24h") == [("skipped", "daily_cap")]


def test_texts_under_way_count_against_the_cap(driver: CoreDriver) -> None:
    driver.fate = lambda _: Fate("sent", after=timedelta(hours=9))
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "10:30"))
    for hour in ("14:00", "16:00"):
        driver.to(clock(TUESDAY, "10:30"))
        move(driver, Step.PREPARATION, clock(WEDNESDAY, hour))
        driver.to(clock(TUESDAY, hour))
    assert len(driver.texts()) == 2
    assert driver.outcomes("a3/text/appointment-24h") == [("skipped", "daily_cap")]


def test_a_text_that_failed_gives_its_place_back(driver: CoreDriver) -> None:
    driver.fate = lambda _: Fate("gave_up", "too_late")
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(clock(TUESDAY, "14:00"))
    assert driver.texts()
    assert driver.counted() == []


@pytest.mark.parametrize(
    ("late", "outcome"),
    [
        (timedelta(hours=2), ("sent", "due")),
        (timedelta(hours=2, minutes=1), ("skipped", "too_late")),
    ],
)
def test_a_late_reminder_is_skipped(
    driver: CoreDriver, late: timedelta, outcome: tuple[str, str]
) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.outage(clock(TUESDAY, "13:00") + late)
    assert driver.outcomes("appointment-24h") == [outcome]


def test_a_late_request_to_call_becomes_a_nudge(driver: CoreDriver) -> None:
    _home_without_a_session(driver)
    driver.outage(clock(THURSDAY, "20:30"))
    assert driver.outcomes("unbooked/text") == [("nudge", "too_late")]
    lines = [t.line for t in driver.journey.tasks if t.kind is TaskKind.NUDGE]
    assert [x for x in lines if x.startswith("A text did not go out: please call")]


def test_a_late_text_becomes_a_call_where_the_protocol_says_so(protocol: Protocol) -> None:
    late = protocol.texting.late_reminder.model_copy(update={"otherwise": "call"})
    texting = protocol.texting.model_copy(update={"late_reminder": late})
    driver = CoreDriver.open(protocol.model_copy(update={"texting": texting})).admitted()
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.outage(clock(TUESDAY, "16:00"))
    assert driver.outcomes("appointment-24h") == [("call", "too_late")]


def test_she_is_not_asked_to_call_twice_at_once(driver: CoreDriver) -> None:
    """The reminder and the ladder's first rung fall due together; she gets one text."""
    _home_without_a_session(driver)
    driver.outage(clock(THURSDAY, "11:50"))
    driver.to(clock(THURSDAY, "12:30"))
    assert driver.texts() == [("please_call", "Thu 11:50")]
    assert driver.outcomes("e1/r1/0/0") == [("skipped", "asked_to_call_lately")]
    assert driver.pages() == [], "the ladder waits as if its own text had gone"
    driver.to(clock(THURSDAY, "12:50"))
    assert driver.pages() == [("coordinator", "Thu 12:50")]


def test_an_unknown_zone_waits_for_a_decent_hour_everywhere(protocol: Protocol) -> None:
    # From New York's 21:00 back and Honolulu's 08:00 on: 14:00 to 21:00 in New York in summer.
    driver = _opened(protocol, zone=None)
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(clock(WEDNESDAY, "13:00"))
    assert driver.texts() == [("appointment", "Tue 13:00"), ("appointment_today", "Wed 11:00")]


def test_no_common_hour_becomes_a_call(protocol: Protocol) -> None:
    far = a_calendar(country_zones=("Asia/Kolkata", "America/New_York", "Pacific/Honolulu"))
    driver = CoreDriver.open(protocol, contact=Contact(), calendar=far).admitted()
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(clock(TUESDAY, "13:00"))
    assert driver.outcomes("appointment-24h") == [("call", "no_common_hour")]


def test_a_zone_nobody_knows_any_more_is_an_unknown_zone(protocol: Protocol) -> None:
    driver = _opened(protocol, zone="America/Atlantis")
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    driver.to(clock(TUESDAY, "12:00"))
    assert driver.ran[-1].at == clock(TUESDAY, "11:01:10")


def test_tomorrow_is_not_said_on_the_day_itself(protocol: Protocol) -> None:
    """17:00 in Honolulu is night in New York: moved to the morning, "tomorrow" is wrong."""
    hawaii = a_calendar(zone="Pacific/Honolulu")
    driver = CoreDriver.open(protocol, contact=Contact(), calendar=hawaii).admitted()
    book(driver, Step.INFUSION, clock(WEDNESDAY, "15:00", "Pacific/Honolulu"))
    driver.to(clock(THURSDAY, "06:00"))
    assert "appointment_tomorrow" not in [name for name, _ in driver.texts()]
    assert driver.outcomes("daybefore") == [("skipped", "says_another_day")]


def test_a_new_zone_moves_what_is_to_come(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    _reachable_again(driver, zone="America/New_York")
    driver.to(clock(WEDNESDAY, "12:00"))
    assert driver.texts() == [
        ("appointment_tomorrow", "Tue 17:01"),
        ("appointment_today", "Wed 11:00"),
    ]
