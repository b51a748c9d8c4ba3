"""A wrong entry is superseded, not erased, and all that hung on it moves (clinic-life rule 2)."""

from datetime import timedelta

import pytest
from core_driver import CoreDriver, clock
from core_steps import (
    THURSDAY,
    WEDNESDAY,
    book,
    decide,
    infuse,
    leave,
    monitor,
    prepare,
    ready_to_leave,
    score,
    session,
    start,
)
from questionnaires import phq9
from visits import LEAVING, SCREEN_NO, reading

from pathway import commands as cmd
from pathway.anchors import due_at
from pathway.chair import END, STOP_REVIEW, VITALS
from pathway.decision_page import decision_page
from pathway.escalation import Ending
from pathway.facts import SessionOutcome, Step, Vitals
from pathway.facts.corrections import Correctable
from pathway.facts.scores import Score
from pathway.flags import open_flags
from pathway.items import PageAct
from pathway.monitoring import floor_of
from pathway.overview import overview
from pathway.preview import PreviewRequest, preview, requested
from pathway.progress import progress
from pathway.protocol import Tier
from pathway.readings import findings
from pathway.refusals import Reason, Refused
from pathway.rules.leaving import NOT_BOOKED
from pathway.sessions import held_in_time


def correct(driver: CoreDriver, what: Correctable, **fields: object) -> None:
    driver.do(cmd.Correct, "nurse", treatment=1, what=what, reason="typed wrongly", **fields)


def test_rule_2_story_8_window_texts_and_pages_follow_a_corrected_end(driver: CoreDriver) -> None:
    """The infusion's end typed 11:40 for 14:40: the window closed three hours too early."""
    infuse(driver, WEDNESDAY, "11:00")
    leave(driver)
    driver.to(clock(THURSDAY, "12:00"))
    assert [e.step for e in driver.journey.open_escalations] == [Step.PSYCHOTHERAPY]
    correct(driver, Correctable.DISCHARGE, right_time=clock(WEDNESDAY, "17:00"))
    correct(driver, Correctable.INFUSION_END, right_time=clock(WEDNESDAY, "14:40"))
    treatment = driver.journey.treatments[0]
    assert due_at(driver.journey, treatment, Step.PSYCHOTHERAPY) == clock(THURSDAY, "14:40")
    assert [e.closed for e in driver.journey.escalations] == [Ending.CORRECTED]
    old = treatment.superseded[-1]
    assert (old.what, old.said_at) == (Correctable.INFUSION_END, clock(WEDNESDAY, "11:40"))
    assert (old.recorded_by, old.reason) == ("nadia", "typed wrongly")
    driver.to(clock(THURSDAY, "14:39"))
    assert not driver.journey.open_escalations
    driver.to(clock(THURSDAY, "14:40"))
    assert [e.step for e in driver.journey.open_escalations] == [Step.PSYCHOTHERAPY]


def test_rule_2_an_end_corrected_to_earlier_misses_at_once(driver: CoreDriver) -> None:
    infuse(driver, WEDNESDAY, "14:00")
    leave(driver)
    driver.to(clock(THURSDAY, "12:00"))
    correct(driver, Correctable.INFUSION_START, right_time=clock(WEDNESDAY, "11:00"))
    assert not driver.journey.open_escalations
    correct(driver, Correctable.INFUSION_END, right_time=clock(WEDNESDAY, "11:40"))
    assert [e.step for e in driver.journey.open_escalations] == [Step.PSYCHOTHERAPY]


def test_rule_2_a_session_entered_for_the_wrong_patient_is_owed_again(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "10:00"))
    session(driver)
    driver.to(clock(THURSDAY, "12:00"))
    assert not driver.journey.open_escalations
    correct(driver, Correctable.PSYCHOTHERAPY, never_happened=True)
    assert driver.journey.treatments[0].psychotherapy is None
    assert [e.step for e in driver.journey.open_escalations] == [Step.PSYCHOTHERAPY]


