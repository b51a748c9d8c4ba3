"""Of two entries about one thing the later moment counts, not the later typing (rule 1)."""

from datetime import timedelta

from core_driver import CoreDriver, clock
from core_steps import WEDNESDAY
from entry_fields import assessed, consenting

from pathway import commands as cmd
from pathway.entering import consent_current, findings, stale_at
from pathway.facts.entering import Found

DAYS = timedelta(days=1)


def test_rule_1_a_consent_entered_late_gives_back_nothing(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "11:00"))
    driver.do(cmd.RecordConsent, "nurse", given=False)
    driver.do(cmd.RecordConsent, "nurse", **consenting(), happened_at=driver.now - 3 * DAYS)
    assert driver.journey.consent is not None
    assert not driver.journey.consent.given
    assert not consent_current(driver.journey)
    driver.to(driver.now + timedelta(minutes=1))
    driver.do(cmd.RecordConsent, "nurse", **consenting())
    assert consent_current(driver.journey)


def test_rule_1_that_she_was_asked_about_texts_stays_true(driver: CoreDriver) -> None:
    driver.do(cmd.RecordConsent, "nurse", given=True)
    late = {**consenting(), "happened_at": driver.now - DAYS}
    driver.do(cmd.RecordConsent, "nurse", **late)
    assert driver.journey.consent is not None
    assert driver.journey.consent.text_consent_asked


def test_rule_1_an_assessment_entered_late_takes_no_newer_ones_place(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "11:00"))
    found = {"findings": {"pregnancy": "present"}}
    driver.do(cmd.RecordAssessment, "prescriber", **assessed(**found))
    good = stale_at(driver.journey)
    late = {**assessed(), "happened_at": driver.now - 5 * DAYS}
    driver.do(cmd.RecordAssessment, "prescriber", **late)
    assert findings(driver.journey)["pregnancy"] is Found.PRESENT
    assert stale_at(driver.journey) == good


def test_rule_1_an_assessment_of_before_a_review_leaves_the_review(driver: CoreDriver) -> None:
    driver.to(driver.now + 10 * DAYS)
    review = {"suitable": False, "reason": "not now", "findings": {"pregnancy": "present"}}
    driver.do(cmd.RecordIntervalReview, "prescriber", **review)
    late = {**assessed(), "happened_at": driver.now - 5 * DAYS}
    driver.do(cmd.RecordAssessment, "prescriber", **late)
    assert driver.journey.interval_review is not None
    assert not driver.journey.interval_review.suitable
    assert findings(driver.journey)["pregnancy"] is Found.PRESENT


def test_rule_1_a_review_entered_late_adds_only_what_nobody_asked_since(
    driver: CoreDriver,
) -> None:
    driver.to(driver.now + 10 * DAYS)
    now = {"suitable": True, "reason": "as before", "findings": {"pregnancy": "absent"}}
    driver.do(cmd.RecordIntervalReview, "prescriber", **now)
    late = {
        "suitable": False,
        "reason": "then",
        "findings": {"pregnancy": "present", "psychosis_past": "present"},
    }
    day = driver.now - 2 * DAYS
    driver.do(cmd.RecordIntervalReview, "prescriber", **late, happened_at=day)
    found = findings(driver.journey)
    assert (found["pregnancy"], found["psychosis_past"]) == (Found.ABSENT, Found.PRESENT)
    assert driver.journey.interval_review is not None
    assert driver.journey.interval_review.suitable


def test_rule_1_a_review_of_before_the_assessment_changes_nothing(driver: CoreDriver) -> None:
    driver.to(driver.now + 10 * DAYS)
    driver.do(cmd.RecordAssessment, "prescriber", **assessed())
    late = {"suitable": False, "reason": "then", "happened_at": driver.now - DAYS}
    driver.do(cmd.RecordIntervalReview, "prescriber", **late)
    assert driver.journey.interval_review is None


def test_rule_1_a_contact_entered_late_brings_no_text_back(driver: CoreDriver) -> None:
    agreed = driver.journey.contact
    driver.to(driver.now + DAYS)
    driver.do(cmd.OptOut, "coordinator")
    other = agreed.model_copy(update={"language": "es"})
    driver.do(cmd.ChangeContact, contact=other, happened_at=driver.now - timedelta(hours=3))
    assert driver.journey.contact.opted_out
    assert driver.journey.contact.language == "es"
    driver.do(cmd.ChangeContact, contact=other, happened_at=driver.now + timedelta(minutes=1))
    assert not driver.journey.contact.opted_out


def test_rule_1_a_stop_entered_late_still_stops(driver: CoreDriver) -> None:
    driver.to(driver.now + DAYS)
    other = driver.journey.contact.model_copy(update={"language": "es"})
    driver.do(cmd.ChangeContact, contact=other)
    driver.do(cmd.OptOut, "coordinator", happened_at=driver.now - timedelta(hours=3))
    assert driver.journey.contact.opted_out
