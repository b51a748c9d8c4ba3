"""What she writes: digits for the one open question, words for a person."""

from datetime import timedelta
from typing import Any

import pytest
from core_driver import MONDAY, CoreDriver, Fate, a_calendar, clock
from core_steps import THURSDAY, WEDNESDAY, book, infuse, leave, move

from pathway import commands as cmd
from pathway.escalation import Ending, TaskKind
from pathway.facts import Step
from pathway.items import TextAct
from pathway.journey import Contact
from pathway.overview import details, overview
from pathway.protocol import FlagKind, LadderName, Protocol
from pathway.refusals import Refused

TUESDAY = MONDAY + timedelta(days=1)
SATURDAY = MONDAY + timedelta(days=5)
SUNDAY = MONDAY + timedelta(days=6)


def reply(driver: CoreDriver, digit: str | None = None, **fields: Any) -> None:
    driver.do(cmd.RecordReply, "patient", by="patient", digit=digit, **fields)


def asked(driver: CoreDriver, at: str = "13:00") -> CoreDriver:
    """Booked for Wednesday, and asked on Tuesday at five whether she comes."""
    book(driver, Step.INFUSION, clock(WEDNESDAY, at))
    driver.to(clock(TUESDAY, "17:30"))
    assert driver.texts()[-1] == ("appointment_tomorrow", "Tue 17:01")
    return driver


def asks_of(driver: CoreDriver) -> list[dict[str, str]]:
    """The digits of each text that went out."""
    acts = [a for a in (i.act for i in driver.started_texts()) if isinstance(a, TextAct)]
    return [{d: m.value for d, m in a.asks.answers.items()} if a.asks else {} for a in acts]


def messages(driver: CoreDriver) -> list[str]:
    return [t.key for t in driver.journey.tasks if t.kind is TaskKind.MESSAGE]


def test_rule_25_once_confirmed_she_is_not_asked_again(driver: CoreDriver) -> None:
    asked(driver)
    reply(driver, "1")
    driver.to(clock(WEDNESDAY, "12:00"))
    assert driver.texts()[-1] == ("appointment_today", "Wed 10:00")
    assert asks_of(driver) == [{"1": "confirmed", "2": "call_me"}, {}]
    assert messages(driver) == []


def test_a_moved_visit_is_asked_about_anew(driver: CoreDriver) -> None:
    asked(driver)
    reply(driver, "1")
    move(driver, Step.INFUSION, clock(WEDNESDAY, "15:00"))
    driver.to(clock(WEDNESDAY, "14:00"))
    assert asks_of(driver)[-1] == {"1": "confirmed", "2": "call_me"}


def test_call_me_is_a_call_row_and_an_answer(driver: CoreDriver) -> None:
    asked(driver)
    reply(driver, "2")
    assert driver.texts()[-1] == ("call_you_back", "Tue 17:30")
    (task,) = [t for t in driver.journey.tasks if t.kind is TaskKind.CALL]
    assert task.line == "Call the patient about the appointment, as asked"
    assert task.due == clock(WEDNESDAY, "13:00")


def calls(driver: CoreDriver) -> list[str]:
    return [t.key for t in driver.journey.tasks if t.kind is TaskKind.CALL]


def test_asking_twice_for_a_call_is_one_call(driver: CoreDriver) -> None:
    asked(driver)
    reply(driver, "2")
    happened = driver.do(cmd.RecordReply, "patient", by="patient", digit="2")
    assert "call_asked" in [event.kind for event in happened], "nobody has to read it"
    assert (calls(driver), messages(driver)) == (["reply/1/call"], [])


def asked_days_ahead(driver: CoreDriver) -> CoreDriver:
    """Her visit is on Thursday, and on Monday at 13:05 she asks for a call."""
    book(driver, Step.INFUSION, clock(THURSDAY, "13:00"))
    driver.to(clock(MONDAY, "13:05"))
    reply(driver, "2")
    assert calls(driver) == ["reply/1/call"]
    return driver


