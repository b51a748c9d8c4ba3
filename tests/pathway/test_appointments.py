"""Agenda items hang on an appointment's revision: a moved one leaves nothing of itself behind."""

from datetime import timedelta

import pytest
from core_driver import MONDAY, CoreDriver, Fate, clock
from core_steps import THURSDAY, WEDNESDAY, book, cancel, infuse, leave, move

from pathway import commands as cmd
from pathway.agenda import agenda
from pathway.escalation import TaskKind
from pathway.facts import Step
from pathway.items import TextAct
from pathway.journey import Contact
from pathway.protocol import Protocol
from pathway.refusals import Refused

TUESDAY = MONDAY + timedelta(days=1)
FRIDAY = THURSDAY + timedelta(days=1)
NEXT_MONDAY = MONDAY + timedelta(days=7)


def _spoken_of(driver: CoreDriver) -> set[object]:
    return {
        item.act.appointment_at
        for item in agenda(driver.journey)
        if isinstance(item.act, TextAct) and item.act.appointment_at
    }


def test_a_moved_appointment_leaves_nothing_of_its_old_reminders(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(THURSDAY, "11:00"))
    move(driver, Step.INFUSION, clock(FRIDAY, "13:00"))
    assert _spoken_of(driver) == {clock(FRIDAY, "13:00")}
    assert not [key for key in driver.agenda_keys() if "/a1/text" in key]
    driver.to(clock(FRIDAY, "13:00"))
    assert driver.texts() == [
        ("before_visit", "Tue 13:00"),
        ("appointment_tomorrow", "Thu 17:01"),
        ("appointment_today", "Fri 10:00"),
    ]


