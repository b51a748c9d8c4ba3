"""Leaving after a treatment: criteria, signatures and every other way out (rules 13, 14, 19)."""

from datetime import date, timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import (
    THURSDAY,
    WEDNESDAY,
    book,
    infuse,
    monitor,
    move,
    prepare,
    ready_to_leave,
    start,
    whole_treatment,
)
from visits import LEAVING, SCREEN_NO, reading

from pathway import commands as cmd
from pathway.escalation import TaskKind
from pathway.facts import Discharge, LeavingBy, Step
from pathway.journey import Stage
from pathway.refusals import Reason, Refused


@pytest.fixture
def watched(driver: CoreDriver) -> CoreDriver:
    """It is one o'clock, two hours after the start, and nothing is signed yet."""
    infuse(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    monitor(driver, clock(WEDNESDAY, "13:00"))
    return driver


def go(driver: CoreDriver, role: str = "nurse", **fields: Any) -> Discharge:
    driver.do(cmd.RecordDischarge, role, treatment=1, **{**LEAVING, **fields})
    discharge = driver.journey.treatments[0].discharge
    assert discharge is not None
    return discharge


def missing(driver: CoreDriver, **fields: Any) -> str:
    with pytest.raises(Refused) as refused:
        go(driver, **fields)
    assert refused.value.code is Reason.CRITERIA
    assert refused.value.sentence.endswith(
        "If the patient leaves now, record it as against advice."
    )
    return refused.value.sentence


def test_rule_14_all_met_and_both_signatures(watched: CoreDriver) -> None:
    ready_to_leave(watched)
    discharge = go(watched)
    assert (discharge.signed.by, discharge.also_signed[0].by) == ("nadia", "priya")
    assert discharge.deviations == ()
    assert watched.journey.stage is Stage.PSYCHOTHERAPY
    assert watched.journey.open_escalations == ()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"padss": 8}, "padss"),
        ({"padss": None}, "padss"),
        ({"escort": None}, "the way home"),
        ({"escort": "against_advice"}, "the way home"),
        ({"printed_sheet": False}, "numbers told in person"),
    ],
)
def test_rule_14_each_criterion_is_named(
    watched: CoreDriver, fields: dict[str, Any], says: str
) -> None:
    ready_to_leave(watched)
    assert says in missing(watched, **fields)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"moaas": 4}, "moaas"),
        ({"moaas": None}, "moaas"),
        ({"dissociation": "some"}, "dissociation"),
        ({"systolic_mmhg": 145}, "pressure_note"),
        ({"diastolic_mmhg": 97}, "pressure_note"),
    ],
)
def test_rule_14_the_last_reading_counts(
    watched: CoreDriver, fields: dict[str, Any], says: str
) -> None:
    ready_to_leave(watched)
    watched.to(watched.now + timedelta(minutes=1))
    readings = [reading(watched.now, **fields)]
    watched.do(cmd.RecordVitals, "nurse", treatment=1, readings=readings)
    assert says in missing(watched)


def test_rule_14_a_clinicians_note_stands_for_the_blood_pressure(watched: CoreDriver) -> None:
    ready_to_leave(watched)
    watched.to(watched.now + timedelta(minutes=1))
    readings = [reading(watched.now, systolic_mmhg=150)]
    watched.do(cmd.RecordVitals, "nurse", treatment=1, readings=readings)
    assert go(watched, pressure_note="her usual, seen by the prescriber").pressure_note


def test_rule_13_time_alone_never_discharges(watched: CoreDriver) -> None:
    sentence = missing(watched, padss=None, escort=None, printed_sheet=False)
    for criterion in ("padss", "the screen before leaving", "the way home", "a prescriber"):
        assert criterion in sentence


def test_a_reading_of_an_hour_ago_says_nothing_about_now(driver: CoreDriver) -> None:
    infuse(driver)
    monitor(driver, clock(WEDNESDAY, "12:00"))
    driver.to(clock(WEDNESDAY, "13:00"))
    assert "a reading from just before leaving" in missing(driver)


def test_nobody_signs_for_two(watched: CoreDriver) -> None:
    watched.do(cmd.RecordScreen, "nurse", answers=SCREEN_NO, asked_at="discharge")
    assert "the signature of a prescriber" in missing(watched)
    watched.do(cmd.SignDischarge, "nurse", treatment=1)
    with pytest.raises(Refused, match="another hand"):
        watched.do(cmd.SignDischarge, "nurse", treatment=1)
    assert "the signature of a prescriber" in missing(watched)
    assert go(watched, "prescriber").signed.by == "priya"


