"""Each code by which the core refuses a plan, shown once in the clinic's own words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from core_driver import MONDAY, CoreDriver, clock
from core_steps import (
    THURSDAY,
    WEDNESDAY,
    book,
    cancel,
    decide,
    infuse,
    leave,
    move,
    prepare,
    session,
    start,
    whole_treatment,
)

from pathway import commands as cmd
from pathway.facts import Choice, Step
from pathway.refusals import Reason, Refused

SUNDAY = MONDAY + timedelta(days=6)
SATURDAY = MONDAY + timedelta(days=5)
BY_THE_WORKFLOW = {Reason.KEY_REUSED, Reason.INTERNAL}
"""Given where keys are kept and bugs are caught; the core itself never gives them."""

Situation = Callable[[CoreDriver], Any]
SITUATIONS: list[tuple[str, Reason, Situation]] = []


def refused(reason: Reason) -> Callable[[Situation], Situation]:
    def register(situation: Situation) -> Situation:
        SITUATIONS.append((situation.__name__.strip("_"), reason, situation))
        return situation

    return register


def _after_a_flag(driver: CoreDriver, outcome: str, role: str, **fields: Any) -> None:
    driver.do(cmd.RaiseFlag, "nurse")
    driver.do(
        cmd.ResolveEscalation, role, escalation="e1", outcome=outcome, note="spoken", **fields
    )


def _after_a_missed_follow_up(driver: CoreDriver, outcome: str, **fields: Any) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "12:00"))
    driver.do(cmd.ResolveEscalation, escalation="e1", outcome=outcome, note="spoken", **fields)


def _assess(driver: CoreDriver, role: str) -> None:
    driver.do(cmd.RecordAssessment, role, suitable=True, reason="criteria met")


@refused(Reason.ROLE)
def a_coordinator_signs_the_assessment(driver: CoreDriver) -> None:
    _assess(driver, "coordinator")


@refused(Reason.ROLE)
def a_therapist_starts_an_infusion(driver: CoreDriver) -> None:
    driver.do(cmd.StartInfusion, "therapist", treatment=1, dose_mg_per_kg=0.5)


@refused(Reason.ROLE)
def a_therapist_decides_about_the_taper(driver: CoreDriver) -> None:
    driver.do(
        cmd.RecordDecision, "therapist", treatment=1, choice=Choice.CONTINUE_SAME, reason="well"
    )


@refused(Reason.ROLE)
def a_coordinator_signs_a_discharge(driver: CoreDriver) -> None:
    infuse(driver)
    driver.to(clock(WEDNESDAY, "14:00"))
    driver.do(cmd.RecordDischarge, "coordinator", treatment=1)


@refused(Reason.FUTURE)
def a_session_held_tomorrow(driver: CoreDriver) -> None:
    tomorrow = driver.now + timedelta(days=1)
    driver.do(cmd.RecordPreparation, "therapist", treatment=1, happened_at=tomorrow)


@refused(Reason.FUTURE)
def a_visit_in_another_century(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(MONDAY.replace(year=2126), "09:00"))


@refused(Reason.PAST)
def a_visit_yesterday(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, driver.now - timedelta(days=1))


@refused(Reason.PAST)
def a_session_held_in_another_century(driver: CoreDriver) -> None:
    long_ago = clock(MONDAY.replace(year=1926), "09:00")
    driver.do(cmd.RecordPreparation, "therapist", treatment=1, happened_at=long_ago)


@refused(Reason.PAST)
def an_owner_looks_again_yesterday(driver: CoreDriver) -> None:
    driver.do(cmd.RaiseFlag, "nurse")
    yesterday = driver.now - timedelta(days=1)
    driver.do(cmd.AcknowledgeEscalation, escalation="e1", next_look=yesterday)


@refused(Reason.ENDED)
def a_visit_after_the_end(driver: CoreDriver) -> None:
    driver.do(cmd.ReportDeath, "nurse")
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))


@refused(Reason.NO_TREATMENT)
def a_treatment_that_never_was(driver: CoreDriver) -> None:
    driver.do(cmd.RecordPreparation, "therapist", treatment=7)


@refused(Reason.NO_TREATMENT)
def a_visit_after_the_course(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    session(driver)
    decide(driver, Choice.COMPLETE)
    book(driver, Step.PREPARATION, clock(SATURDAY, "09:00"))


@refused(Reason.STALE_TREATMENT)
def a_visit_of_the_treatment_before(driver: CoreDriver) -> None:
    whole_treatment(driver)
    driver.do(cmd.Book, treatment=1, step=Step.INFUSION, at=clock(SATURDAY, "09:00"))


@refused(Reason.STALE_REVISION)
def a_booking_over_one_that_was_not_seen(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "10:00"), replaces=0)


@refused(Reason.STALE_REVISION)
def a_move_of_what_somebody_moved_first(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    move(driver, Step.PREPARATION, clock(WEDNESDAY, "10:00"))
    at = clock(WEDNESDAY, "11:00")
    driver.do(cmd.Move, treatment=1, step=Step.PREPARATION, revision=1, at=at)


@refused(Reason.NOT_BOOKABLE)
def a_booked_decision(driver: CoreDriver) -> None:
    book(driver, Step.DECISION, clock(WEDNESDAY, "09:00"))


@refused(Reason.NOT_BOOKABLE)
def a_psychotherapy_slot_outside_its_window(driver: CoreDriver) -> None:
    slot = clock(THURSDAY, "11:40")
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"), psychotherapy_at=slot)


@refused(Reason.NOT_BOOKABLE)
def a_psychotherapy_slot_with_a_preparation(driver: CoreDriver) -> None:
    slot = clock(WEDNESDAY, "10:30")
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"), psychotherapy_at=slot)


@refused(Reason.NOT_BOOKED)
def moving_what_is_not_booked(driver: CoreDriver) -> None:
    at = clock(WEDNESDAY, "11:00")
    driver.do(cmd.Move, treatment=1, step=Step.PREPARATION, revision=1, at=at)


@refused(Reason.NOT_BOOKED)
def cancelling_twice(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    cancel(driver, Step.PREPARATION)
    cancel(driver, Step.PREPARATION)


@refused(Reason.ALREADY)
def a_second_preparation(driver: CoreDriver) -> None:
    prepare(driver)
    prepare(driver)


@refused(Reason.ALREADY)
def booking_a_session_that_was_held(driver: CoreDriver) -> None:
    prepare(driver)
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))


@refused(Reason.ALREADY)
def a_second_infusion(driver: CoreDriver) -> None:
    infuse(driver)
    start(driver, clock(WEDNESDAY, "15:00"))


@refused(Reason.ALREADY)
def a_second_end(driver: CoreDriver) -> None:
    infuse(driver)
    driver.do(cmd.EndInfusion, "nurse", treatment=1)


@refused(Reason.ALREADY)
def a_second_discharge(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="against_advice")


@refused(Reason.ALREADY)
def a_second_outcome_of_psychotherapy(driver: CoreDriver) -> None:
    infuse(driver)
    session(driver)
    session(driver)


@refused(Reason.GATE)
def an_infusion_without_preparation(driver: CoreDriver) -> None:
    start(driver, clock(WEDNESDAY, "11:00"))


@refused(Reason.GATE)
def an_infusion_while_a_safety_flag_is_open(driver: CoreDriver) -> None:
    prepare(driver)
    driver.do(cmd.RaiseFlag, "nurse")
    start(driver, clock(WEDNESDAY, "11:00"))


@refused(Reason.GATE)
def an_infusion_after_consent_was_withdrawn(driver: CoreDriver) -> None:
    prepare(driver)
    driver.do(cmd.RecordConsent, given=False)
    start(driver, clock(WEDNESDAY, "11:00"))


@refused(Reason.GATE)
def an_infusion_within_the_shortest_gap(driver: CoreDriver) -> None:
    whole_treatment(driver)
    prepare(driver)
    start(driver, clock(THURSDAY, "11:39"))


@refused(Reason.GATE)
def a_nurse_overrides_a_gate(driver: CoreDriver) -> None:
    driver.do(cmd.StartInfusion, "nurse", treatment=1, dose_mg_per_kg=0.5, override="she insists")


@refused(Reason.DOSE)
def a_dose_above_the_protocols(driver: CoreDriver) -> None:
    prepare(driver)
    driver.do(
        cmd.StartInfusion, "prescriber", treatment=1, dose_mg_per_kg=5.0, override="I know best"
    )


@refused(Reason.OUT_OF_ORDER)
def an_end_without_a_start(driver: CoreDriver) -> None:
    driver.do(cmd.EndInfusion, "nurse", treatment=1)


@refused(Reason.OUT_OF_ORDER)
def an_end_before_its_start(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    before = clock(WEDNESDAY, "10:00")
    driver.do(cmd.EndInfusion, "nurse", treatment=1, happened_at=before)


@refused(Reason.OUT_OF_ORDER)
def a_partial_infusion_without_its_reason(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "11:12"))
    driver.do(cmd.EndInfusion, "nurse", treatment=1, complete=False)


@refused(Reason.OUT_OF_ORDER)
def psychotherapy_before_the_infusions_end(driver: CoreDriver) -> None:
    session(driver)


@refused(Reason.OUT_OF_ORDER)
def a_session_not_held_without_a_reason(driver: CoreDriver) -> None:
    infuse(driver)
    driver.do(cmd.RecordPsychotherapy, "therapist", treatment=1, outcome="not_held")


@refused(Reason.OUT_OF_ORDER)
def a_decision_before_psychotherapy(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    decide(driver)


@refused(Reason.OUT_OF_ORDER)
def a_decision_while_she_is_still_in_the_chair(driver: CoreDriver) -> None:
    infuse(driver)
    session(driver)
    decide(driver)


@refused(Reason.OUT_OF_ORDER)
def a_discharge_without_an_infusion(driver: CoreDriver) -> None:
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="transferred")


@refused(Reason.NO_STAFFED_HOUR)
def rule_8_a_visit_before_a_day_without_staff(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(SATURDAY, "17:30"))


@refused(Reason.TOO_EARLY)
def rule_13_a_discharge_before_two_hours(driver: CoreDriver) -> None:
    infuse(driver)
    driver.to(clock(WEDNESDAY, "12:59"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1)


@refused(Reason.UNKNOWN_ESCALATION)
def taking_what_was_never_raised(driver: CoreDriver) -> None:
    driver.do(cmd.AcknowledgeEscalation, escalation="e9")


@refused(Reason.ESCALATION_CLOSED)
def taking_what_was_closed(driver: CoreDriver) -> None:
    _after_a_flag(driver, "emergency", "prescriber")
    driver.do(cmd.AcknowledgeEscalation, escalation="e1")


@refused(Reason.ESCALATION_OPEN)
def closing_over_an_open_flag(driver: CoreDriver) -> None:
    driver.do(cmd.RaiseFlag, "nurse")
    driver.do(cmd.Close, outcome="completed", reason="done")


@refused(Reason.NEEDS_NEXT_STEP)
def rescheduled_to_nowhere(driver: CoreDriver) -> None:
    _after_a_missed_follow_up(driver, "rescheduled")


@refused(Reason.NEEDS_NEXT_STEP)
def reached_and_nothing_agreed(driver: CoreDriver) -> None:
    _after_a_missed_follow_up(driver, "reached")


@refused(Reason.NEEDS_NEXT_STEP)
def done_without_the_step(driver: CoreDriver) -> None:
    _after_a_missed_follow_up(driver, "done")


@refused(Reason.NEEDS_NEXT_STEP)
def one_attempt_is_not_unreachable(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    task = driver.journey.tasks[0]
    driver.do(cmd.RecordContactAttempt, task=task.key, reached=False, note="no answer")


@refused(Reason.NEEDS_CLINICIAN)
def a_coordinator_closes_a_safety_flag(driver: CoreDriver) -> None:
    _after_a_flag(driver, "emergency", "coordinator")


@refused(Reason.NEEDS_CLINICIAN)
def a_safety_flag_closes_as_reached(driver: CoreDriver) -> None:
    _after_a_flag(driver, "reached", "prescriber")


@refused(Reason.NEEDS_CLINICIAN)
def an_assessment_that_holds_for_ever(driver: CoreDriver) -> None:
    _after_a_flag(driver, "assessed", "prescriber")


@refused(Reason.NEEDS_CLINICIAN)
def a_coordinator_assesses_a_missed_follow_up(driver: CoreDriver) -> None:
    until = clock(THURSDAY, "20:00")
    _after_a_missed_follow_up(driver, "assessed", good_until=until)


@refused(Reason.UNKNOWN_TASK)
def an_attempt_about_a_line_that_is_gone(driver: CoreDriver) -> None:
    driver.do(cmd.RecordContactAttempt, task="t1/nothing", reached=True, note="spoken")


@refused(Reason.PAST)
def a_next_try_yesterday(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    driver.do(
        cmd.RecordContactAttempt,
        task=driver.journey.tasks[0].key,
        reached=False,
        note="no answer",
        next_try=clock(WEDNESDAY, "09:00"),
    )


@refused(Reason.UNKNOWN_ZONE)
def a_zone_that_does_not_exist(driver: CoreDriver) -> None:
    driver.do(cmd.ChangeContact, contact={"zone": "America/Atlantis"})


@pytest.mark.parametrize(
    ("reason", "situation"), [s[1:] for s in SITUATIONS], ids=[s[0] for s in SITUATIONS]
)
def test_it_is_refused_and_changes_nothing(
    driver: CoreDriver, reason: Reason, situation: Situation
) -> None:
    with pytest.raises(Refused) as refusal:
        situation(driver)
    assert refusal.value.code is reason
    sentence = refusal.value.sentence
    assert sentence == str(refusal.value)
    assert sentence[0].isupper()
    assert sentence.endswith((".", ")"))


def test_every_code_has_a_situation() -> None:
    shown = {reason for _, reason, _ in SITUATIONS}
    assert set(Reason) - shown == BY_THE_WORKFLOW


def test_a_refusal_leaves_the_journey_as_it_was(driver: CoreDriver) -> None:
    before = driver.journey
    with pytest.raises(Refused):
        book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"), psychotherapy_at=driver.now)
    assert driver.journey is before


def test_nothing_is_planned_before_the_assessment(opened: CoreDriver) -> None:
    with pytest.raises(Refused, match="record the assessment and the consent first") as refusal:
        opened.do(cmd.Book, treatment=1, step=Step.INFUSION, at=clock(WEDNESDAY, "11:00"))
    assert refusal.value.code is Reason.NO_TREATMENT