def test_rule_27_a_call_that_was_asked_for_climbs_after_two_staffed_hours(
    driver: CoreDriver,
) -> None:
    asked_days_ahead(driver).to(clock(MONDAY, "15:04"))
    (row,) = [row for row in overview(driver.journey).owed if row.key == "reply/1/call"]
    assert (row.shows.then, row.shows.then_at) == ("it is escalated", clock(MONDAY, "15:05"))
    assert not driver.journey.open_escalations
    driver.to(clock(MONDAY, "15:05"))
    (escalation,) = driver.journey.open_escalations
    assert escalation.ladder is LadderName.INBOX
    assert escalation.what == "a call that was asked for is not made"
    driver.do(cmd.RecordContactAttempt, task="reply/1/call", outcome="reached")
    assert calls(driver) == []
    assert not driver.journey.open_escalations


def test_rule_27_a_call_asked_for_within_a_day_of_her_visit_climbs_at_once(
    driver: CoreDriver,
) -> None:
    asked(driver)
    reply(driver, "2")
    driver.to(clock(TUESDAY, "17:31"))
    assert [e.ladder for e in driver.journey.open_escalations] == [LadderName.INBOX]


def test_rule_5_a_call_that_was_tried_waits_for_the_next_try(driver: CoreDriver) -> None:
    asked_days_ahead(driver)
    tried = {"task": "reply/1/call", "outcome": "no_answer"}
    driver.do(cmd.RecordContactAttempt, next_try=clock(MONDAY, "16:30"), **tried)
    driver.to(clock(MONDAY, "16:29"))
    assert not driver.journey.open_escalations
    driver.to(clock(MONDAY, "16:30"))
    assert [e.ladder for e in driver.journey.open_escalations] == [LadderName.INBOX]


def test_rule_27_her_read_message_does_not_do_for_the_call_she_asked_for(
    driver: CoreDriver,
) -> None:
    asked_days_ahead(driver)
    reply(driver)
    driver.to(clock(MONDAY, "15:10"))
    about = [e.about for e in driver.journey.open_escalations]
    assert about == ["reply/1/call", None]
    driver.do(cmd.HandleMessages, note="read")
    assert [e.about for e in driver.journey.open_escalations] == ["reply/1/call"]


@pytest.mark.parametrize("digit", ["3", "9", None])
def test_rule_27_what_no_question_asked_for_is_read_by_a_person(
    driver: CoreDriver, digit: str | None
) -> None:
    asked(driver)
    reply(driver, digit)
    assert messages(driver) == ["reply/1/message"]


def test_a_digit_after_the_start_answers_nothing(driver: CoreDriver) -> None:
    asked(driver)
    driver.to(clock(WEDNESDAY, "13:00"))
    reply(driver, "1")
    assert driver.journey.messages.confirmed == ()
    assert messages(driver) == ["reply/1/message"]


def test_a_digit_about_a_moved_visit_answers_nothing(driver: CoreDriver) -> None:
    asked(driver)
    move(driver, Step.INFUSION, clock(THURSDAY, "13:00"))
    reply(driver, "1")
    assert driver.journey.messages.confirmed == ()


def test_an_answer_may_come_before_the_texts_own_outcome(driver: CoreDriver) -> None:
    driver.fate = lambda _: Fate("sent", after=timedelta(minutes=5))
    book(driver, Step.INFUSION, clock(WEDNESDAY, "13:00"))
    driver.to(clock(TUESDAY, "17:02"))
    reply(driver, "1")
    assert len(driver.journey.messages.confirmed) == 1


def test_both_questions_may_be_open_at_once(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(WEDNESDAY, "16:00"))
    reply(driver, "4")
    assert [m.mood for m in driver.journey.messages.moods] == ["same"]


# The inbox


def test_rule_27_two_staffed_hours_unread_is_an_escalation(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "10:00"))
    reply(driver)
    assert driver.texts() == [], "people are there: nothing is said of hours"
    driver.to(clock(MONDAY, "11:59"))
    assert not driver.journey.open_escalations
    driver.to(clock(MONDAY, "12:00"))
    (escalation,) = driver.journey.open_escalations
    assert (escalation.ladder, escalation.what) == (LadderName.INBOX, "a message is not yet read")
    assert driver.pages() == [("coordinator", "Mon 12:00")]