def test_rule_18_an_open_flag_holds_the_sign_off_until_she_is_assessed(
    watched: CoreDriver,
) -> None:
    ready_to_leave(watched)
    worse = {**SCREEN_NO, "wished_dead": True, "thoughts_now": False}
    watched.do(cmd.RecordScreen, "nurse", answers=worse, asked_at="discharge")
    assert "a safety flag is open" in missing(watched)
    good = watched.now + timedelta(days=1)
    said = {"level": "moderate", "plan": "as agreed", "good_until": good}
    watched.do(cmd.AssessRisk, "prescriber", **said)
    assert go(watched).way is LeavingBy.SIGNED_OFF


@pytest.mark.parametrize(
    ("escort", "fields"),
    [
        ("present", {}),
        ("medical_transport", {}),
        ("other_adult", {"escort_named": True, "escort_reached": True}),
    ],
)
def test_rule_14_ways_home(watched: CoreDriver, escort: str, fields: dict[str, Any]) -> None:
    ready_to_leave(watched)
    assert go(watched, escort=escort, **fields).escort == escort


@pytest.mark.parametrize("fields", [{}, {"escort_named": True}, {"escort_reached": True}])
def test_rule_12_another_adult_has_a_name_and_was_reached(
    watched: CoreDriver, fields: dict[str, Any]
) -> None:
    ready_to_leave(watched)
    assert "the phone was reached" in missing(watched, escort="other_adult", **fields)


def test_story_5_rule_14_no_escort_and_she_walks_out(watched: CoreDriver) -> None:
    watched.do(cmd.RecordDischarge, "coordinator", treatment=1, way="against_advice")
    assert watched.journey.stage is Stage.PSYCHOTHERAPY
    (told,) = watched.journey.open_escalations
    assert (told.ladder, told.about) == ("urgent_call", "left_early")
    assert watched.pages() == [("on_call_clinician", "Wed 13:00")]
    (call,) = (t for t in watched.journey.tasks if t.kind is TaskKind.CALL)
    assert call.due == clock(WEDNESDAY, "15:00")


def test_rule_14_a_session_that_is_not_booked_opens_an_escalation_and_holds_nobody(
    driver: CoreDriver,
) -> None:
    infuse(driver)
    monitor(driver, clock(WEDNESDAY, "13:00"))
    ready_to_leave(driver)
    go(driver)
    (open_one,) = driver.journey.open_escalations
    assert (open_one.step, open_one.about) == (Step.PSYCHOTHERAPY, "not_booked")
    assert open_one.what == "a follow-up is not booked"
    assert driver.pages() == [("coordinator", "Wed 13:00")]
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    assert driver.journey.open_escalations == ()


@pytest.mark.parametrize(
    ("day", "slot", "calls"),
    [
        (THURSDAY, "11:39", []),
        (THURSDAY, "11:40", ["not_booked"]),
        (WEDNESDAY + timedelta(days=5), "09:00", ["not_booked"]),
    ],
)
def test_rule_14_a_slot_behind_the_window_of_the_actual_end_is_not_booked(
    driver: CoreDriver, day: date, slot: str, calls: list[str]
) -> None:
    infuse(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(day, slot))
    monitor(driver, clock(WEDNESDAY, "13:00"))
    ready_to_leave(driver)
    go(driver)
    assert [e.about for e in driver.journey.open_escalations] == calls


def test_rule_14_another_slot_behind_the_window_does_not_heal_it(driver: CoreDriver) -> None:
    infuse(driver)
    monitor(driver, clock(WEDNESDAY, "13:00"))
    ready_to_leave(driver)
    go(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "15:00"))
    assert [e.about for e in driver.journey.open_escalations] == ["not_booked"]
    move(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "10:00"))
    assert driver.journey.open_escalations == ()


@pytest.mark.parametrize(("slot", "calls"), [("11:39", False), ("11:40", True)])
def test_rule_14_whose_end_is_not_known_is_measured_by_the_planned_one(
    driver: CoreDriver, slot: str, calls: bool
) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, slot))
    driver.to(clock(WEDNESDAY, "11:20"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="against_advice")
    assert ("not_booked" in [e.about for e in driver.journey.open_escalations]) is calls


def test_rule_2_an_end_corrected_past_the_slot_takes_back_that_none_was_booked(
    driver: CoreDriver,
) -> None:
    infuse(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "11:45"))
    monitor(driver, clock(WEDNESDAY, "13:00"))
    ready_to_leave(driver)
    go(driver)
    assert [e.about for e in driver.journey.open_escalations] == ["not_booked"]
    fields = {"treatment": 1, "what": "infusion_end", "reason": "typed wrongly"}
    driver.do(cmd.Correct, "nurse", right_time=clock(WEDNESDAY, "11:50"), **fields)
    assert [e.closed for e in driver.journey.escalations] == ["corrected"]


