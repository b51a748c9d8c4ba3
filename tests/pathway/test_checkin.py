"""About four hours after an infusion: how do you feel, and what an answer sets off."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import ZONE, CoreDriver, Fate, a_calendar, clock
from core_steps import (
    THURSDAY,
    WEDNESDAY,
    book,
    decide,
    infuse,
    leave,
    move,
    number,
    session,
)

from pathway import commands as cmd
from pathway.agenda import agenda
from pathway.escalation import Ending, TaskKind
from pathway.facts import SessionOutcome, Step
from pathway.facts.safety import ScreenAnswers
from pathway.journey import Contact
from pathway.protocol import FlagKind, LadderName, Level, Mood, Protocol, ScreenAt, Tier


def reply(driver: CoreDriver, digit: str | None = None, **fields: Any) -> None:
    driver.do(cmd.RecordReply, "patient", by="patient", digit=digit, **fields)


def home(driver: CoreDriver, begins: str = "11:00") -> CoreDriver:
    """Infused, over forty minutes, gone home; her session is booked for the next morning."""
    infuse(driver, begins=begins)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "10:30"))
    leave(driver)
    return driver


def asked_at(driver: CoreDriver) -> list[str]:
    return [at for template, at in driver.texts() if template == "feeling_checkin"]


def lines(driver: CoreDriver) -> list[str]:
    return [t.line for t in driver.journey.tasks]


def test_rule_20_she_is_asked_about_four_hours_after(driver: CoreDriver) -> None:
    home(driver).to(clock(WEDNESDAY, "16:00"))
    assert asked_at(driver) == ["Wed 15:40"]


def test_rule_20_earlier_where_quiet_hours_would_eat_it(driver: CoreDriver) -> None:
    home(driver, "17:00").to(clock(THURSDAY, "09:00"))
    assert asked_at(driver) == ["Wed 20:57"]
    assert driver.outcomes("t1/checkin/text") == [("sent", "earlier_than_quiet_hours")]


def test_rule_20_where_they_eat_all_of_it_staff_are_told(driver: CoreDriver) -> None:
    home(driver, "18:00").to(clock(THURSDAY, "09:00"))
    assert asked_at(driver) == []
    assert driver.outcomes("t1/checkin/text") == [("nudge", "too_late")]


def test_rule_20_in_an_unknown_zone_it_is_decent_everywhere(protocol: Protocol) -> None:
    """At 15:40 in California it is 18:40 in New York; at 18:40, too late there."""
    driver = CoreDriver.open(protocol, contact=Contact()).admitted()
    home(driver, "13:40").to(clock(WEDNESDAY, "19:00"))
    assert asked_at(driver) == ["Wed 17:57"]


def test_a_late_check_in_becomes_a_line(driver: CoreDriver) -> None:
    home(driver).outage(clock(WEDNESDAY, "17:41"))
    assert driver.outcomes("t1/checkin/text") == [("nudge", "too_late")]


def test_a_check_in_does_not_count_against_the_cap(driver: CoreDriver) -> None:
    home(driver).to(clock(WEDNESDAY, "16:00"))
    assert [counts for _, counts in driver.counted()] == [False]


@pytest.mark.parametrize(("digit", "mood"), [("3", Mood.BETTER), ("4", Mood.SAME)])
def test_rule_20_better_or_same_is_thanked_for(driver: CoreDriver, digit: str, mood: Mood) -> None:
    home(driver).to(clock(WEDNESDAY, "16:00"))
    reply(driver, digit)
    assert driver.texts()[-1] == ("checkin_thanks", "Wed 16:00")
    (answer,) = driver.journey.messages.moods
    assert (answer.mood, answer.treatment) == (mood, 1)
    assert driver.pages() == []
    assert driver.journey.flags == ()


def test_story_7_worse_in_the_evening_is_answered_and_owned(driver: CoreDriver) -> None:
    home(driver, "14:30").to(clock(WEDNESDAY, "19:30"))
    assert asked_at(driver) == ["Wed 19:10"]
    reply(driver, "5")
    assert driver.texts()[-1] == ("support_numbers", "Wed 19:30")
    assert driver.pages() == [("on_call_clinician", "Wed 19:30")]
    (escalation,) = driver.journey.open_escalations
    assert (escalation.ladder, escalation.level) == (LadderName.URGENT_CALL, Level.SAFETY)
    assert escalation.what == "the patient is to be called today"
    driver.to(clock(WEDNESDAY, "19:39"))
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    taken = driver.journey.open_escalations[0].acknowledged
    assert taken is not None
    assert (taken.by, taken.next_look) == ("omar", clock(WEDNESDAY, "23:39"))


def test_rule_18_a_worse_answer_is_a_flag_that_a_clinician_lifts(driver: CoreDriver) -> None:
    home(driver).to(clock(WEDNESDAY, "16:00"))
    reply(driver, "5")
    (flag,) = driver.journey.flags
    assert (flag.kind, flag.tier, flag.open) == (FlagKind.FEELS_WORSE, Tier.URGENT, True)
    good = clock(THURSDAY, "16:00")
    driver.do(cmd.AssessRisk, "on_call_clinician", level="low", plan="spoken", good_until=good)
    assert not driver.journey.flags[0].open
    assert driver.journey.escalations[0].closed is Ending.ASSESSED


def test_rule_20_a_change_of_mind_counts(driver: CoreDriver) -> None:
    home(driver).to(clock(WEDNESDAY, "16:00"))
    reply(driver, "3")
    driver.to(clock(WEDNESDAY, "18:00"))
    reply(driver, "5")
    assert [m.mood for m in driver.journey.messages.moods] == [Mood.BETTER, Mood.WORSE]
    assert driver.pages() == [("on_call_clinician", "Wed 18:00")]


def test_worse_again_is_raised_again_and_not_twice(driver: CoreDriver) -> None:
    home(driver).to(clock(WEDNESDAY, "16:00"))
    reply(driver, "5")
    reply(driver, "5")
    assert [t for t, _ in driver.texts()] == ["feeling_checkin", "support_numbers"]
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    driver.to(clock(WEDNESDAY, "16:30"))
    reply(driver, "5")
    assert len(driver.journey.flags) == 1
    assert len(driver.journey.escalations) == 1
    assert ("omar", "Wed 16:30") in driver.pages()
    assert driver.texts()[-1] == ("support_numbers", "Wed 16:30")


def test_rule_19_after_an_opt_out_the_page_says_that_nothing_was_sent(
    driver: CoreDriver,
) -> None:
    home(driver).to(clock(WEDNESDAY, "16:00"))
    driver.do(cmd.OptOut)
    reply(driver, "5")
    assert driver.texts() == [("feeling_checkin", "Wed 15:40")]
    (escalation,) = driver.journey.open_escalations
    assert escalation.what == "no automatic answer could be sent: call now"
    assert "No automatic answer could be sent: call now" in lines(driver)
    assert driver.outcomes("/answer") == [("call", "opted_out")]


def test_rule_23_a_hold_withholds_the_answer_too(driver: CoreDriver) -> None:
    home(driver).to(clock(WEDNESDAY, "16:00"))
    driver.do(cmd.HoldTexts, reason="asked to")
    reply(driver, "5")
    assert driver.outcomes("/answer") == [("call", "texts_held")]
    assert driver.journey.open_escalations[0].what.startswith("no automatic answer")


@pytest.mark.parametrize("reason", ["opted_out", "texts_held"])
def test_rule_19_the_records_have_the_last_word_on_an_answer(
    driver: CoreDriver, reason: str
) -> None:
    home(driver).to(clock(WEDNESDAY, "16:00"))
    driver.fate = lambda item: Fate("withheld" if item.act.kind == "text" else "paged", reason)
    reply(driver, "5")
    assert "No automatic answer could be sent: call now" in lines(driver)
    reply(driver, "3")
    assert driver.outcomes("reply/2/answer") == [("skipped", reason)]


def test_rule_27_she_is_answered_in_quiet_hours_when_she_wrote_in_them(
    driver: CoreDriver,
) -> None:
    home(driver, "15:30").to(clock(WEDNESDAY, "23:10"))
    reply(driver, "5")
    assert driver.texts()[-1] == ("support_numbers", "Wed 23:10")
    assert driver.outcomes("/answer") == [("sent", "answers_her")]


def test_an_answer_that_is_late_becomes_a_call(driver: CoreDriver) -> None:
    home(driver).to(clock(WEDNESDAY, "16:00"))
    driver.fate = lambda item: Fate("gave_up", "too_late")
    reply(driver, "5")
    assert driver.outcomes("/answer") == [("call", "too_late")]


def test_rule_20_no_answer_is_a_nudge_where_psychotherapy_was_not_held(
    driver: CoreDriver,
) -> None:
    home(driver).to(clock(THURSDAY, "15:41"))
    (nudge,) = [t for t in driver.journey.tasks if t.key == "t1/checkin/no-answer"]
    assert (nudge.kind, nudge.opened_at) == (TaskKind.NUDGE, clock(THURSDAY, "15:40"))
    reply(driver, "4")
    assert "t1/checkin/no-answer" not in [t.key for t in driver.journey.tasks]


def test_rule_20_no_answer_is_nothing_where_it_was_held(driver: CoreDriver) -> None:
    home(driver).to(clock(THURSDAY, "10:00"))
    session(driver)
    driver.to(clock(THURSDAY, "18:00"))
    assert asked_at(driver) == ["Wed 15:40"]
    assert not [t for t in driver.journey.tasks if t.key.startswith("t1/checkin")]


def test_rule_20_no_answer_is_a_nudge_for_high_risk(driver: CoreDriver) -> None:
    home(driver)
    answers = ScreenAnswers(wished_dead=True, thoughts_now=True)
    driver.do(cmd.RecordScreen, "nurse", answers=answers, asked_at=ScreenAt.DISCHARGE)
    driver.to(clock(THURSDAY, "10:00"))
    session(driver)
    driver.to(clock(THURSDAY, "18:00"))
    assert [t for t in driver.journey.tasks if t.key == "t1/checkin/no-answer"]


def test_story_8_a_corrected_end_moves_the_check_in_once(driver: CoreDriver) -> None:
    home(driver).to(clock(WEDNESDAY, "15:00"))
    right = clock(WEDNESDAY, "11:30")
    driver.do(
        cmd.Correct,
        "nurse",
        treatment=1,
        what="infusion_end",
        right_time=right,
        reason="typed wrongly",
    )
    driver.to(clock(WEDNESDAY, "15:35"))
    assert asked_at(driver) == ["Wed 15:30"]
    driver.do(
        cmd.Correct,
        "nurse",
        treatment=1,
        what="infusion_end",
        right_time=clock(WEDNESDAY, "11:38"),
        reason="typed wrongly again",
    )
    driver.to(clock(WEDNESDAY, "18:00"))
    assert asked_at(driver) == ["Wed 15:30"]


def test_rule_25_no_check_in_near_the_start_of_another_appointment(
    driver: CoreDriver,
) -> None:
    home(driver)
    move(driver, Step.PSYCHOTHERAPY, clock(WEDNESDAY, "16:00"))
    driver.to(clock(WEDNESDAY, "18:00"))
    assert asked_at(driver) == ["Wed 16:45"]


def test_the_clinics_zone_is_taken_where_hers_is_unknown(protocol: Protocol) -> None:
    near = a_calendar(country_zones=(ZONE,))
    driver = CoreDriver.open(protocol, contact=Contact(), calendar=near).admitted()
    home(driver, "17:00").to(clock(THURSDAY, "08:00"))
    (asked,) = [r for r in driver.ran if r.item.key == "t1/checkin/text"]
    assert asked.at - clock(WEDNESDAY, "20:49") < timedelta(minutes=11)


# What opens next takes no check-in away


NEXT_WEDNESDAY = WEDNESDAY + timedelta(days=7)


def decided_at_once(driver: CoreDriver) -> CoreDriver:
    """Infused until 09:40, her session the same day, and it is decided on at one o'clock."""
    infuse(driver, begins="09:00")
    leave(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(WEDNESDAY, "11:30"))
    driver.to(clock(WEDNESDAY, "12:30"))
    session(driver)
    driver.to(clock(WEDNESDAY, "13:00"))
    decide(driver)
    assert number(driver) == 2
    return driver


