"""Short journeys of the core, one for each area of the rules: between them, every event happens."""

from collections.abc import Callable
from datetime import timedelta

from core_driver import CoreDriver, clock
from core_steps import (
    THURSDAY,
    WEDNESDAY,
    book,
    decide,
    infuse,
    leave,
    prepare,
    score,
    session,
    start,
)
from entry_fields import assessed, consenting
from visits import dose_fields

from pathway import commands as cmd
from pathway.facts import Choice, Step
from pathway.facts.safety import ScreenAnswers
from pathway.gates import signed
from pathway.items import TextAct
from pathway.protocol import Protocol, ScreenAt
from pathway.safety import hold_next_dose

ShownDay = Callable[[Protocol], CoreDriver]


def a_flag_is_assessed(protocol: Protocol) -> CoreDriver:
    """A screen, an adverse event, a held dose, a disclosure, help, and a clinician's word."""
    driver = CoreDriver.open(protocol).admitted()
    answers = ScreenAnswers(wished_dead=True, thoughts_now=False)
    driver.do(cmd.RecordScreen, "nurse", answers=answers, asked_at=ScreenAt.PREFLIGHT)
    driver.do(cmd.ReportAdverseEvent, "nurse", what="nausea", severity="mild")
    by = signed(driver.built(cmd.HoldTexts, "nurse", reason="x"), driver.now)
    driver.commit(tuple(hold_next_dose(driver.journey, "urinary_symptoms", by, driver.now)))
    driver.do(cmd.LiftDoseHold, "prescriber", item="urinary_symptoms", reason="seen")
    driver.do(cmd.RecordDisclosure, "prescriber", told="escort", disclosure="D-0123456789abcdef")
    driver.do(cmd.AcknowledgeEscalation, escalation="e1")
    good = driver.now + timedelta(days=1)
    driver.do(cmd.AssessRisk, "prescriber", level="low", plan="as agreed", good_until=good)
    driver.do(cmd.RaiseFlag, "nurse", flag_kind="respiratory_depression")
    driver.do(cmd.ReviewFlag, "prescriber", flag="f2", finding="breathes well")
    return driver


def an_end_is_corrected(protocol: Protocol) -> CoreDriver:
    driver = CoreDriver.open(protocol).admitted()
    infuse(driver)
    fields = {"what": "infusion_end", "never_happened": True, "reason": "typed wrongly"}
    driver.do(cmd.Correct, "nurse", treatment=1, **fields)
    return driver


def a_course_ends_and_begins_again(protocol: Protocol) -> CoreDriver:
    """Her words, a signature declined and one given, attendance, and back into treatment."""
    driver = CoreDriver.open(protocol).admitted()
    infuse(driver)
    leave(driver)
    session(driver)
    score(driver, 12)
    driver.do(cmd.RecordPreference, "therapist", words="I would rather stop", prefers="complete")
    says = {"treatment": 1, "choice": Choice.COMPLETE, "reason": "judged"}
    driver.do(cmd.RecordDecision, "prescriber", **says)
    driver.do(cmd.Cosign, "therapist", treatment=1, agrees=False, reason="too early")
    decide(driver)
    anew = {"treatment": 1, "reason": "judged anew"}
    driver.do(cmd.RecordDecision, "prescriber", choice="lengthen_interval", interval_days=7, **anew)
    driver.do(cmd.RecordDecision, "prescriber", choice="complete", **anew)
    driver.do(cmd.Cosign, "therapist", treatment=1)
    driver.do(cmd.RecordAttendance, "nurse", attending=True)
    driver.do(cmd.RecordIntervalReview, "prescriber", suitable=True, reason="as before")
    driver.do(cmd.ReturnToTreatment, "prescriber", way="booster", reason="it fades")
    return driver


def a_journey_stands_still(protocol: Protocol) -> CoreDriver:
    """Cleared and admitted, in hospital and back, paused, going on, and leaving."""
    driver = CoreDriver.open(protocol)
    driver.do(cmd.BookAssessment, at=driver.now + timedelta(hours=1))
    off = {"step": "assessment", "wish_of": "patient", "reason": "she is ill"}
    driver.do(cmd.Cancel, treatment=1, revision=1, **off)
    driver.do(cmd.BookAssessment, at=driver.now + timedelta(hours=1))
    found = assessed(findings={"psychosis_past": "present"})
    driver.do(cmd.RecordAssessment, "prescriber", **found)
    driver.do(cmd.RecordConsent, **consenting())
    driver.do(cmd.RecordClearance, "prescriber", item="psychosis_past", reason="long ago")
    driver.do(cmd.ReportHospital, "nurse")
    driver.do(cmd.BackFromHospital, note="home since noon")
    driver.do(cmd.Pause, reason="she travels")
    driver.do(cmd.Resume, reason="she is back")
    driver.do(cmd.ReportDeath, "nurse")
    driver.do(cmd.RetractDeath, "nurse", reason="it was another patient")
    driver.do(cmd.Withdraw, reason="does not want to go on")
    return driver


def she_writes_back(protocol: Protocol) -> CoreDriver:
    """She confirms, says how she feels, writes in words; her phone is doubted; a day closes."""
    driver = CoreDriver.open(protocol).admitted()
    wrote = {"role": "patient", "by": "patient"}
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "08:30"))
    driver.do(cmd.RecordReply, digit="2", **wrote)
    driver.do(cmd.RecordReply, digit="1", **wrote)
    driver.do(cmd.ConfirmVisit, treatment=1, step=Step.INFUSION, revision=1, interpreter=True)
    driver.do(cmd.RecordArrival, "nurse", treatment=1, chair="3")
    infuse(driver)
    driver.to(clock(WEDNESDAY, "16:00"))
    driver.do(cmd.RecordReply, digit="3", **wrote)
    driver.do(cmd.RecordReply, message="m1", **wrote)
    text = next(r.item.key for r in driver.ran if isinstance(r.item.act, TextAct))
    fault = {"reason": "landline", "number_at_fault": True}
    driver.do(cmd.RecordDeliveryFailure, "ops", text=text, **fault)
    driver.do(cmd.ConfirmPhone, note="she called from it")
    driver.do(cmd.HandleMessages, note="read, and answered by phone")
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "10:00"))
    driver.do(cmd.CloseDay, day=THURSDAY, reason="snow")
    return driver


def a_start_without_medicine(protocol: Protocol) -> CoreDriver:
    """Begun on paper, no vein found; begun again, signed off, and what differed is signed."""
    driver = CoreDriver.open(protocol).admitted()
    begun = driver.now
    driver.to(begun + timedelta(minutes=30))
    fields = {"treatment": 1, "happened_at": begun, **dose_fields(protocol)}
    driver.do(cmd.StartInfusion, "nurse", **fields)
    said = {"complete": False, "reason": "no vein", "milligrams_given": 0}
    driver.do(cmd.EndInfusion, "nurse", treatment=1, **said)
    prepare(driver)
    start(driver, driver.now)
    driver.do(cmd.SignDischarge, "prescriber", treatment=1)
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="transferred")
    driver.do(cmd.SignDeviations, "prescriber", treatment=1)
    return driver


SHOWN_DAYS: tuple[ShownDay, ...] = (
    a_flag_is_assessed,
    an_end_is_corrected,
    a_course_ends_and_begins_again,
    a_journey_stands_still,
    she_writes_back,
    a_start_without_medicine,
)
"""Each area of the rules adds the day on which its events happen."""
