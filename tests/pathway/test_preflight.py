"""Gates before a start: what is asked, what is known, and the dose (rules 8, 10, 12, 24)."""

from datetime import date, timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import (
    THURSDAY,
    WEDNESDAY,
    book,
    cancel,
    decide,
    infuse,
    leave,
    prepare,
    ready,
    score,
    session,
    start,
    whole_treatment,
)
from visits import SCREEN_NO, answers, dose_fields, reading

from config.loader import load_protocol, shipped_protocol
from pathway import commands as cmd
from pathway.facts import Choice, Step
from pathway.overview import overview
from pathway.preflight import gates, shut_gates
from pathway.preview import preview
from pathway.protocol import Protocol
from pathway.refusals import Reason, Refused

ELEVEN = clock(WEDNESDAY, "11:00")


@pytest.fixture
def prepared(driver: CoreDriver) -> CoreDriver:
    """Prepared, scored, psychotherapy booked, and it is eleven: only the preflight is missing."""
    prepare(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    driver.to(ELEVEN)
    score(driver)
    return driver


def give(driver: CoreDriver, role: str = "nurse", **fields: Any) -> None:
    said = dose_fields(driver.journey.protocol, driver.journey, **fields)
    assert driver.journey.treatment is not None
    driver.do(cmd.StartInfusion, role, treatment=driver.journey.treatment.number, **said)


def shut(driver: CoreDriver) -> list[str]:
    treatment = driver.journey.treatment
    assert treatment is not None
    return [gate.name for gate in gates(driver.journey, treatment, driver.now) if not gate.open]


def test_rule_12_all_answered_as_asked_opens_every_gate(prepared: CoreDriver) -> None:
    ready(prepared)
    assert shut(prepared) == []
    give(prepared)
    infusion = prepared.journey.treatments[0].infusion
    assert infusion is not None
    assert (infusion.milligrams, infusion.confirmed_by) == (35.0, "nils")
    assert (infusion.override, infusion.deviations) == (None, ())


def test_rule_12_nothing_computed_is_asked(driver: CoreDriver) -> None:
    rules = driver.journey.protocol.steps.infusion.preflight
    assert not {c.value for c in rules.computed} & set(rules.asked)
    names = [gate.name for gate in gates(driver.journey, driver.journey.treatments[0], ELEVEN)]
    assert set(rules.computed) < set(names)
    assert set(rules.asked) < set(names)


def test_rule_8_a_visit_can_be_booked_while_every_gate_is_shut(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, ELEVEN, psychotherapy_at=clock(THURSDAY, "09:00"))
    driver.to(ELEVEN)
    with pytest.raises(Refused) as refused:
        give(driver)
    assert refused.value.code is Reason.GATE
    assert "the preparation session is not recorded" in refused.value.sentence
    assert refused.value.sentence.endswith("A prescriber may override with a reason.")


@pytest.mark.parametrize(
    ("fields", "gate"),
    [
        ({"items": {"escort_reached": "no"}}, "escort_reached"),
        ({"items": {"medicines_changed": "yes"}}, "medicines_changed"),
        ({"items": {"fasting": "not_yet"}, "answered_by": {"fasting": ELEVEN}}, "fasting"),
        ({"weight_kg": None}, "weight_today"),
        ({"readings": [reading(ELEVEN, systolic_mmhg=141)]}, "blood_pressure_review"),
        ({"screen": None}, "suicide_screen"),
    ],
)
def test_rule_12_each_answer_has_its_gate(
    prepared: CoreDriver, fields: dict[str, Any], gate: str
) -> None:
    items = {**answers(prepared.journey.protocol), **fields.pop("items", {})}
    ready(prepared, items=items, **fields)
    assert shut(prepared) == [gate]
    with pytest.raises(Refused) as refused:
        give(prepared)
    assert refused.value.code is Reason.GATE
    give(prepared, "prescriber", override="she knows her well")
    infusion = prepared.journey.treatments[0].infusion
    assert infusion is not None
    assert len(infusion.overridden) == 1


def test_rule_29_a_shut_gate_does_not_tell_what_was_answered(prepared: CoreDriver) -> None:
    items = answers(prepared.journey.protocol, substance_use="yes", pregnancy="yes")
    ready(prepared, items=items)
    says = shut_gates(prepared.journey, prepared.journey.treatments[0], prepared.now)
    assert says == ["an answer of the preflight needs a prescriber"]


def test_rule_12_not_applicable_takes_a_reason_and_opens(prepared: CoreDriver) -> None:
    items = answers(prepared.journey.protocol, pregnancy="not_applicable")
    with pytest.raises(Refused, match="by a reason why it does not apply"):
        ready(prepared, items=items)
    ready(prepared, items=items, reasons={"pregnancy": "beyond the menopause"})
    assert shut(prepared) == []


def test_rule_12_what_must_be_answered_cannot_be_excused(prepared: CoreDriver) -> None:
    with pytest.raises(Refused, match="answered by yes or no") as refused:
        ready(prepared, items={"fasting": "not_applicable"}, reasons={"fasting": "no wish"})
    assert refused.value.code is Reason.ANSWER


def test_what_nobody_asks_is_no_answer(prepared: CoreDriver) -> None:
    with pytest.raises(Refused) as refused:
        ready(prepared, items={"shoe_size": "yes"})
    assert refused.value.code is Reason.UNKNOWN_ITEM


def test_rule_12_not_yet_comes_back_when_it_was_promised(prepared: CoreDriver) -> None:
    by = ELEVEN + timedelta(minutes=20)
    with pytest.raises(Refused, match="by when"):
        ready(prepared, items={"escort_reached": "not_yet"})
    ready(prepared, items={"escort_reached": "not_yet"}, answered_by={"escort_reached": by})
    prepared.to(by)
    assert "An answer that the preflight still waits for is due" in [
        task.line for task in prepared.journey.tasks
    ]
    ready(prepared)
    assert shut(prepared) == []


def test_a_preflight_in_parts_is_one(prepared: CoreDriver) -> None:
    ready(prepared, items={}, screen=None)
    ready(prepared, weight_kg=None, readings=[])
    assert shut(prepared) == []


def test_a_preflight_of_another_day_answers_nothing(prepared: CoreDriver) -> None:
    ready(prepared)
    prepared.to(clock(THURSDAY, "11:00"))
    assert {"weight_today", "fasting", "suicide_screen"} <= set(shut(prepared))


def test_rule_12_a_weight_that_changed_is_taken_again(driver: CoreDriver) -> None:
    whole_treatment(driver)
    prepare(driver)
    driver.to(ELEVEN + timedelta(days=5))
    ready(driver, weight_kg=78.0)
    assert "weight_change" in shut(driver)
    ready(driver, weight_kg=78.0, weight_confirmed=True)
    assert "weight_change" not in shut(driver)
    ready(driver, weight_kg=77.0)
    assert "weight_change" not in shut(driver)


def test_a_prescriber_decides_about_a_high_pressure(prepared: CoreDriver) -> None:
    high = {"readings": [reading(ELEVEN, systolic_mmhg=150)]}
    with pytest.raises(Refused):
        ready(prepared, pressure_decision="fine", **high)
    ready(prepared, **high)
    fields = {"treatment": 1, "pressure_decision": "anxious, known"}
    prepared.do(cmd.RecordPreflight, "prescriber", **fields)
    assert shut(prepared) == []


@pytest.mark.parametrize(
    "fields",
    [{"spo2_percent": 84}, {"heart_rate": 150}, {"heart_rate": 40}, {"breathing_rate": 5}],
)
def test_rule_13_nobody_starts_alone_past_a_limit_for_stopping(
    prepared: CoreDriver, fields: dict[str, Any]
) -> None:
    ready(prepared, readings=[reading(ELEVEN, **fields)])
    assert shut(prepared) == ["stop_limits"]
    with pytest.raises(Refused, match="past a limit for stopping") as refused:
        give(prepared)
    assert refused.value.code is Reason.GATE
    prepared.do(cmd.RecordPreflight, "prescriber", treatment=1, pressure_decision="her usual")
    assert shut(prepared) == ["stop_limits"], "a word on the pressure is none on this"
    give(prepared, "prescriber", override="artefact, seen by me")


def test_rule_13_a_word_on_the_pressure_is_one_on_its_limit_too(prepared: CoreDriver) -> None:
    ready(prepared, readings=[reading(ELEVEN, systolic_mmhg=185)])
    assert shut(prepared) == ["blood_pressure_review", "stop_limits"]
    prepared.do(cmd.RecordPreflight, "prescriber", treatment=1, pressure_decision="her usual")
    assert shut(prepared) == []


def test_rule_13_a_start_on_a_high_reading_mutes_nothing_in_the_chair(
    prepared: CoreDriver,
) -> None:
    ready(prepared, readings=[reading(ELEVEN, systolic_mmhg=185)])
    prepared.do(cmd.RecordPreflight, "prescriber", treatment=1, pressure_decision="her usual")
    give(prepared)
    prepared.to(ELEVEN + timedelta(minutes=5))
    readings = [reading(prepared.now, systolic_mmhg=190)]
    prepared.do(cmd.RecordVitals, "nurse", treatment=1, readings=readings)
    assert [e.about for e in prepared.journey.open_escalations] == ["stop_review"]


def test_rule_24_urinary_symptoms_hold_the_dose_and_page_nobody(prepared: CoreDriver) -> None:
    ready(prepared, items=answers(prepared.journey.protocol, urinary_symptoms="yes"))
    assert shut(prepared) == ["dose_hold"]
    assert prepared.pages() == []
    prepared.do(cmd.LiftDoseHold, "prescriber", item="urinary_symptoms", reason="reviewed")
    give(prepared)


def test_rule_18_an_open_flag_blocks_the_start(prepared: CoreDriver) -> None:
    ready(prepared, screen={**SCREEN_NO, "wished_dead": True, "thoughts_now": False})
    assert shut(prepared) == ["safety_flag"]


def test_rule_7_a_session_without_an_outcome_shuts_the_next_start(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    assert "previous_psychotherapy_closed" not in shut(driver)


def test_a_booked_session_that_was_cancelled_shuts_the_gate(prepared: CoreDriver) -> None:
    ready(prepared)
    cancel(prepared, Step.PSYCHOTHERAPY)
    assert shut(prepared) == ["psychotherapy_booked"]


# The slot, from the start as it is (rule 8)


def all_but_a_slot(driver: CoreDriver, at: str = "11:00") -> None:
    prepare(driver)
    driver.to(clock(WEDNESDAY, at))
    score(driver)
    ready(driver)


@pytest.mark.parametrize(
    ("day", "slot", "says"),
    [
        (WEDNESDAY, "11:30", ["psychotherapy_booked"]),
        (WEDNESDAY, "11:40", []),
        (THURSDAY, "11:39", []),
        (THURSDAY, "11:40", ["psychotherapy_booked"]),
        (WEDNESDAY + timedelta(days=5), "09:00", ["psychotherapy_booked"]),
    ],
)
def test_rule_8_a_slot_counts_inside_the_window_after_a_planned_infusion(
    driver: CoreDriver, day: date, slot: str, says: list[str]
) -> None:
    """Begun at eleven it is planned to end at 11:40; no visit is booked."""
    book(driver, Step.PSYCHOTHERAPY, clock(day, slot), seen_by="theo")
    all_but_a_slot(driver)
    assert shut(driver) == says


def test_rule_8_an_infusion_earlier_than_booked_leaves_its_slot_behind_the_window(
    driver: CoreDriver,
) -> None:
    slot = clock(THURSDAY, "15:00")
    book(driver, Step.INFUSION, clock(WEDNESDAY, "15:00"), psychotherapy_at=slot)
    all_but_a_slot(driver)
    assert shut(driver) == ["psychotherapy_booked"]
    with pytest.raises(Refused, match="within its window") as refused:
        give(driver)
    assert refused.value.code is Reason.GATE
    driver.to(clock(WEDNESDAY, "15:00"))
    assert shut(driver) == []


def test_rule_8_an_infusion_later_than_booked_may_overtake_its_slot(driver: CoreDriver) -> None:
    slot = clock(WEDNESDAY, "14:00")
    book(driver, Step.INFUSION, ELEVEN, psychotherapy_at=slot)
    all_but_a_slot(driver, "13:20")
    assert shut(driver) == []
    driver.to(clock(WEDNESDAY, "13:30"))
    assert shut(driver) == ["psychotherapy_booked"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"milligrams": 40.0}, "are 35 mg, not 40 mg"),
        ({"milligrams": None}, "the milligrams are missing: at the weight recorded today 35 mg"),
        ({"confirmed_by": None}, "not confirmed by a second person"),
        ({"confirmed_by": "nadia"}, "not by the one who starts"),
        ({"dose_mg_per_kg": 1.2}, "the protocol allows 0.1 to 1.0 mg/kg"),
    ],
)
def test_rule_12_milligrams_are_shown_and_confirmed_by_two(
    prepared: CoreDriver, changed: dict[str, Any], says: str
) -> None:
    ready(prepared)
    with pytest.raises(Refused, match=says) as refused:
        give(prepared, **changed)
    assert refused.value.code is Reason.DOSE


