"""The programme's steps as short verbs, for tests that begin further along in a journey."""

from datetime import date, datetime, timedelta
from typing import Any

from core_driver import MONDAY, CoreDriver, clock
from decisions import decision_fields
from questionnaires import gad7, phq9
from visits import LEAVING, SCREEN_NO, dose_fields, preflight_fields, reading

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import rehearse
from pathway.decision import pending
from pathway.facts import Choice, SessionOutcome, Step
from pathway.facts.scores import Purpose
from pathway.monitoring import floor_of, next_reading_due
from pathway.preflight import gates
from pathway.rules.leaving import NOT_BOOKED

WEDNESDAY = MONDAY + timedelta(days=2)
THURSDAY = MONDAY + timedelta(days=3)


def number(driver: CoreDriver) -> int:
    treatment = driver.journey.treatment
    assert treatment is not None
    return treatment.number


def book(driver: CoreDriver, step: Step, at: datetime, **fields: Any) -> None:
    treatment = driver.journey.treatment
    assert treatment is not None
    fields.setdefault("replaces", treatment.revision(step))
    driver.do(cmd.Book, treatment=treatment.number, step=step, at=at, **fields)


def move(driver: CoreDriver, step: Step, at: datetime) -> None:
    treatment = driver.journey.treatment
    assert treatment is not None
    revision = treatment.revision(step)
    driver.do(cmd.Move, treatment=treatment.number, step=step, revision=revision, at=at)


def cancel(driver: CoreDriver, step: Step, wish_of: str = "clinic") -> None:
    treatment = driver.journey.treatment
    assert treatment is not None
    driver.do(
        cmd.Cancel,
        treatment=treatment.number,
        step=step,
        revision=treatment.revision(step),
        wish_of=wish_of,
        reason="asked for",
    )


def prepare(driver: CoreDriver) -> None:
    driver.do(cmd.RecordPreparation, "therapist", treatment=number(driver))


def ready(driver: CoreDriver, **fields: Any) -> None:
    """All that is asked and measured before a start, as it should be."""
    said = preflight_fields(driver.journey.protocol, driver.now, **fields)
    driver.do(cmd.RecordPreflight, "nurse", treatment=number(driver), **said)


def start(driver: CoreDriver, at: datetime, **fields: Any) -> None:
    """Asked, measured and started by the prescriber.

    She lets it pass that no session is booked and no questionnaire filled in: tests of other
    things need neither.
    """
    driver.to(at)
    treatment = driver.journey.treatment
    assert treatment is not None
    if treatment.infusion is None:
        ready(driver)
        treatment = driver.journey.numbered(treatment.number)
        assert treatment is not None
        shut = {gate.name for gate in gates(driver.journey, treatment, at) if not gate.open}
        if shut and shut <= {"psychotherapy_booked", "scores_fresh"}:
            fields.setdefault("override", "agreed with her")
    said = dose_fields(driver.journey.protocol, driver.journey, **fields)
    driver.do(cmd.StartInfusion, "prescriber", treatment=treatment.number, **said)


def monitor(driver: CoreDriver, until: datetime, **fields: Any) -> None:
    """A reading whenever one is due, until then."""
    while (treatment := driver.journey.treatment) is not None:
        due = next_reading_due(driver.journey, treatment)
        if due is None or due > until:
            break
        driver.to(due)
        readings = [reading(due, **fields)]
        driver.do(cmd.RecordVitals, "nurse", treatment=treatment.number, readings=readings)
    driver.to(until)


def infuse(driver: CoreDriver, day: date = WEDNESDAY, begins: str = "11:00") -> None:
    """Prepared, started, and ended after forty minutes: at 11:40 unless told otherwise."""
    prepare(driver)
    start(driver, clock(day, begins))
    monitor(driver, clock(day, begins) + timedelta(minutes=40))
    driver.do(cmd.EndInfusion, "nurse", treatment=number(driver))


def leave(driver: CoreDriver) -> None:
    """Watched until the floor, screened, and signed off by both: two hours after the start.

    That no session is booked yet is left out: test_leaving.py tells what it sets off, and tests
    of other things would all be about it.
    """
    treatment = driver.journey.treatment
    assert treatment is not None
    assert treatment.infusion is not None
    floor = floor_of(driver.journey, treatment.infusion)
    assert floor is not None
    monitor(driver, max(floor, driver.now))
    ready_to_leave(driver)
    left = driver.built(cmd.RecordDischarge, "nurse", treatment=treatment.number, **LEAVING)
    happened = rehearse(driver.journey, left, driver.now)
    driver.commit(tuple(event for event in happened if not _about_booking(event)))
    driver.turn()


def _about_booking(event: ev.Event) -> bool:
    return isinstance(event, ev.EscalationOpened) and event.escalation.about == NOT_BOOKED


def ready_to_leave(driver: CoreDriver) -> None:
    """A last reading, the screen, and the prescriber's signature."""
    treatment = number(driver)
    readings = [reading(driver.now)]
    driver.do(cmd.RecordVitals, "nurse", treatment=treatment, readings=readings)
    driver.do(cmd.RecordScreen, "nurse", answers=SCREEN_NO, asked_at="discharge")
    driver.do(cmd.SignDischarge, "prescriber", treatment=treatment)


def session(driver: CoreDriver, outcome: SessionOutcome = SessionOutcome.HELD) -> None:
    driver.do(
        cmd.RecordPsychotherapy,
        "therapist",
        treatment=number(driver),
        outcome=outcome,
        reason="said by her therapist",
    )


def score(
    driver: CoreDriver,
    total: int = 20,
    purpose: Purpose = Purpose.PRE_DOSE,
    *,
    self_harm: int = 0,
    **fields: Any,
) -> None:
    """Both questionnaires, complete; the depression one comes to this total."""
    fields = {"phq9": phq9(total, self_harm), "gad7": gad7(10), **fields}
    driver.do(cmd.RecordScores, "nurse", purpose=purpose, **fields)


def decide(driver: CoreDriver, choice: Choice = Choice.CONTINUE_SAME, **fields: Any) -> None:
    """A decision that says all it has to, signed by the therapist too where that is needed."""
    treatment = number(driver)
    said = {**decision_fields(driver.journey, choice, driver.now), **fields}
    driver.do(
        cmd.RecordDecision,
        "prescriber",
        treatment=treatment,
        choice=choice,
        reason="judged by the prescriber",
        **said,
    )
    if pending(driver.journey.numbered(treatment)):
        driver.do(cmd.Cosign, "therapist", treatment=treatment)


def whole_treatment(driver: CoreDriver, day: date = WEDNESDAY) -> None:
    """One treatment from its preparation to the decision that opens the next."""
    infuse(driver, day)
    leave(driver)
    driver.to(driver.now + timedelta(hours=3))
    session(driver)
    decide(driver)
