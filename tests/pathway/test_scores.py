"""PHQ-9 and GAD-7 as published, and what a series of them says."""

from datetime import timedelta

import pytest
from core_driver import MONDAY, CoreDriver, clock
from core_steps import WEDNESDAY, infuse, leave, score, session
from questionnaires import gad7, phq9

from pathway import commands as cmd
from pathway import scores
from pathway.conditions import Predicate
from pathway.facts.scores import Gad7, Phq9, Purpose
from pathway.progress import Progress, facts, progress
from pathway.protocol import Tier
from pathway.refusals import Reason, Refused
from pathway.scoring import gad7_band, gad7_total, phq9_band, phq9_total


@pytest.mark.parametrize("total", [0, 4, 5, 9, 10, 14, 15, 19, 20, 24])
def test_nine_answers_add_up(total: int) -> None:
    assert phq9_total(Phq9.model_validate(phq9(total))) == total


def test_the_highest_totals_are_27_and_21() -> None:
    assert phq9_total(Phq9.model_validate(dict.fromkeys(Phq9.model_fields, 3))) == 27
    assert gad7_total(Gad7.model_validate(dict.fromkeys(Gad7.model_fields, 3))) == 21


@pytest.mark.parametrize("missing", Phq9.model_fields)
def test_a_scale_answered_in_part_has_no_total(missing: str) -> None:
    assert phq9_total(Phq9.model_validate({**phq9(12), missing: None})) is None


@pytest.mark.parametrize("missing", Gad7.model_fields)
def test_an_anxiety_scale_answered_in_part_has_no_total(missing: str) -> None:
    assert gad7_total(Gad7.model_validate({**gad7(12), missing: None})) is None


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately severe"),
        (19, "moderately severe"),
        (20, "severe"),
        (27, "severe"),
    ],
)
def test_the_bands_of_the_depression_scale(total: int, band: str) -> None:
    assert phq9_band(total) == band


