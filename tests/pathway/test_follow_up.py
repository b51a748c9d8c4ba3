"""Psychotherapy within its window: asked first, escalated when missed, closed by a person."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import THURSDAY, book, cancel, infuse, leave, move, session

from pathway import commands as cmd
from pathway.escalation import Ending, TaskKind
from pathway.facts import SessionOutcome, Step
from pathway.protocol import Level
from pathway.roles import Role

FRIDAY = THURSDAY + timedelta(days=1)


def discharged(driver: CoreDriver, slot: str | None = None) -> CoreDriver:
    """Home since one o'clock; psychotherapy is due on Thursday at 11:40."""
    infuse(driver)
    leave(driver)
    if slot:
        book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, slot))
    return driver


def lines(driver: CoreDriver) -> list[tuple[Role, str]]:
    return [(task.to, task.line) for task in driver.journey.tasks]


def resolve(driver: CoreDriver, outcome: str, role: str = "coordinator", **fields: object) -> None:
    note = "spoken on the phone"
    driver.do(cmd.ResolveEscalation, role, escalation="e1", outcome=outcome, note=note, **fields)


def test_rule_4_the_ladder_waits_while_the_session_runs(driver: CoreDriver) -> None:
    discharged(driver, "11:00")
    driver.to(clock(THURSDAY, "12:59"))
    assert driver.journey.escalations == ()
    assert lines(driver) == [(Role.THERAPIST, "Was the psychotherapy session held or not?")]
    driver.to(clock(THURSDAY, "13:00"))
    assert [e.ladder for e in driver.journey.open_escalations] == ["follow_up"]


def test_story_2_held_in_time_and_entered_late_pages_nobody(driver: CoreDriver) -> None:
    discharged(driver, "10:40")
    driver.to(clock(THURSDAY, "12:20"))
    driver.do(
        cmd.RecordPsychotherapy, "therapist", treatment=1, happened_at=clock(THURSDAY, "11:40")
    )
    driver.to(clock(FRIDAY, "12:00"))
    assert (driver.journey.escalations, driver.pages(), lines(driver)) == ((), [], [])
    assert "please_call" not in [name for name, _ in driver.texts()]


def test_rule_4_held_in_time_and_entered_after_the_ladder_began_closes_it(
    driver: CoreDriver,
) -> None:
    discharged(driver, "10:00")
    driver.to(clock(THURSDAY, "13:10"))
    driver.do(
        cmd.RecordPsychotherapy, "therapist", treatment=1, happened_at=clock(THURSDAY, "11:00")
    )
    assert [e.closed for e in driver.journey.escalations] == [Ending.DONE]
    assert lines(driver) == []
    driver.to(clock(FRIDAY, "12:00"))
    assert [who for who, _ in driver.pages()] == ["coordinator"]


def test_rule_7_a_no_show_is_a_nudge_at_once(driver: CoreDriver) -> None:
    discharged(driver, "09:00")
    driver.to(clock(THURSDAY, "10:15"))
    (nudge,) = [t for t in driver.journey.tasks if t.to is Role.COORDINATOR]
    assert (nudge.kind, nudge.line) == (TaskKind.NUDGE, "Rebook before Thu 11:40")
    assert nudge.due == clock(THURSDAY, "11:40")


def test_rebooking_takes_the_nudge_off_the_list(driver: CoreDriver) -> None:
    discharged(driver, "09:00")
    driver.to(clock(THURSDAY, "10:20"))
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "10:30"))
    assert lines(driver) == []


def test_cancelling_the_missed_session_keeps_the_nudge(driver: CoreDriver) -> None:
    discharged(driver, "09:00")
    driver.to(clock(THURSDAY, "10:20"))
    cancel(driver, Step.PSYCHOTHERAPY, "patient")
    assert (Role.COORDINATOR, "Rebook before Thu 11:40") in lines(driver)
    assert Role.THERAPIST not in [who for who, _ in lines(driver)]


def test_a_slot_booked_behind_the_window_is_no_excuse(driver: CoreDriver) -> None:
    discharged(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY + timedelta(days=4), "09:00"))
    driver.to(clock(THURSDAY, "11:40"))
    assert [e.step for e in driver.journey.open_escalations] == [Step.PSYCHOTHERAPY]


def test_a_missed_window_is_not_healed_by_a_booking(driver: CoreDriver) -> None:
    discharged(driver)
    driver.to(clock(THURSDAY, "12:00"))
    book(driver, Step.PSYCHOTHERAPY, clock(FRIDAY, "09:00"))
    assert driver.journey.open_escalations
    resolve(driver, "rescheduled")
    driver.to(clock(FRIDAY, "10:59"))
    assert driver.journey.open_escalations == ()


