"""In hospital, paused, leaving, readmitted: what stops, what runs on, and the way back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from core_driver import MONDAY, CoreDriver, clock
from core_steps import THURSDAY, WEDNESDAY, book, cancel, infuse, leave, prepare, start
from entry_fields import assessed, consenting

from pathway import commands as cmd
from pathway.apply import open_journey
from pathway.clocks import open_clocks
from pathway.facts import Step
from pathway.facts.entering import LinkedJourney
from pathway.overview import details, overview
from pathway.refusals import Reason, Refused

TUESDAY = MONDAY + timedelta(days=1)
FRIDAY = MONDAY + timedelta(days=4)


def booked(driver: CoreDriver) -> CoreDriver:
    book(driver, Step.PREPARATION, clock(TUESDAY, "13:00"))
    slot = clock(FRIDAY, "09:00")
    book(driver, Step.INFUSION, clock(THURSDAY, "11:00"), psychotherapy_at=slot)
    return driver


def lines(driver: CoreDriver) -> list[str]:
    return [task.line for task in driver.journey.tasks]


def answers(driver: CoreDriver, answer: str) -> dict[str, Any]:
    return {clock_.key: answer for clock_ in open_clocks(driver.journey)}


def proposed(driver: CoreDriver) -> list[tuple[int, datetime]]:
    return [(p.treatment, p.at) for p in driver.journey.proposals]


def assessment_at(driver: CoreDriver) -> datetime | None:
    booked_for = driver.journey.assessment_booked
    return booked_for.at if booked_for else None


def standing_at(driver: CoreDriver, step: Step) -> Any:
    treatment = driver.journey.treatment
    assert treatment is not None
    appointment = treatment.appointment(step)
    return appointment.at if appointment else None


# In hospital


def test_rule_23_in_hospital_every_text_is_paused_and_the_prescriber_told(
    driver: CoreDriver,
) -> None:
    booked(driver)
    driver.do(cmd.ReportHospital, "nurse", reason="admitted last night")
    assert [(t.to, t.key) for t in driver.journey.tasks] == [("prescriber", "hospital/reported")]
    driver.to(clock(THURSDAY, "09:00"))
    assert driver.texts() == []
    assert ("skipped", "in_hospital") in driver.outcomes("infusion")
    assert overview(driver.journey).status == ("in_hospital",)


def test_rule_23_after_hospital_texts_go_out_again(driver: CoreDriver) -> None:
    booked(driver)
    driver.do(cmd.ReportHospital, "nurse")
    driver.to(clock(WEDNESDAY, "12:00"))
    driver.do(cmd.BackFromHospital, "coordinator", note="Discharged this morning")
    driver.to(clock(THURSDAY, "09:00"))
    assert ("appointment_today", "Thu 08:00") in driver.texts()
    assert "hospital/reported" not in [t.key for t in driver.journey.tasks]
    assert "Back from hospital" in "".join(lines(driver))


def test_a_hospital_is_reported_once_and_left_once(driver: CoreDriver) -> None:
    assert driver.do(cmd.BackFromHospital, note="was never there") == ()
    driver.do(cmd.ReportHospital)
    assert driver.do(cmd.ReportHospital) == ()


def test_nothing_starts_while_she_is_in_hospital(driver: CoreDriver) -> None:
    prepare(driver)
    driver.do(cmd.ReportHospital)
    with pytest.raises(Refused, match="in hospital"):
        start(driver, clock(WEDNESDAY, "11:00"))


def test_the_ui_names_no_hospital(driver: CoreDriver) -> None:
    driver.do(cmd.ReportHospital)
    driver.do(cmd.Pause, reason="she asked for it")
    shown = details(driver.journey).splitlines()
    assert "The journey is paused." in shown
    assert "All texts are paused." in shown


# Paused


def test_a_pause_lists_what_it_must_speak_of(driver: CoreDriver) -> None:
    booked(driver)
    with pytest.raises(Refused) as refused:
        driver.do(cmd.Pause, reason="she travels", clocks={"t1/infusion": "keep"})
    assert refused.value.code is Reason.CLOCKS
    assert "t1/preparation" in refused.value.sentence
    assert "t1/infusion" not in refused.value.sentence


@pytest.mark.parametrize("clocks", [{"t9/infusion": "keep"}, {"t1/checkin": "keep"}])
def test_a_pause_speaks_of_nothing_else(driver: CoreDriver, clocks: dict[str, str]) -> None:
    book(driver, Step.INFUSION, clock(THURSDAY, "11:00"))
    with pytest.raises(Refused, match="Nothing is open under this name"):
        driver.do(cmd.Pause, reason="she travels", clocks=clocks)


def test_a_pause_cancels_what_it_is_told_to_and_nobody_is_nudged(driver: CoreDriver) -> None:
    booked(driver)
    driver.do(cmd.Pause, reason="she travels", clocks=answers(driver, "cancel"))
    driver.to(clock(MONDAY + timedelta(days=20), "12:00"))
    assert (driver.texts(), driver.journey.open_escalations, lines(driver)) == ([], (), [])
    driver.do(cmd.Resume, reason="she is back")
    assert "Book the visit" in lines(driver)


def test_a_pause_keeps_what_it_is_told_to(driver: CoreDriver) -> None:
    booked(driver)
    driver.do(cmd.Pause, reason="she travels", clocks=answers(driver, "keep"))
    assert standing_at(driver, Step.INFUSION) == clock(THURSDAY, "11:00")
    driver.to(clock(THURSDAY, "08:00"))
    assert driver.texts()


def test_what_a_pause_shifts_keeps_its_weekday_and_its_hour(driver: CoreDriver) -> None:
    booked(driver)
    driver.do(cmd.Pause, reason="she travels", clocks=answers(driver, "shift"))
    assert standing_at(driver, Step.INFUSION) is None
    driver.to(clock(MONDAY + timedelta(days=10), "12:00"))
    driver.do(cmd.Resume, reason="she is back")
    two_weeks = timedelta(weeks=2)
    assert standing_at(driver, Step.PSYCHOTHERAPY) == clock(FRIDAY + two_weeks, "09:00")
    assert standing_at(driver, Step.INFUSION) == clock(THURSDAY + two_weeks, "11:00")
    assert standing_at(driver, Step.PREPARATION) == clock(TUESDAY + two_weeks, "13:00")


def test_proposed_visits_are_clocks_too(driver: CoreDriver) -> None:
    booked(driver)
    driver.do(cmd.ProposeVisits, treatment=1)
    before = proposed(driver)
    clocks = {**answers(driver, "keep"), "t2/proposed": "cancel"}
    clocks |= {f"t{number}/proposed": "shift" for number, _ in before[1:]}
    driver.do(cmd.Pause, reason="she travels", clocks=clocks)
    assert proposed(driver) == []
    driver.do(cmd.Resume, reason="she stays after all")
    assert proposed(driver) == [(n, at + timedelta(weeks=1)) for n, at in before[1:]]


def test_what_cannot_stand_at_its_shifted_time_is_booked_by_hand(driver: CoreDriver) -> None:
    closed = driver.journey.calendar.model_copy(update={"closed": (THURSDAY + timedelta(7),)})
    driver.journey = driver.journey.model_copy(update={"calendar": closed})
    booked(driver)
    driver.do(cmd.Pause, reason="she travels", clocks=answers(driver, "shift"))
    driver.do(cmd.Resume, reason="she stays after all")
    assert standing_at(driver, Step.INFUSION) is None
    assert any("Book the infusion again" in line for line in lines(driver))


def test_what_was_booked_meanwhile_stands(driver: CoreDriver) -> None:
    booked(driver)
    driver.do(cmd.Pause, reason="she travels", clocks=answers(driver, "shift"))
    book(driver, Step.INFUSION, clock(MONDAY + timedelta(days=9), "11:00"))
    driver.do(cmd.Resume, reason="she is back")
    assert standing_at(driver, Step.INFUSION) == clock(MONDAY + timedelta(days=9), "11:00")


def test_a_window_that_runs_can_only_be_kept(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    keys = {c.key: c.answers for c in open_clocks(driver.journey)}
    assert keys == dict.fromkeys(["t1/psychotherapy/due", "t1/decision/due"], ("keep",))
    with pytest.raises(Refused, match="can only be: keep"):
        driver.do(cmd.Pause, reason="tired", clocks=answers(driver, "cancel"))
    driver.do(cmd.Pause, reason="tired", clocks=answers(driver, "keep"))
    driver.to(clock(THURSDAY, "13:00"))
    assert [e.step for e in driver.journey.open_escalations] == [Step.PSYCHOTHERAPY]


def test_a_pause_ends_by_a_person(driver: CoreDriver) -> None:
    until = clock(MONDAY + timedelta(days=20), "09:00")
    driver.do(cmd.Pause, reason="she travels", until=until)
    driver.to(until)
    assert lines(driver) == ["The pause ends: resume, or extend"]
    assert overview(driver.journey).status == ("paused",)
    driver.do(cmd.Resume, reason="she is back")
    assert "The pause ends" not in "".join(lines(driver))


def test_nothing_starts_in_a_pause_and_none_begins_twice(driver: CoreDriver) -> None:
    prepare(driver)
    driver.do(cmd.Pause, reason="she travels")
    with pytest.raises(Refused, match="paused: resume it first"):
        start(driver, clock(WEDNESDAY, "11:00"))
    with pytest.raises(Refused) as refused:
        driver.do(cmd.Pause, reason="again")
    assert refused.value.code is Reason.ALREADY


# Leaving


def test_rule_1_that_she_leaves_is_taken_although_nobody_spoke_of_her_visits(
    driver: CoreDriver,
) -> None:
    booked(driver)
    driver.do(cmd.Withdraw, reason="does not want to go on")
    assert overview(driver.journey).status == ("withdrawn",)
    keep_or_cancel = [t.key for t in driver.journey.tasks if t.key.endswith("keep-or-cancel")]
    steps = ("preparation", "infusion", "psychotherapy")
    assert sorted(keep_or_cancel) == sorted(f"t1/{s}/a1/keep-or-cancel" for s in steps)
    cancel(driver, Step.INFUSION, wish_of="patient")
    assert "t1/infusion/a1/keep-or-cancel" not in [t.key for t in driver.journey.tasks]


def test_leaving_cancels_what_it_is_told_to_and_nobody_is_nudged(driver: CoreDriver) -> None:
    booked(driver)
    driver.do(cmd.Withdraw, reason="does not want", clocks=answers(driver, "cancel"))
    driver.to(clock(MONDAY + timedelta(days=20), "12:00"))
    assert (driver.texts(), [t.key for t in driver.journey.tasks]) == ([], ["leaving/close"])
    driver.do(cmd.Close, outcome="withdrawn", reason="she left")
    assert driver.journey.over


def test_a_transfer_names_who_takes_over(driver: CoreDriver) -> None:
    driver.do(cmd.TransferCare, to="The clinic in her new town", reason="she moved")
    leaving = driver.journey.leaving
    assert leaving is not None
    assert (leaving.kind, leaving.to) == ("transferred", "The clinic in her new town")
    prepare(driver)
    with pytest.raises(Refused, match="leaving the programme"):
        start(driver, clock(WEDNESDAY, "11:00"))


def test_only_a_pause_shifts(driver: CoreDriver) -> None:
    booked(driver)
    with pytest.raises(Refused, match="Only a pause shifts"):
        driver.do(cmd.Withdraw, reason="leaves", clocks={"t1/infusion": "shift"})


def test_she_may_come_back_before_the_journey_is_closed(driver: CoreDriver) -> None:
    driver.do(cmd.Withdraw, reason="does not want to go on")
    driver.do(cmd.Resume, reason="she thought it over")
    assert overview(driver.journey).status == ()
    assert driver.journey.tasks == ()


def test_who_leaves_before_the_first_treatment_is_not_admitted(opened: CoreDriver) -> None:
    opened.do(cmd.BookAssessment, at=clock(WEDNESDAY, "09:00"))
    opened.do(cmd.Withdraw, reason="does not want to", clocks={"assessment": "cancel"})
    assert assessment_at(opened) is None
    opened.do(cmd.RecordAssessment, "prescriber", **assessed())
    opened.do(cmd.RecordConsent, **consenting())
    assert opened.journey.treatment is None
    opened.do(cmd.Resume, reason="she thought it over")
    assert opened.journey.treatment is not None


def test_an_assessment_is_shifted_too(opened: CoreDriver) -> None:
    opened.do(cmd.BookAssessment, at=clock(WEDNESDAY, "09:00"))
    opened.do(cmd.Pause, reason="she travels", clocks={"assessment": "shift"})
    assert assessment_at(opened) is None
    opened.do(cmd.Resume, reason="she is back")
    assert assessment_at(opened) == clock(WEDNESDAY + timedelta(weeks=1), "09:00")


# Linked


def test_rule_15_a_readmission_is_linked_to_the_journey_before(driver: CoreDriver) -> None:
    before = LinkedJourney(reference="J-9876543210", treatments=6, milligrams=228)
    again = open_journey(driver.opened.model_copy(update={"linked": before}))
    assert overview(again).linked == before