def test_an_unbooked_session_is_still_missed_when_its_window_ends(driver: CoreDriver) -> None:
    infuse(driver)
    monitor(driver, clock(WEDNESDAY, "13:00"))
    ready_to_leave(driver)
    go(driver)
    driver.to(clock(THURSDAY, "11:41"))
    assert [e.ladder for e in driver.journey.open_escalations] == ["no_show", "follow_up"]


def test_rule_23_a_transfer_opens_her_stay_in_hospital_and_tells_a_prescriber(
    watched: CoreDriver,
) -> None:
    watched.do(cmd.RecordDischarge, "nurse", treatment=1, way="transferred", note="fainted")
    stay = watched.journey.hospital
    assert stay is not None
    assert (stay.since, stay.reason) == (clock(WEDNESDAY, "13:00"), "fainted")
    (told,) = watched.journey.open_escalations
    assert (told.ladder, told.about) == ("urgent_call", "left_early")
    assert watched.pages() == [("on_call_clinician", "Wed 13:00")]
    lines = {t.line for t in watched.journey.tasks if t.to == "prescriber"}
    assert {
        "Find out how the patient is after the transfer",
        "In hospital, with texts paused: decide about what is planned",
        "See and sign what differed from the protocol in a treatment",
    } <= lines
    watched.to(clock(THURSDAY, "20:00"))
    assert watched.texts() == []


def test_a_transfer_entered_for_an_earlier_treatment_says_nothing_of_today(
    driver: CoreDriver,
) -> None:
    whole_treatment(driver)
    first = driver.journey.treatments[0].model_copy(update={"discharge": None})
    treatments = (first, *driver.journey.treatments[1:])
    driver.journey = driver.journey.model_copy(update={"treatments": treatments})
    left = clock(WEDNESDAY, "12:50")
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="transferred", happened_at=left)
    assert driver.journey.hospital is None


def test_rule_1_what_differed_when_she_left_against_advice_is_signed(driver: CoreDriver) -> None:
    """At minute 56, with nothing of what a sign-off asks for."""
    infuse(driver)
    monitor(driver, clock(WEDNESDAY, "11:56"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="against_advice")
    discharge = driver.journey.treatments[0].discharge
    assert discharge is not None
    assert discharge.deviations[:2] == (
        "left against advice",
        "The protocol keeps a patient for 120 minutes from the start of the infusion.",
    )
    for missing in ("padss", "the screen before leaving", "the way home", "printed sheet"):
        assert any(missing in each for each in discharge.deviations), missing
    driver.do(cmd.SignDeviations, "prescriber", treatment=1)
    assert driver.journey.treatments[0].deviations_signed is not None


def test_rule_1_a_transfer_is_a_deviation_to_sign(watched: CoreDriver) -> None:
    discharge = go(watched, way="transferred")
    assert discharge.deviations == ("transferred to hospital",)


def test_rule_1_a_sign_off_that_has_happened_is_taken_with_what_was_missing(
    watched: CoreDriver,
) -> None:
    watched.to(clock(WEDNESDAY, "14:00"))
    left = clock(WEDNESDAY, "12:50")
    discharge = go(watched, happened_at=left)
    assert discharge.deviations[0].startswith("The protocol keeps a patient for 120 minutes")
    assert "t1/deviations" in [t.key for t in watched.journey.tasks]


def test_rule_13_a_reading_that_is_missing_for_good_holds_nobody(driver: CoreDriver) -> None:
    """Nobody read the pressure at its expected peak: it is a deviation to sign."""
    infuse(driver)
    treatment = driver.journey.treatments[0]
    early = tuple(v for v in treatment.vitals if v.at < clock(WEDNESDAY, "11:35"))
    slim = treatment.model_copy(update={"vitals": early})
    driver.journey = driver.journey.model_copy(update={"treatments": (slim,)})
    driver.to(clock(WEDNESDAY, "13:00"))
    ready_to_leave(driver)
    assert go(driver).deviations == ("there is no reading from the time of the expected peak",)