@pytest.mark.parametrize(
    ("what", "minutes"),
    [
        (Correctable.INFUSION_START, 90),
        (Correctable.INFUSION_END, 600),
        (Correctable.INFUSION_END, -5),
        (Correctable.DISCHARGE, 10),
    ],
)
def test_rule_2_a_time_that_fits_no_neighbour_is_refused(
    driver: CoreDriver, what: Correctable, minutes: int
) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "10:00"))
    at = clock(WEDNESDAY, "11:00") + timedelta(minutes=minutes)
    with pytest.raises(Refused) as refused:
        correct(driver, what, right_time=at)
    assert refused.value.code is Reason.OUT_OF_ORDER


def test_rule_2_what_others_hang_on_goes_last(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    for what in (Correctable.INFUSION_START, Correctable.INFUSION_END):
        with pytest.raises(Refused, match="hangs on it"):
            correct(driver, what, never_happened=True)
    for what in (Correctable.DISCHARGE, Correctable.INFUSION_END, Correctable.INFUSION_START):
        correct(driver, what, never_happened=True)
    assert driver.journey.treatments[0].infusion is None
    assert len(driver.journey.treatments[0].superseded) == 3


def test_rule_2_nothing_a_decision_was_taken_on_is_taken_back(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "10:00"))
    session(driver)
    decide(driver)
    with pytest.raises(Refused, match="decision"):
        correct(driver, Correctable.PSYCHOTHERAPY, never_happened=True)


def test_rule_2_a_correction_says_one_thing(driver: CoreDriver) -> None:
    infuse(driver)
    both = {"right_time": clock(WEDNESDAY, "11:20"), "never_happened": True}
    for fields in ({}, both):
        with pytest.raises(Refused) as refused:
            correct(driver, Correctable.INFUSION_END, **fields)
        assert refused.value.code is Reason.OUT_OF_ORDER


def test_rule_2_what_was_never_recorded_is_not_corrected(driver: CoreDriver) -> None:
    with pytest.raises(Refused) as refused:
        correct(driver, Correctable.DISCHARGE, right_time=driver.now)
    assert refused.value.code is Reason.NOT_RECORDED


def test_rule_2_a_preview_shows_what_moves_and_changes_nothing(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    before = driver.journey
    command = driver.built(
        cmd.Correct,
        "nurse",
        treatment=1,
        what="infusion_end",
        right_time=clock(WEDNESDAY, "11:30"),
        reason="typed wrongly",
    )
    shown = preview(driver.journey, command, driver.now)
    assert "entry_corrected" in shown.happens
    moved = {m.line: (m.was_at, m.will_be_at) for m in shown.moves}
    assert moved["escalate: psychotherapy not recorded in time"] == (
        clock(THURSDAY, "11:40"),
        clock(THURSDAY, "11:30"),
    )
    assert driver.journey == before


def test_a_preview_of_what_is_refused_says_why(driver: CoreDriver) -> None:
    command = driver.built(cmd.Correct, "nurse", treatment=1, what="discharge", reason="x")
    assert "No discharge" in (preview(driver.journey, command, driver.now).refused or "")


def test_a_preview_is_asked_for_by_name(driver: CoreDriver) -> None:
    command = driver.built(cmd.HoldTexts, "nurse", reason="x")
    fields = command.model_dump(mode="json")
    assert requested(PreviewRequest(command="hold_texts", fields=fields)) == command
    with pytest.raises(ValueError, match="no command"):
        requested(PreviewRequest(command="undo", fields={}))


# What hangs on a corrected entry


@pytest.mark.parametrize(
    ("typed", "right", "in_time"),
    [("11:40", "11:20", False), ("11:20", "11:40", True)],
)
def test_rule_2_held_in_time_follows_a_corrected_end(
    driver: CoreDriver, typed: str, right: str, in_time: bool
) -> None:
    infuse(driver)
    leave(driver)
    if typed == "11:20":
        correct(driver, Correctable.INFUSION_END, right_time=clock(WEDNESDAY, typed))
    driver.to(clock(THURSDAY, "11:30"))
    session(driver)
    assert held_in_time(driver.journey, driver.journey.treatments[0]) is not in_time
    correct(driver, Correctable.INFUSION_END, right_time=clock(WEDNESDAY, right))
    row = decision_page(driver.journey, driver.now).treatments[0]
    outcome = SessionOutcome.HELD if in_time else SessionOutcome.HELD_LATE
    assert (row.psychotherapy, row.psychotherapy_in_time) == (outcome, in_time)
    assert overview(driver.journey).sessions == {1: outcome}
    said = driver.journey.treatments[0].psychotherapy
    assert said is not None
    assert said.outcome is SessionOutcome.HELD


def test_rule_2_a_session_moved_by_a_correction_no_longer_hangs_on_its_slot(
    driver: CoreDriver,
) -> None:
    infuse(driver)
    leave(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "10:00"))
    driver.to(clock(THURSDAY, "12:30"))
    session(driver)
    assert held_in_time(driver.journey, driver.journey.treatments[0])
    correct(driver, Correctable.PSYCHOTHERAPY, right_time=clock(THURSDAY, "12:20"))
    assert not held_in_time(driver.journey, driver.journey.treatments[0])