@pytest.mark.parametrize(
    ("total", "band"),
    [(4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"), (15, "severe")],
)
def test_the_bands_of_the_anxiety_scale(total: int, band: str) -> None:
    assert gad7_band(total) == band


# Recording


def test_what_is_missing_stays_missing(driver: CoreDriver) -> None:
    driver.do(cmd.RecordScores, "nurse", purpose="pre_dose", phq9={"low_mood": 3})
    (entered,) = driver.journey.scores
    assert (entered.phq9, entered.gad7, entered.item9) == (None, None, None)
    assert not scores.fresh(driver.journey, driver.now)


def test_nothing_answered_is_no_score(driver: CoreDriver) -> None:
    with pytest.raises(Refused) as refused:
        driver.do(cmd.RecordScores, "nurse", purpose="pre_dose", phq9={})
    assert refused.value.code is Reason.NOT_RECORDED


def test_scores_are_fresh_for_as_long_as_the_protocol_says(driver: CoreDriver) -> None:
    score(driver)
    assert scores.fresh(driver.journey, driver.now + timedelta(hours=72))
    assert not scores.fresh(driver.journey, driver.now + timedelta(hours=73))


def test_one_questionnaire_alone_is_not_fresh(driver: CoreDriver) -> None:
    score(driver, gad7=None)
    assert not scores.fresh(driver.journey, driver.now)


def test_a_score_of_the_day_after_compares_with_no_other(driver: CoreDriver) -> None:
    score(driver, purpose=Purpose.AFTER_A_DAY)
    assert scores.series(driver.journey) == ()
    assert not scores.fresh(driver.journey, driver.now)


def test_rule_18_a_high_item_9_raises_an_urgent_flag(driver: CoreDriver) -> None:
    score(driver, 20, self_harm=2)
    assert [f.tier for f in driver.journey.flags] == [Tier.URGENT]
    assert driver.journey.item9 == 2


def test_rule_18_a_low_item_9_in_the_clinic_is_reviewed(driver: CoreDriver) -> None:
    score(driver, 20, self_harm=1)
    assert [f.tier for f in driver.journey.flags] == [Tier.REVIEW]


def test_rule_18_any_item_9_from_afar_is_urgent(driver: CoreDriver) -> None:
    score(driver, 20, self_harm=1, remote=True)
    assert [f.tier for f in driver.journey.flags] == [Tier.URGENT]


def test_rule_18_a_zero_clears_nothing(driver: CoreDriver) -> None:
    score(driver, 20, self_harm=2)
    score(driver, 20, self_harm=0)
    assert [f.open for f in driver.journey.flags] == [True]


# The baseline and the change from it


def course(driver: CoreDriver, before: int, *after: int) -> Progress:
    """One infusion after a baseline, then one score a day."""
    score(driver, before)
    infuse(driver)
    leave(driver)
    session(driver)
    for total in after:
        driver.to(driver.now + timedelta(days=1))
        score(driver, total)
    return progress(driver.journey)


def test_the_baseline_is_the_last_complete_score_before_the_first_infusion(
    driver: CoreDriver,
) -> None:
    score(driver, 24, Purpose.SCREEN)
    driver.to(clock(MONDAY, "12:00"))
    score(driver, 20)
    driver.to(clock(MONDAY, "13:00"))
    driver.do(cmd.RecordScores, "nurse", purpose="pre_dose", phq9={"low_mood": 3})
    infuse(driver)
    leave(driver)
    score(driver, 10)
    assert (progress(driver.journey).baseline, progress(driver.journey).latest) == (20, 10)


def test_the_baseline_is_locked_when_the_first_infusion_begins(driver: CoreDriver) -> None:
    score(driver, 20)
    infuse(driver)
    leave(driver)
    score(driver, 24, happened_at=clock(WEDNESDAY, "10:00"))
    assert progress(driver.journey).baseline == 20


def test_rule_1_a_baseline_from_paper_counts_where_there_was_none(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    score(driver, 22, happened_at=clock(WEDNESDAY, "10:00"))
    assert progress(driver.journey).baseline == 22


def test_without_a_baseline_nothing_is_said(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    score(driver, 10)
    assert progress(driver.journey) == Progress()


def test_half_of_the_symptoms_gone_is_a_response(driver: CoreDriver) -> None:
    seen = course(driver, 20, 10)
    assert (seen.change, seen.improved_percent) == (-10, 50)
    assert (seen.response, seen.remission, seen.meaningful) == (True, False, True)


def test_almost_half_is_none(driver: CoreDriver) -> None:
    assert course(driver, 21, 11).response is False


def test_below_five_is_remission(driver: CoreDriver) -> None:
    assert course(driver, 20, 4).remission is True


def test_five_points_more_than_before_is_worse(driver: CoreDriver) -> None:
    assert course(driver, 10, 8, 13).worsening is True


def test_four_points_more_are_not(driver: CoreDriver) -> None:
    assert course(driver, 10, 9, 13).worsening is False


def test_two_scores_without_a_meaningful_change_are_stable(driver: CoreDriver) -> None:
    assert course(driver, 20, 9).stable is None
    driver.to(driver.now + timedelta(days=1))
    score(driver, 8)
    assert progress(driver.journey).stable is True
    driver.to(driver.now + timedelta(days=1))
    score(driver, 2)
    assert progress(driver.journey).stable is False


@pytest.mark.parametrize(
    ("after", "streak"),
    [((19,), 1), ((19, 20, 18), 3), ((19, 20, 14), 0), ((19, 14, 14, 14), 0), ((4, 4, 4), 0)],
)
def test_rule_16_a_streak_counts_scores_that_did_not_improve(
    driver: CoreDriver, after: tuple[int, ...], streak: int
) -> None:
    assert course(driver, 20, *after).non_improving_streak == streak


@pytest.mark.parametrize(
    ("after", "relapse"),
    [
        ((18, 17), False),
        ((8, 12), False),
        ((8, 12, 12), True),
        ((8, 12, 9), False),
        ((8, 15), True),
        ((8, 15, 8), False),
    ],
)
def test_rule_16_relapse_is_flagged_only_after_a_response(
    driver: CoreDriver, after: tuple[int, ...], relapse: bool
) -> None:
    assert course(driver, 20, *after).relapse is relapse


def test_what_is_not_known_does_not_hold(driver: CoreDriver) -> None:
    known = facts(driver.journey, driver.now)
    assert Predicate.RESPONSE_50 not in known
    assert known[Predicate.SAFETY_FLAG_OPEN] is False
    assert known[Predicate.PSYCHOTHERAPY_NOT_HELD] is False


def test_a_session_that_was_not_held_is_a_fact(driver: CoreDriver) -> None:
    infuse(driver)
    assert facts(driver.journey, driver.now)[Predicate.PSYCHOTHERAPY_NOT_HELD] is True
    leave(driver)
    session(driver)
    assert facts(driver.journey, driver.now)[Predicate.PSYCHOTHERAPY_NOT_HELD] is False


def test_the_baseline_stays_however_many_scores_follow(driver: CoreDriver) -> None:
    course(driver, 20, *([12] * 70))
    assert progress(driver.journey).baseline == 20
    assert len(driver.journey.scores) <= 60