def test_rule_27_hours_count_when_somebody_is_at_work(driver: CoreDriver) -> None:
    driver.to(clock(SATURDAY, "17:00"))
    reply(driver)
    driver.to(clock(MONDAY + timedelta(days=7), "08:59"))
    assert not driver.journey.open_escalations
    driver.to(clock(MONDAY + timedelta(days=7), "09:00"))
    assert len(driver.journey.open_escalations) == 1


def test_rule_27_before_a_visit_within_a_day_at_once(driver: CoreDriver) -> None:
    asked(driver)
    reply(driver)
    (escalation,) = driver.journey.open_escalations
    assert escalation.ladder is LadderName.INBOX


def test_rule_27_a_day_before_a_visit_it_can_wait_no_longer(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(MONDAY + timedelta(days=7), "08:30"))
    driver.to(clock(SATURDAY, "17:30"))
    reply(driver)
    driver.to(clock(SUNDAY, "08:29"))
    assert not driver.journey.open_escalations
    driver.to(clock(SUNDAY, "08:30"))
    assert len(driver.journey.open_escalations) == 1


def test_rule_27_out_of_hours_she_is_told_once_when_people_read(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "22:30"))
    reply(driver)
    assert driver.texts() == [("when_we_read", "Mon 22:30")]
    act = driver.ran[-1].item.act
    assert isinstance(act, TextAct)
    assert act.speaks_of == clock(TUESDAY, "08:00")
    driver.to(clock(TUESDAY, "02:00"))
    reply(driver)
    assert len(driver.texts()) == 1
    driver.to(clock(TUESDAY, "22:30"))
    reply(driver)
    assert driver.texts()[-1] == ("when_we_read", "Tue 22:30")


def test_a_clinic_that_opens_no_more_tells_no_hour(protocol: Protocol) -> None:
    driver = CoreDriver.open(protocol, calendar=a_calendar(hours=())).admitted()
    reply(driver)
    assert driver.texts() == []
    assert len(driver.journey.open_escalations) == 1, "nobody will read it: at once"


def test_several_messages_are_one_line_until_they_are_read(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "10:00"))
    reply(driver)
    reply(driver, "7")
    assert messages(driver) == ["reply/1/message"]
    driver.to(clock(MONDAY, "13:00"))
    driver.do(cmd.HandleMessages, note="called her, all is well")
    assert messages(driver) == []
    (escalation,) = driver.journey.escalations
    assert (escalation.closed, escalation.closed_by) == (Ending.DONE, "carla")
    reply(driver)
    assert messages(driver) == ["reply/3/message"]


def handled(driver: CoreDriver, escalation: str, outcome: str) -> None:
    said = {"escalation": escalation, "outcome": outcome, "note": "spoken on the phone"}
    until = driver.now + timedelta(days=3) if outcome == "assessed" else None
    driver.do(cmd.ResolveEscalation, "prescriber", good_until=until, **said)


@pytest.mark.parametrize("outcome", ["reached", "rescheduled", "assessed", "emergency"])
def test_rule_27_whoever_ends_the_escalation_has_handled_the_message_and_the_next_is_new(
    driver: CoreDriver, outcome: str
) -> None:
    driver.to(clock(MONDAY, "10:00"))
    reply(driver)
    driver.to(clock(MONDAY, "12:10"))
    handled(driver, "e1", outcome)
    assert messages(driver) == []
    driver.to(clock(MONDAY, "15:00"))
    reply(driver)
    assert messages(driver) == ["reply/2/message"]
    driver.to(clock(MONDAY, "16:59"))
    assert not driver.journey.open_escalations
    driver.to(clock(MONDAY, "17:00"))
    assert [e.id for e in driver.journey.open_escalations] == ["e2"]


def test_rule_27_a_message_after_the_escalation_has_a_time_of_its_own(driver: CoreDriver) -> None:
    """It is not handled with what somebody was turned to about before it came."""
    driver.to(clock(MONDAY, "10:00"))
    reply(driver)
    driver.to(clock(MONDAY, "12:05"))
    reply(driver)
    reply(driver)
    assert messages(driver) == ["reply/1/message", "reply/2/message"]
    driver.to(clock(MONDAY, "12:10"))
    handled(driver, "e1", "reached")
    assert messages(driver) == ["reply/2/message"]
    driver.to(clock(MONDAY, "14:04"))
    assert not driver.journey.open_escalations
    driver.to(clock(MONDAY, "14:05"))
    assert [e.id for e in driver.journey.open_escalations] == ["e2"]