def test_rule_2_an_unrelated_correction_makes_nothing_due_anew(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "09:00"))
    texts, keys = driver.texts(), driver.agenda_keys()
    assert "please_call" in [name for name, _ in texts]
    correct(driver, Correctable.PREPARATION, right_time=clock(WEDNESDAY, "10:00"))
    correct(driver, Correctable.INFUSION_START, right_time=clock(WEDNESDAY, "11:01"))
    assert driver.agenda_keys() == keys
    driver.to(clock(THURSDAY, "11:39"))
    assert driver.texts() == texts


def left_unbooked(driver: CoreDriver) -> str:
    """She has left, no session is booked, and somebody was paged about it."""
    infuse(driver)
    monitor(driver, clock(WEDNESDAY, "13:00"))
    ready_to_leave(driver)
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, **LEAVING)
    driver.to(clock(WEDNESDAY, "14:00"))
    (open_one,) = driver.journey.open_escalations
    assert open_one.about == NOT_BOOKED
    assert open_one.paged == ("omar",)
    return open_one.id


def all_clear(driver: CoreDriver) -> list[str]:
    pages = (ran.item.act for ran in driver.ran if isinstance(ran.item.act, PageAct))
    return [page.escalation for page in pages if page.all_clear]


def test_rule_2_a_correction_closes_only_what_it_makes_moot_and_tells_the_paged(
    driver: CoreDriver,
) -> None:
    name = left_unbooked(driver)
    correct(driver, Correctable.PREPARATION, right_time=clock(WEDNESDAY, "10:00"))
    correct(driver, Correctable.INFUSION_END, right_time=clock(WEDNESDAY, "11:41"))
    assert [e.id for e in driver.journey.open_escalations] == [name]
    assert all_clear(driver) == []
    correct(driver, Correctable.DISCHARGE, never_happened=True)
    assert [e.closed for e in driver.journey.escalations if e.id == name] == [Ending.CORRECTED]
    assert all_clear(driver) == [name]


def test_rule_4_not_held_while_nothing_is_booked_tells_nobody_that_all_is_well(
    driver: CoreDriver,
) -> None:
    name = left_unbooked(driver)
    fields = {"outcome": "not_held", "reason": "nobody called her"}
    driver.do(cmd.RecordPsychotherapy, "therapist", treatment=1, **fields)
    assert [e.id for e in driver.journey.open_escalations] == [name]
    assert all_clear(driver) == []


def test_rule_2_a_start_that_never_was_pages_nobody_any_longer(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "12:30"))
    stand = {e.about: e.id for e in driver.journey.open_escalations}
    assert {VITALS, END} <= set(stand)
    correct(driver, Correctable.INFUSION_START, never_happened=True)
    assert not driver.journey.open_escalations
    paged = len(driver.pages())
    assert sorted(all_clear(driver)) == sorted(stand.values())
    driver.to(clock(WEDNESDAY, "18:00"))
    assert len(driver.pages()) == paged


