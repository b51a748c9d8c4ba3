"""A snow day: everybody hears it once, nobody has missed anything, no deadline moves."""

from datetime import timedelta

import pytest
from core_driver import MONDAY, CoreDriver, Fate, clock
from core_steps import THURSDAY, WEDNESDAY, book, infuse, leave

from pathway import civil
from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import Events
from pathway.anchors import due_at
from pathway.escalation import TaskKind
from pathway.facts import Step
from pathway.journey import Contact
from pathway.preview import preview
from pathway.protocol import Protocol
from pathway.refusals import Reason, Refused
from pathway.replies import unread_until
from pathway.roles import Role

TUESDAY = MONDAY + timedelta(days=1)


def close(driver: CoreDriver, day: object = WEDNESDAY) -> Events:
    return driver.do(cmd.CloseDay, day=day, reason="snow")


def a_visit(driver: CoreDriver) -> CoreDriver:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:30"))
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    return driver


def test_story_10_a_closed_day_takes_the_whole_visit_and_says_so_once(
    driver: CoreDriver,
) -> None:
    a_visit(driver).to(clock(TUESDAY, "12:00"))
    before = driver.texts()
    happened = close(driver)
    cancelled = [e for e in happened if isinstance(e, ev.AppointmentCancelled)]
    assert {e.step for e in cancelled} == {Step.PREPARATION, Step.INFUSION, Step.PSYCHOTHERAPY}
    assert [(e.wish_of, e.no_show) for e in cancelled] == [("clinic", False)] * 3
    assert driver.journey.no_shows == ()
    driver.to(clock(THURSDAY, "12:00"))
    assert driver.texts()[len(before) :] == [("day_closed", "Tue 12:00")]
    assert driver.journey.open_escalations == ()


def test_story_10_the_rebooking_line_stands_until_it_is_booked(driver: CoreDriver) -> None:
    a_visit(driver)
    close(driver)
    (line,) = [t for t in driver.journey.tasks if "/closed/" in t.key]
    assert line.line == f"Rebook the infusion: the clinic is closed on {WEDNESDAY}"
    book(driver, Step.INFUSION, clock(THURSDAY, "11:00"))
    assert not [t for t in driver.journey.tasks if "/closed/" in t.key]


def test_story_10_no_safety_item_moves(driver: CoreDriver) -> None:
    infuse(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "10:00"))
    leave(driver)
    driver.do(cmd.RaiseFlag, "nurse")
    treatment = driver.journey.treatment
    assert treatment is not None
    due = due_at(driver.journey, treatment, Step.PSYCHOTHERAPY)
    close(driver, THURSDAY)
    treatment = driver.journey.treatment
    assert treatment is not None
    assert due_at(driver.journey, treatment, Step.PSYCHOTHERAPY) == due
    (line,) = [t for t in driver.journey.tasks if "/closed/" in t.key]
    assert line.due == due, "the window runs on: it is rebooked in time"
    assert [e.id for e in driver.journey.open_escalations] == ["e1"]
    driver.to(clock(THURSDAY, "12:00"))
    assert [e.step for e in driver.journey.open_escalations] == [None, Step.PSYCHOTHERAPY]


def test_story_10_who_takes_no_texts_gets_a_call_row(protocol: Protocol) -> None:
    driver = CoreDriver.open(protocol, contact=Contact(mobile=False)).admitted()
    a_visit(driver)
    close(driver)
    calls = [t for t in driver.journey.tasks if t.kind is TaskKind.CALL]
    assert [t.line for t in calls] == [f"Call the patient: the clinic is closed on {WEDNESDAY}"]


def test_a_hold_makes_it_a_call(driver: CoreDriver) -> None:
    a_visit(driver)
    driver.do(cmd.HoldTexts, reason="asked to")
    close(driver)
    assert driver.outcomes("closed/") == [("call", "texts_held")]


@pytest.mark.parametrize("reason", ["texts_held", "in_hospital"])
def test_held_back_at_the_last_moment_it_is_a_call(driver: CoreDriver, reason: str) -> None:
    a_visit(driver)
    driver.fate = lambda _: Fate("withheld", reason)
    close(driver)
    assert driver.outcomes("closed/") == [("call", reason)]


def test_too_near_the_visit_for_a_text_she_is_called(driver: CoreDriver) -> None:
    """Closed at half past five: no text before eight, and she would be on her way."""
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "08:30"))
    driver.to(clock(WEDNESDAY, "05:30"))
    close(driver)
    assert driver.outcomes("closed/") == [("call", "too_late")]


def test_in_the_night_it_waits_for_the_morning(driver: CoreDriver) -> None:
    a_visit(driver).to(clock(WEDNESDAY, "05:30"))
    close(driver)
    driver.to(clock(WEDNESDAY, "09:00"))
    assert driver.texts()[-1] == ("day_closed", "Wed 08:01")


def test_a_closed_day_may_be_told_near_another_start(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(TUESDAY, "10:30"))
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.to(clock(TUESDAY, "10:00"))
    close(driver)
    assert driver.texts()[-1] == ("day_closed", "Tue 10:00")


def test_what_has_begun_and_other_days_stay(driver: CoreDriver) -> None:
    a_visit(driver)
    other = close(driver, WEDNESDAY + timedelta(days=5))
    assert [e.kind for e in other] == ["booking_closed"]
    driver.to(clock(WEDNESDAY, "10:00"))
    happened = close(driver)
    steps = [e.step for e in happened if isinstance(e, ev.AppointmentCancelled)]
    assert steps == [Step.INFUSION, Step.PSYCHOTHERAPY], "the preparation has begun"


