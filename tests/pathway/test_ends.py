"""Nothing is left to do on a journey that has ended; death closes everything at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, Fate, clock
from core_steps import THURSDAY, WEDNESDAY, book, infuse, leave, monitor, score, session, start
from safety_steps import assess

from pathway import commands as cmd
from pathway import events as ev
from pathway.agenda import agenda
from pathway.escalation import Ending
from pathway.facts import SessionOutcome, Step
from pathway.facts.scores import Purpose
from pathway.flags import in_danger
from pathway.items import AgendaItem, TextAct
from pathway.overview import details, overview
from pathway.refusals import Reason, Refused


def _slow_text(outcome: str) -> Callable[[AgendaItem], Fate]:
    def fate(item: AgendaItem) -> Fate:
        slow = timedelta(minutes=5) if isinstance(item.act, TextAct) else timedelta(0)
        return Fate(outcome if isinstance(item.act, TextAct) else "paged", "chosen", slow)

    return fate


def _with_follow_up_missed(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "13:00"))
    assert driver.journey.open_escalations


def test_death_closes_everything_as_moot(driver: CoreDriver) -> None:
    _with_follow_up_missed(driver)
    driver.do(cmd.RaiseFlag, "nurse")
    driver.do(cmd.ReportDeath, "nurse")
    journey = driver.journey
    assert [e.closed for e in journey.escalations] == [Ending.MOOT, Ending.MOOT]
    assert (journey.tasks, journey.doubtful, agenda(journey)) == ((), (), ())
    seen = overview(journey)
    assert (seen.ended, seen.deceased, seen.owed, seen.waits_for) == ("deceased", True, (), None)


def test_nothing_is_sent_after_death(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.do(cmd.ReportDeath, "nurse")
    driver.to(clock(THURSDAY, "12:00"))
    assert driver.texts() == []


@pytest.mark.parametrize("outcome", ["sent", "refused", "ambiguous", "gave_up", "withheld"])
def test_a_text_in_flight_at_her_death_asks_nobody_to_call(
    driver: CoreDriver, outcome: str
) -> None:
    driver.fate = _slow_text(outcome)
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "08:00"))
    assert driver.under_way, "no text is in flight"
    (flying,) = driver.under_way.values()
    driver.do(cmd.ReportDeath, "nurse")
    driver.commit(driver.outcome(flying.item, flying.fate))
    assert (driver.journey.tasks, driver.journey.doubtful) == ((), ())


def test_a_broken_item_leaves_no_line_after_death(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.fate = lambda _: Fate("broken", after=timedelta(minutes=5))
    driver.to(clock(WEDNESDAY, "08:00"))
    (flying,) = driver.under_way.values()
    driver.do(cmd.ReportDeath, "nurse")
    driver.commit(driver.outcome(flying.item, flying.fate))
    assert driver.journey.tasks == ()


def test_death_after_the_end_is_still_recorded(opened: CoreDriver) -> None:
    opened.do(cmd.Close, outcome="not_suitable", reason="chose another way")
    opened.do(cmd.ReportDeath, "nurse")
    assert overview(opened.journey).ended == "deceased"
    assert opened.do(cmd.ReportDeath, "nurse") == ()


def test_closing_leaves_nothing_to_do(driver: CoreDriver) -> None:
    driver.fate = lambda _: Fate("ambiguous")
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "08:00"))
    assert driver.journey.doubtful
    driver.do(cmd.Close, outcome="moved_away", reason="goes on elsewhere")
    journey = driver.journey
    assert (journey.tasks, journey.doubtful, agenda(journey)) == ((), (), ())
    assert "Ended: moved_away." in details(journey)


def test_an_open_escalation_keeps_the_journey_open(driver: CoreDriver) -> None:
    driver.do(cmd.RaiseFlag, "nurse")
    with pytest.raises(Refused, match=r"\(e1\)") as refused:
        driver.do(cmd.Close, outcome="completed", reason="all done")
    assert refused.value.code is Reason.ESCALATION_OPEN


CLOSED = {"outcome": "completed", "reason": "all done"}


def test_rule_18_a_flag_that_waits_for_its_review_keeps_the_journey_open(
    driver: CoreDriver,
) -> None:
    """Closed over it, nobody would be paged when the review is not done."""
    score(driver, self_harm=1)
    raised = driver.now
    driver.to(raised + timedelta(minutes=10))
    with pytest.raises(Refused, match=r"\(f1\).*\(assess_risk\)") as refused:
        driver.do(cmd.Close, **CLOSED)
    assert refused.value.code is Reason.FLAG_OPEN
    driver.to(raised + timedelta(minutes=30))
    assert [whom for whom, _ in driver.pages()] == ["on_call_clinician"]
    assess(driver)
    driver.do(cmd.Close, **CLOSED)
    assert (driver.journey.over, agenda(driver.journey)) == (True, ())


def test_rule_21_an_emergency_does_not_end_what_nobody_has_assessed(driver: CoreDriver) -> None:
    driver.do(cmd.RaiseFlag, "nurse", tier="high")
    called = {"escalation": "e1", "outcome": "emergency", "note": "ambulance called"}
    driver.do(cmd.ResolveEscalation, "prescriber", **called)
    with pytest.raises(Refused) as refused:
        driver.do(cmd.Close, **CLOSED)
    assert refused.value.code is Reason.FLAG_OPEN


def test_rule_18_a_flag_about_the_body_says_whose_look_it_waits_for(driver: CoreDriver) -> None:
    kinds = {"tier": "review", "flag_kind": "respiratory_depression"}
    driver.do(cmd.RaiseFlag, "nurse", **kinds)
    with pytest.raises(Refused, match="review_flag") as refused:
        driver.do(cmd.Close, **CLOSED)
    assert "assess_risk" not in refused.value.sentence
    driver.do(cmd.RaiseFlag, "nurse", tier="review")
    with pytest.raises(Refused, match=r"assess_risk.*review_flag"):
        driver.do(cmd.Close, **CLOSED)


def _ended_over_a_flag(driver: CoreDriver, tier: str) -> None:
    """As a release before ended it: with the flag open, and no escalation over it."""
    driver.do(cmd.RaiseFlag, "nurse", tier=tier)
    if driver.journey.open_escalations:
        called = {"escalation": "e1", "outcome": "emergency", "note": "ambulance called"}
        driver.do(cmd.ResolveEscalation, "prescriber", **called)
    ended = ev.JourneyEnded(at=driver.now, outcome="completed", reason="all done", by="carla")
    driver.commit((ended,))


@pytest.mark.parametrize(
    ("tier", "after"), [("review", timedelta(minutes=30)), ("high", timedelta(hours=4))]
)
def test_rule_18_a_flag_outlives_the_end_until_a_clinician_has_assessed(
    driver: CoreDriver, tier: str, after: timedelta
) -> None:
    _ended_over_a_flag(driver, tier)
    before = len(driver.pages())
    assert in_danger(driver.journey), "its workflow would come to its end"
    (row,) = overview(driver.journey).owed
    assert (row.key, row.group) == ("flag/f1", "danger")
    driver.to(driver.now + after)
    assert len(driver.pages()) == before + 1
    (row,) = overview(driver.journey).owed
    assert row.escalation, "one line, not two"
    assess(driver)
    assert not in_danger(driver.journey)
    assert (agenda(driver.journey), overview(driver.journey).owed) == ((), ())


def test_rule_18_it_is_assessed_after_the_end_before_it_pages(driver: CoreDriver) -> None:
    _ended_over_a_flag(driver, "review")
    assess(driver)
    driver.to(driver.now + timedelta(hours=1))
    assert not driver.pages()


def test_rule_18_what_is_found_after_the_end_is_reviewed_or_pages(opened: CoreDriver) -> None:
    _closed(opened)
    score(opened, purpose=Purpose.FOLLOW_UP, self_harm=1)
    assert not opened.pages()
    opened.to(opened.now + timedelta(minutes=30))
    assert [whom for whom, _ in opened.pages()] == ["on_call_clinician"]
    assert opened.texts() == []
    assess(opened)
    assert not in_danger(opened.journey)


def test_rule_23_death_ends_what_no_clinician_has_assessed(driver: CoreDriver) -> None:
    _ended_over_a_flag(driver, "review")
    driver.do(cmd.ReportDeath, "nurse")
    assert not in_danger(driver.journey)
    assert (agenda(driver.journey), overview(driver.journey).owed) == ((), ())
    assert "f1" not in details(driver.journey)
    driver.to(driver.now + timedelta(hours=5))
    assert not driver.pages()


def test_a_patient_in_the_building_keeps_the_journey_open(driver: CoreDriver) -> None:
    driver.do(cmd.RecordPreparation, "therapist", treatment=1)
    start(driver, clock(WEDNESDAY, "11:00"))
    with pytest.raises(Refused, match="The patient has not left yet") as refused:
        driver.do(cmd.Close, outcome="completed", reason="all done")
    assert refused.value.code is Reason.OUT_OF_ORDER


def test_rule_7_a_session_still_owed_keeps_the_journey_open(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    with pytest.raises(Refused, match="still owed") as refused:
        driver.do(cmd.Close, outcome="withdrawn", reason="does not want to go on")
    assert refused.value.code is Reason.OUT_OF_ORDER
    session(driver, SessionOutcome.DECLINED)
    driver.do(cmd.Close, outcome="withdrawn", reason="does not want to go on")
    assert driver.journey.over


def _closed(opened: CoreDriver) -> CoreDriver:
    opened.do(cmd.Close, outcome="not_suitable", reason="chose another way")
    return opened


SERIOUS = {"what": "collapsed at home", "severity": "severe"}


@pytest.mark.parametrize(
    ("command", "role", "fields"),
    [
        (cmd.ReportAdverseEvent, "nurse", {"what": "a headache", "severity": "mild"}),
        (cmd.ReportHospital, "coordinator", {"reason": "her sister called"}),
        (
            cmd.RecordDisclosure,
            "coordinator",
            {"told": "emergency_contact", "what": "that she left", "why": "she asked for it"},
        ),
        (cmd.RecordContactAttempt, "coordinator", {"task": "e1", "outcome": "no_answer"}),
    ],
)
def test_rule_1_facts_are_taken_after_the_end_and_open_nothing(
    opened: CoreDriver, command: type[cmd.Command], role: str, fields: dict[str, Any]
) -> None:
    _closed(opened)
    assert opened.do(command, role, **fields)
    journey = opened.journey
    assert (journey.tasks, agenda(journey), overview(journey).owed) == ((), (), ())


@pytest.mark.parametrize(
    ("command", "role", "fields"),
    [
        (cmd.RecordReply, "patient", {"crisis": True}),
        (cmd.ReportAdverseEvent, "nurse", {**SERIOUS, "serious": ["hospitalisation"]}),
        (cmd.ReportAdverseEvent, "nurse", {**SERIOUS, "serious": ["death"]}),
    ],
)
def test_rule_29_danger_after_the_end_still_reaches_a_clinician(
    opened: CoreDriver, command: type[cmd.Command], role: str, fields: dict[str, Any]
) -> None:
    _closed(opened)
    opened.do(command, role, **fields)
    assert opened.pages()[0][0] == "on_call_clinician"
    (row,) = overview(opened.journey).owed
    assert row.group == "danger"
    opened.to(opened.now + timedelta(minutes=30))
    assert len(opened.pages()) > 3, "it climbs until somebody has it"
    assert opened.texts() == []
    opened.do(cmd.AcknowledgeEscalation, "prescriber", escalation=row.key)
    good = opened.now + timedelta(days=1)
    if command is cmd.ReportAdverseEvent:
        (flag,) = opened.journey.flags
        opened.do(cmd.ReviewFlag, "prescriber", flag=flag.id, finding="911 called")
    else:
        opened.do(cmd.AssessRisk, "prescriber", level="high", plan="911 called", good_until=good)
    assert (agenda(opened.journey), overview(opened.journey).owed) == ((), ())


def test_rule_1_the_day_of_her_death_is_entered_and_opens_nothing(driver: CoreDriver) -> None:
    driver.do(cmd.RecordPreparation, "therapist", treatment=1)
    start(driver, clock(WEDNESDAY, "11:00"))
    monitor(driver, clock(WEDNESDAY, "11:20"))
    driver.do(cmd.ReportDeath, "nurse")
    why = {"complete": False, "reason": "she collapsed"}
    driver.do(cmd.EndInfusion, "nurse", treatment=1, **why)
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="transferred")
    driver.do(cmd.ReportAdverseEvent, "nurse", **SERIOUS, serious=["death"], treatment=1)
    driver.do(cmd.SignDeviations, "prescriber", treatment=1)
    driver.to(clock(THURSDAY, "20:00"))
    journey = driver.journey
    assert journey.treatments[0].discharge is not None
    assert journey.treatments[0].deviations_signed is not None
    assert len(journey.adverse_events) == 1
    assert (journey.tasks, journey.open_escalations, agenda(journey)) == ((), (), ())
    assert (driver.pages(), driver.texts()) == ([], [])


@pytest.mark.parametrize("role", ["coordinator", "prescriber"])
def test_nothing_is_planned_in_a_journey_that_has_ended(opened: CoreDriver, role: str) -> None:
    opened.do(cmd.Close, outcome="not_suitable", reason="chose another way")
    with pytest.raises(Refused) as refused:
        opened.do(cmd.RecordConsent, role, given=True)
    assert refused.value.code is Reason.ENDED
    assert opened.do(cmd.HoldTexts, reason="her sister called") == ()