def test_rule_2_rebook_before_says_the_window_as_it_is_now(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    driver.to(clock(THURSDAY, "09:10"))
    fields = {"outcome": "not_held", "reason": "she did not come"}
    driver.do(cmd.RecordPsychotherapy, "therapist", treatment=1, **fields)
    assert "Rebook before Thu 11:40" in [t.line for t in driver.journey.tasks]
    correct(driver, Correctable.INFUSION_END, right_time=clock(WEDNESDAY, "11:25"))
    said = {t.line: t.due for t in driver.journey.tasks}
    assert said["Rebook before Thu 11:25"] == clock(THURSDAY, "11:25")
    assert "Rebook before Thu 11:40" not in said


def test_rule_2_held_or_not_is_asked_by_the_window_as_it_is_now(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:30"))
    driver.to(clock(THURSDAY, "10:40"))
    asked = [t for t in driver.journey.tasks if "held or not" in t.line]
    correct(driver, Correctable.INFUSION_END, right_time=clock(WEDNESDAY, "11:35"))
    moved = [t for t in driver.journey.tasks if "held or not" in t.line]
    assert [a.due - m.due for a, m in zip(asked, moved, strict=True) if a.due and m.due] == [
        timedelta(minutes=5)
    ]


def test_rule_2_a_pause_cut_short_by_the_end_follows_the_corrected_end(driver: CoreDriver) -> None:
    """The end typed 11:11 for 11:40, in a pause since 11:10: it stood still for half an hour."""
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "11:10"))
    driver.do(cmd.PauseInfusion, "nurse", treatment=1)
    driver.to(clock(WEDNESDAY, "11:41"))
    typed = {"happened_at": clock(WEDNESDAY, "11:11"), "complete": False, "reason": "she asked"}
    driver.do(cmd.EndInfusion, "nurse", treatment=1, **typed)
    correct(driver, Correctable.INFUSION_END, right_time=clock(WEDNESDAY, "11:40"))
    infusion = driver.journey.treatments[0].infusion
    assert infusion is not None
    assert floor_of(driver.journey, infusion) == clock(WEDNESDAY, "13:30")
    assert infusion.ran_for == timedelta(minutes=10)


def test_rule_2_an_unusual_time_follows_the_corrected_end(driver: CoreDriver) -> None:
    infuse(driver)
    told = {"treatment": 1, "what": "infusion_end", "reason": "typed wrongly"}
    driver.do(cmd.Correct, "nurse", right_time=clock(WEDNESDAY, "11:05"), **told)
    infusion = driver.journey.treatments[0].infusion
    assert infusion is not None
    assert any("ran for 5 minutes" in d for d in infusion.deviations)
    assert "t1/deviations" in [t.key for t in driver.journey.tasks]
    driver.do(cmd.Correct, "nurse", right_time=clock(WEDNESDAY, "11:40"), **told)
    infusion = driver.journey.treatments[0].infusion
    assert infusion is not None
    assert not any("it ran for" in d for d in infusion.deviations)
    assert "t1/deviations" not in [t.key for t in driver.journey.tasks]


def left_with(driver: CoreDriver) -> tuple[str, ...]:
    left = driver.journey.treatments[0].discharge
    assert left is not None
    return left.deviations


def lines(driver: CoreDriver) -> list[str]:
    return [task.key for task in driver.journey.tasks]


def test_rule_13_a_leaving_corrected_to_before_the_floor_is_to_be_signed(
    driver: CoreDriver,
) -> None:
    """Signed off at 13:00 by what was typed; it was 12:30, and nobody may leave then."""
    infuse(driver)
    leave(driver)
    assert (left_with(driver), "t1/deviations" in lines(driver)) == ((), False)
    correct(driver, Correctable.DISCHARGE, right_time=clock(WEDNESDAY, "12:30"))
    early = "The protocol keeps a patient for 120 minutes from the start of the infusion."
    assert early in left_with(driver)
    assert "t1/deviations" in lines(driver)
    correct(driver, Correctable.DISCHARGE, right_time=clock(WEDNESDAY, "13:00"))
    assert (left_with(driver), "t1/deviations" in lines(driver)) == ((), False)