def decided_next_day(driver: CoreDriver, outcome: SessionOutcome, risk: str = "low") -> None:
    """Asked on Wednesday at 13:40, without an answer; it is decided on at noon of the next day."""
    infuse(driver, begins="09:00")
    leave(driver)
    assess(driver, risk)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "08:30"))
    driver.to(clock(THURSDAY, "09:30"))
    session(driver, outcome)
    driver.to(clock(THURSDAY, "12:00"))
    decide(driver)
    assert number(driver) == 2


def assess(driver: CoreDriver, level: str) -> None:
    fields = {"level": level, "plan": "spoken", "good_until": driver.now + timedelta(days=60)}
    driver.do(cmd.AssessRisk, "prescriber", **fields)


def unanswered(driver: CoreDriver) -> list[str]:
    return [t.key for t in driver.journey.tasks if t.key.endswith("/checkin/no-answer")]


def moods(driver: CoreDriver) -> list[tuple[Mood, int | None, str]]:
    return [(m.mood, m.treatment, m.asked_by) for m in driver.journey.messages.moods]


def test_rule_20_she_is_asked_also_where_it_is_decided_before(driver: CoreDriver) -> None:
    decided_at_once(driver).to(clock(THURSDAY, "20:00"))
    assert asked_at(driver) == ["Wed 13:40"]


