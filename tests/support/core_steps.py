"""The programme's steps as short verbs, for tests that begin further along in a journey."""

from datetime import date, datetime, timedelta
from typing import Any

from core_driver import MONDAY, CoreDriver, clock

from pathway import commands as cmd
from pathway.facts import Choice, SessionOutcome, Step

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


def start(driver: CoreDriver, at: datetime) -> None:
    driver.to(at)
    driver.do(cmd.StartInfusion, "prescriber", treatment=number(driver), dose_mg_per_kg=0.5)


def infuse(driver: CoreDriver, day: date = WEDNESDAY, begins: str = "11:00") -> None:
    """Prepared, started, and ended after forty minutes: at 11:40 unless told otherwise."""
    prepare(driver)
    start(driver, clock(day, begins))
    driver.to(clock(day, begins) + timedelta(minutes=40))
    driver.do(cmd.EndInfusion, "nurse", treatment=number(driver))


def leave(driver: CoreDriver) -> None:
    """Signed off two hours after the start."""
    treatment = driver.journey.treatment
    assert treatment is not None
    assert treatment.infusion is not None
    driver.to(treatment.infusion.started_at + timedelta(hours=2))
    driver.do(cmd.RecordDischarge, "nurse", treatment=treatment.number)


def session(driver: CoreDriver, outcome: SessionOutcome = SessionOutcome.HELD) -> None:
    driver.do(
        cmd.RecordPsychotherapy,
        "therapist",
        treatment=number(driver),
        outcome=outcome,
        reason="said by her therapist",
    )


def decide(driver: CoreDriver, choice: Choice = Choice.CONTINUE_SAME) -> None:
    driver.do(
        cmd.RecordDecision,
        "prescriber",
        treatment=number(driver),
        choice=choice,
        reason="judged by the prescriber",
    )


def whole_treatment(driver: CoreDriver, day: date = WEDNESDAY) -> None:
    """One treatment from its preparation to the decision that opens the next."""
    infuse(driver, day)
    leave(driver)
    driver.to(driver.now + timedelta(hours=3))
    session(driver)
    decide(driver)