def test_rule_13_a_floor_moved_by_a_corrected_end_is_to_be_signed(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    correct(driver, Correctable.INFUSION_END, right_time=clock(WEDNESDAY, "12:20"))
    early = "The protocol keeps a patient for 140 minutes from the start of the infusion."
    assert left_with(driver) == (early,)
    assert "t1/deviations" in lines(driver)
    correct(driver, Correctable.INFUSION_END, right_time=clock(WEDNESDAY, "12:30"))
    assert left_with(driver) == (early.replace("140", "150"),), "in place of the other"


def test_rule_13_a_floor_moved_by_a_corrected_start_is_to_be_signed(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    correct(driver, Correctable.INFUSION_START, right_time=clock(WEDNESDAY, "11:05"))
    assert len(left_with(driver)) == 1
    assert "t1/deviations" in lines(driver)


def test_rule_2_what_came_up_since_is_no_deviation_of_a_corrected_leaving(
    driver: CoreDriver,
) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "10:00"))
    driver.do(cmd.RaiseFlag, "nurse", tier="high")
    correct(driver, Correctable.DISCHARGE, right_time=clock(WEDNESDAY, "13:02"))
    assert left_with(driver) == ()


def test_rule_2_how_the_patient_left_stays_said_whatever_the_time(driver: CoreDriver) -> None:
    infuse(driver)
    driver.to(clock(WEDNESDAY, "12:10"))
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="against_advice")
    before = left_with(driver)
    assert any("keeps a patient for 120 minutes" in said for said in before)
    driver.to(clock(WEDNESDAY, "14:00"))
    correct(driver, Correctable.DISCHARGE, right_time=clock(WEDNESDAY, "13:10"))
    after = left_with(driver)
    assert after[0] == before[0] or "left against advice" in after
    assert not any("keeps a patient" in said for said in after)


# Entries that are more than a time


def read(driver: CoreDriver, at: str, **fields: object) -> None:
    driver.to(clock(WEDNESDAY, at))
    readings = [reading(driver.now, **fields)]
    driver.do(cmd.RecordVitals, "nurse", treatment=1, readings=readings)


def test_rule_2_a_reading_typed_wrongly_is_no_peak_and_calls_nobody(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    read(driver, "11:10", systolic_mmhg=210)
    assert [e.about for e in driver.journey.open_escalations] == [STOP_REVIEW]
    driver.to(clock(WEDNESDAY, "11:12"))
    fields = {
        "said_at": clock(WEDNESDAY, "11:10"),
        "readings": [reading(driver.now, systolic_mmhg=120)],
    }
    command = driver.built(
        cmd.Correct, "nurse", treatment=1, what="vitals", reason="typed wrongly", **fields
    )
    shown = preview(driver.journey, command, driver.now)
    figures = {f.name: (f.was, f.will_be) for f in shown.figures}
    assert figures["peak_systolic_mmhg"] == ("210", "120")
    assert shown.closes
    driver.give(command)
    treatment = driver.journey.treatments[0]
    assert findings(treatment).peak_systolic_mmhg == 120
    assert treatment.vitals[-1].at == clock(WEDNESDAY, "11:10")
    assert not driver.journey.open_escalations
    old = treatment.superseded[-1].was
    assert isinstance(old, Vitals)
    assert old.systolic_mmhg == 210


def test_rule_2_a_reading_that_was_worse_than_typed_calls_the_room(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    read(driver, "11:10", systolic_mmhg=121)
    right = {"readings": [reading(clock(WEDNESDAY, "11:10"), systolic_mmhg=210)]}
    correct(driver, Correctable.VITALS, said_at=clock(WEDNESDAY, "11:10"), **right)
    assert [e.about for e in driver.journey.open_escalations] == [STOP_REVIEW]


def test_rule_2_which_reading_must_be_said(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    read(driver, "11:10")
    for at in (None, clock(WEDNESDAY, "09:10")):
        with pytest.raises(Refused, match="11:10") as refused:
            correct(driver, Correctable.VITALS, said_at=at, never_happened=True)
        assert refused.value.code is Reason.NOT_RECORDED


def test_rule_2_a_reading_is_corrected_after_the_decision_too(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "10:00"))
    session(driver)
    decide(driver)
    first = driver.journey.treatments[0]
    correct(driver, Correctable.VITALS, said_at=first.vitals[-1].at, never_happened=True)
    readings = findings(driver.journey.treatments[0]).readings
    assert readings == findings(first).readings - 1


def test_rule_2_a_corrected_questionnaire_makes_no_response(driver: CoreDriver) -> None:
    score(driver, 20)
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "10:00"))
    score(driver, 8, self_harm=1)
    assert progress(driver.journey).response
    said_at = driver.now
    driver.to(clock(THURSDAY, "10:30"))
    correct(driver, Correctable.SCORES, said_at=said_at, phq9=phq9(18, 1))
    assert progress(driver.journey).response is False
    assert driver.journey.item9 == 1
    (old,) = driver.journey.superseded
    assert isinstance(old.was, Score)
    assert (old.was.phq9, old.recorded_by) == (8, "nadia")
    flags = len(driver.journey.flags)
    correct(driver, Correctable.SCORES, said_at=said_at, phq9=phq9(18, 3))
    assert driver.journey.item9 == 3
    assert len(driver.journey.flags) == flags + 1