def test_rule_20_a_text_that_waits_for_a_start_to_pass_leaves_all_the_same(
    driver: CoreDriver,
) -> None:
    """Put off at 13:40 because of the session at 14:00; the decision follows at half past."""
    infuse(driver, begins="09:00")
    leave(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(WEDNESDAY, "14:00"))
    driver.to(clock(WEDNESDAY, "14:30"))
    session(driver)
    decide(driver)
    driver.to(clock(WEDNESDAY, "18:00"))
    assert asked_at(driver) == ["Wed 14:45"]


def test_rule_20_her_answer_is_about_the_last_infusion_given(driver: CoreDriver) -> None:
    decided_at_once(driver).to(clock(WEDNESDAY, "15:00"))
    reply(driver, "4")
    assert moods(driver) == [(Mood.SAME, 1, "t1/checkin/text")]
    assert driver.texts()[-1] == ("checkin_thanks", "Wed 15:00")


def test_rule_20_told_before_the_text_she_is_not_asked_whatever_has_opened(
    driver: CoreDriver,
) -> None:
    decided_at_once(driver)
    driver.do(cmd.RecordScores, "coordinator", purpose="24h", mood=Mood.BETTER, remote=True)
    driver.to(clock(THURSDAY, "20:00"))
    assert asked_at(driver) == []
    assert moods(driver) == [(Mood.BETTER, 1, "t1/checkin/told")]


