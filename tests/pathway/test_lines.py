"""How lines leave the work list, and how they do not (clinic-life rules 5, 6, 21, 23)."""

from datetime import timedelta

import pytest
from core_driver import CoreDriver, Fate, clock, kind_fate
from core_steps import THURSDAY, WEDNESDAY, book, infuse, leave
from safety_steps import screen

from pathway import commands as cmd
from pathway.escalation import StaffTask
from pathway.facts import Step
from pathway.facts.safety import RiskLevel
from pathway.items import AgendaItem, TextAct
from pathway.overview import overview
from pathway.refusals import Reason, Refused


def line(driver: CoreDriver, part: str) -> StaffTask:
    return next(t for t in driver.journey.tasks if part in t.key)


def keys(driver: CoreDriver) -> list[str]:
    return [t.key for t in driver.journey.tasks]


def reached(driver: CoreDriver, task: StaffTask, role: str = "coordinator") -> None:
    driver.do(cmd.RecordContactAttempt, role, task=task.key, outcome="reached")


def close(driver: CoreDriver, task: StaffTask, role: str) -> None:
    driver.do(cmd.CloseLine, role, task=task.key, note="done by hand")


def test_rule_7_a_session_to_be_rebooked_is_not_done_by_speaking_with_her(
    driver: CoreDriver,
) -> None:
    infuse(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(WEDNESDAY, "15:00"))
    leave(driver)
    driver.to(clock(WEDNESDAY, "18:00"))
    rebook = line(driver, "/no-show")
    reached(driver, rebook)
    assert rebook.key in keys(driver)
    assert driver.journey.attempts[-1].about == rebook.key
    with pytest.raises(Refused, match="booking the step anew") as refused:
        close(driver, rebook, "prescriber")
    assert refused.value.code is Reason.NEEDS_NEXT_STEP
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    assert rebook.key not in keys(driver)


def test_rule_24_a_held_dose_is_reviewed_and_not_reached(driver: CoreDriver) -> None:
    items = {"urinary_symptoms": "yes"}
    driver.do(cmd.RecordPreflight, "nurse", treatment=1, items=items)
    held = line(driver, "dose-hold/")
    reached(driver, held, "ops")
    with pytest.raises(Refused, match="lift_dose_hold"):
        close(driver, held, "prescriber")
    assert held.key in keys(driver)


def test_rule_5_three_attempts_close_no_check(driver: CoreDriver) -> None:
    items = {"urinary_symptoms": "yes"}
    driver.do(cmd.RecordPreflight, "nurse", treatment=1, items=items)
    held = line(driver, "dose-hold/")
    for _ in range(3):
        driver.to(driver.now + timedelta(hours=2))
        driver.do(cmd.RecordContactAttempt, task=held.key, outcome="no_answer")
    assert held.key in keys(driver)


def test_rule_5_a_call_is_done_once_she_is_reached(driver: CoreDriver) -> None:
    contact = driver.journey.contact.model_copy(update={"mobile": False})
    driver.do(cmd.ChangeContact, contact=contact)
    infuse(driver)
    leave(driver)
    driver.to(clock(WEDNESDAY, "18:00"))
    call = line(driver, "/checkin/text/call")
    with pytest.raises(Refused, match="record_contact_attempt"):
        close(driver, call, "prescriber")
    reached(driver, call)
    assert call.key not in keys(driver)


def test_rule_1_a_line_of_a_broken_item_is_closed_by_hand(driver: CoreDriver) -> None:
    def breaks(item: AgendaItem) -> Fate:
        return Fate("broken") if isinstance(item.act, TextAct) else kind_fate(item)

    driver.fate = breaks
    infuse(driver)
    leave(driver)
    driver.to(clock(WEDNESDAY, "18:00"))
    broken = line(driver, "/broken")
    reached(driver, broken)
    assert broken.key in keys(driver)
    close(driver, broken, "coordinator")
    assert broken.key not in keys(driver)


@pytest.mark.parametrize(("role", "may"), [("coordinator", False), ("prescriber", True)])
def test_rule_23_back_from_hospital_is_a_prescribers_to_close(
    driver: CoreDriver, role: str, *, may: bool
) -> None:
    driver.do(cmd.ReportHospital, reason="fell")
    driver.do(cmd.BackFromHospital, note="home again")
    back = line(driver, "hospital/back/")
    if may:
        close(driver, back, role)
    else:
        with pytest.raises(Refused):
            close(driver, back, role)
    assert (back.key in keys(driver)) is not may


