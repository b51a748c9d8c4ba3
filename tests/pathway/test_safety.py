"""Tiers, blocks and assessments: safety without harm (clinic-life rules 18, 19, 21, 22, 24, 29)."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import THURSDAY, WEDNESDAY, infuse
from safety_steps import STABLE, assess, pages, screen

from pathway import commands as cmd
from pathway.escalation import Ending
from pathway.facts.safety import RiskLevel
from pathway.flags import open_flags
from pathway.gates import signed
from pathway.protocol import Blocked, FlagKind, Level, ScreenAt, Tier
from pathway.refusals import Reason, Refused
from pathway.roles import Role
from pathway.safety import blocking, dose_held, high_risk, hold_next_dose, item9


def test_rule_18_a_screen_with_four_noes_raises_nothing(driver: CoreDriver) -> None:
    screen(driver)
    assert not driver.journey.flags
    assert len(driver.journey.screens) == 1


@pytest.mark.parametrize(
    ("answers", "tier"),
    [
        ({"wished_dead": True}, Tier.URGENT),
        ({"wished_dead": None}, Tier.URGENT),
        ({"wished_dead": True, "thoughts_now": None}, Tier.URGENT),
        ({"wished_dead": True, "thoughts_now": True}, Tier.HIGH),
        ({"thoughts_of_killing": True, "intent": True}, Tier.HIGH),
        ({"ever_tried": True, "tried_within_days": 60}, Tier.HIGH),
        ({"ever_tried": True, "tried_within_days": 400}, Tier.URGENT),
    ],
)
def test_rule_18_new_answers_climb_as_their_tier_demands(
    driver: CoreDriver, answers: dict[str, Any], tier: Tier
) -> None:
    screen(driver, **answers)
    raised = driver.journey.flags[-1]
    assert (raised.tier, raised.open) == (tier, True)
    assert driver.journey.highest_level is Level.SAFETY
    assert pages(driver) == ["on_call_clinician"]


def test_rule_18_at_the_assessment_the_one_who_asks_reviews(driver: CoreDriver) -> None:
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    assert driver.journey.flags[-1].tier is Tier.REVIEW
    assert not pages(driver)


def test_rule_18_a_review_that_is_not_done_in_time_pages(driver: CoreDriver) -> None:
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    driver.to(driver.now + timedelta(minutes=29))
    assert not pages(driver)
    driver.to(driver.now + timedelta(minutes=1))
    assert pages(driver) == ["on_call_clinician"]
    assert driver.journey.highest_level is Level.SAFETY


def test_rule_18_what_is_known_and_assessed_pages_nobody(driver: CoreDriver) -> None:
    """Acceptance story 1, as far as the flag goes: in view, blocking nothing."""
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    assess(driver)
    driver.to(driver.now + timedelta(hours=2))
    screen(driver, **STABLE)
    assert driver.journey.flags[-1].tier is Tier.REVIEW
    assert not open_flags(driver.journey)
    assert not blocking(driver.journey, Blocked.START_INFUSION)
    driver.to(driver.now + timedelta(hours=2))
    assert not pages(driver)


def test_rule_18_known_but_assessed_long_ago_is_reviewed_again(driver: CoreDriver) -> None:
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    assess(driver, days=1)
    driver.to(driver.now + timedelta(days=3))
    screen(driver, **STABLE)
    assert [f.tier for f in open_flags(driver.journey)] == [Tier.REVIEW]
    assert blocking(driver.journey, Blocked.START_INFUSION)


def test_rule_18_worse_than_known_is_urgent(driver: CoreDriver) -> None:
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    assess(driver)
    screen(driver, **{**STABLE, "thoughts_of_killing": True})
    assert open_flags(driver.journey)[-1].tier is Tier.URGENT


def test_rule_18_any_remote_answer_is_urgent(driver: CoreDriver) -> None:
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    assess(driver)
    screen(driver, ScreenAt.PSYCHOTHERAPY, remote=True, **STABLE)
    assert open_flags(driver.journey)[-1].tier is Tier.URGENT


def test_rule_18_a_later_negative_screen_lifts_nothing(driver: CoreDriver) -> None:
    screen(driver, wished_dead=True)
    screen(driver)
    assert blocking(driver.journey, Blocked.START_INFUSION)
    assert blocking(driver.journey, Blocked.DISCHARGE)


def test_rule_18_an_assessment_lifts_the_block_and_closes_what_was_open(
    driver: CoreDriver,
) -> None:
    screen(driver, wished_dead=True)
    assess(driver)
    assert not open_flags(driver.journey)
    assert [e.closed for e in driver.journey.escalations] == [Ending.ASSESSED]
    assert not blocking(driver.journey, Blocked.START_INFUSION)


@pytest.mark.parametrize("role", ["nurse", "coordinator"])
def test_rule_18_only_a_clinician_who_may_judge_assesses(driver: CoreDriver, role: str) -> None:
    fields = {"level": "low", "plan": "x", "good_until": driver.now + timedelta(days=1)}
    with pytest.raises(Refused) as refused:
        driver.do(cmd.AssessRisk, role, **fields)
    assert refused.value.code is Reason.NEEDS_CLINICIAN


def test_rule_18_a_safety_escalation_closes_with_an_assessment_alone(driver: CoreDriver) -> None:
    screen(driver, wished_dead=True)
    fields = {"escalation": "e1", "note": "x", "good_until": driver.now + timedelta(days=1)}
    with pytest.raises(Refused, match="assess_risk"):
        driver.do(cmd.ResolveEscalation, "prescriber", outcome="assessed", **fields)


@pytest.mark.parametrize(
    ("value", "remote", "tier"),
    [(1, False, Tier.REVIEW), (1, True, Tier.URGENT), (2, False, Tier.URGENT)],
)
def test_rule_18_item_nine(driver: CoreDriver, value: int, *, remote: bool, tier: Tier) -> None:
    command = driver.built(cmd.HoldTexts, "nurse", reason="x")
    by = signed(command, driver.now)
    driver.commit(tuple(item9(driver.journey, value, by, driver.now, remote=remote)))
    assert driver.journey.flags[-1].tier is tier
    assert driver.journey.flags[-1].kind is FlagKind.PHQ9_ITEM9


def test_rule_18_item_nine_answered_with_zero_raises_nothing(driver: CoreDriver) -> None:
    command = driver.built(cmd.HoldTexts, "nurse", reason="x")
    assert not [*item9(driver.journey, 0, signed(command, driver.now), driver.now, remote=True)]


def test_rule_21_high_risk_stays_high_until_somebody_assesses_again(driver: CoreDriver) -> None:
    screen(driver, wished_dead=True)
    assess(driver, RiskLevel.HIGH, days=1)
    assert high_risk(driver.journey)
    driver.to(driver.now + timedelta(days=3))
    assert high_risk(driver.journey)
    assert "Assess the patient again" in " ".join(t.line for t in driver.journey.tasks)
    assess(driver, RiskLevel.LOW)
    assert not high_risk(driver.journey)


def test_rule_19_the_numbers_are_given_in_person_to_one_at_high_risk(driver: CoreDriver) -> None:
    screen(driver, wished_dead=True, thoughts_now=True)
    assess(driver, RiskLevel.HIGH)
    assert "in person" in driver.journey.tasks[-1].line
    assert not driver.texts()


def test_rule_22_in_the_chair_the_room_is_called_first(driver: CoreDriver) -> None:
    infuse(driver, WEDNESDAY)
    driver.do(cmd.RaiseFlag, "nurse", tier="high")
    assert pages(driver)[-1] == "nurse_on_shift"
    assert driver.journey.highest_level is Level.SAFETY


def test_rule_24_a_finding_holds_the_next_dose_and_pages_nobody(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "21:30"))
    command = driver.built(cmd.HoldTexts, "nurse", reason="x")
    by = signed(command, driver.now)
    driver.commit(tuple(hold_next_dose(driver.journey, "urinary_symptoms", by, driver.now)))
    again = hold_next_dose(driver.journey, "urinary_symptoms", by, driver.now)
    assert not [*again]
    assert dose_held(driver.journey)
    line = driver.journey.tasks[-1]
    assert (line.to.value, line.due) == ("prescriber", clock(THURSDAY, "18:00"))
    driver.to(clock(THURSDAY, "17:00"))
    assert not pages(driver)
    with pytest.raises(Refused) as refused:
        driver.do(cmd.LiftDoseHold, "nurse", item="urinary_symptoms", reason="seen")
    assert refused.value.code is Reason.ROLE
    driver.do(cmd.LiftDoseHold, "prescriber", item="urinary_symptoms", reason="seen")
    assert not dose_held(driver.journey)
    assert line.key not in {t.key for t in driver.journey.tasks}
    with pytest.raises(Refused) as refused:
        driver.do(cmd.LiftDoseHold, "prescriber", item="urinary_symptoms", reason="seen")
    assert refused.value.code is Reason.NOT_HELD


def test_a_serious_adverse_event_pages_and_is_decided_about(driver: CoreDriver) -> None:
    fields = {"what": "fell on the stairs", "severity": "severe", "serious": ["hospitalisation"]}
    driver.do(cmd.ReportAdverseEvent, "nurse", **fields)
    assert driver.journey.flags[-1].kind is FlagKind.SERIOUS_ADVERSE_EVENT
    assert pages(driver) == ["on_call_clinician"]
    assert driver.journey.tasks[-1].to.value == "medical_director"


def test_rule_23_a_death_that_is_only_reported_holds_texts_and_is_told(driver: CoreDriver) -> None:
    infuse(driver)
    fields = {"what": "found dead", "severity": "severe", "serious": ["death"]}
    driver.do(cmd.ReportAdverseEvent, "coordinator", **fields)
    journey = driver.journey
    assert journey.hold is not None
    assert journey.hold.by == "carla"
    assert journey.flags[-1].kind is FlagKind.SERIOUS_ADVERSE_EVENT
    assert pages(driver)
    line = next(t for t in journey.tasks if t.key == "adverse-event/1/death")
    assert line.to is Role.PRESCRIBER
    assert "report_death" in line.line
    before = driver.texts()
    driver.to(clock(THURSDAY, "20:00"))
    assert driver.texts() == before, "a text to somebody who may be dead"
    driver.do(cmd.ReportDeath, "prescriber")
    assert not driver.journey.tasks
    assert not driver.journey.open_escalations


def test_rule_23_a_death_that_is_not_so_is_denied_by_a_prescriber(driver: CoreDriver) -> None:
    fields = {"what": "found dead", "severity": "severe", "serious": ["death"]}
    driver.do(cmd.ReportAdverseEvent, "nurse", **fields)
    (flag,) = open_flags(driver.journey)
    denied = {"task": "adverse-event/1/death", "note": "spoken with the patient"}
    with pytest.raises(Refused):
        driver.do(cmd.CloseLine, "coordinator", **denied)
    driver.do(cmd.CloseLine, "prescriber", **denied)
    driver.do(cmd.ReviewFlag, "prescriber", flag=flag.id, finding="alive and well")
    driver.do(cmd.ReleaseTexts, reason="it was another patient")
    assert driver.journey.hold is None
    assert not open_flags(driver.journey)
    assert not driver.journey.open_escalations


def test_a_mild_adverse_event_is_recorded_and_pages_nobody(driver: CoreDriver) -> None:
    driver.do(cmd.ReportAdverseEvent, "nurse", what="nausea", severity="mild")
    assert driver.journey.adverse_events[-1].number == 1
    assert not driver.journey.flags


def test_rule_29_a_disclosure_is_kept_in_the_journal(driver: CoreDriver) -> None:
    fields = {"told": "police", "disclosure": "D-0123456789abcdef"}
    happened = driver.do(cmd.RecordDisclosure, "prescriber", **fields)
    assert [e.kind for e in happened] == ["disclosure_recorded"]


def test_rule_29_a_disclosure_given_by_an_older_release_carries_no_name_further() -> None:
    common = {
        "key": "older-one",
        "by": "nia.crow",
        "role": "nurse",
        "happened_at": clock(WEDNESDAY, "12:00"),
    }
    old = {"told": "escort", "person": "Otto Quill", "what": "her plan", "why": "she asked"}
    command = cmd.RecordDisclosure.model_validate({**common, **old})
    assert "Otto" not in command.model_dump_json()
    assert command.disclosure is None
