"""Each field of a journey's pages is placed: who may read it is said here once more (rule 29)."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import WEDNESDAY, decide, infuse, leave, prepare, ready, session, start

from pathway import commands as cmd
from pathway.decision_form import Option
from pathway.decision_page import CourseSoFar, DecisionPage, decision_page
from pathway.decision_rows import TreatmentRow
from pathway.escalation import Acknowledgement, Escalation, RungBegun, StaffTask
from pathway.facts import (
    Appointment,
    Arrival,
    Decision,
    Discharge,
    Infusion,
    Preflight,
    Preparation,
    Psychotherapy,
    Signature,
    VisitSummary,
)
from pathway.facts.booking import NoShow
from pathway.facts.decision import Cosignature
from pathway.facts.entering import LinkedJourney
from pathway.journey import Treatment
from pathway.model import Model
from pathway.overview import Comes, Overview, OwedRow, overview
from pathway.roles import CLINICIANS, Role
from pathway.seen import FOR_CLINICIANS, PLAIN, models_in, seen_by, withheld_from
from pathway.standing import Standing
from pathway.today import InChair, Ready, Shows

FOR_CLINICIANS_ALONE: dict[type[Model], str] = {
    Overview: "flags dose",
    OwedRow: "",
    Shows: "",
    Ready: "",
    InChair: "pressure before missing",
    Comes: "",
    Escalation: "note",
    Acknowledgement: "",
    RungBegun: "",
    StaffTask: "",
    Treatment: "aborted vitals findings side_effects rescue_drugs orders superseded screens",
    Appointment: "",
    Signature: "",
    Arrival: "gone_because",
    Preparation: "",
    Preflight: "answers reasons answered_by weight_kg weight_confirmed reading pressure_decision",
    Infusion: "dose_mg_per_kg milligrams confirmed_by override overridden deviations pauses "
    "complete milligrams_given stopped_for end_reason already_running",
    Discharge: "note padss pressure_note deviations",
    Psychotherapy: "reason recommendation deviations",
    Decision: "reason orders goal course_end counts_toward_plan review inputs",
    Cosignature: "reason",
    NoShow: "",
    LinkedJourney: "milligrams",
    DecisionPage: "flags risk own_words recommendation scores progress answers adverse_events "
    "advice dose_holds",
    TreatmentRow: "phq9 phq9_improved_percent gad7 item9 screen_positive screens mood_hours_after "
    "mood_day_after benefit_days",
    VisitSummary: "dose_mg_per_kg milligrams milligrams_given minutes complete findings "
    "side_effects rescue_drugs",
    CourseSoFar: "dose goal milligrams_total",
    Option: "",
}
"""Of each model, what a coordinator, ops or whoever gives no name does not see."""
ELSEWHERE = {Standing}
"""Filtered by `pathway.standing`."""


def reachable(*pages: type[Model]) -> set[type[Model]]:
    """The models that come into view through fields that everybody sees."""
    found: set[type[Model]] = set()
    waiting = [*pages]
    while waiting:
        model = waiting.pop()
        if model in found or model in ELSEWHERE:
            continue
        found.add(model)
        for name in PLAIN.get(model, ()):
            waiting += models_in(model.model_fields[name].annotation)
    return found


def test_every_field_is_placed_rule_29() -> None:
    models = reachable(Overview, DecisionPage)
    assert models == FOR_CLINICIANS_ALONE.keys() == PLAIN.keys()
    for model, hidden in FOR_CLINICIANS_ALONE.items():
        named = set(hidden.split())
        assert not named & PLAIN[model], model
        assert named | PLAIN[model] == model.model_fields.keys(), f"place each field of {model}"


def at_a_decision(driver: CoreDriver) -> CoreDriver:
    """A course with everything on record that only clinicians read."""
    prepare(driver)
    driver.to(clock(WEDNESDAY, "10:00"))
    answers = {"substance_use": "yes", "urinary_symptoms": "yes", "pregnancy": "no"}
    ready(driver, items=answers)
    driver.do(cmd.RaiseFlag, "nurse", tier="review")
    start(driver, clock(WEDNESDAY, "11:00"), override="seen, and agreed with her")
    return driver


@pytest.mark.parametrize("role", [r for r in Role if r not in CLINICIANS] + [None])
def test_nobody_but_clinicians_reads_answers_weight_dose_or_pressure_rule_29(
    driver: CoreDriver, role: Role | None
) -> None:
    at_a_decision(driver)
    full = overview(driver.journey)
    seen = seen_by(full, role)
    told = ('"substance_use":"', "urinary", '"spo2_percent"', "agreed with her")
    assert [word for word in told if word in full.model_dump_json()] == [*told]
    assert [word for word in told if word in seen.model_dump_json()] == []
    assert seen.treatments[0].preflight is not None, "that it was asked, everybody sees"
    assert seen.treatments[0].preflight.weight_kg is None
    assert seen.treatments[0].infusion is not None
    assert seen.treatments[0].infusion.milligrams is None
    chair = seen.owed[-1].shows.chair
    assert chair is not None
    assert (chair.pressure, chair.before, chair.started_at) == (None, None, driver.now)


@pytest.mark.parametrize("role", sorted(CLINICIANS))
def test_clinicians_read_all_of_it(driver: CoreDriver, role: Role) -> None:
    at_a_decision(driver)
    for page in (overview(driver.journey), decision_page(driver.journey, driver.now)):
        assert seen_by(page, role) == page
        assert withheld_from(type(page), role) == ()


def test_the_decision_page_of_a_coordinator_has_dates_and_no_findings(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    session(driver)
    decide(driver)
    driver.to(driver.now + timedelta(hours=1))
    full = decision_page(driver.journey, driver.now)
    seen = seen_by(full, Role.COORDINATOR)
    assert (seen.decide_by, seen.waiting, seen.form) == (full.decide_by, full.waiting, full.form)
    assert full.course.dose is not None
    assert (seen.course.dose, seen.advice, seen.scores, seen.answers) == (None, (), (), {})
    assert seen.treatments[0].at == full.treatments[0].at
    assert seen.treatments[0].visit.minutes is None
    assert seen.course.interval_days == full.course.interval_days
    treatment = seen_by(overview(driver.journey), None).treatments[0]
    assert treatment.decision is not None
    assert treatment.decision.reason == FOR_CLINICIANS


def test_what_is_withheld_is_named() -> None:
    named = withheld_from(Overview, Role.COORDINATOR)
    assert {"treatments.preflight.weight_kg", "treatments.vitals"} <= {*named}
    assert "owed.shows.chair.pressure" in named
    assert not [path for path in named if path.endswith("signed")]


def test_a_page_survives_being_read_again(driver: CoreDriver) -> None:
    """What is left is still a document of its own kind."""
    at_a_decision(driver)
    pages: tuple[Any, ...] = (overview(driver.journey), decision_page(driver.journey, driver.now))
    for page in pages:
        seen = seen_by(page, None)
        assert type(page).model_validate_json(seen.model_dump_json()) == seen