def test_the_old_key_never_fires_again_after_moving_back(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(clock(TUESDAY, "13:00"))
    move(driver, Step.PREPARATION, clock(FRIDAY, "13:00"))
    move(driver, Step.PREPARATION, clock(WEDNESDAY, "14:00"))
    driver.to(clock(WEDNESDAY, "15:00"))
    sent = [item.key for item in driver.started_texts()]
    assert sent == [
        "t1/preparation/a1/text/appointment-24h",
        "t1/preparation/a3/text/appointment-24h",
        "t1/preparation/a3/text/appointment-2h",
    ]


def test_a_text_under_way_is_called_back_when_its_appointment_moves(driver: CoreDriver) -> None:
    driver.fate = lambda _: Fate("gave_up", after=timedelta(minutes=10))
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(clock(TUESDAY, "13:05"))
    move(driver, Step.PREPARATION, clock(FRIDAY, "13:00"))
    assert driver.outcomes("a1/text/appointment-24h") == [("withdrawn", "chosen")]
    assert driver.counted() == []


def test_a_cancelled_appointment_is_not_reminded(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    cancel(driver, Step.PREPARATION, "patient")
    driver.to(clock(WEDNESDAY, "14:00"))
    assert driver.texts() == []


def test_a_reminder_whose_time_had_passed_at_booking_was_never_due(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "08:00"))
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(clock(WEDNESDAY, "13:00"))
    assert driver.texts() == [("appointment_today", "Wed 11:00")]
    assert driver.outcomes("appointment-24h") == []


def test_moving_keeps_the_length(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"), minutes=90)
    move(driver, Step.PREPARATION, clock(FRIDAY, "13:00"))
    treatment = driver.journey.treatment
    assert treatment is not None
    booked = treatment.appointment(Step.PREPARATION)
    assert booked is not None
    assert (booked.minutes, booked.revision) == (90, 2)


def test_rule_8_one_act_books_the_visit_and_its_psychotherapy(driver: CoreDriver) -> None:
    slot = clock(THURSDAY, "09:00")
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"), psychotherapy_at=slot)
    treatment = driver.journey.treatment
    assert treatment is not None
    assert [(a.step, a.at) for a in treatment.appointments] == [
        (Step.INFUSION, clock(WEDNESDAY, "11:00")),
        (Step.PSYCHOTHERAPY, slot),
    ]


def test_rule_8_a_named_clinician_replaces_the_staffed_hour(driver: CoreDriver) -> None:
    saturday = clock(MONDAY + timedelta(days=5), "17:30")
    book(driver, Step.INFUSION, saturday, seen_by="omar")
    assert "t1/infusion/a1/missed" in driver.agenda_keys()


@pytest.mark.parametrize("hours", [1, 23])
def test_the_protocol_says_how_long_the_window_is(protocol: Protocol, hours: int) -> None:
    data = protocol.model_dump(mode="json")
    data["steps"]["psychotherapy"]["due"] = f"infusion.end + {hours}h"
    driver = CoreDriver.open(Protocol.model_validate(data)).admitted()
    infuse(driver)
    missed = next(
        i for i in agenda(driver.journey) if i.key.endswith("psychotherapy/unbooked/missed")
    )
    assert missed.at == clock(WEDNESDAY, "11:40") + timedelta(hours=hours)


def test_a_shorter_window_shortens_what_may_be_booked(protocol: Protocol) -> None:
    data = protocol.model_dump(mode="json")
    data["steps"]["psychotherapy"]["due"] = "infusion.end + 4h"
    driver = CoreDriver.open(Protocol.model_validate(data)).admitted()
    slot = clock(WEDNESDAY, "15:40")
    with pytest.raises(Refused, match="window after the infusion"):
        book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"), psychotherapy_at=slot)
    with pytest.raises(Refused, match="nobody is at work"):
        book(driver, Step.INFUSION, clock(WEDNESDAY, "17:00"))


# Work list


def test_a_call_about_a_cancelled_appointment_leaves_the_list(driver: CoreDriver) -> None:
    driver.do(cmd.ChangeContact, contact=Contact(mobile=False))
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(clock(TUESDAY, "13:00"))
    assert [task.kind for task in driver.journey.tasks] == [TaskKind.CALL]
    cancel(driver, Step.PREPARATION)
    assert driver.journey.tasks == ()


def test_a_step_without_an_appointment_is_nudged_about(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    assert [(t.to, t.line) for t in driver.journey.tasks] == [
        ("coordinator", "Book the visit"),
        ("coordinator", "Book the preparation session"),
    ]
    slot = clock(NEXT_MONDAY + timedelta(days=1), "09:00")
    book(driver, Step.INFUSION, clock(NEXT_MONDAY, "11:00"), psychotherapy_at=slot)
    assert [t.line for t in driver.journey.tasks] == ["Book the preparation session"]


def test_a_step_that_loses_its_appointment_is_nudged_about_again(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    book(driver, Step.INFUSION, clock(NEXT_MONDAY, "11:00"))
    cancel(driver, Step.INFUSION)
    assert "Book the visit" in [t.line for t in driver.journey.tasks]


def test_the_assessment_is_nudged_about_until_it_is_recorded(opened: CoreDriver) -> None:
    opened.to(clock(THURSDAY, "09:00"))
    assert [t.line for t in opened.journey.tasks] == ["Book the assessment"]
    opened.admitted()
    assert opened.journey.tasks == ()


def test_an_assessment_that_was_made_is_not_asked_for(opened: CoreDriver) -> None:
    opened.do(
        cmd.RecordAssessment, "mental_health_professional", suitable=False, reason="not for her"
    )
    opened.to(clock(FRIDAY, "09:00"))
    assert [t.key for t in opened.journey.tasks] == ["entry/stopped"]


# Missed


def test_a_missed_preparation_and_a_missed_visit_escalate(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "11:15"))
    assert [(e.step, e.opened_at) for e in driver.journey.open_escalations] == [
        (Step.PREPARATION, clock(WEDNESDAY, "10:15")),
        (Step.INFUSION, clock(WEDNESDAY, "11:15")),
    ]


def test_a_preparation_never_booked_is_missed_before_each_visit_anew(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "10:15"))
    assert [e.step for e in driver.journey.open_escalations] == [Step.PREPARATION]
    driver.do(cmd.ResolveEscalation, escalation="e1", outcome="declined", note="not today")
    move(driver, Step.INFUSION, clock(FRIDAY, "11:00"))
    driver.to(clock(FRIDAY, "10:15"))
    assert [e.step for e in driver.journey.open_escalations] == [Step.PREPARATION]


def test_psychotherapy_that_loses_its_new_slot_escalates_again(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "13:00"))
    book(driver, Step.PSYCHOTHERAPY, clock(FRIDAY, "09:00"))
    driver.do(cmd.ResolveEscalation, escalation="e1", outcome="rescheduled", note="agreed")
    driver.to(clock(THURSDAY, "15:00"))
    assert not driver.journey.open_escalations
    cancel(driver, Step.PSYCHOTHERAPY, "patient")
    assert [e.id for e in driver.journey.open_escalations] == ["e2"]