def test_a_rescheduled_session_that_is_missed_too_escalates_again(driver: CoreDriver) -> None:
    discharged(driver)
    driver.to(clock(THURSDAY, "12:00"))
    book(driver, Step.PSYCHOTHERAPY, clock(FRIDAY, "09:00"))
    resolve(driver, "rescheduled")
    driver.to(clock(FRIDAY, "11:00"))
    assert [e.id for e in driver.journey.open_escalations] == ["e2"]


def test_moving_within_the_window_closes_what_was_open(driver: CoreDriver) -> None:
    discharged(driver, "09:00")
    driver.to(clock(THURSDAY, "10:20"))
    move(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "10:30"))
    driver.to(clock(THURSDAY, "12:00"))
    session(driver)
    assert driver.journey.escalations == ()


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("declined", SessionOutcome.DECLINED),
        ("unreachable", SessionOutcome.NOT_REACHED),
        ("emergency", SessionOutcome.NOT_HELD),
    ],
)
def test_rule_7_an_ending_without_a_session_says_so_in_the_treatment(
    driver: CoreDriver, outcome: str, said: SessionOutcome
) -> None:
    discharged(driver, "09:00")
    driver.to(clock(THURSDAY, "12:00"))
    resolve(driver, outcome)
    treatment = driver.journey.treatment
    assert treatment is not None
    assert treatment.psychotherapy is not None
    assert treatment.psychotherapy.outcome is said
    assert lines(driver) == [], "what asked about the session is answered"
    assert "t1/decision/unbooked/missed" in driver.agenda_keys()


def test_a_clinicians_assessment_closes_a_missed_follow_up(driver: CoreDriver) -> None:
    discharged(driver)
    driver.to(clock(THURSDAY, "12:00"))
    resolve(driver, "assessed", "prescriber", good_until=clock(FRIDAY, "12:00"))
    assert driver.journey.escalations[0].closed is Ending.ASSESSED


def test_a_late_decision_escalates_and_closes_with_it(driver: CoreDriver) -> None:
    discharged(driver)
    session(driver)
    driver.to(clock(FRIDAY, "13:00"))
    assert [e.step for e in driver.journey.open_escalations] == [Step.DECISION]
    driver.do(cmd.RecordDecision, "prescriber", treatment=1, choice="decrease_dose", reason="tired")
    assert driver.journey.open_escalations == ()
    assert driver.journey.treatment is not None
    assert driver.journey.treatment.number == 2


# Several at once, and their words


def test_a_flag_and_a_missed_follow_up_stand_side_by_side(driver: CoreDriver) -> None:
    discharged(driver)
    driver.to(clock(THURSDAY, "12:00"))
    driver.do(cmd.RaiseFlag, "nurse")
    assert [e.level for e in driver.journey.open_escalations] == [Level.FOLLOW_UP, Level.SAFETY]
    assert driver.journey.highest_level == Level.SAFETY
    driver.do(
        cmd.ResolveEscalation,
        "prescriber",
        escalation="e2",
        outcome="assessed",
        note="safe at home",
        good_until=clock(FRIDAY, "12:00"),
    )
    assert [e.id for e in driver.journey.open_escalations] == ["e1"]


# The lines of the work list


def _attempt(driver: CoreDriver, *, reached: bool = False, **fields: Any) -> None:
    key = driver.journey.tasks[0].key
    driver.do(cmd.RecordContactAttempt, task=key, note="no answer", reached=reached, **fields)


def test_rule_5_a_line_sleeps_until_the_next_try(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    _attempt(driver, next_try=clock(THURSDAY, "15:00"))
    task = driver.journey.tasks[-1]
    assert {t.sleeps_until for t in driver.journey.tasks} == {None, clock(THURSDAY, "15:00")}
    assert task.attempts <= 1


def test_rule_5_a_line_never_sleeps_past_its_deadline(driver: CoreDriver) -> None:
    discharged(driver, "09:00")
    driver.to(clock(THURSDAY, "10:20"))
    (nudge,) = [t for t in driver.journey.tasks if t.to is Role.COORDINATOR]
    driver.do(
        cmd.RecordContactAttempt,
        task=nudge.key,
        reached=False,
        note="no answer",
        next_try=clock(THURSDAY, "18:00"),
    )
    changed = next(t for t in driver.journey.tasks if t.key == nudge.key)
    assert changed.sleeps_until == clock(THURSDAY, "11:40")


def test_rule_5_unreachable_takes_three_attempts(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    key = driver.journey.tasks[0].key
    for hour in ("10:00", "11:00"):
        _attempt(driver, next_try=clock(THURSDAY, hour))
        driver.to(clock(THURSDAY, hour))
    _attempt(driver)
    assert key not in [t.key for t in driver.journey.tasks]


def test_reaching_her_closes_the_line(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    before = len(driver.journey.tasks)
    _attempt(driver, reached=True)
    assert len(driver.journey.tasks) == before - 1