def test_a_booked_assessment_falls_too(protocol: Protocol) -> None:
    driver = CoreDriver.open(protocol)
    driver.do(cmd.BookAssessment, at=clock(WEDNESDAY, "10:00"))
    close(driver)
    assert driver.journey.assessment_booked is None
    driver.to(clock(TUESDAY, "12:00"))
    assert [t for t, _ in driver.texts()] == ["day_closed"]


def test_a_preview_shows_what_would_fall(driver: CoreDriver) -> None:
    a_visit(driver)
    command = driver.built(cmd.CloseDay, "coordinator", day=WEDNESDAY, reason="snow")
    seen = preview(driver.journey, command, driver.now)
    assert seen.happens.count("appointment_cancelled") == 3
    assert "day_closed" in seen.happens
    assert driver.journey.treatment is not None
    assert len(driver.journey.treatment.appointments) == 3


def test_a_day_that_has_passed_is_not_closed(driver: CoreDriver) -> None:
    with pytest.raises(Refused) as refused:
        close(driver, MONDAY - timedelta(days=1))
    assert refused.value.code is Reason.PAST


def test_closing_it_twice_is_once(driver: CoreDriver) -> None:
    a_visit(driver)
    close(driver)
    assert close(driver) == ()


@pytest.mark.parametrize("step", [Step.PREPARATION, Step.INFUSION, Step.PSYCHOTHERAPY])
def test_story_10_nothing_is_booked_on_a_closed_day(driver: CoreDriver, step: Step) -> None:
    close(driver)
    with pytest.raises(Refused) as refused:
        book(driver, step, clock(WEDNESDAY, "11:00"))
    assert refused.value.code is Reason.DAY_CLOSED
    book(driver, step, clock(THURSDAY, "11:00"))


def test_story_10_nothing_is_planned_or_offered_on_a_closed_day(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    next_week = WEDNESDAY + timedelta(days=7)
    close(driver, next_week)
    at = clock(next_week, "11:00")
    with pytest.raises(Refused) as refused:
        driver.do(cmd.ProposeVisits, treatment=1, visits=[{"treatment": 2, "at": at}])
    assert refused.value.code is Reason.DAY_CLOSED
    driver.do(cmd.ProposeVisits, treatment=1)
    assert driver.journey.proposals
    days = [
        civil.local(p.at, driver.journey.calendar.zone).date() for p in driver.journey.proposals
    ]
    assert next_week not in days


def test_a_closed_day_may_be_opened_again(driver: CoreDriver) -> None:
    close(driver)
    driver.do(cmd.CloseDay, day=WEDNESDAY, reason="the storm has passed", opened_again=True)
    assert driver.journey.calendar.shut == ()
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    assert driver.do(cmd.CloseDay, day=WEDNESDAY, reason="x", opened_again=True) == ()


def test_story_10_no_deadline_in_staffed_hours_moves_with_a_closed_day(driver: CoreDriver) -> None:
    a_visit(driver)
    driver.to(clock(TUESDAY, "17:00"))
    driver.do(cmd.RecordReply, message="m1")
    (message,) = [t for t in driver.journey.tasks if t.kind is TaskKind.MESSAGE]
    before = unread_until(driver.journey, message)
    close(driver, THURSDAY)
    assert unread_until(driver.journey, message) == before
    assert driver.journey.calendar.spans(THURSDAY) != ()


def proposed(driver: CoreDriver, *visits: dict[str, object]) -> None:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    numbered = [{"treatment": n, **visit} for n, visit in enumerate(visits, 2)]
    driver.do(cmd.ProposeVisits, treatment=1, visits=numbered)


def test_story_10_a_proposal_that_falls_becomes_a_line_and_no_text(driver: CoreDriver) -> None:
    first, second = (clock(WEDNESDAY + timedelta(days=d), "11:00") for d in (7, 14))
    proposed(driver, {"at": first}, {"at": second})
    before = driver.texts()
    close(driver, WEDNESDAY + timedelta(days=7))
    assert [p.at for p in driver.journey.proposals] == [second]
    (line,) = [t for t in driver.journey.tasks if "/closed/" in t.key]
    assert (line.to, line.due) == (Role.COORDINATOR, first)
    assert "treatment 2" in line.line
    driver.to(driver.now + timedelta(hours=2))
    assert driver.texts() == before
    assert close(driver, WEDNESDAY + timedelta(days=7)) == ()
    driver.do(cmd.ProposeVisits, treatment=1, visits=[{"treatment": 2, "at": second}])
    assert not [t for t in driver.journey.tasks if "/closed/" in t.key], "planned anew"


def test_a_proposal_of_another_day_loses_only_its_session(driver: CoreDriver) -> None:
    next_week = WEDNESDAY + timedelta(days=7)
    slot = clock(next_week + timedelta(days=1), "09:00")
    proposed(driver, {"at": clock(next_week, "11:00"), "psychotherapy_at": slot})
    close(driver, next_week + timedelta(days=1))
    (left,) = driver.journey.proposals
    assert (left.at, left.psychotherapy_at) == (clock(next_week, "11:00"), None)
    assert ["session" in t.line for t in driver.journey.tasks if "/closed/" in t.key] == [True]