def test_rule_27_while_somebody_is_turned_to_more_messages_page_nobody_else(
    driver: CoreDriver,
) -> None:
    asked(driver)
    reply(driver)
    reply(driver)
    reply(driver)
    assert [e.id for e in driver.journey.open_escalations] == ["e1"]
    driver.do(cmd.HandleMessages, note="called, all is well")
    assert (messages(driver), driver.journey.open_escalations) == ([], ())


def test_rule_27_whoever_speaks_with_the_patient_has_handled_what_came_before(
    driver: CoreDriver,
) -> None:
    driver.to(clock(MONDAY, "10:00"))
    reply(driver)
    driver.to(clock(MONDAY, "12:05"))
    reply(driver)
    driver.do(cmd.RecordContactAttempt, task="reply/2/message", outcome="reached")
    assert (messages(driver), driver.journey.open_escalations) == ([], ())


def test_rule_27_whoever_ends_what_a_call_climbed_to_has_handled_the_call(
    driver: CoreDriver,
) -> None:
    asked_days_ahead(driver).to(clock(MONDAY, "15:05"))
    handled(driver, "e1", "reached")
    assert calls(driver) == []


# Words that mean danger, and numbers that are not hers


def test_rule_19_crisis_words_are_answered_and_paged_at_once(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "23:30"))
    reply(driver, crisis=True)
    assert driver.texts() == [("support_numbers", "Mon 23:30")]
    assert driver.pages() == [("on_call_clinician", "Mon 23:30")]
    (flag,) = driver.journey.flags
    assert flag.kind is FlagKind.CRISIS_WORDS
    (escalation,) = driver.journey.open_escalations
    assert (escalation.ladder, escalation.what) == (
        LadderName.SAFETY,
        "a safety flag needs a clinician",
    )
    assert messages(driver) == ["reply/1/message"], "a person still reads it"


def test_crisis_counts_before_any_digit(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(WEDNESDAY, "16:00"))
    reply(driver, "3", crisis=True)
    assert driver.journey.messages.moods == ()
    assert driver.texts()[-1] == ("support_numbers", "Wed 16:00")


def test_rule_26_a_wrong_number_gets_no_more_texts(driver: CoreDriver) -> None:
    asked(driver)
    reply(driver, wrong_number=True)
    driver.to(clock(WEDNESDAY, "10:30"))
    assert len(driver.texts()) == 1, "nothing is answered, and nothing more is sent"
    assert driver.outcomes("appointment-3h") == [("call", "phone_not_confirmed")]
    assert overview(driver.journey).phone_in_doubt
    assert "number is not confirmed" in details(driver.journey)
    driver.do(cmd.ConfirmPhone, note="she called from it")
    assert not overview(driver.journey).phone_in_doubt
    assert "phone/confirm" not in [t.key for t in driver.journey.tasks]


def test_rule_26_a_name_that_does_not_fit_stops_texts_once(driver: CoreDriver) -> None:
    driver.do(cmd.DoubtPhone, "nurse", why="name_does_not_fit")
    assert driver.do(cmd.DoubtPhone, "nurse") == ()
    assert driver.do(cmd.ConfirmPhone, note="asked her") != ()
    assert driver.do(cmd.ConfirmPhone, note="asked her") == ()


def test_an_opt_out_by_command_stops_texts(driver: CoreDriver) -> None:
    driver.do(cmd.OptOut, note="please no more of these")
    assert driver.journey.contact.opted_out
    assert driver.do(cmd.OptOut) == ()


# A text that did not arrive


