"""What a judgement of her risk covers, and how that follows what is corrected (rules 2, 18)."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import THURSDAY, WEDNESDAY, score
from questionnaires import phq9
from safety_steps import NO, STABLE, assess, pages, screen

from pathway import commands as cmd
from pathway.facts.corrections import Correctable
from pathway.facts.safety import RiskAssessment
from pathway.flags import open_flags
from pathway.protocol import Blocked, ScreenAt, Tier
from pathway.safety import blocking


def risk(driver: CoreDriver) -> RiskAssessment:
    assert driver.journey.risk is not None
    return driver.journey.risk


def correct(driver: CoreDriver, what: Correctable, **fields: Any) -> None:
    driver.do(cmd.Correct, "nurse", treatment=1, what=what, reason="another patient's", **fields)


def never(driver: CoreDriver, what: Correctable = Correctable.SCREEN, **fields: Any) -> None:
    correct(driver, what, never_happened=True, **fields)


def judged(driver: CoreDriver, **fields: Any) -> None:
    good = driver.now + timedelta(days=4)
    driver.do(cmd.AssessRisk, "prescriber", level="low", plan="x", good_until=good, **fields)


def tiers(driver: CoreDriver) -> list[Tier]:
    return [f.tier for f in open_flags(driver.journey)]


# What an assessment covers


def test_rule_18_what_is_new_at_a_reassessment_waits_for_an_assessment_of_its_own(
    driver: CoreDriver,
) -> None:
    assess(driver, days=4)
    driver.to(clock(WEDNESDAY, "10:00"))
    screen(driver, ScreenAt.ASSESSMENT, thoughts_of_killing=True)
    assert tiers(driver) == [Tier.REVIEW]
    assert blocking(driver.journey, Blocked.START_INFUSION)
    assert blocking(driver.journey, Blocked.DISCHARGE)
    assert not pages(driver)
    driver.to(clock(WEDNESDAY, "10:30"))
    assert pages(driver) == ["on_call_clinician"]
    assess(driver)
    assert not open_flags(driver.journey)


def test_rule_18_more_than_was_known_at_a_reassessment_is_not_covered(driver: CoreDriver) -> None:
    judged(driver, known=("wished_dead", "ever_tried"))
    screen(driver, ScreenAt.ASSESSMENT, **{**STABLE, "thoughts_of_killing": True})
    assert tiers(driver) == [Tier.REVIEW]


def test_rule_18_the_same_at_a_reassessment_is_covered(driver: CoreDriver) -> None:
    judged(driver, known=("wished_dead", "ever_tried"))
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    assert len(driver.journey.flags) == 1
    assert not open_flags(driver.journey)


# What a correction takes along


def test_rule_2_another_patients_screen_makes_nothing_known(driver: CoreDriver) -> None:
    screen(driver, thoughts_of_killing=True)
    driver.to(driver.now + timedelta(minutes=20))
    judged(driver)
    assert risk(driver).known == ("thoughts_of_killing",)
    never(driver)
    assert risk(driver).known == ()
    driver.to(clock(WEDNESDAY, "10:00"))
    before = len(pages(driver))
    screen(driver, thoughts_of_killing=True)
    assert tiers(driver) == [Tier.URGENT]
    assert len(pages(driver)) == before + 1
    assert blocking(driver.journey, Blocked.START_INFUSION)


def test_rule_2_what_another_screen_or_an_assessor_said_stays_known(driver: CoreDriver) -> None:
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    driver.to(driver.now + timedelta(minutes=5))
    screen(driver, ScreenAt.ASSESSMENT, **{**STABLE, "better_off_dead": True})
    judged(driver, known=("thoughts_of_killing",))
    never(driver, said_at=driver.now)
    assert risk(driver).known == ("wished_dead", "thoughts_of_killing", "ever_tried")


def test_rule_2_what_an_earlier_judgement_knew_goes_through_all_that_rest_on_it(
    driver: CoreDriver,
) -> None:
    """Nothing was asked between them: the second took over what the first had read."""
    screen(driver, **STABLE)
    judged(driver, known=("better_off_dead",))
    driver.to(driver.now + timedelta(hours=2))
    judged(driver)
    assert risk(driver).known == ("wished_dead", "better_off_dead", "ever_tried")
    never(driver)
    assert risk(driver).known == ("better_off_dead",)


def test_rule_2_an_attempt_that_was_another_patients_is_not_known_for_good(
    driver: CoreDriver,
) -> None:
    screen(driver, **STABLE)
    wrong = driver.now
    judged(driver)
    driver.to(driver.now + timedelta(hours=2))
    screen(driver)
    judged(driver)
    assert risk(driver).known == ("ever_tried",)
    never(driver, said_at=wrong)
    assert risk(driver).known == ()


def test_rule_2_a_screen_before_ideation_ended_does_not_keep_it_known(driver: CoreDriver) -> None:
    screen(driver, wished_dead=True)
    judged(driver)
    driver.to(driver.now + timedelta(hours=2))
    screen(driver)
    judged(driver)
    driver.to(driver.now + timedelta(hours=2))
    screen(driver, wished_dead=True)
    judged(driver)
    never(driver, said_at=driver.now)
    assert risk(driver).known == ()


def test_rule_18_what_a_correction_brings_to_light_was_known_to_no_assessment(
    driver: CoreDriver,
) -> None:
    screen(driver, ScreenAt.ASSESSMENT, wished_dead=True)
    judged(driver)
    assert not open_flags(driver.journey)
    right = {**NO, "thoughts_of_killing": True, "thoughts_now": False}
    correct(driver, Correctable.SCREEN, answers=right)
    assert risk(driver).known == ()
    assert tiers(driver) == [Tier.REVIEW]
    driver.to(driver.now + timedelta(minutes=30))
    assert pages(driver) == ["on_call_clinician"]


def test_rule_2_a_screen_that_came_after_the_judgement_was_not_known_to_it(
    driver: CoreDriver,
) -> None:
    driver.to(clock(WEDNESDAY, "10:00"))
    screen(driver, wished_dead=True, happened_at=clock(WEDNESDAY, "09:00"))
    judged(driver, happened_at=clock(WEDNESDAY, "09:30"))
    driver.to(clock(WEDNESDAY, "10:05"))
    correct(driver, Correctable.SCREEN, right_time=clock(WEDNESDAY, "09:50"))
    assert risk(driver).known == ()
    assert Tier.URGENT in tiers(driver)


def test_rule_2_item_nine_typed_too_high_is_not_known(driver: CoreDriver) -> None:
    score(driver, self_harm=3)
    judged(driver)
    assert risk(driver).item9 == 3
    correct(driver, Correctable.SCORES, phq9=phq9(20, 0))
    assert risk(driver).item9 == 0
    driver.to(clock(THURSDAY, "10:00"))
    score(driver, self_harm=3)
    assert tiers(driver) == [Tier.URGENT]


def test_rule_2_without_the_wrong_answer_the_one_before_it_is_known(driver: CoreDriver) -> None:
    score(driver, self_harm=1)
    driver.to(driver.now + timedelta(minutes=5))
    score(driver, self_harm=3)
    judged(driver)
    driver.to(driver.now + timedelta(minutes=5))
    score(driver, self_harm=2)
    never(driver, Correctable.SCORES, said_at=driver.now - timedelta(minutes=5))
    assert risk(driver).item9 == 1


@pytest.mark.parametrize("value", [2, 3])
def test_rule_18_what_an_assessor_says_of_item_nine_no_correction_takes(
    driver: CoreDriver, value: int
) -> None:
    score(driver, self_harm=value)
    judged(driver, item9=2)
    never(driver, Correctable.SCORES)
    assert risk(driver).item9 == 2


def test_rule_2_item_nine_typed_too_low_makes_nothing_more_known(driver: CoreDriver) -> None:
    score(driver, self_harm=1)
    judged(driver)
    correct(driver, Correctable.SCORES, phq9=phq9(20, 3))
    assert risk(driver).item9 == 1
    assert tiers(driver) == [Tier.URGENT]