def test_rule_12_the_sum_is_shown_in_kilograms_and_pounds_before_a_start(
    prepared: CoreDriver,
) -> None:
    assert overview(prepared.journey).dose is None
    ready(prepared)
    assert overview(prepared.journey).dose == "0.5 mg/kg x 70 kg (154.3 lb) = 35 mg"
    asked = prepared.built(cmd.StartInfusion, "nurse", treatment=1, dose_mg_per_kg=0.4)
    seen = preview(prepared.journey, asked, prepared.now)
    assert seen.refused is not None
    assert seen.dose == "0.4 mg/kg x 70 kg (154.3 lb) = 28 mg"
    give(prepared)
    assert overview(prepared.journey).dose is None


def test_another_dose_than_the_decision_ordered_needs_a_prescriber(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    session(driver)
    decide(driver, Choice.DECREASE_DOSE)
    ordered = driver.journey.treatments[-1].orders.dose
    assert ordered is not None
    assert ordered < 0.5
    prepare(driver)
    with pytest.raises(Refused, match="not the one that the last decision ordered"):
        start(driver, ELEVEN + timedelta(days=3), dose_mg_per_kg=0.5, override=None)
    start(driver, driver.now)


def spray(**changed: Any) -> CoreDriver:
    protocol: Protocol = load_protocol(shipped_protocol("esketamine"))
    driver = CoreDriver.open(protocol).admitted()
    prepare(driver)
    driver.to(ELEVEN)
    ready(driver, weight_kg=None)
    give(driver, "prescriber", override="agreed with her", **changed)
    return driver


def test_a_dose_in_milligrams_needs_no_weight() -> None:
    infusion = spray().journey.treatments[0].infusion
    assert infusion is not None
    assert (infusion.milligrams, infusion.dose_mg_per_kg) == (56, None)
    assert "today's weight is not recorded" not in infusion.overridden


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"milligrams": 60.0}, "there are doses of 28, 56, 84 mg"),
        ({"milligrams": 112.0}, "the protocol allows 28.0 to 84.0 mg"),
        ({"dose_mg_per_kg": 0.5}, "no dose by weight"),
        ({"milligrams": None}, "the dose is missing, in mg"),
    ],
)
def test_a_dose_in_milligrams_has_its_bounds(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        spray(**changed)


def test_story_1_known_ideation_assessed_today_pages_nobody(prepared: CoreDriver) -> None:
    known = {**SCREEN_NO, "ever_tried": True, "tried_within_days": 4000, "wished_dead": True}
    known["thoughts_now"] = False
    prepared.do(cmd.RecordScreen, "nurse", answers=known, asked_at="assessment")
    good = prepared.now + timedelta(hours=12)
    said = {"level": "moderate", "plan": "as agreed", "good_until": good}
    prepared.do(cmd.AssessRisk, "prescriber", **said)
    ready(prepared, screen=known)
    assert shut(prepared) == []
    give(prepared)
    assert prepared.pages() == []
    assert prepared.journey.flags
