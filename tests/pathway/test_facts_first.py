"""Rule 1: refusals stop plans, never facts. What happened is recorded, whenever it is entered."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import (
    THURSDAY,
    WEDNESDAY,
    book,
    decide,
    infuse,
    leave,
    monitor,
    prepare,
    ready,
    score,
    session,
    start,
    whole_treatment,
)
from decisions import decision_fields
from visits import dose_fields, preflight_fields

from pathway import commands as cmd
from pathway.agenda import agenda
from pathway.escalation import Ending
from pathway.facts import Choice, LeavingBy, Step
from pathway.journey import Stage, Treatment
from pathway.refusals import Reason, Refused

FRIDAY = THURSDAY + timedelta(days=1)


def current(driver: CoreDriver) -> Treatment:
    assert driver.journey.treatment is not None
    return driver.journey.treatment


@pytest.mark.parametrize("way", [LeavingBy.AGAINST_ADVICE, LeavingBy.TRANSFERRED])
@pytest.mark.parametrize("role", ["nurse", "coordinator"])
@pytest.mark.parametrize("minutes", [1, 41])
def test_rule_1_leaving_against_advice_and_transfer_are_never_blocked(
    driver: CoreDriver, way: LeavingBy, role: str, minutes: int
) -> None:
    """Not by the clock, not by a flag, not by a missing end, whoever writes it down."""
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "11:00") + timedelta(minutes=minutes))
    driver.do(cmd.RaiseFlag, "nurse", tier="high")
    driver.do(cmd.RecordDischarge, role, treatment=1, way=way)
    discharge = current(driver).discharge
    assert discharge is not None
    assert discharge.way is way


@pytest.mark.parametrize("way", [LeavingBy.AGAINST_ADVICE, LeavingBy.TRANSFERRED])
def test_rule_1_leaving_needs_no_recorded_start(driver: CoreDriver, way: LeavingBy) -> None:
    """At 11:10 the start of 11:00 is refused, and she goes all the same."""
    driver.to(clock(WEDNESDAY, "11:10"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way=way)
    (left,) = current(driver).left_unstarted
    assert left.way is way
    assert "no start of the infusion was recorded when the patient left" in left.deviations
    assert driver.pages() == [("on_call_clinician", "Wed 11:10")]
    with pytest.raises(Refused) as refused:
        driver.do(cmd.RecordDischarge, "nurse", treatment=1, way=way)
    assert refused.value.code is Reason.ALREADY
    driver.do(cmd.SignDeviations, "prescriber", treatment=1)
    assert not [t for t in driver.journey.tasks if t.key == "t1/deviations"]


def test_rule_1_a_start_entered_after_she_left_finds_her_gone(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "11:10"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="against_advice")
    _on_paper(driver)
    left = current(driver).discharge
    assert left is not None
    assert left.signed.happened_at == clock(WEDNESDAY, "11:10")
    assert current(driver).left_unstarted == ()
    assert "not_booked" in [e.about for e in driver.journey.open_escalations]


def test_a_leaving_before_the_start_is_none_of_another_visit(driver: CoreDriver) -> None:
    """She walked out on Wednesday, unstarted, and was treated on Thursday."""
    driver.to(clock(WEDNESDAY, "11:10"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="against_advice")
    prepare(driver)
    start(driver, clock(THURSDAY, "11:00"))
    assert current(driver).discharge is None
    assert len(current(driver).left_unstarted) == 1
    driver.to(clock(THURSDAY, "11:40"))
    driver.do(cmd.EndInfusion, "nurse", treatment=1)
    assert driver.journey.stage is Stage.MONITORING


def _on_paper(driver: CoreDriver, role: str = "nurse", **fields: Any) -> None:
    """Begun at eleven on paper, entered at two."""
    driver.to(clock(WEDNESDAY, "14:00"))
    begun = clock(WEDNESDAY, "11:00")
    said = dose_fields(driver.journey.protocol, **fields)
    driver.do(cmd.StartInfusion, role, treatment=1, happened_at=begun, **said)


def test_rule_1_a_start_on_paper_is_recorded_as_a_deviation(driver: CoreDriver) -> None:
    _on_paper(driver)
    infusion = current(driver).infusion
    assert infusion is not None
    assert infusion.started_at == clock(WEDNESDAY, "11:00")
    assert infusion.start_signed.recorded_at == clock(WEDNESDAY, "14:00")
    assert infusion.deviations[0] == "the preparation session is not recorded"
    assert "today's weight is not recorded" in infusion.deviations


def test_rule_1_what_was_known_before_a_paper_start_is_no_deviation(driver: CoreDriver) -> None:
    """The start comes from the sheet first, then what was asked and measured before it."""
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    driver.to(clock(WEDNESDAY, "10:00"))
    score(driver)
    _on_paper(driver)
    asked = clock(WEDNESDAY, "10:50")
    said = preflight_fields(driver.journey.protocol, asked)
    driver.do(cmd.RecordPreflight, "nurse", treatment=1, happened_at=asked, **said)
    infusion = current(driver).infusion
    assert infusion is not None
    assert infusion.deviations == ("the preparation session is not recorded",)
    driver.do(cmd.RecordPreparation, "therapist", treatment=1, happened_at=asked)
    infusion = current(driver).infusion
    assert infusion is not None
    assert infusion.deviations == ()
    assert "t1/deviations" not in [t.key for t in driver.journey.tasks]


def test_rule_1_what_comes_to_light_after_a_paper_start_is_a_deviation(driver: CoreDriver) -> None:
    _on_paper(driver)
    asked = clock(WEDNESDAY, "10:50")
    said = preflight_fields(driver.journey.protocol, asked, weight_kg=90.0)
    said["items"] |= {"escort_reached": "no"}
    driver.do(cmd.RecordPreflight, "nurse", treatment=1, happened_at=asked, **said)
    infusion = current(driver).infusion
    assert infusion is not None
    assert "today's weight is not recorded" not in infusion.deviations
    assert {
        "0.5 mg/kg at the weight recorded today are 45 mg, not 35 mg",
        "an answer of the preflight needs a prescriber",
        "the preparation session is not recorded",
    } <= set(infusion.deviations)


def _runs_already(driver: CoreDriver, **fields: Any) -> None:
    """It is 11:10, it runs since eleven, and nobody has asked about a gate."""
    driver.to(clock(WEDNESDAY, "11:10"))
    begun = clock(WEDNESDAY, "11:00")
    said = dose_fields(driver.journey.protocol, already_running="begun by hand", **fields)
    driver.do(cmd.StartInfusion, "nurse", treatment=1, happened_at=begun, **said)


def test_rule_1_what_runs_already_is_recorded_and_a_prescriber_called(driver: CoreDriver) -> None:
    _runs_already(driver, confirmed_by=None)
    infusion = current(driver).infusion
    assert infusion is not None
    assert infusion.already_running == "begun by hand"
    assert infusion.deviations[0].startswith("the milligrams are not confirmed")
    assert "the preparation session is not recorded" in infusion.deviations
    (called,) = driver.journey.open_escalations
    assert (called.ladder, called.level, called.about) == ("chair", "urgent", "unplanned")
    driver.to(clock(WEDNESDAY, "11:13"))
    pages = driver.pages()
    assert pages[0] == ("nurse_on_shift", "Wed 11:10")
    assert ("supervising_clinician", "Wed 11:13") in pages
    driver.do(cmd.SignDeviations, "prescriber", treatment=1)
    assert "unplanned" not in [e.about for e in driver.journey.open_escalations]
    driver.do(cmd.EndInfusion, "nurse", treatment=1, complete=False, reason="stopped")


def test_what_runs_already_within_the_rules_calls_nobody(driver: CoreDriver) -> None:
    prepare(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    driver.to(clock(WEDNESDAY, "10:55"))
    ready(driver)
    score(driver)
    _runs_already(driver)
    assert driver.journey.open_escalations == ()


@pytest.mark.parametrize(("entered", "called"), [("11:20", True), ("14:00", False)])
def test_rule_1_a_paper_start_that_may_still_run_calls_a_prescriber(
    driver: CoreDriver, entered: str, *, called: bool
) -> None:
    driver.to(clock(WEDNESDAY, entered))
    begun = clock(WEDNESDAY, "11:00")
    said = dose_fields(driver.journey.protocol)
    driver.do(cmd.StartInfusion, "nurse", treatment=1, happened_at=begun, **said)
    assert ("unplanned" in [e.about for e in driver.journey.open_escalations]) is called


def test_rule_1_an_infusion_on_paper_opens_her_first_treatment(opened: CoreDriver) -> None:
    """Nothing of her assessment is entered yet."""
    _on_paper(opened)
    infusion = current(opened).infusion
    assert infusion is not None
    assert infusion.deviations[0] == "no treatment was open for it"
    assert "informed consent is not in force" in infusion.deviations
    opened.admitted()
    assert len(opened.journey.treatments) == 1


def test_rule_1_an_infusion_on_paper_does_not_wait_for_the_decision_before(
    driver: CoreDriver,
) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(FRIDAY, "14:00"))
    said = dose_fields(driver.journey.protocol)
    begun = clock(FRIDAY, "11:00")
    with pytest.raises(Refused, match="that of treatment 2") as refused:
        driver.do(cmd.StartInfusion, "nurse", treatment=1, happened_at=begun, **said)
    assert refused.value.code is Reason.ALREADY
    driver.do(cmd.StartInfusion, "nurse", treatment=2, happened_at=begun, **said)
    infusion = current(driver).infusion
    assert (current(driver).number, infusion is not None) == (2, True)
    assert infusion is not None
    assert "the decision before this treatment is not signed" in infusion.deviations
    assert "an earlier psychotherapy session has no outcome" in infusion.deviations
    assert "t1/decision/owed" in [t.key for t in driver.journey.tasks]
    held = clock(THURSDAY, "09:00")
    driver.do(cmd.RecordPsychotherapy, "therapist", treatment=1, happened_at=held)
    decided = decision_fields(driver.journey, Choice.CONTINUE_SAME, driver.now)
    fields = {"choice": "continue_same", "reason": "judged", **decided}
    driver.do(cmd.RecordDecision, "prescriber", treatment=1, **fields)
    first = driver.journey.numbered(1)
    assert first is not None
    assert first.decision is not None
    assert len(driver.journey.treatments) == 2
    assert "t1/decision/owed" not in [t.key for t in driver.journey.tasks]


def test_an_infusion_on_paper_comes_after_the_end_of_the_one_before(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    driver.to(clock(FRIDAY, "14:00"))
    said = dose_fields(driver.journey.protocol)
    begun = clock(FRIDAY, "11:00")
    with pytest.raises(Refused, match="Record first how treatment 1 ended"):
        driver.do(cmd.StartInfusion, "nurse", treatment=2, happened_at=begun, **said)


def test_a_plan_opens_no_treatment(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    said = dose_fields(driver.journey.protocol)
    with pytest.raises(Refused) as refused:
        driver.do(cmd.StartInfusion, "prescriber", treatment=2, override="I know", **said)
    assert refused.value.code is Reason.STALE_TREATMENT


def test_rule_1_an_infusion_on_paper_after_the_course_brings_her_back(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    session(driver)
    decide(driver, Choice.COMPLETE)
    assert driver.journey.course_over
    driver.to(clock(FRIDAY, "14:00"))
    said = dose_fields(driver.journey.protocol)
    begun = clock(FRIDAY, "11:00")
    driver.do(cmd.StartInfusion, "nurse", treatment=2, happened_at=begun, **said)
    assert driver.journey.stage is Stage.INFUSION
    assert "t1/decision/owed" not in [t.key for t in driver.journey.tasks]


def test_a_dose_given_on_paper_is_recorded_whatever_it_was(driver: CoreDriver) -> None:
    prepare(driver)
    _on_paper(driver, dose_mg_per_kg=1.2)
    infusion = current(driver).infusion
    assert infusion is not None
    assert infusion.deviations[0] == "the protocol allows 0.1 to 1.0 mg/kg"


def test_a_start_on_paper_within_the_rules_is_no_deviation(driver: CoreDriver) -> None:
    prepare(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    driver.to(clock(WEDNESDAY, "10:55"))
    ready(driver)
    score(driver)
    _on_paper(driver)
    infusion = current(driver).infusion
    assert infusion is not None
    assert infusion.deviations == ()


def test_rule_1_a_prescriber_signs_what_differed(driver: CoreDriver) -> None:
    _on_paper(driver)
    assert [t.key for t in driver.journey.tasks if t.to == "prescriber"] == ["t1/deviations"]
    with pytest.raises(Refused, match="recorded by one of"):
        driver.do(cmd.SignDeviations, "nurse", treatment=1)
    driver.do(cmd.SignDeviations, "prescriber", treatment=1)
    assert not [t for t in driver.journey.tasks if t.key == "t1/deviations"]
    signed = current(driver).deviations_signed
    assert signed is not None
    assert signed.by == "priya"


def test_the_shortest_gap_is_measured_at_the_start_and_not_at_its_entry(
    driver: CoreDriver,
) -> None:
    whole_treatment(driver)
    prepare(driver)
    driver.to(clock(THURSDAY, "11:45"))
    begun = clock(THURSDAY, "11:35")
    said = dose_fields(driver.journey.protocol)
    with pytest.raises(Refused, match="shortest gap"):
        driver.do(cmd.StartInfusion, "nurse", treatment=2, happened_at=begun, **said)


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(minutes=15)])
def test_a_start_that_is_just_happening_is_a_plan(driver: CoreDriver, ago: timedelta) -> None:
    driver.to(clock(WEDNESDAY, "11:00"))
    with pytest.raises(Refused) as refused:
        driver.do(
            cmd.StartInfusion,
            "nurse",
            treatment=1,
            happened_at=driver.now - ago,
            **dose_fields(driver.journey.protocol),
        )
    assert refused.value.code is Reason.GATE


def test_late_entries_for_an_earlier_treatment_are_taken(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "11:00"))
    override = dose_fields(driver.journey.protocol, override="prepared by telephone")
    driver.do(cmd.StartInfusion, "prescriber", treatment=1, **override)
    driver.to(clock(WEDNESDAY, "11:40"))
    driver.do(cmd.EndInfusion, "nurse", treatment=1)
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="transferred")
    session(driver)
    decide(driver)
    held = clock(WEDNESDAY, "10:00")
    driver.do(cmd.RecordPreparation, "therapist", treatment=1, happened_at=held)
    reading = {
        "at": clock(WEDNESDAY, "11:10"),
        "systolic_mmhg": 130,
        "diastolic_mmhg": 80,
        "heart_rate": 70,
        "spo2_percent": 97,
    }
    driver.do(cmd.RecordVitals, "nurse", treatment=1, readings=[reading])
    first = driver.journey.numbered(1)
    assert first is not None
    assert first.preparation is not None
    assert first.preparation.signed.happened_at == held
    assert [v.systolic_mmhg for v in first.vitals] == [130]
    assert current(driver).number == 2


def test_a_transfer_does_not_hide_the_missing_end(driver: CoreDriver) -> None:
    """Without the infusion's end no window opens, and nobody would look after her."""
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "11:20"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="transferred")
    driver.to(clock(WEDNESDAY, "12:16"))
    (open_one,) = (e for e in driver.journey.open_escalations if e.step is Step.MONITORING)
    assert open_one.what == "the end was not recorded"
    ended = clock(WEDNESDAY, "11:18")
    driver.do(
        cmd.EndInfusion, "nurse", treatment=1, happened_at=ended, complete=False, reason="fainted"
    )
    assert [e.about for e in driver.journey.open_escalations] == ["left_early", "not_booked"]
    assert driver.journey.stage is Stage.PSYCHOTHERAPY
    assert "t1/psychotherapy/unbooked/missed" in driver.agenda_keys()


def test_a_transfer_leaves_an_open_question_about_the_end_open(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    monitor(driver, clock(WEDNESDAY, "12:20"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="transferred")
    open_ones = [e.what for e in driver.journey.open_escalations if e.step is Step.MONITORING]
    assert open_ones == ["the end was not recorded"]


def test_a_patient_still_here_past_the_longest_stay(driver: CoreDriver) -> None:
    infuse(driver)
    monitor(driver, clock(WEDNESDAY, "14:41"))
    (open_one,) = driver.journey.open_escalations
    assert (open_one.level, open_one.what) == ("urgent", "still here past the longest stay")
    leave(driver)
    assert driver.journey.escalations[0].closed is Ending.DONE


def test_an_end_entered_a_day_late_escalates_and_asks_her_once(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    driver.to(clock(THURSDAY, "12:00"))
    driver.do(cmd.EndInfusion, "nurse", treatment=1, happened_at=clock(WEDNESDAY, "11:40"))
    missed = [e for e in driver.journey.open_escalations if e.step is Step.PSYCHOTHERAPY]
    assert len(missed) == 1
    assert driver.texts() == [("please_call", "Thu 12:00")]
    assert agenda(driver.journey)[0].at > driver.now
