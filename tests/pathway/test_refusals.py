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
    monitor,
    move,
    prepare,
    session,
    start,
    whole_treatment,
)
from entry_fields import assessed
from visits import dose_fields

from pathway import commands as cmd
from pathway.facts import Choice, Step
from pathway.protocol import PhaseName
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
    driver.do(cmd.RecordAssessment, role, **assessed())


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
    said = dose_fields(driver.journey.protocol, override="she insists")
    driver.do(cmd.StartInfusion, "nurse", treatment=1, **said)


@refused(Reason.DOSE)
def a_dose_above_the_protocols(driver: CoreDriver) -> None:
    prepare(driver)
    driver.do(
        cmd.StartInfusion, "prescriber", treatment=1, dose_mg_per_kg=5.0, override="I know best"
    )


@refused(Reason.ANSWER)
def a_preflight_answer_without_its_reason(driver: CoreDriver) -> None:
    driver.do(cmd.RecordPreflight, "nurse", treatment=1, items={"pregnancy": "not_applicable"})


@refused(Reason.CRITERIA)
def rule_14_a_discharge_without_an_escort(driver: CoreDriver) -> None:
    infuse(driver)
    monitor(driver, clock(WEDNESDAY, "13:00"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, padss=10)


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
def a_sign_off_without_an_infusion(driver: CoreDriver) -> None:
    driver.do(cmd.RecordDischarge, "nurse", treatment=1)


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
def closing_over_an_open_escalation(driver: CoreDriver) -> None:
    driver.do(cmd.RaiseFlag, "nurse")
    driver.do(cmd.Close, outcome="completed", reason="done")


@refused(Reason.FLAG_OPEN)
def closing_over_a_flag_that_nobody_has_assessed(driver: CoreDriver) -> None:
    _after_a_flag(driver, "emergency", "prescriber")
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
    driver.do(cmd.RecordContactAttempt, task=task.key, outcome="no_answer", note="no answer")


@refused(Reason.NEEDS_CLINICIAN)
def a_coordinator_closes_a_safety_flag(driver: CoreDriver) -> None:
    _after_a_flag(driver, "emergency", "coordinator")


@refused(Reason.NEEDS_CLINICIAN)
def a_safety_flag_closes_as_reached(driver: CoreDriver) -> None:
    _after_a_flag(driver, "reached", "prescriber")


@refused(Reason.NEEDS_CLINICIAN)
def a_safety_flag_closes_without_an_assessment(driver: CoreDriver) -> None:
    _after_a_flag(driver, "assessed", "prescriber")


@refused(Reason.NEEDS_CLINICIAN)
def a_coordinator_assesses_a_missed_follow_up(driver: CoreDriver) -> None:
    until = clock(THURSDAY, "20:00")
    _after_a_missed_follow_up(driver, "assessed", good_until=until)


@refused(Reason.NOT_RECORDED)
def a_discharge_that_was_never_recorded(driver: CoreDriver) -> None:
    fields = {"what": "discharge", "never_happened": True, "reason": "x"}
    driver.do(cmd.Correct, "nurse", treatment=1, **fields)


@refused(Reason.NOT_HELD)
def a_dose_hold_that_does_not_stand(driver: CoreDriver) -> None:
    driver.do(cmd.LiftDoseHold, "prescriber", item="urinary_symptoms", reason="seen")


@refused(Reason.UNKNOWN_TASK)
def an_attempt_about_a_line_that_is_gone(driver: CoreDriver) -> None:
    driver.do(cmd.RecordContactAttempt, task="t1/nothing", outcome="reached", note="spoken")


@refused(Reason.PAST)
def a_next_try_yesterday(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    driver.do(
        cmd.RecordContactAttempt,
        task=driver.journey.tasks[0].key,
        outcome="no_answer",
        note="no answer",
        next_try=clock(WEDNESDAY, "09:00"),
    )


@refused(Reason.UNKNOWN_ZONE)
def a_zone_that_does_not_exist(driver: CoreDriver) -> None:
    driver.do(cmd.ChangeContact, contact={"zone": "America/Atlantis"})


@refused(Reason.UNKNOWN_ITEM)
def a_finding_that_the_protocol_does_not_ask_about(driver: CoreDriver) -> None:
    findings = {"left_handed": "present"}
    driver.do(cmd.RecordAssessment, "prescriber", **assessed(findings=findings))


@refused(Reason.OUT_OF_ORDER)
def a_review_without_an_assessment(driver: CoreDriver) -> None:
    before = CoreDriver.open(driver.journey.protocol)
    before.do(cmd.RecordIntervalReview, "prescriber", suitable=True, reason="as before")


@refused(Reason.NOTHING_TO_CLEAR)
def a_clearance_of_what_is_not_there(driver: CoreDriver) -> None:
    driver.do(cmd.RecordClearance, "prescriber", item="bipolar", reason="stable for years")


@refused(Reason.NOTHING_TO_CLEAR)
def a_clearance_of_a_hard_stop(driver: CoreDriver) -> None:
    findings = {"psychosis_current": "present"}
    driver.do(cmd.RecordAssessment, "prescriber", **assessed(findings=findings))
    driver.do(cmd.RecordClearance, "prescriber", item="psychosis_current", reason="mild")


@refused(Reason.CLOCKS)
def a_pause_that_forgets_an_appointment(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.do(cmd.Pause, reason="she travels")


@refused(Reason.NOT_PAUSED)
def a_journey_that_was_never_paused_goes_on(driver: CoreDriver) -> None:
    driver.do(cmd.Resume, reason="she is back")


def _after_a_session(driver: CoreDriver, **fields: Any) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "09:00"))
    driver.do(cmd.RecordPsychotherapy, "therapist", treatment=1)
    said = {"goal": "to work again", "course_end": "after six", "reason": "judged"}
    driver.do(cmd.RecordDecision, "prescriber", treatment=1, **{**said, **fields})


@refused(Reason.NOT_SAID)
def a_first_decision_without_a_goal(driver: CoreDriver) -> None:
    _after_a_session(driver, choice="continue_same", goal=None)


@refused(Reason.INTERVAL)
def a_longer_interval_that_is_not_said(driver: CoreDriver) -> None:
    _after_a_session(driver, choice="lengthen_interval")


@refused(Reason.STALE_INPUTS)
def a_decision_on_a_page_that_has_changed_since(driver: CoreDriver) -> None:
    _after_a_session(driver, choice="continue_same", inputs="0123456789abcdef")


@refused(Reason.NOT_AN_OPTION)
def a_phase_that_the_protocol_does_not_have(driver: CoreDriver) -> None:
    protocol = driver.journey.protocol
    phases = tuple(p for p in protocol.course.phases if p.name is not PhaseName.MAINTENANCE)
    course = protocol.course.model_copy(update={"phases": phases})
    other = protocol.model_copy(update={"course": course})
    driver.journey = driver.journey.model_copy(update={"protocol": other})
    _after_a_session(driver, choice="continue_same", phase="maintenance")


@refused(Reason.DAY_CLOSED)
def _a_visit_on_a_closed_day(driver: CoreDriver) -> None:
    day = WEDNESDAY + timedelta(days=7)
    driver.do(cmd.CloseDay, day=day, reason="snow")
    book(driver, Step.INFUSION, clock(day, "11:00"), psychotherapy_at=clock(day, "13:00"))


@refused(Reason.NO_TEXT)
def _an_answer_by_text_to_who_takes_none(driver: CoreDriver) -> None:
    driver.do(cmd.RecordReply, "patient", by="patient")
    driver.do(cmd.OptOut)
    driver.do(cmd.AnswerMessages, words="a1b2c3d4e5f60718")


def _standing(driver: CoreDriver) -> tuple[str, int, int]:
    """Everything a refused command might have moved: the journey to its last letter, what was
    noted, what was set off. Written out, since what is frozen may still hold a dictionary."""
    return driver.journey.model_dump_json(), len(driver.log), len(driver.ran)


@pytest.mark.parametrize(
    ("reason", "situation"), [s[1:] for s in SITUATIONS], ids=[s[0] for s in SITUATIONS]
)
def test_it_is_refused_and_changes_nothing(
    driver: CoreDriver, reason: Reason, situation: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    stood: list[tuple[CoreDriver, tuple[str, int, int]]] = []
    give = CoreDriver.give

    def watched(of: CoreDriver, command: cmd.Command) -> Any:
        stood.append((of, _standing(of)))
        return give(of, command)

    monkeypatch.setattr(CoreDriver, "give", watched)
    with pytest.raises(Refused) as refusal:
        situation(driver)
    assert stood, "no command was given"
    of, before = stood[-1]
    assert _standing(of) == before, "the refused command left something behind"
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
