"""What a journey shows of itself: where it stands, who owes what by when, and why."""

from datetime import timedelta

import pytest
from core_driver import MONDAY, CoreDriver, clock
from core_steps import THURSDAY, WEDNESDAY, book, decide, infuse, leave, prepare, session, start

from pathway import commands as cmd
from pathway.apply import DIARY_KEPT
from pathway.facts import Choice, Step
from pathway.journey import Stage
from pathway.overview import explain, overview
from pathway.roles import Role


def _as_assessed(driver: CoreDriver) -> None:
    assert driver.journey.treatment is not None


def _as_infusing(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))


def _as_home(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)


def _as_debriefed(driver: CoreDriver) -> None:
    _as_home(driver)
    session(driver)


def _as_done(driver: CoreDriver) -> None:
    _as_debriefed(driver)
    decide(driver, Choice.COMPLETE)


@pytest.mark.parametrize(
    ("reach", "stage", "owner", "group"),
    [
        (_as_assessed, Stage.PREPARATION, Role.THERAPIST, "waiting"),
        (prepare, Stage.INFUSION, Role.PRESCRIBER, "waiting"),
        (_as_infusing, Stage.INFUSION, Role.PRESCRIBER, "building"),
        (infuse, Stage.MONITORING, Role.NURSE, "building"),
        (_as_home, Stage.PSYCHOTHERAPY, Role.THERAPIST, "waiting"),
        (_as_debriefed, Stage.DECISION, Role.PRESCRIBER, "waiting"),
        (_as_done, Stage.FOLLOW_UP, Role.COORDINATOR, "waiting"),
    ],
)
def test_every_stage_says_whose_turn_it_is(
    driver: CoreDriver, reach: object, stage: Stage, owner: Role, group: str
) -> None:
    assert callable(reach)
    reach(driver)
    seen = overview(driver.journey)
    assert (seen.stage, seen.waits_for) == (stage, owner)
    assert seen.owed[-1].group == group
    assert seen.owed[-1].line == seen.owes


def test_what_is_owed_is_owed_by_the_protocols_time(driver: CoreDriver) -> None:
    _as_home(driver)
    assert overview(driver.journey).due == clock(THURSDAY, "11:40")
    session(driver)
    assert overview(driver.journey).due == driver.now + timedelta(hours=48)


def test_before_anything_is_booked_nothing_is_owed_by_a_time(driver: CoreDriver) -> None:
    assert overview(driver.journey).due is None
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    assert overview(driver.journey).due == clock(WEDNESDAY, "09:00")
    book(driver, Step.INFUSION, clock(WEDNESDAY, "13:00"))
    assert overview(driver.journey).due == clock(WEDNESDAY, "12:00"), "an hour before the visit"


def test_the_work_list_puts_danger_first(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    driver.do(cmd.RaiseFlag, "nurse")
    groups = [row.group for row in overview(driver.journey).owed]
    assert groups == ["danger", "today", "today", "waiting"]
    assert overview(driver.journey).owed[0].role is Role.ON_CALL_CLINICIAN


def test_a_line_that_sleeps_is_due_when_it_wakes(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    driver.do(
        cmd.RecordContactAttempt,
        task=driver.journey.tasks[0].key,
        outcome="no_answer",
        note="no answer",
        next_try=clock(THURSDAY, "15:00"),
    )
    rows = [row for row in overview(driver.journey).owed if row.group == "today"]
    assert [row.due for row in rows] == [clock(THURSDAY, "15:00"), None]


def test_explain_has_one_answer_to_why_she_got_no_text(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.do(cmd.HoldTexts, reason="asked to stop")
    driver.to(clock(MONDAY + timedelta(days=1), "14:00"))
    told = explain(driver.journey)
    assert [(entry.line, entry.outcome, entry.reason) for entry in told.past] == [
        ("text: what agreeing to texts means", "sent", "due"),
        ("text: preparation appointment, appointment - 24h", "skipped", "texts_held"),
    ]
    assert told.to_come[0].line == "text: preparation appointment, appointment - 2h"
    assert told.zone == "America/Los_Angeles"


def test_the_diary_keeps_its_latest_entries(driver: CoreDriver) -> None:
    driver.do(cmd.RaiseFlag, "nurse")
    driver.to(driver.now + timedelta(hours=8))
    diary = explain(driver.journey).past
    assert len(diary) == DIARY_KEPT
    assert diary[-1].at > driver.now - timedelta(minutes=6)


def test_the_next_five_stand_in_the_overview(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    book(driver, Step.INFUSION, clock(THURSDAY, "11:00"))
    told = explain(driver.journey).to_come
    assert overview(driver.journey).next_items == told[:5]
    assert [item.at for item in told] == sorted(item.at for item in told)