def test_rule_26_an_undelivered_text_becomes_a_call(driver: CoreDriver) -> None:
    asked(driver)
    key = driver.ran[-1].item.key
    text = f"{driver.journey.reference}/{key}"
    driver.do(cmd.RecordDeliveryFailure, "ops", text=text, reason="unreachable")
    (task,) = [t for t in driver.journey.tasks if t.key.endswith("/undelivered")]
    assert (task.line, task.due) == (
        "Call the patient: a text did not arrive",
        clock(WEDNESDAY, "13:00"),
    )
    assert driver.journey.messages.phone_doubt is None
    assert driver.do(cmd.RecordDeliveryFailure, "ops", text=text, reason="unreachable") == ()


def test_rule_26_a_number_at_fault_turns_the_next_texts_into_calls(driver: CoreDriver) -> None:
    asked(driver)
    key = driver.ran[-1].item.key
    fault = {"text": key, "reason": "landline", "number_at_fault": True}
    driver.do(cmd.RecordDeliveryFailure, "ops", **fault)
    driver.to(clock(WEDNESDAY, "11:00"))
    assert driver.outcomes("appointment-3h") == [("skipped", "one_for_the_visit_day")]
    assert len(driver.texts()) == 1


def test_an_opt_out_told_by_the_provider_is_one(driver: CoreDriver) -> None:
    asked(driver)
    key = driver.ran[-1].item.key
    driver.do(cmd.RecordDeliveryFailure, "ops", text=key, reason="opted_out")
    assert driver.journey.contact.opted_out


def test_rule_26_no_rung_waits_for_a_text_that_did_not_arrive(driver: CoreDriver) -> None:
    infuse(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(WEDNESDAY, "15:00"))
    leave(driver)
    driver.to(clock(THURSDAY, "11:45"))
    assert driver.pages() == []
    rung = next(r.item.key for r in driver.ran if r.item.rung)
    driver.do(cmd.RecordDeliveryFailure, "ops", text=rung, reason="unreachable")
    assert driver.pages() == [("coordinator", "Thu 11:45")]


def test_a_text_in_doubt_that_failed_is_no_doubt_any_more(driver: CoreDriver) -> None:
    driver.fate = lambda item: Fate("ambiguous" if isinstance(item.act, TextAct) else "none")
    asked(driver)
    (doubt,) = driver.journey.doubtful
    driver.do(cmd.RecordDeliveryFailure, "ops", text=doubt.intent, reason="unknown")
    assert driver.journey.doubtful == ()


def test_rule_19_numbers_that_did_not_arrive_are_a_call_now(driver: CoreDriver) -> None:
    reply(driver, crisis=True)
    key = "reply/1/answer"
    driver.do(cmd.RecordDeliveryFailure, "ops", text=key, reason="filtered")
    assert "No automatic answer could be sent: call now" in [t.line for t in driver.journey.tasks]


def test_the_latest_answers_are_kept_and_no_more(driver: CoreDriver) -> None:
    for _ in range(14):
        driver.to(driver.now + timedelta(minutes=11))
        reply(driver, crisis=True)
    assert len(driver.journey.messages.owed) == 10
    assert len([k for k in driver.journey.settled if k.endswith("/answer")]) == 10
    assert len(driver.texts()) == 14


# Death


def test_story_9_after_a_death_nothing_leaves(driver: CoreDriver) -> None:
    driver.fate = lambda _: Fate("sent", after=timedelta(hours=1))
    asked(driver)
    assert driver.under_way, "a text is in flight"
    driver.do(cmd.HoldTexts, "nurse", reason="her sister called", happened_at=driver.now)
    driver.to(clock(TUESDAY, "18:30"))
    driver.do(cmd.ReportDeath, "nurse")
    before = len(driver.ran)
    driver.to(clock(WEDNESDAY + timedelta(days=60), "12:00"))
    assert len(driver.ran) == before
    assert driver.agenda_keys() == []
    reply(driver, "1")
    driver.do(cmd.RecordReply, "patient", crisis=True)
    driver.to(driver.now + timedelta(days=1))
    assert driver.journey.messages.received == 2, "what came in is recorded"
    assert len(driver.ran) == before


