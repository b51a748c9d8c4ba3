"""Preparation before, psychotherapy after: outcomes, an outside therapist, high risk, hand-over."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from core_driver import MONDAY, CoreDriver, clock
from core_steps import THURSDAY, WEDNESDAY, book, decide, infuse, leave, move, prepare, session

from pathway import commands as cmd
from pathway import events as ev
from pathway.anchors import due_at
from pathway.facts import SessionOutcome, Step
from pathway.items import PageAct
from pathway.journey import Journey, Treatment
from pathway.overview import overview
from pathway.refusals import Reason, Refused
from pathway.sessions import (
    prepared,
    psychotherapy_booked,
    psychotherapy_closed,
    session_outcome,
)

FRIDAY = THURSDAY + timedelta(days=1)
NEXT_MONDAY = MONDAY + timedelta(days=7)


def current(driver: CoreDriver) -> Treatment:
    assert driver.journey.treatment is not None
    return driver.journey.treatment


def home(driver: CoreDriver, slot: str | None = None) -> CoreDriver:
    """The infusion ended on Wednesday at 11:00: psychotherapy is due on Thursday at 11:00."""
    infuse(driver, begins="10:20")
    leave(driver)
    if slot:
        book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, slot))
    return driver


def said(driver: CoreDriver, outcome: str, role: str = "therapist", **fields: object) -> None:
    driver.do(cmd.RecordPsychotherapy, role, treatment=1, outcome=outcome, **fields)


# Acceptance stories


def test_story_2_held_in_time_and_entered_late_texts_and_pages_nobody(driver: CoreDriver) -> None:
    home(driver, "10:00")
    driver.to(clock(THURSDAY, "11:40"))
    said(driver, "held")
    driver.to(clock(FRIDAY, "10:00"))
    assert session_outcome(driver.journey, current(driver)) is SessionOutcome.HELD
    assert driver.pages() == []
    assert driver.journey.escalations == ()
    assert "please_call" not in [name for name, _ in driver.texts()]


def test_story_3_not_held_tops_today_with_forty_minutes_left(driver: CoreDriver) -> None:
    home(driver, "10:00")
    driver.to(clock(THURSDAY, "10:20"))
    stated = {"reason": "she did not come", "stated_by": "her therapist, by the one-time link"}
    said(driver, "not_held", wish_of="patient", **stated)
    top = overview(driver.journey).owed[0]
    assert (top.group, top.line) == ("today", "Rebook before Thu 11:00")
    assert top.due is not None
    assert top.due - driver.now == timedelta(minutes=40)
    assert len(driver.journey.no_shows) == 1


# Outcomes (rules 4, 7 and 9)


def test_rule_7_not_held_for_good_is_an_outcome_at_once(driver: CoreDriver) -> None:
    home(driver, "10:00")
    said(driver, "not_held", reason="she is in hospital", for_good=True)
    assert current(driver).psychotherapy is not None
    assert due_at(driver.journey, current(driver), Step.DECISION) == driver.now + timedelta(
        hours=48
    )


def test_rule_7_held_behind_the_window_is_held_late(driver: CoreDriver) -> None:
    home(driver)
    driver.to(clock(THURSDAY, "15:00"))
    said(driver, "held")
    record = current(driver).psychotherapy
    assert record is not None
    assert record.outcome is SessionOutcome.HELD
    assert session_outcome(driver.journey, current(driver)) is SessionOutcome.HELD_LATE


def test_rule_7_not_reached_takes_its_attempts(driver: CoreDriver) -> None:
    home(driver)
    with pytest.raises(Refused, match="record_contact_attempt"):
        said(driver, "not_reached", reason="no answer")


def test_rule_9_an_outside_therapists_word_and_recommendation(driver: CoreDriver) -> None:
    home(driver)
    recommends = {"recommendation": "continue_same", "recommendation_reason": "she slept"}
    with pytest.raises(Refused, match="stated_by"):
        said(driver, "held", "coordinator", **recommends)
    said(driver, "held", "coordinator", stated_by="Dr Outside, by phone", **recommends)
    record = current(driver).psychotherapy
    assert record is not None
    assert record.recommendation is not None
    assert (record.stated_by, record.signed.by) == ("Dr Outside, by phone", "carla")
    assert record.recommendation.stated_by == "Dr Outside, by phone"


def test_rule_9_a_recommendation_may_follow_the_session(driver: CoreDriver) -> None:
    home(driver)
    recommends = {"treatment": 1, "recommendation": "decrease_dose", "reason": "steady"}
    with pytest.raises(Refused, match="session first"):
        driver.do(cmd.RecordRecommendation, "therapist", **recommends)
    said(driver, "held")
    driver.do(cmd.RecordRecommendation, "therapist", **recommends)
    record = current(driver).psychotherapy
    assert record is not None
    assert record.recommendation is not None
    assert record.recommendation.signed.by == "theo"


# Everybody who was paged (rule 4), and whom a high risk pages (rule 21)


def _told(driver: CoreDriver) -> list[tuple[str, bool]]:
    acts = [ran.item.act for ran in driver.ran if isinstance(ran.item.act, PageAct)]
    return [(act.person or act.role.value, act.all_clear) for act in acts]


def test_rule_4_everyone_paged_is_told_once_that_nothing_is_needed(driver: CoreDriver) -> None:
    home(driver, "09:30")
    driver.to(clock(THURSDAY, "12:30"))
    assert _told(driver) == [("coordinator", False)]
    said(driver, "held", happened_at=clock(THURSDAY, "10:30"))
    driver.to(clock(FRIDAY, "10:00"))
    assert _told(driver) == [("coordinator", False), ("omar", True)]
    assert driver.journey.stand_downs == ()


def _high(driver: CoreDriver) -> None:
    good = driver.now + timedelta(days=3)
    fields = {"level": "high", "plan": "stays with her sister", "good_until": good}
    driver.do(cmd.AssessRisk, "prescriber", **fields)


def test_rule_21_a_high_risk_miss_goes_to_the_clinician_at_once(driver: CoreDriver) -> None:
    home(driver, "10:00")
    _high(driver)
    driver.to(clock(THURSDAY, "11:01"))
    assert [e.ladder for e in driver.journey.open_escalations] == ["follow_up_high_risk"]
    assert driver.pages() == [("on_call_clinician", "Thu 11:00")]


def test_rule_21_called_high_while_the_ordinary_ladder_climbs(driver: CoreDriver) -> None:
    home(driver)
    driver.to(clock(THURSDAY, "11:30"))
    _high(driver)
    ladders = [e.ladder for e in driver.journey.open_escalations]
    assert ladders == ["follow_up", "follow_up_high_risk"]
    said(driver, "held")
    assert driver.journey.open_escalations == ()


# Whose it is (rule 6)


def test_rule_6_back_to_the_queue_it_climbs_again(driver: CoreDriver) -> None:
    home(driver)
    _high(driver)
    driver.to(clock(THURSDAY, "11:05"))
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    driver.to(clock(THURSDAY, "11:20"))
    driver.do(cmd.HandOver, "on_call_clinician", escalation="e1", note="shift ends")
    assert overview(driver.journey).owed[0].owner is None
    assert driver.pages()[-1] == ("on_call_clinician", "Thu 11:20")


def test_rule_6_a_line_is_handed_over_by_name_and_back(driver: CoreDriver) -> None:
    driver.to(clock(THURSDAY, "09:00"))
    key = driver.journey.tasks[0].key
    driver.do(cmd.HandOver, task=key, to="carla", note="she knows her")
    assert driver.journey.tasks[0].owner == "carla"
    driver.do(cmd.HandOver, task=key, note="shift ends")
    assert driver.journey.tasks[0].owner is None


def test_a_row_of_danger_names_the_role_whose_turn_it_is(driver: CoreDriver) -> None:
    home(driver)
    driver.to(clock(THURSDAY, "11:10"))
    assert overview(driver.journey).owed[0].role == "coordinator"
    driver.to(clock(THURSDAY, "15:10"))
    assert overview(driver.journey).owed[0].role == "therapist_lead"


# Preparation (rule 10)


def _prepared_for(driver: CoreDriver, day: int) -> Journey:
    prepare(driver)
    at = clock(MONDAY + timedelta(days=day), "10:00")
    slot = at + timedelta(hours=23)
    book(driver, Step.INFUSION, at, psychotherapy_at=slot, seen_by="omar")
    return driver.journey


@pytest.mark.parametrize(("day", "good"), [(6, True), (7, False), (9, False)])
def test_rule_10_a_preparation_stays_good_for_seven_days(
    driver: CoreDriver, day: int, good: bool
) -> None:
    journey = _prepared_for(driver, day)
    begins = clock(MONDAY + timedelta(days=day), "10:00")
    assert prepared(journey, current(driver), begins) is good


def test_rule_10_moved_within_seven_days_it_is_not_asked_for_again(driver: CoreDriver) -> None:
    _prepared_for(driver, 2)
    move(driver, Step.INFUSION, clock(FRIDAY, "10:00"))
    assert not [key for key in driver.agenda_keys() if "preparation" in key]
    with pytest.raises(Refused, match="already recorded"):
        prepare(driver)


def test_rule_10_moved_further_another_one_is_owed(driver: CoreDriver) -> None:
    _prepared_for(driver, 2)
    move(driver, Step.INFUSION, clock(NEXT_MONDAY + timedelta(days=2), "10:00"))
    assert "t1/preparation/unbooked/missed/a2" in driver.agenda_keys()
    driver.to(clock(NEXT_MONDAY, "09:00"))
    prepare(driver)
    begins = clock(NEXT_MONDAY + timedelta(days=2), "10:00")
    assert prepared(driver.journey, current(driver), begins)


def test_rule_10_the_last_session_may_be_the_preparation_if_the_therapist_ticks_it(
    driver: CoreDriver,
) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(WEDNESDAY, "17:00"))
    session(driver)
    decide(driver)
    ticked = {"treatment": 2, "last_psychotherapy": True}
    with pytest.raises(Refused, match="recorded by one of"):
        driver.do(cmd.RecordPreparation, "prescriber", **ticked)
    driver.do(cmd.RecordPreparation, "therapist", **ticked)
    held = current(driver).preparation
    assert held is not None
    assert held.was_psychotherapy_of == 1
    assert held.signed.happened_at == clock(WEDNESDAY, "17:00")


def test_rule_10_nothing_held_is_no_preparation(driver: CoreDriver) -> None:
    with pytest.raises(Refused, match="No psychotherapy session"):
        driver.do(cmd.RecordPreparation, "therapist", treatment=1, last_psychotherapy=True)


def test_what_the_gates_ask_of_the_sessions(driver: CoreDriver) -> None:
    assert psychotherapy_closed(driver.journey)
    begins = clock(WEDNESDAY, "11:00")
    assert not psychotherapy_booked(driver.journey, current(driver), begins)
    assert not psychotherapy_booked(driver.journey, current(driver), None)
    slot = clock(THURSDAY, "09:00")
    book(driver, Step.INFUSION, begins, psychotherapy_at=slot)
    assert psychotherapy_booked(driver.journey, current(driver), begins)
    assert psychotherapy_booked(driver.journey, current(driver), None)


@pytest.mark.parametrize("allowed", [True, False])
def test_rule_8_a_session_from_afar_is_as_the_protocol_says(
    driver: CoreDriver, *, allowed: bool
) -> None:
    """Held it was: where it is not allowed, that is signed and not refused."""
    rules = driver.journey.protocol
    session_rules = rules.steps.psychotherapy.model_copy(update={"remote_allowed": allowed})
    steps = rules.steps.model_copy(update={"psychotherapy": session_rules})
    protocol = rules.model_copy(update={"steps": steps})
    driver.journey = driver.journey.model_copy(update={"protocol": protocol})
    infuse(driver)
    leave(driver)
    driver.do(cmd.RecordPsychotherapy, "therapist", treatment=1, from_afar=True)
    held = driver.journey.treatments[0].psychotherapy
    assert held is not None
    assert (held.from_afar, bool(held.deviations)) == (True, not allowed)
    assert ("t1/deviations" in [t.key for t in driver.journey.tasks]) is not allowed


def test_rule_7_a_session_held_after_all_supersedes_that_she_declined(driver: CoreDriver) -> None:
    home(driver)
    said(driver, "declined", reason="she does not want to")
    with pytest.raises(Refused, match="already has its outcome"):
        said(driver, "not_held", reason="said twice", for_good=True)
    driver.to(clock(THURSDAY, "09:00"))
    said(driver, "held")
    assert session_outcome(driver.journey, current(driver)) is SessionOutcome.HELD
    assert [s.outcome for s in current(driver).earlier_sessions] == [SessionOutcome.DECLINED]
    with pytest.raises(Refused, match="already has its outcome"):
        said(driver, "held")


def test_rule_9_an_outside_therapists_preparation_is_taken_by_phone(driver: CoreDriver) -> None:
    with pytest.raises(Refused, match="stated_by"):
        driver.do(cmd.RecordPreparation, treatment=1)
    driver.do(cmd.RecordPreparation, treatment=1, stated_by="Dr Outside, by phone")
    held = current(driver).preparation
    assert held is not None
    assert (held.stated_by, held.signed.by) == ("Dr Outside, by phone", "carla")


def test_rule_9_a_cancellation_is_stated_and_taken(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    fields: dict[str, Any] = {"step": "preparation", "revision": 1, "wish_of": "clinic"}
    fields["reason"] = "she is ill"
    happened = driver.do(cmd.Cancel, treatment=1, stated_by="Dr Outside", **fields)
    cancelled = next(e for e in happened if isinstance(e, ev.AppointmentCancelled))
    assert cancelled.stated_by == "Dr Outside"


@pytest.mark.parametrize("held", [clock(WEDNESDAY, "10:19"), clock(THURSDAY, "12:00")])
def test_rule_10_a_preparation_of_before_the_last_infusion_or_after_the_start_is_none(
    driver: CoreDriver, held: datetime
) -> None:
    home(driver)
    driver.to(clock(THURSDAY, "10:30"))
    session(driver)
    decide(driver)
    driver.to(clock(THURSDAY, "13:00"))
    driver.do(cmd.RecordPreparation, "therapist", treatment=2, happened_at=held)
    assert not prepared(driver.journey, current(driver), clock(THURSDAY, "11:00"))
    assert prepared(driver.journey, current(driver), clock(FRIDAY, "11:00")) is (
        held > clock(WEDNESDAY, "11:00")
    )


@pytest.mark.parametrize("at", ["03:00", "22:00"])
def test_rule_8_a_session_moved_alone_needs_somebody_at_work(driver: CoreDriver, at: str) -> None:
    home(driver, "10:00")
    when = clock(THURSDAY if at == "03:00" else WEDNESDAY, at)
    fields: dict[str, Any] = {"step": "psychotherapy", "revision": 1, "at": when}
    with pytest.raises(Refused, match="seen_by") as refused:
        driver.do(cmd.Move, treatment=1, **fields)
    assert refused.value.code is Reason.NO_STAFFED_HOUR
    driver.do(cmd.Move, treatment=1, seen_by="theo", **fields)
    assert current(driver).appointments[-1].seen_by == "theo"