def test_rule_2_a_corrected_baseline_stays_the_baseline(driver: CoreDriver) -> None:
    score(driver, 10)
    infuse(driver)
    correct(driver, Correctable.SCORES, phq9=phq9(22))
    assert progress(driver.journey).baseline == 22


def test_rule_18_a_corrected_screen_keeps_its_flag_until_assessed(driver: CoreDriver) -> None:
    yes = {**SCREEN_NO, "wished_dead": True, "thoughts_now": False}
    driver.do(cmd.RecordScreen, "nurse", answers=yes, asked_at="preflight")
    (flag,) = open_flags(driver.journey)
    correct(driver, Correctable.SCREEN, answers=SCREEN_NO)
    assert not driver.journey.screens[-1].answers.positive
    assert open_flags(driver.journey) == (flag,)
    assert [e.id for e in driver.journey.open_escalations] == [flag.escalation]
    correct(driver, Correctable.SCREEN, answers={**yes, "thoughts_now": True})
    assert [f.tier for f in open_flags(driver.journey)][-1] is Tier.HIGH
    correct(driver, Correctable.SCREEN, never_happened=True)
    assert driver.journey.screens == ()
    assert len(open_flags(driver.journey)) == 2
    with pytest.raises(Refused):
        driver.do(
            cmd.Correct, treatment=1, what="screen", never_happened=True, reason="typed wrongly"
        )


def test_rule_2_a_dose_typed_wrongly(driver: CoreDriver) -> None:
    infuse(driver)
    correct(driver, Correctable.DOSE, milligrams=40)
    infusion = driver.journey.treatments[0].infusion
    assert infusion is not None
    assert (infusion.milligrams, infusion.milligrams_given) == (40, 40)
    assert any("not 40 mg" in d for d in infusion.deviations)
    assert "t1/deviations" in [t.key for t in driver.journey.tasks]
    with pytest.raises(Refused, match="drawn up"):
        correct(driver, Correctable.DOSE, milligrams_given=41)
    with pytest.raises(Refused, match="right_time"):
        correct(driver, Correctable.DOSE)


def test_rule_2_a_pause_typed_wrongly_moves_the_floor(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "11:10"))
    driver.do(cmd.PauseInfusion, "nurse", treatment=1)
    driver.to(clock(WEDNESDAY, "11:20"))
    driver.do(cmd.ResumeInfusion, "prescriber", treatment=1)
    driver.to(clock(WEDNESDAY, "11:50"))
    driver.do(cmd.EndInfusion, "nurse", treatment=1)
    correct(driver, Correctable.PAUSE, pause_until=clock(WEDNESDAY, "11:15"))
    infusion = driver.journey.treatments[0].infusion
    assert infusion is not None
    assert floor_of(driver.journey, infusion) == clock(WEDNESDAY, "13:05")
    for until in ("11:05", "11:55"):
        with pytest.raises(Refused, match="between the start and the end"):
            correct(driver, Correctable.PAUSE, pause_until=clock(WEDNESDAY, until))
    correct(driver, Correctable.PAUSE, never_happened=True)
    infusion = driver.journey.treatments[0].infusion
    assert infusion is not None
    assert floor_of(driver.journey, infusion) == clock(WEDNESDAY, "13:00")
