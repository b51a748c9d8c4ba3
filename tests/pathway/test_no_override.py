"""What no prescriber's reason opens: her consent, a hard stop, her leaving (rules 8 and 17)."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import WEDNESDAY, book, decide, number, prepare, ready, session
from entry_fields import assessed, consenting
from visits import LEAVING, dose_fields

from pathway import commands as cmd
from pathway.facts import Step
from pathway.refusals import Reason, Refused


@pytest.fixture
def before(driver: CoreDriver) -> CoreDriver:
    """All is ready but the questionnaires, which a prescriber may let pass."""
    prepare(driver)
    driver.to(clock(WEDNESDAY, "11:00"))
    book(driver, Step.PSYCHOTHERAPY, clock(WEDNESDAY, "16:00"))
    ready(driver)
    return driver


def start(driver: CoreDriver, **fields: Any) -> None:
    said = dose_fields(driver.journey.protocol, driver.journey, override="agreed", **fields)
    driver.do(cmd.StartInfusion, "prescriber", treatment=number(driver), **said)


STOPS: dict[str, tuple[type[cmd.Command], dict[str, Any], str]] = {
    "withdrawn": (cmd.RecordConsent, {"given": False}, "consent"),
    "psychosis": (
        cmd.RecordAssessment,
        assessed(findings={"psychosis_current": "present"}),
        "assessment",
    ),
    "pregnancy": (
        cmd.RecordIntervalReview,
        {"suitable": True, "reason": "asked", "findings": {"pregnancy": "present"}},
        "assessment",
    ),
    "unwell": (cmd.RecordAssessment, assessed(good_overall_health=False), "assessment"),
    "unsuitable": (
        cmd.RecordIntervalReview,
        {"suitable": False, "reason": "not now"},
        "assessment",
    ),
    "leaves": (cmd.Withdraw, {"reason": "she moves"}, "resume"),
}


def test_rule_8_a_prescriber_overrides_what_is_only_missing(before: CoreDriver) -> None:
    start(before)
    assert before.journey.treatments[0].infusion is not None


@pytest.mark.parametrize("name", STOPS)
def test_rule_17_no_override_opens_what_has_another_door(before: CoreDriver, name: str) -> None:
    command, fields, door = STOPS[name]
    before.do(command, "prescriber", **fields)
    with pytest.raises(Refused, match=f"no override opens this.*what opens it.*{door}") as refused:
        start(before)
    assert refused.value.code is Reason.GATE


@pytest.mark.parametrize("name", STOPS)
def test_rule_17_through_its_door_the_start_goes_ahead(before: CoreDriver, name: str) -> None:
    command, fields, _ = STOPS[name]
    before.do(command, "prescriber", **fields)
    before.do(cmd.RecordConsent, "nurse", **consenting())
    before.do(cmd.RecordAssessment, "prescriber", **assessed())
    if before.journey.leaving:
        before.do(cmd.Resume, "coordinator", reason="she stays")
    start(before)
    assert before.journey.treatments[0].infusion is not None


@pytest.mark.parametrize("name", STOPS)
def test_rule_1_a_start_on_paper_is_a_fact_whatever_held(before: CoreDriver, name: str) -> None:
    command, fields, _ = STOPS[name]
    before.do(command, "prescriber", **fields)
    before.to(clock(WEDNESDAY, "11:30"))
    start(before, happened_at=clock(WEDNESDAY, "11:02"))
    infusion = before.journey.treatments[0].infusion
    assert infusion is not None
    assert infusion.overridden


def test_rule_17_a_stale_assessment_may_wait_for_its_review(before: CoreDriver) -> None:
    before.to(before.now + timedelta(days=91))
    before.do(cmd.RecordPreparation, "therapist", treatment=1)
    ready(before)
    start(before)
    assert before.journey.treatments[0].infusion is not None


def test_rule_17_whom_nobody_has_assessed_no_override_treats(opened: CoreDriver) -> None:
    """An infusion entered from paper has opened the first treatment; the next one is a plan."""
    dose = dose_fields(opened.journey.protocol, opened.journey)
    opened.to(clock(WEDNESDAY, "11:30"))
    on_paper = {"treatment": 1, "happened_at": clock(WEDNESDAY, "09:00")}
    opened.do(cmd.StartInfusion, "prescriber", **on_paper, **dose)
    ended = {"treatment": 1, "happened_at": clock(WEDNESDAY, "09:40"), "complete": True}
    opened.do(cmd.EndInfusion, "nurse", **ended)
    opened.to(clock(WEDNESDAY, "14:00"))
    left = {"treatment": 1, "happened_at": clock(WEDNESDAY, "11:30")}
    opened.do(cmd.RecordDischarge, "nurse", **left, **LEAVING)
    session(opened)
    decide(opened)
    opened.do(cmd.RecordConsent, "nurse", **consenting())
    with pytest.raises(Refused, match="what opens it: an assessment") as refused:
        start(opened)
    assert refused.value.code is Reason.GATE