def test_whoever_takes_no_texts_gets_one_call_for_a_visit_day(protocol: Protocol) -> None:
    driver = CoreDriver.open(protocol, contact=Contact(mobile=False)).admitted()
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "10:30"))
    book(driver, Step.INFUSION, clock(WEDNESDAY, "13:00"))
    driver.to(clock(WEDNESDAY, "10:00"))
    calls = [t for t in driver.journey.tasks if t.kind is TaskKind.CALL]
    assert [t.due for t in calls] == [clock(WEDNESDAY, "10:30")]


def test_rule_26_a_wrong_number_on_the_phone_stops_texts_too(driver: CoreDriver) -> None:
    asked(driver)
    reply(driver, "2")
    call = {"task": "reply/1/call", "outcome": "wrong_number"}
    driver.do(cmd.RecordContactAttempt, next_try=clock(TUESDAY, "19:00"), **call)
    assert overview(driver.journey).phone_in_doubt


def test_rule_27_reaching_her_is_reading_her_message(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "10:00"))
    reply(driver)
    driver.to(clock(MONDAY, "12:30"))
    driver.do(cmd.RecordContactAttempt, task="reply/1/message", outcome="reached")
    assert messages(driver) == []
    assert not driver.journey.open_escalations


def test_rule_25_she_is_not_asked_to_call_as_she_comes(driver: CoreDriver) -> None:
    """Her session was missed; a new one begins in half an hour: the ladder waits, untexted."""
    infuse(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(WEDNESDAY, "15:00"))
    leave(driver)
    driver.to(clock(THURSDAY, "11:20"))
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "12:00"))
    driver.to(clock(THURSDAY, "11:45"))
    assert "please_call" not in [template for template, _ in driver.texts()]


# What a member of staff writes back

ANSWER = "a1b2c3d4e5f60718"


def answer(driver: CoreDriver, words: str = ANSWER) -> None:
    driver.do(cmd.AnswerMessages, words=words)


def test_staff_answer_by_text_and_her_messages_are_read(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "10:00"))
    reply(driver)
    driver.to(clock(MONDAY, "13:00"))
    assert driver.journey.open_escalations, "nobody read it for two staffed hours"
    answer(driver)
    assert driver.texts() == [("staff_answer", "Mon 13:00")]
    act = driver.ran[-1].item.act
    assert isinstance(act, TextAct)
    assert act.words == ANSWER
    assert messages(driver) == []
    assert not driver.journey.open_escalations


def test_who_wrote_an_hour_ago_is_answered_in_quiet_hours_too(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "21:30"))
    reply(driver)
    driver.to(clock(MONDAY, "22:15"))
    answer(driver)
    assert driver.texts()[-1] == ("staff_answer", "Mon 22:15")


def test_an_answer_in_the_night_waits_for_her_morning(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "15:00"))
    reply(driver)
    driver.to(clock(MONDAY, "23:00"))
    answer(driver)
    assert "staff_answer" not in dict(driver.texts())
    driver.to(clock(TUESDAY, "12:00"))
    ((_, at),) = [text for text in driver.texts() if text[0] == "staff_answer"]
    assert "Tue 08:00" <= at <= "Tue 09:30"


def test_one_answer_goes_once_under_whatever_key(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "10:00"))
    reply(driver)
    answer(driver)
    with pytest.raises(Refused, match="already"):
        answer(driver)
    assert len(driver.texts()) == 1


def test_nobody_is_answered_who_wrote_nothing(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "10:00"))
    with pytest.raises(Refused, match="Call instead"):
        answer(driver)


def test_rule_26_who_takes_no_texts_is_called_instead(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "10:00"))
    reply(driver)
    driver.do(cmd.OptOut)
    with pytest.raises(Refused, match="opted_out"):
        answer(driver)
    assert messages(driver), "it is still to be answered"


def test_rule_26_an_answer_that_could_not_go_becomes_a_call(driver: CoreDriver) -> None:
    driver.to(clock(MONDAY, "15:00"))
    reply(driver)
    driver.to(clock(MONDAY, "23:00"))
    answer(driver)
    driver.do(cmd.OptOut)
    driver.to(clock(TUESDAY, "12:00"))
    assert "staff_answer" not in dict(driver.texts())
    (line,) = [t.line for t in driver.journey.tasks if t.key.startswith("words/")]
    assert line == "Call the patient: your answer did not arrive as a text"