def test_a_serious_event_and_the_printed_sheet_have_a_door(driver: CoreDriver) -> None:
    fields = {"what": "fell", "severity": "severe", "serious": ["hospitalisation"]}
    driver.do(cmd.ReportAdverseEvent, "nurse", **fields)
    screen(driver, wished_dead=True, thoughts_now=True)
    good = driver.now + timedelta(days=1)
    judged = {"level": RiskLevel.HIGH, "plan": "as agreed", "good_until": good}
    driver.do(cmd.AssessRisk, "prescriber", **judged)
    close(driver, line(driver, "adverse-event/"), "medical_director")
    close(driver, line(driver, "/sheet"), "nurse")
    assert not keys(driver)


def test_rule_21_the_line_to_assess_again_closes_with_the_assessment(driver: CoreDriver) -> None:
    for _ in range(2):
        good = driver.now + timedelta(days=1)
        judged = {"level": RiskLevel.HIGH, "plan": "as agreed", "good_until": good}
        driver.do(cmd.AssessRisk, "prescriber", **judged)
        assert not [k for k in keys(driver) if k.endswith("/run-out")]
        driver.to(good)
        assert [k for k in keys(driver) if k.endswith("/run-out")]


def test_rule_23_hospital_has_a_due_time_and_climbs_to_the_prescriber(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "21:30"))
    driver.do(cmd.ReportHospital, reason="fell")
    due = clock(THURSDAY, "18:00")
    assert line(driver, "hospital/reported").due == due
    assert not driver.pages()
    driver.to(due)
    assert driver.pages() == [("prescriber", "Thu 18:00")]
    close(driver, line(driver, "hospital/reported"), "prescriber")
    assert not driver.journey.open_escalations


@pytest.mark.parametrize("outcome", ["emergency", "reached"])
def test_rule_23_nobody_but_a_clinician_ends_what_hospital_leaves_to_decide(
    driver: CoreDriver, outcome: str
) -> None:
    driver.do(cmd.ReportHospital, reason="fell")
    driver.to(clock(THURSDAY, "18:00"))
    said = {"escalation": "e1", "outcome": outcome, "note": "is looked after there"}
    with pytest.raises(Refused, match="Only a clinician") as refused:
        driver.do(cmd.ResolveEscalation, "coordinator", **said)
    assert refused.value.code is Reason.NEEDS_CLINICIAN
    driver.do(cmd.ResolveEscalation, "prescriber", **said)
    assert not driver.journey.open_escalations


def test_rule_23_before_a_visit_it_is_decided_sooner(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "08:30"))
    book(driver, Step.PREPARATION, clock(THURSDAY, "10:00"))
    driver.do(cmd.ReportHospital, reason="fell")
    assert line(driver, "hospital/reported").due == clock(THURSDAY, "10:00")
    driver.to(clock(THURSDAY, "10:00"))
    assert driver.journey.open_escalations
    driver.do(cmd.BackFromHospital, note="home again")
    assert not driver.journey.open_escalations


def test_rule_23_a_hold_of_texts_stands_on_the_list(driver: CoreDriver) -> None:
    driver.do(cmd.HoldTexts, "nurse", reason="asked by her brother")
    (row,) = (r for r in overview(driver.journey).owed if r.key == "texts-held")
    assert (row.group, row.since) == ("today", driver.now)
    assert "brother" not in row.line
    driver.do(cmd.ReleaseTexts, reason="spoken with her")
    assert not [r for r in overview(driver.journey).owed if r.key == "texts-held"]


@pytest.mark.parametrize(
    ("role", "told", "opens"),
    [
        ("coordinator", "police", True),
        ("nurse", "emergency_contact", True),
        ("coordinator", "escort", False),
        ("on_call_clinician", "police", False),
    ],
)
def test_rule_21_telling_the_police_is_signed_by_a_clinician(
    driver: CoreDriver, role: str, told: str, *, opens: bool
) -> None:
    fields = {"told": told, "disclosure": "D-0123456789abcdef"}
    happened = driver.do(cmd.RecordDisclosure, role, **fields)
    assert happened[0].kind == "disclosure_recorded"
    assert [k for k in keys(driver) if k.startswith("disclosure/")] == keys(driver)
    assert bool(keys(driver)) is opens
    if opens:
        signed = line(driver, "disclosure/")
        with pytest.raises(Refused):
            close(driver, signed, "coordinator")
        close(driver, signed, "prescriber")
        assert not keys(driver)
