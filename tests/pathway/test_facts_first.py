"""Rule 1: refusals stop plans, never facts. What happened is recorded, whenever it is entered."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import THURSDAY, WEDNESDAY, decide, infuse, prepare, session, start, whole_treatment

from pathway import commands as cmd
from pathway.agenda import agenda
from pathway.escalation import Ending
from pathway.facts import LeavingBy, Step
from pathway.journey import Stage, Treatment
from pathway.refusals import Reason, Refused


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


def _on_paper(driver: CoreDriver, role: str = "nurse", **fields: Any) -> None:
    """Begun at eleven on paper, entered at two."""
    driver.to(clock(WEDNESDAY, "14:00"))
    begun = clock(WEDNESDAY, "11:00")
    fields.setdefault("dose_mg_per_kg", 0.5)
    driver.do(cmd.StartInfusion, role, treatment=1, happened_at=begun, **fields)


def test_rule_1_a_start_on_paper_is_recorded_as_a_deviation(driver: CoreDriver) -> None:
    _on_paper(driver)
    infusion = current(driver).infusion
    assert infusion is not None
    assert infusion.started_at == clock(WEDNESDAY, "11:00")
    assert infusion.start_signed.recorded_at == clock(WEDNESDAY, "14:00")
    assert infusion.deviations == ("the preparation session is not recorded",)


def test_a_dose_given_on_paper_is_recorded_whatever_it_was(driver: CoreDriver) -> None:
    prepare(driver)
    _on_paper(driver, dose_mg_per_kg=1.2)
    infusion = current(driver).infusion
    assert infusion is not None
    assert infusion.deviations == ("the protocol allows 0.1 to 1.0 mg/kg",)


def test_a_start_on_paper_within_the_rules_is_no_deviation(driver: CoreDriver) -> None:
    prepare(driver)
    _on_paper(driver)
    infusion = current(driver).infusion
    assert infusion is not None
    assert infusion.deviations == ()


def test_the_shortest_gap_is_measured_at_the_start_and_not_at_its_entry(
    driver: CoreDriver,
) -> None:
    whole_treatment(driver)
    prepare(driver)
    driver.to(clock(THURSDAY, "11:45"))
    begun = clock(THURSDAY, "11:35")
    with pytest.raises(Refused, match="shortest gap"):
        driver.do(cmd.StartInfusion, "nurse", treatment=2, dose_mg_per_kg=0.5, happened_at=begun)


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(minutes=15)])
def test_a_start_that_is_just_happening_is_a_plan(driver: CoreDriver, ago: timedelta) -> None:
    driver.to(clock(WEDNESDAY, "11:00"))
    with pytest.raises(Refused) as refused:
        driver.do(
            cmd.StartInfusion,
            "nurse",
            treatment=1,
            dose_mg_per_kg=0.5,
            happened_at=driver.now - ago,
        )
    assert refused.value.code is Reason.GATE


def test_late_entries_for_an_earlier_treatment_are_taken(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "11:00"))
    override = {"override": "prepared by telephone", "dose_mg_per_kg": 0.5}
    driver.do(cmd.StartInfusion, "prescriber", treatment=1, **override)
    driver.to(clock(WEDNESDAY, "11:40"))
    driver.do(cmd.EndInfusion, "nurse", treatment=1)
    driver.to(clock(WEDNESDAY, "13:00"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1)
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
    (open_one,) = driver.journey.open_escalations
    assert open_one.what == "the end was not recorded"
    ended = clock(WEDNESDAY, "11:18")
    driver.do(
        cmd.EndInfusion, "nurse", treatment=1, happened_at=ended, complete=False, reason="fainted"
    )
    assert driver.journey.open_escalations == ()
    assert driver.journey.stage is Stage.PSYCHOTHERAPY
    assert "t1/psychotherapy/unbooked/missed" in driver.agenda_keys()


def test_a_transfer_leaves_an_open_question_about_the_end_open(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "12:20"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="transferred")
    assert [e.what for e in driver.journey.open_escalations] == ["the end was not recorded"]


def test_a_patient_still_here_past_the_longest_stay(driver: CoreDriver) -> None:
    infuse(driver)
    driver.to(clock(WEDNESDAY, "14:41"))
    (open_one,) = driver.journey.open_escalations
    assert (open_one.level, open_one.what) == ("urgent", "still here past the longest stay")
    driver.do(cmd.RecordDischarge, "nurse", treatment=1)
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
