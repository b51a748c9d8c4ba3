"""What a judgement lifts, whose it must be, and what it leaves (clinic-life rule 18)."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import THURSDAY, WEDNESDAY, infuse, number, prepare, ready, score
from questionnaires import phq9
from safety_steps import NO, STABLE, assess, pages, screen
from visits import dose_fields, preflight_fields, reading

from pathway import commands as cmd
from pathway.escalation import Ending
from pathway.facts.safety import RiskLevel
from pathway.flags import open_flags
from pathway.preflight import gates
from pathway.protocol import Blocked, ScreenAt, Tier
from pathway.refusals import Reason, Refused
from pathway.safety import blocking, high_risk


def judged(driver: CoreDriver, role: str = "prescriber", **fields: Any) -> None:
    good = driver.now + timedelta(days=1)
    said = {"level": "low", "plan": "as agreed", "good_until": good, **fields}
    driver.do(cmd.AssessRisk, role, **said)


def gate(driver: CoreDriver, name: str) -> bool:
    treatment = driver.journey.treatment
    assert treatment is not None
    return next(g.open for g in gates(driver.journey, treatment, driver.now) if g.name == name)


def test_rule_18_an_assessment_lifts_nothing_that_was_raised_after_it(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "10:40"))
    driver.do(cmd.RecordReply, "patient", by="patient", crisis=True, message="m1")
    driver.to(clock(WEDNESDAY, "10:41"))
    judged(driver, happened_at=clock(WEDNESDAY, "10:10"))
    assert [f.open for f in driver.journey.flags] == [True]
    assert driver.journey.open_escalations
    before = len(pages(driver))
    driver.to(clock(WEDNESDAY, "11:00"))
    assert len(pages(driver)) > before


def test_rule_18_an_assessment_typed_to_the_minute_lifts_what_that_minute_raised(
    driver: CoreDriver,
) -> None:
    driver.to(clock(WEDNESDAY, "10:40") + timedelta(seconds=25))
    screen(driver, wished_dead=True)
    driver.to(clock(WEDNESDAY, "10:45"))
    judged(driver, happened_at=clock(WEDNESDAY, "10:40"))
    assert not open_flags(driver.journey)


def test_rule_18_the_latest_judgement_counts_however_late_another_is_entered(
    driver: CoreDriver,
) -> None:
    driver.to(clock(WEDNESDAY, "12:00"))
    assess(driver, RiskLevel.HIGH)
    driver.to(clock(WEDNESDAY, "15:00"))
    judged(driver, happened_at=clock(WEDNESDAY, "10:00"))
    assert driver.journey.risk is not None
    assert driver.journey.risk.level is RiskLevel.HIGH
    assert high_risk(driver.journey)


def breathless(driver: CoreDriver) -> str:
    infuse(driver)
    readings = [reading(driver.now, spo2_percent=86)]
    driver.do(cmd.RecordVitals, "nurse", treatment=1, readings=readings)
    return driver.journey.flags[-1].id


@pytest.mark.parametrize("role", ["therapist", "prescriber"])
def test_rule_18_a_judgement_of_her_risk_lifts_no_flag_about_her_body(
    driver: CoreDriver, role: str
) -> None:
    breathless(driver)
    judged(driver, role)
    assert len(open_flags(driver.journey)) == 1
    assert driver.journey.open_escalations
    assert "prescriber" in blocking(driver.journey, Blocked.DISCHARGE)[0]


def test_rule_18_a_prescriber_reviews_a_flag_about_her_body_by_its_name(
    driver: CoreDriver,
) -> None:
    name = breathless(driver)
    said = {"flag": name, "finding": "awake, 98 percent on air"}
    with pytest.raises(Refused) as refused:
        driver.do(cmd.ReviewFlag, "therapist", **said)
    assert refused.value.code is Reason.ROLE
    driver.do(cmd.ReviewFlag, "supervising_clinician", **said)
    assert not open_flags(driver.journey)
    assert [e.closed for e in driver.journey.escalations] == [Ending.ASSESSED]
    assert driver.journey.risk is None


def test_rule_18_a_review_lifts_no_flag_about_her_risk(driver: CoreDriver) -> None:
    screen(driver, wished_dead=True)
    with pytest.raises(Refused, match="assess_risk"):
        driver.do(cmd.ReviewFlag, "prescriber", flag="f1", finding="seen")
    assert open_flags(driver.journey)


def test_rule_18_a_remote_answer_to_item_nine_is_urgent_though_it_is_known(
    driver: CoreDriver,
) -> None:
    score(driver, self_harm=2)
    assess(driver)
    driver.do(cmd.RecordScores, "coordinator", purpose="follow_up", phq9=phq9(20, 2), remote=True)
    assert [f.tier for f in open_flags(driver.journey)] == [Tier.URGENT]


@pytest.mark.parametrize(
    ("level", "answers", "shut"),
    [
        (RiskLevel.HIGH, {"wished_dead": True}, True),
        (RiskLevel.MODERATE, {"wished_dead": True, "intent": True}, True),
        (RiskLevel.MODERATE, {"wished_dead": True}, False),
        (RiskLevel.LOW, {"wished_dead": True, "intent": True}, False),
    ],
)
def test_rule_18_a_high_risk_that_has_run_out_shuts_the_next_start(
    driver: CoreDriver, level: RiskLevel, answers: dict[str, Any], *, shut: bool
) -> None:
    screen(driver, **answers)
    assess(driver, level)
    prepare(driver)
    assert gate(driver, "risk_assessment")
    driver.to(clock(THURSDAY, "10:00"))
    ready(driver)
    assert not open_flags(driver.journey)
    assert gate(driver, "risk_assessment") is not shut
    if shut:
        with pytest.raises(Refused, match="run out"):
            driver.do(
                cmd.StartInfusion, "nurse", treatment=1, **dose_fields(driver.journey.protocol)
            )
        judged(driver, level="moderate")
        assert gate(driver, "risk_assessment")


def test_story_1_what_the_assessor_says_is_known_needs_no_screen_on_file(
    driver: CoreDriver,
) -> None:
    judged(driver, known=("wished_dead", "ever_tried"), item9=2)
    said = preflight_fields(driver.journey.protocol, driver.now, screen=answered(**STABLE))
    driver.do(cmd.RecordPreflight, "nurse", treatment=number(driver), **said)
    score(driver, self_harm=2)
    assert len(driver.journey.flags) == 2
    assert not open_flags(driver.journey)
    driver.to(driver.now + timedelta(hours=2))
    assert not pages(driver)


def answered(**answers: Any) -> dict[str, Any]:
    return {**NO, "thoughts_now": False, **answers}


def test_story_1_a_milder_screen_before_the_assessment_makes_nothing_new(
    driver: CoreDriver,
) -> None:
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    screen(driver, ScreenAt.ASSESSMENT, ever_tried=True, tried_within_days=4000)
    assess(driver)
    screen(driver, **STABLE)
    assert not open_flags(driver.journey)
    assert not pages(driver)


def test_rule_18_an_attempt_stays_known_and_ideation_that_had_ended_is_new(
    driver: CoreDriver,
) -> None:
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    assess(driver)
    driver.to(driver.now + timedelta(hours=2))
    screen(driver)
    assess(driver)
    assert driver.journey.risk is not None
    assert driver.journey.risk.known == ("ever_tried",)
    driver.to(driver.now + timedelta(hours=2))
    screen(driver, **STABLE)
    assert [f.tier for f in open_flags(driver.journey)] == [Tier.URGENT]


def test_rule_18_without_a_screen_between_what_was_known_stays_known(driver: CoreDriver) -> None:
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    assess(driver)
    driver.to(driver.now + timedelta(hours=2))
    assess(driver)
    screen(driver, **STABLE)
    assert not open_flags(driver.journey)
