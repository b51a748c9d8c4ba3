"""A visit and its session are booked, moved and cancelled in one act (rules 3 and 8, story 6)."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from core_driver import MONDAY, CoreDriver, a_calendar, clock
from core_steps import THURSDAY, WEDNESDAY, book, cancel, infuse, leave

from pathway import commands as cmd
from pathway.agenda import agenda
from pathway.anchors import due_at
from pathway.calendar import OpenHours
from pathway.facts import Step
from pathway.facts.booking import NextVisit
from pathway.protocol import Protocol
from pathway.refusals import Reason, Refused
from pathway.rules.proposals import take_up

FRIDAY = THURSDAY + timedelta(days=1)
NEXT_MONDAY = MONDAY + timedelta(days=7)
WORKING_WEEK = tuple(OpenHours(weekday=d, opens=time(8), closes=time(18)) for d in range(5))


@pytest.fixture
def weekdays(protocol: Protocol) -> CoreDriver:
    """A clinic that is closed at the weekend."""
    return CoreDriver.open(protocol, calendar=a_calendar(hours=WORKING_WEEK)).admitted()


def stands(driver: CoreDriver, step: Step) -> datetime | None:
    treatment = driver.journey.treatment
    assert treatment is not None
    booked = treatment.appointment(step)
    return booked.at if booked else None


def move(driver: CoreDriver, at: datetime, **fields: Any) -> None:
    treatment = driver.journey.treatment
    assert treatment is not None
    revision = treatment.revision(Step.INFUSION)
    about: dict[str, Any] = {
        "treatment": treatment.number,
        "step": Step.INFUSION,
        "revision": revision,
    }
    driver.do(cmd.Move, at=at, **about, **fields)


def booked_wednesday(driver: CoreDriver) -> CoreDriver:
    slot = clock(THURSDAY, "09:00")
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"), psychotherapy_at=slot)
    return driver


def test_rule_8_a_protocol_that_asks_for_no_staffed_hour_refuses_none(
    weekdays: CoreDriver,
) -> None:
    steps = weekdays.journey.protocol.steps
    infusion = steps.infusion.model_copy(update={"staffed_hour_in_window": False})
    changed = {"steps": steps.model_copy(update={"infusion": infusion})}
    protocol = weekdays.journey.protocol.model_copy(update=changed)
    weekdays.journey = weekdays.journey.model_copy(update={"protocol": protocol})
    slot = clock(FRIDAY + timedelta(days=1), "09:00")
    book(weekdays, Step.INFUSION, clock(FRIDAY, "16:00"))
    move(weekdays, clock(FRIDAY, "15:00"), psychotherapy_at=slot)
    assert stands(weekdays, Step.PSYCHOTHERAPY) == slot


def test_story_6_a_friday_visit_without_a_staffed_slot_is_refused_with_two_offered(
    weekdays: CoreDriver,
) -> None:
    with pytest.raises(Refused) as refused:
        book(weekdays, Step.INFUSION, clock(FRIDAY, "16:00"))
    assert refused.value.code is Reason.NO_STAFFED_HOUR
    assert (
        "the visit Thu 04 Jun 16:00 with psychotherapy Fri 05 Jun 08:00 or "
        "the visit Wed 03 Jun 16:00 with psychotherapy Thu 04 Jun 08:00"
    ) in refused.value.sentence


def test_story_6_a_slot_nobody_staffs_is_refused_with_two_in_the_window(
    weekdays: CoreDriver,
) -> None:
    slot = clock(FRIDAY + timedelta(days=1), "09:00")
    with pytest.raises(
        Refused, match="Psychotherapy could be Fri 05 Jun 12:00 or Fri 05 Jun 13:00"
    ):
        book(weekdays, Step.INFUSION, clock(FRIDAY, "10:00"), psychotherapy_at=slot)


def test_rule_8_a_named_clinician_sees_her_out_of_hours(weekdays: CoreDriver) -> None:
    slot = clock(FRIDAY + timedelta(days=1), "09:00")
    fields = {"psychotherapy_at": slot, "seen_by": "omar"}
    book(weekdays, Step.INFUSION, clock(FRIDAY, "16:00"), **fields)
    treatment = weekdays.journey.treatment
    assert treatment is not None
    booked = treatment.appointment(Step.PSYCHOTHERAPY)
    assert booked is not None
    assert (booked.at, booked.seen_by) == (slot, "omar")


def test_rule_8_a_visit_without_a_slot_proposes_one_to_the_coordinator(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    assert [t.line for t in driver.journey.tasks] == [
        "Book the psychotherapy slot; Wed 03 Jun 13:00 would do"
    ]
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    assert driver.journey.tasks == ()


def test_rule_8_a_session_moves_with_its_visit(driver: CoreDriver) -> None:
    booked_wednesday(driver)
    move(driver, clock(THURSDAY, "12:00"))
    assert stands(driver, Step.PSYCHOTHERAPY) == clock(FRIDAY, "10:00")


def test_rule_8_a_session_that_cannot_move_along_must_be_said(weekdays: CoreDriver) -> None:
    booked_wednesday(weekdays)
    with pytest.raises(Refused, match="psychotherapy_at"):
        move(weekdays, clock(FRIDAY, "11:00"))
    assert stands(weekdays, Step.INFUSION) == clock(WEDNESDAY, "11:00")
    move(weekdays, clock(FRIDAY, "11:00"), psychotherapy_at=clock(FRIDAY, "14:00"))
    assert stands(weekdays, Step.PSYCHOTHERAPY) == clock(FRIDAY, "14:00")


def test_rule_8_a_session_moves_along_where_a_clinician_is_named(weekdays: CoreDriver) -> None:
    booked_wednesday(weekdays)
    move(weekdays, clock(FRIDAY, "11:00"), seen_by="omar")
    assert stands(weekdays, Step.PSYCHOTHERAPY) == clock(FRIDAY + timedelta(days=1), "09:00")


def test_a_cancelled_visit_takes_its_session_along(driver: CoreDriver) -> None:
    booked_wednesday(driver)
    cancel(driver, Step.INFUSION)
    assert stands(driver, Step.PSYCHOTHERAPY) is None


def test_a_preparation_that_its_visit_moved_away_from_is_asked_for(driver: CoreDriver) -> None:
    booked_wednesday(driver)
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    move(driver, clock(NEXT_MONDAY + timedelta(days=7), "11:00"))
    assert "Rebook the preparation session: its visit has moved away from it" in [
        t.line for t in driver.journey.tasks
    ]


@pytest.mark.parametrize(
    ("wish_of", "late", "counts"),
    [("patient", True, 1), ("patient", False, 0), ("clinic", True, 0)],
)
def test_rule_3_whose_wish_decides_whether_it_is_a_no_show(
    driver: CoreDriver, wish_of: str, late: bool, counts: int
) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    driver.to(clock(WEDNESDAY, "09:10" if late else "08:00"))
    cancel(driver, Step.PREPARATION, wish_of)
    assert len(driver.journey.no_shows) == counts


# Proposals


def test_rule_8_all_planned_visits_stand_as_proposals_on_day_one(driver: CoreDriver) -> None:
    booked_wednesday(driver)
    driver.do(cmd.ProposeVisits, treatment=1)
    visits = driver.journey.proposals
    assert [v.treatment for v in visits] == [2, 3, 4, 5, 6]
    assert visits[0].at == clock(WEDNESDAY + timedelta(days=3), "11:00")
    assert all(v.psychotherapy_at for v in visits)
    assert not [i for i in agenda(driver.journey) if i.key.startswith("t2/")], "nobody is texted"


def test_the_decision_is_due_a_day_before_the_proposed_visit(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    treatment = driver.journey.treatment
    assert treatment is not None
    proposed = clock(FRIDAY, "16:00")
    driver.do(cmd.ProposeVisits, treatment=1, visits=[{"treatment": 2, "at": proposed}])
    driver.do(cmd.RecordPsychotherapy, "therapist", treatment=1)
    due = due_at(driver.journey, treatment, Step.DECISION)
    assert due == clock(THURSDAY, "16:00")


def test_proposals_come_in_order_and_far_enough_apart(driver: CoreDriver) -> None:
    booked_wednesday(driver)
    soon = [{"treatment": 2, "at": clock(WEDNESDAY, "15:00")}]
    with pytest.raises(Refused, match="too soon after"):
        driver.do(cmd.ProposeVisits, treatment=1, visits=soon)
    third = [{"treatment": 3, "at": clock(NEXT_MONDAY, "15:00")}]
    with pytest.raises(Refused, match="treatment 2 is next"):
        driver.do(cmd.ProposeVisits, treatment=1, visits=third)


@pytest.mark.parametrize("how", list(NextVisit))
def test_rule_8_a_decision_confirms_moves_or_frees_the_next(
    driver: CoreDriver, how: NextVisit
) -> None:
    booked_wednesday(driver)
    driver.do(cmd.ProposeVisits, treatment=1)
    second, third, *_ = driver.journey.proposals
    command = driver.built(cmd.HoldTexts, "prescriber", reason="stands in for a decision")
    later = second.at + timedelta(days=7)
    events = tuple(take_up(driver.journey, command, 2, how, driver.now, at=later))
    booked = [e.appointment.at for e in events if e.kind == "appointment_booked"]
    (kept,) = [e.visits for e in events if e.kind == "visits_proposed"]
    moved = timedelta(days=7) if how is NextVisit.MOVE else timedelta(0)
    assert kept[0].at == third.at + moved, "what comes later moves along"
    assert second.psychotherapy_at is not None
    expected = [second.at + moved, second.psychotherapy_at + moved]
    assert booked == ([] if how is NextVisit.FREE else expected)