@pytest.mark.parametrize(
    ("outcome", "risk", "opens"),
    [
        (SessionOutcome.DECLINED, "low", ["t1/checkin/no-answer"]),
        (SessionOutcome.HELD, "high", ["t1/checkin/no-answer"]),
        (SessionOutcome.HELD, "low", []),
    ],
)
def test_rule_20_no_answer_is_a_nudge_whatever_has_opened_since(
    driver: CoreDriver, outcome: SessionOutcome, risk: str, opens: list[str]
) -> None:
    decided_next_day(driver, outcome, risk)
    driver.to(clock(THURSDAY, "13:39"))
    assert unanswered(driver) == []
    driver.to(clock(THURSDAY, "13:41"))
    assert unanswered(driver) == opens
    assert asked_at(driver) == ["Wed 13:40"], "asked once"


def test_rule_20_an_answer_after_the_decision_needs_no_nudge(driver: CoreDriver) -> None:
    decided_next_day(driver, SessionOutcome.DECLINED)
    reply(driver, "3")
    driver.to(clock(THURSDAY, "18:00"))
    assert unanswered(driver) == []


def test_rule_20_a_risk_found_later_goes_back_to_no_old_check_in(driver: CoreDriver) -> None:
    decided_next_day(driver, SessionOutcome.HELD)
    driver.to(clock(NEXT_WEDNESDAY, "09:00"))
    assess(driver, "high")
    assert unanswered(driver) == []


def test_rule_20_two_treatments_are_never_confused(driver: CoreDriver) -> None:
    decided_at_once(driver)
    infuse(driver, NEXT_WEDNESDAY)
    leave(driver)
    driver.to(clock(NEXT_WEDNESDAY, "16:00"))
    assert asked_at(driver) == ["Wed 13:40", "Wed 15:40"]
    reply(driver, "3")
    assert moods(driver) == [(Mood.BETTER, 2, "t2/checkin/text")]
    driver.to(clock(NEXT_WEDNESDAY + timedelta(days=1), "20:00"))
    assert unanswered(driver) == []


def test_rule_20_the_nudge_stands_while_the_next_infusion_runs(driver: CoreDriver) -> None:
    decided_next_day(driver, SessionOutcome.DECLINED)
    infuse(driver, THURSDAY, "12:30")
    assert driver.now == clock(THURSDAY, "13:10")
    driver.to(clock(THURSDAY, "13:41"))
    assert unanswered(driver) == ["t1/checkin/no-answer"]


def test_a_correction_after_the_decision_asks_nobody_again(driver: CoreDriver) -> None:
    infuse(driver, begins="09:00")
    leave(driver)
    driver.do(cmd.OptOut)
    driver.to(clock(THURSDAY, "08:30"))
    session(driver)
    decide(driver)
    fields = {"treatment": 1, "what": "infusion_end", "reason": "typed wrongly"}
    driver.do(cmd.Correct, "nurse", right_time=clock(WEDNESDAY, "09:38"), **fields)
    assert driver.outcomes("t1/checkin/text") == [("call", "opted_out")]


def test_a_treatment_opened_before_check_ins_were_kept_asks_nothing_of_the_last(
    driver: CoreDriver,
) -> None:
    """What became of that one is forgotten: it may have been asked and answered."""
    decided_at_once(driver)
    first, second = driver.journey.treatments
    former = second.model_copy(update={"checkin_of": None})
    journey = driver.journey.model_copy(update={"treatments": (first, former)})
    assert not [i for i in agenda(journey) if "/checkin/" in i.key]
