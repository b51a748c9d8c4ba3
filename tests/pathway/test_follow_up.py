"""Psychotherapy within its window: asked first, escalated when missed, closed by a person."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import THURSDAY, book, cancel, decide, infuse, leave, move, session

from pathway import commands as cmd
from pathway.escalation import Ending, TaskKind
from pathway.facts import Choice, SessionOutcome, Step
from pathway.items import PageAct
from pathway.overview import overview
from pathway.protocol import Level
from pathway.refusals import Reason, Refused
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
    told = [r.item.act for r in driver.ran if isinstance(r.item.act, PageAct)]
    assert [(act.person or act.role, act.all_clear) for act in told] == [
        ("coordinator", False),
        ("omar", True),
    ], "whoever was paged hears once that nothing is needed"


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


@pytest.mark.parametrize("wish_of", ["patient", "clinic"])
@pytest.mark.parametrize("at", ["08:10", "09:20"])
def test_rule_7_a_session_called_off_inside_its_window_is_rebooked_at_once(
    driver: CoreDriver, at: str, wish_of: str
) -> None:
    discharged(driver, "09:00")
    driver.to(clock(THURSDAY, at))
    cancel(driver, Step.PSYCHOTHERAPY, wish_of)
    (nudge,) = driver.journey.tasks
    assert (nudge.kind, nudge.to, nudge.line) == (
        TaskKind.NUDGE,
        Role.COORDINATOR,
        "Rebook before Thu 11:40",
    )
    assert (nudge.opened_at, nudge.due) == (clock(THURSDAY, at), clock(THURSDAY, "11:40"))
    driver.to(clock(THURSDAY, "10:30"))
    assert driver.journey.tasks == (nudge,), "said once"
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "10:40"))
    assert lines(driver) == []


def test_rule_7_nothing_is_rebooked_where_no_window_is_open(driver: CoreDriver) -> None:
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    cancel(driver, Step.PSYCHOTHERAPY)
    assert "no-show" not in " ".join(t.key for t in driver.journey.tasks), "before the infusion"
    discharged(driver, "09:00")
    driver.to(clock(THURSDAY, "08:30"))
    session(driver, SessionOutcome.DECLINED)
    cancel(driver, Step.PSYCHOTHERAPY)
    assert lines(driver) == [], "its outcome is recorded"


def test_rule_7_behind_the_window_nothing_is_to_be_rebooked_before_it(driver: CoreDriver) -> None:
    discharged(driver, "11:00")
    driver.to(clock(THURSDAY, "11:50"))
    cancel(driver, Step.PSYCHOTHERAPY, "patient")
    assert not [line for _, line in lines(driver) if line.startswith("Rebook")]


def test_a_slot_booked_behind_the_window_is_no_excuse(driver: CoreDriver) -> None:
    discharged(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY + timedelta(days=4), "09:00"))
    driver.to(clock(THURSDAY, "11:40"))
    assert [e.step for e in driver.journey.open_escalations] == [Step.PSYCHOTHERAPY]


def test_rule_4_no_ladder_starts_while_the_session_runs_that_began_at_the_deadline(
    driver: CoreDriver,
) -> None:
    discharged(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "11:40"))
    driver.to(clock(THURSDAY, "13:00"))
    assert not driver.journey.open_escalations
    assert (Role.THERAPIST, "Was the psychotherapy session held or not?") in lines(driver)
    driver.to(clock(THURSDAY, "14:00"))
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
    for hour in ("12:00", "13:30", "15:00"):
        driver.to(clock(THURSDAY, hour))
        tried(driver, "e1", next_try=driver.now + timedelta(minutes=90))
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
    decide(driver, Choice.DECREASE_DOSE)
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
        cmd.AssessRisk,
        "prescriber",
        level="low",
        plan="safe at home",
        good_until=clock(FRIDAY, "12:00"),
    )
    assert [e.id for e in driver.journey.open_escalations] == ["e1"]


# The lines of the work list


def tried(driver: CoreDriver, about: str, outcome: str = "no_answer", **fields: Any) -> None:
    driver.do(cmd.RecordContactAttempt, task=about, outcome=outcome, **fields)


def _attempt(driver: CoreDriver, outcome: str = "no_answer", **fields: Any) -> None:
    tried(driver, driver.journey.tasks[0].key, outcome, **fields)


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
        outcome="no_answer",
        note="no answer",
        next_try=clock(THURSDAY, "18:00"),
    )
    changed = next(t for t in driver.journey.tasks if t.key == nudge.key)
    assert changed.sleeps_until == clock(THURSDAY, "11:40")


def test_rule_5_unreachable_takes_three_attempts_at_different_times(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    key = driver.journey.tasks[0].key
    for hour in ("10:00", "11:00"):
        _attempt(driver, next_try=clock(THURSDAY, hour))
        driver.to(clock(THURSDAY, hour))
    _attempt(driver)
    assert key not in [t.key for t in driver.journey.tasks]


def test_rule_5_spoken_with_and_asked_to_call_again_she_is_not_unreachable(
    driver: CoreDriver,
) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    for hour in ("10:00", "11:00"):
        _attempt(driver, "call_again", next_try=clock(THURSDAY, hour))
        driver.to(clock(THURSDAY, hour))
    with pytest.raises(Refused, match="next_try"):
        _attempt(driver, "call_again")


def test_rule_5_three_attempts_in_a_row_are_one(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    for _ in range(2):
        _attempt(driver, next_try=clock(THURSDAY, "10:00"))
    with pytest.raises(Refused, match="60 minutes apart"):
        _attempt(driver)


def test_rule_5_an_escalation_cannot_close_as_unreachable_untried(driver: CoreDriver) -> None:
    discharged(driver)
    driver.to(clock(THURSDAY, "12:00"))
    with pytest.raises(Refused, match="record_contact_attempt"):
        resolve(driver, "unreachable")


def test_rule_5_an_attempt_says_how_to_whom_and_what_came_of_it(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    again = clock(THURSDAY, "15:00")
    _attempt(driver, "left_message", way="visit", whom="emergency_contact", next_try=again)
    (attempt,) = driver.journey.attempts
    assert (attempt.way, attempt.whom, attempt.outcome) == (
        "visit",
        "emergency_contact",
        "left_message",
    )
    assert (attempt.at, attempt.next_try) == (driver.now, again)


def test_rule_5_whoever_tries_again_later_has_taken_the_escalation(driver: CoreDriver) -> None:
    discharged(driver)
    driver.to(clock(THURSDAY, "12:00"))
    tried(driver, "e1", next_try=clock(THURSDAY, "13:00"))
    assert overview(driver.journey).owed[0].owner == "carla"
    driver.to(clock(THURSDAY, "12:59"))
    assert driver.pages() == []


def test_rule_5_reaching_her_does_not_book_what_is_to_be_booked(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    before = len(driver.journey.tasks)
    _attempt(driver, "reached")
    assert len(driver.journey.tasks) == before


# Closed as assessed, or declined


def test_rule_7_a_session_missed_and_assessed_comes_back(driver: CoreDriver) -> None:
    discharged(driver)
    driver.to(clock(THURSDAY, "12:00"))
    resolve(driver, "assessed", "therapist", good_until=clock(FRIDAY, "12:00"))
    driver.to(clock(FRIDAY, "11:59"))
    assert not driver.journey.open_escalations
    (row,) = (r for r in overview(driver.journey).owed if r.key == "step/psychotherapy")
    assert row.shows.then_at == clock(FRIDAY, "12:00"), "and the work list says so"
    driver.to(clock(FRIDAY, "12:00"))
    (again,) = driver.journey.open_escalations
    assert (again.id, again.step, again.ladder) == ("e2", Step.PSYCHOTHERAPY, "follow_up")
    until = clock(FRIDAY + timedelta(days=1), "09:00")
    said = {"escalation": "e2", "outcome": "assessed", "note": "as before"}
    driver.do(cmd.ResolveEscalation, "therapist", good_until=until, **said)
    driver.to(until)
    assert [e.id for e in driver.journey.open_escalations] == ["e3"], "each time"


def test_rule_7_a_session_held_meanwhile_does_not_come_back(driver: CoreDriver) -> None:
    discharged(driver)
    driver.to(clock(THURSDAY, "12:00"))
    resolve(driver, "assessed", "therapist", good_until=clock(FRIDAY, "12:00"))
    session(driver)
    driver.to(clock(FRIDAY, "13:00"))
    assert not driver.journey.open_escalations


def test_rule_7_a_session_booked_meanwhile_is_waited_for(driver: CoreDriver) -> None:
    discharged(driver)
    driver.to(clock(THURSDAY, "12:00"))
    resolve(driver, "assessed", "therapist", good_until=clock(FRIDAY, "12:00"))
    book(driver, Step.PSYCHOTHERAPY, clock(FRIDAY, "14:00"))
    driver.to(clock(FRIDAY, "15:59"))
    assert not driver.journey.open_escalations
    driver.to(clock(FRIDAY, "16:00"))
    assert [e.id for e in driver.journey.open_escalations] == ["e2"]


def test_an_assessment_holds_until_a_time_that_comes(driver: CoreDriver) -> None:
    discharged(driver)
    driver.to(clock(THURSDAY, "12:00"))
    with pytest.raises(Refused, match="lies in the past"):
        resolve(driver, "assessed", "therapist", good_until=clock(THURSDAY, "12:00"))


def test_rule_21_a_missed_decision_is_nothing_that_a_patient_declines(driver: CoreDriver) -> None:
    discharged(driver)
    driver.to(clock(THURSDAY, "10:00"))
    session(driver)
    driver.to(clock(THURSDAY + timedelta(days=2), "10:00"))
    (missed,) = driver.journey.open_escalations
    assert missed.step is Step.DECISION
    with pytest.raises(Refused, match="Record the decision itself"):
        resolve(driver, "declined")
    resolve(driver, "assessed", "prescriber", good_until=driver.now + timedelta(hours=5))
    driver.to(driver.now + timedelta(hours=5))
    assert [e.step for e in driver.journey.open_escalations] == [Step.DECISION]


def decision_missed(driver: CoreDriver) -> None:
    """Nobody has decided, and she could not be reached three times."""
    discharged(driver)
    driver.to(clock(THURSDAY, "10:00"))
    session(driver)
    driver.to(clock(THURSDAY + timedelta(days=2), "10:00"))
    for _ in range(3):
        tried(driver, "e1", next_try=driver.now + timedelta(minutes=90))
        driver.to(driver.now + timedelta(minutes=90))
    assert [e.step for e in driver.journey.open_escalations] == [Step.DECISION]


@pytest.mark.parametrize("outcome", ["emergency", "unreachable"])
@pytest.mark.parametrize("role", ["coordinator", "ops", "privacy_officer"])
def test_rule_21_nobody_but_a_clinician_ends_a_missed_decision_without_one(
    driver: CoreDriver, outcome: str, role: str
) -> None:
    decision_missed(driver)
    with pytest.raises(Refused, match="Only a clinician") as refused:
        resolve(driver, outcome, role)
    assert refused.value.code is Reason.NEEDS_CLINICIAN
    assert [e.step for e in driver.journey.open_escalations] == [Step.DECISION], "it is asked for"


@pytest.mark.parametrize("outcome", ["emergency", "unreachable"])
def test_rule_21_a_clinician_may_leave_a_decision_open(driver: CoreDriver, outcome: str) -> None:
    decision_missed(driver)
    resolve(driver, outcome, "prescriber")
    assert not driver.journey.open_escalations
