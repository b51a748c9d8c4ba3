"""Entering the programme: what admits, what stops, and which door each obstacle has."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import MONDAY, CoreDriver, clock
from core_steps import WEDNESDAY, prepare, start
from entry_fields import a_trial, assessed, consenting

from pathway import commands as cmd
from pathway.entering import (
    Verdict,
    assessment_current,
    cautions,
    consent_current,
    reviewed_since,
    seen_by,
    standing,
)
from pathway.facts import Step
from pathway.journey import Contact, Stage
from pathway.overview import details, overview
from pathway.protocol import Policy, Protocol
from pathway.refusals import Reason, Refused
from pathway.roles import Role

ASSESSOR = "mental_health_professional"
_TAG = {"substance_use"}


def enter(driver: CoreDriver, **changes: Any) -> CoreDriver:
    driver.do(cmd.RecordConsent, **consenting())
    driver.do(cmd.RecordAssessment, ASSESSOR, **assessed(**changes))
    return driver


def verdict(driver: CoreDriver, item: str) -> tuple[Verdict, str]:
    checks = standing(driver.journey, driver.now).checks
    return next((c.verdict, c.why) for c in checks if c.item == item)


def admitted(driver: CoreDriver) -> bool:
    return driver.journey.treatment is not None


def keys(driver: CoreDriver) -> list[str]:
    return [task.key for task in driver.journey.tasks]


def test_with_everything_said_the_first_treatment_opens(opened: CoreDriver) -> None:
    assert admitted(enter(opened))
    assert standing(opened.journey, opened.now).admits
    assert opened.journey.tasks == ()


def test_consent_and_assessment_come_in_any_order(opened: CoreDriver) -> None:
    opened.do(cmd.RecordAssessment, ASSESSOR, **assessed())
    assert not admitted(opened)
    opened.do(cmd.RecordConsent, **consenting())
    assert admitted(opened)


@pytest.mark.parametrize("item", ["psychosis_current", "substance_use_disorder_active"])
def test_rule_17_a_hard_stop_holds_until_reassessed(opened: CoreDriver, item: str) -> None:
    enter(opened, findings={item: "present"})
    assert not admitted(opened)
    assert verdict(opened, item) == (Verdict.SHUT, "present")
    assert keys(opened) == ["entry/stopped"]
    opened.to(opened.now + timedelta(days=20))
    opened.do(cmd.RecordAssessment, ASSESSOR, **assessed())
    assert admitted(opened)
    assert opened.journey.tasks == ()


def test_rule_17_each_hard_stop_and_clearance_has_a_door(opened: CoreDriver) -> None:
    enter(opened, others="present")
    for check in standing(opened.journey, opened.now).checks:
        assert bool(check.door) is check.verdict.holds_up, check.item


def test_rule_17_current_psychosis_is_declined_by_a_person_who_closes(opened: CoreDriver) -> None:
    enter(opened, findings={"psychosis_current": "present"})
    assert not opened.journey.over
    opened.do(cmd.Close, outcome="not_suitable", reason="Treated elsewhere first")
    assert overview(opened.journey).ended == "not_suitable"


def test_rule_17_past_psychosis_needs_a_prescribers_clearance(opened: CoreDriver) -> None:
    enter(opened, findings={"psychosis_past": "present"})
    assert verdict(opened, "psychosis_past")[0] is Verdict.NEEDS_CLEARANCE
    assert keys(opened) == ["entry/clearance"]
    with pytest.raises(Refused) as refused:
        opened.do(cmd.RecordClearance, ASSESSOR, item="psychosis_past", reason="long ago")
    assert refused.value.code is Reason.ROLE
    opened.do(cmd.RecordClearance, "prescriber", item="psychosis_past", reason="Long ago")
    assert admitted(opened)
    assert verdict(opened, "psychosis_past") == (
        Verdict.CAUTION,
        "present; cleared by priya: Long ago",
    )
    assert opened.journey.tasks == ()


def test_a_clearance_lasts_while_its_finding_does(opened: CoreDriver) -> None:
    enter(opened, findings={"bipolar": "present"})
    opened.do(cmd.RecordClearance, "prescriber", item="bipolar", reason="Stable")
    opened.do(cmd.RecordAssessment, ASSESSOR, **assessed(findings={"bipolar": "present"}))
    assert verdict(opened, "bipolar")[0] is Verdict.CAUTION
    opened.do(cmd.RecordAssessment, ASSESSOR, **assessed())
    opened.do(cmd.RecordAssessment, ASSESSOR, **assessed(findings={"bipolar": "present"}))
    assert verdict(opened, "bipolar")[0] is Verdict.NEEDS_CLEARANCE


def test_a_caution_is_shown_and_holds_nothing_up(opened: CoreDriver) -> None:
    enter(opened, findings={"sleep_apnoea_risk": "present"})
    assert admitted(opened)
    assert [c.item for c in cautions(opened.journey)] == ["sleep_apnoea_risk"]


def test_what_was_not_asked_is_not_absent(opened: CoreDriver) -> None:
    enter(opened, others="not_asked", findings={"bipolar": "absent"})
    assert verdict(opened, "bipolar") == (Verdict.OPEN, "absent")
    assert verdict(opened, "pregnancy") == (Verdict.NOT_RECORDED, "not asked")
    assert verdict(opened, "sleep_apnoea_risk") == (Verdict.CAUTION, "not asked")
    assert keys(opened) == ["entry/incomplete"]


@pytest.mark.parametrize(
    ("changes", "item", "says"),
    [
        ({"age_years": None}, "age", Verdict.NOT_RECORDED),
        ({"age_years": 17}, "age", Verdict.SHUT),
        ({"phq9": None}, "severity", Verdict.NOT_RECORDED),
        ({"phq9": 14}, "severity", Verdict.NEEDS_CLEARANCE),
        ({"trials": []}, "treatment_resistance", Verdict.NEEDS_CLEARANCE),
        ({"history_medical": False}, "history_medical", Verdict.NOT_RECORDED),
        ({"history_mental_health": False}, "history_mental_health", Verdict.NOT_RECORDED),
        ({"good_overall_health": None}, "good_overall_health", Verdict.NOT_RECORDED),
        ({"good_overall_health": False}, "good_overall_health", Verdict.SHUT),
        ({"suitable": False}, "assessment", Verdict.SHUT),
    ],
)
def test_each_thing_that_is_missing_holds_her_up(
    opened: CoreDriver, changes: dict[str, Any], item: str, says: Verdict
) -> None:
    enter(opened, **changes)
    assert verdict(opened, item)[0] is says
    assert not admitted(opened)


@pytest.mark.parametrize("item", ["treatment_resistance", "severity"])
def test_rule_17_unmet_criteria_are_cleared_by_a_prescriber(opened: CoreDriver, item: str) -> None:
    unmet: dict[str, Any] = {"trials": []} if item == "treatment_resistance" else {"phq9": 3}
    enter(opened, **unmet)
    opened.do(cmd.RecordClearance, "prescriber", item=item, reason="Nothing else is left")
    assert admitted(opened)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"current_episode": False}, "before the current episode"),
        ({"current_episode": None}, "its episode is not recorded"),
        ({"of_class": "MAOI"}, "its class is not SSRI, SNRI"),
        ({"weeks": 5}, "5 weeks, 6 are adequate"),
        ({"weeks": None}, "its length is not recorded"),
        ({"adequate_dose": False}, "its dose was not adequate"),
        ({"taken_as_agreed": None}, "how it was taken is not recorded"),
        ({"improvement_percent": 50}, "it helped: 50 %"),
        ({"improvement_percent": None}, "what it did is not recorded"),
        ({"medicine": "Sertraline"}, "the same medicine as trial 1"),
    ],
)
def test_a_trial_that_does_not_count_says_why(
    opened: CoreDriver, changes: dict[str, Any], why: str
) -> None:
    trials = [a_trial(), {**a_trial("venlafaxine", of_class="SNRI"), **changes}]
    enter(opened, trials=trials)
    first, second = standing(opened.journey, opened.now).trials
    assert (first.counts, second.counts) == (True, False)
    assert why in second.why
    assert not admitted(opened)


def test_another_class_counts_with_a_clinicians_reason(opened: CoreDriver) -> None:
    other = a_trial("phenelzine", of_class="MAOI", counts_because="Full dose, supervised")
    enter(opened, trials=[a_trial(), other])
    assert admitted(opened)
    assert "Full dose, supervised" in standing(opened.journey, opened.now).trials[1].why


def test_rule_18_the_screen_of_the_assessment_raises_what_it_finds(opened: CoreDriver) -> None:
    yes = {"wished_dead": True, "better_off_dead": False, "thoughts_of_killing": False}
    enter(opened, screen={**yes, "ever_tried": False, "thoughts_now": False})
    assert admitted(opened)
    assert [f.tier for f in opened.journey.flags] == ["review"]
    assert verdict(opened, "suicide_screen")[0] is Verdict.OPEN


# Going stale


def test_rule_17_a_stale_assessment_asks_for_an_interval_review(driver: CoreDriver) -> None:
    until = driver.now + driver.journey.protocol.eligibility.reassess_after.value
    driver.to(until)
    assert not assessment_current(driver.journey, driver.now)
    assert "assessment/stale" in "".join(keys(driver))
    driver.do(cmd.RecordIntervalReview, ASSESSOR, suitable=True, reason="As before")
    assert assessment_current(driver.journey, driver.now)
    assert "assessment/stale" not in "".join(keys(driver))
    holds = driver.journey.protocol.eligibility.reassess_after.review_holds
    driver.to(driver.now + holds)
    assert not assessment_current(driver.journey, driver.now)


def test_a_stale_assessment_shuts_the_start_and_a_review_opens_it(driver: CoreDriver) -> None:
    day = MONDAY + timedelta(days=100)
    driver.to(clock(day, "10:30"))
    prepare(driver)
    with pytest.raises(Refused, match="assessment is not in force"):
        start(driver, clock(day, "11:00"))
    driver.do(cmd.RecordIntervalReview, ASSESSOR, suitable=True, reason="As before")
    assert reviewed_since(driver.journey, driver.now)
    start(driver, clock(day, "11:01"))


def test_what_a_review_finds_counts_from_then_on(driver: CoreDriver) -> None:
    found = {"bipolar": "present"}
    driver.do(
        cmd.RecordIntervalReview, ASSESSOR, suitable=True, reason="New history", findings=found
    )
    assert verdict(driver, "bipolar")[0] is Verdict.NEEDS_CLEARANCE
    assert keys(driver) == ["entry/clearance"]
    driver.do(cmd.RecordIntervalReview, ASSESSOR, suitable=True, reason="As before")
    assert verdict(driver, "bipolar")[0] is Verdict.NEEDS_CLEARANCE


# Consent


def test_withdrawn_consent_shuts_the_start_and_tells_the_prescriber(driver: CoreDriver) -> None:
    driver.do(cmd.RecordConsent, given=False, reason="Changed her mind")
    assert not consent_current(driver.journey)
    assert keys(driver) == ["entry/consent"]
    prepare(driver)
    with pytest.raises(Refused, match="consent is not in force"):
        start(driver, clock(WEDNESDAY, "11:00"))
    driver.do(cmd.RecordConsent, given=True)
    assert driver.journey.tasks == ()
    start(driver, clock(WEDNESDAY, "11:01"))


def test_a_newer_form_asks_for_consent_anew(protocol: Protocol) -> None:
    rules = protocol.eligibility
    form = rules.consent.model_copy(update={"version": 2})
    newer = rules.model_copy(update={"consent": form})
    driver = CoreDriver.open(protocol.model_copy(update={"eligibility": newer}))
    driver.do(cmd.RecordAssessment, ASSESSOR, **assessed())
    driver.do(cmd.RecordConsent, **consenting(form_version=1))
    assert not admitted(driver)
    assert verdict(driver, "informed_consent") == (
        Verdict.SHUT,
        "signed version 1; the form is at 2",
    )
    driver.do(cmd.RecordConsent, given=True)
    assert driver.journey.consent is not None
    assert driver.journey.consent.form_version == 2
    assert admitted(driver)


def test_texts_must_have_been_asked_about(protocol: Protocol) -> None:
    driver = CoreDriver.open(protocol, contact=Contact(text_consent=False))
    driver.do(cmd.RecordAssessment, ASSESSOR, **assessed())
    driver.do(cmd.RecordConsent, given=True)
    assert verdict(driver, "text_consent_asked")[0] is Verdict.NOT_RECORDED
    assert not admitted(driver)
    driver.do(cmd.RecordConsent, given=True, text_consent_asked=True)
    assert admitted(driver)


def test_a_yes_to_texts_opens_what_waited_for_it(protocol: Protocol) -> None:
    driver = CoreDriver.open(protocol, contact=Contact(text_consent=False))
    driver.do(cmd.RecordAssessment, ASSESSOR, **assessed())
    driver.do(cmd.RecordConsent, given=True)
    driver.do(cmd.ChangeContact, contact=Contact(text_consent=True))
    assert admitted(driver)


# The appointment


def test_a_booked_assessment_is_not_asked_to_be_booked(opened: CoreDriver) -> None:
    at = clock(MONDAY + timedelta(days=4), "10:00")
    opened.do(cmd.BookAssessment, at=at)
    opened.to(at + timedelta(minutes=89))
    assert keys(opened) == []
    opened.to(at + timedelta(minutes=90))
    assert keys(opened) == ["assessment/a1/not-recorded"]
    opened.do(cmd.BookAssessment, at=at + timedelta(days=2))
    assert keys(opened) == []
    opened.do(cmd.RecordAssessment, ASSESSOR, **assessed())
    assert keys(opened) == []


def test_an_assessment_is_booked_ahead(opened: CoreDriver) -> None:
    with pytest.raises(Refused) as refused:
        opened.do(cmd.BookAssessment, at=opened.now - timedelta(days=1))
    assert refused.value.code is Reason.PAST


# What is shown


def test_rule_29_substance_use_is_tagged(opened: CoreDriver) -> None:
    enter(opened)
    tagged = {c.item for c in overview(opened.journey).standing.checks if c.substance_use}
    assert tagged == {"substance_use_disorder_active", "substance_use_disorder_past"}


def test_no_finding_stands_in_lines_or_in_the_ui(opened: CoreDriver) -> None:
    enter(opened, others="present")
    shown = details(opened.journey) + "".join(t.line for t in opened.journey.tasks)
    screening = opened.journey.protocol.eligibility.screening
    assert not [i.asks for i in screening.values() if i.asks.lower() in shown.lower()]


def test_a_hard_stop_during_the_course_shuts_the_next_start(driver: CoreDriver) -> None:
    driver.do(cmd.RecordAssessment, ASSESSOR, **assessed(findings={"pregnancy": "present"}))
    assert driver.journey.stage is Stage.PREPARATION
    prepare(driver)
    with pytest.raises(Refused, match="assessment is not in force"):
        start(driver, clock(WEDNESDAY, "11:00"))


def test_every_policy_of_the_protocol_is_judged(opened: CoreDriver) -> None:
    enter(opened, others="present")
    wanted = {
        Policy.HARD_STOP: Verdict.SHUT,
        Policy.NEEDS_CLEARANCE: Verdict.NEEDS_CLEARANCE,
        Policy.CAUTION: Verdict.CAUTION,
    }
    for name, item in opened.journey.protocol.eligibility.screening.items():
        assert verdict(opened, name)[0] is wanted[item.policy], name
    assert Step.ASSESSMENT.value == overview(opened.journey).stage.value


def test_rule_29_a_coordinator_sees_open_or_shut_and_no_finding(opened: CoreDriver) -> None:
    found = {"substance_use_disorder_active": "present", "sleep_apnoea_risk": "present"}
    enter(opened, findings=found)
    whole = overview(opened.journey).standing
    seen = seen_by(whole, Role.COORDINATOR)
    assert seen_by(whole, None) == seen
    assert seen_by(whole, Role.PRESCRIBER) == whole
    assert "substance" not in seen.model_dump_json(exclude={"checks": {"__all__": _TAG}})
    assert seen.checks[-1].verdict is Verdict.SHUT
    assert {(c.verdict, c.why) for c in seen.checks[:-1]} == {(Verdict.OPEN, "")}
    assert (seen.admits, seen.trials) == (False, ())


def test_rule_3_the_assessment_is_cancelled_and_a_no_show_counts(opened: CoreDriver) -> None:
    driver = opened
    driver.do(cmd.BookAssessment, at=driver.now + timedelta(hours=1))
    driver.to(driver.now + timedelta(hours=2))
    fields: dict[str, Any] = {"treatment": 1, "step": "assessment", "wish_of": "patient"}
    fields["reason"] = "no call"
    with pytest.raises(Refused):
        driver.do(cmd.Cancel, revision=2, **fields)
    driver.do(cmd.Cancel, revision=1, **fields)
    seen = overview(driver.journey)
    assert seen.assessment_booked is None
    assert [(n.treatment, n.step) for n in seen.no_shows] == [(None, Step.ASSESSMENT)]
    assert any("Book the assessment anew" in t.line for t in seen.tasks)
    driver.do(cmd.BookAssessment, at=driver.now + timedelta(days=1))
    booked = driver.journey.assessment_booked
    assert booked is not None
    assert booked.revision == 2
    assert not driver.journey.tasks
    with pytest.raises(Refused, match="No treatment"):
        driver.do(cmd.Cancel, revision=1, **{**fields, "step": "infusion"})


def test_rule_17_who_plans_over_a_hard_stop_hears_of_it_and_not_what_it_is(
    opened: CoreDriver,
) -> None:
    opened.do(
        cmd.RecordAssessment,
        "mental_health_professional",
        **assessed(findings={"psychosis_current": "present"}),
    )
    opened.do(cmd.RecordConsent, **consenting())
    at = opened.now + timedelta(days=7)
    with pytest.raises(Refused, match="keeps it shut") as refused:
        opened.do(cmd.Book, treatment=1, step="infusion", at=at)
    assert "psychosis" not in str(refused.value)
