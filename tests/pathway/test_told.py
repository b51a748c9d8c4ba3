"""What she says to a person, not in a text, and a message that is two things at once."""

from datetime import timedelta

import pytest
from core_driver import CoreDriver, clock
from core_steps import THURSDAY, WEDNESDAY, book, infuse, leave
from questionnaires import phq9

from pathway import commands as cmd
from pathway.facts import Step
from pathway.protocol import FlagKind, LadderName, Level, Mood, Tier


def without_mobile(driver: CoreDriver) -> None:
    contact = driver.journey.contact.model_copy(update={"mobile": False})
    driver.do(cmd.ChangeContact, contact=contact)
    infuse(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "10:30"))
    leave(driver)
    driver.to(clock(WEDNESDAY, "18:00"))


def check_in_rows(driver: CoreDriver) -> list[str]:
    return [t.key for t in driver.journey.tasks if "/checkin/" in t.key]


def tells(driver: CoreDriver, mood: Mood, purpose: str = "24h") -> None:
    driver.do(cmd.RecordScores, "coordinator", purpose=purpose, mood=mood, remote=True)


def test_rule_20_worse_told_on_the_telephone_is_an_answer_and_climbs(driver: CoreDriver) -> None:
    without_mobile(driver)
    assert check_in_rows(driver) == ["t1/checkin/text/call"]
    tells(driver, Mood.WORSE)
    assert not check_in_rows(driver)
    assert [(m.mood, m.treatment) for m in driver.journey.messages.moods] == [(Mood.WORSE, 1)]
    (flag,) = driver.journey.flags
    assert (flag.kind, flag.tier, flag.open) == (FlagKind.FEELS_WORSE, Tier.URGENT, True)
    (escalation,) = driver.journey.open_escalations
    assert (escalation.ladder, escalation.level) == (LadderName.URGENT_CALL, Level.SAFETY)
    assert escalation.what == "the patient is to be called today"
    assert driver.pages() == [("on_call_clinician", "Wed 18:00")]
    assert not driver.texts(), "no text answers what she did not write"


@pytest.mark.parametrize("mood", [Mood.BETTER, Mood.SAME])
def test_rule_26_any_answer_on_the_telephone_closes_the_call_row(
    driver: CoreDriver, mood: Mood
) -> None:
    without_mobile(driver)
    tells(driver, mood)
    assert not check_in_rows(driver)
    assert not driver.journey.flags


def test_rule_20_told_before_the_check_in_she_is_not_asked_again(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(WEDNESDAY, "14:00"))
    tells(driver, Mood.SAME)
    driver.to(clock(WEDNESDAY, "20:00"))
    assert "feeling_checkin" not in [template for template, _ in driver.texts()]


def test_rule_20_worse_twice_is_raised_again_and_not_twice(driver: CoreDriver) -> None:
    without_mobile(driver)
    tells(driver, Mood.WORSE)
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    tells(driver, Mood.WORSE)
    assert len(driver.journey.flags) == 1
    assert len(driver.pages()) == 3, "then the owner and the first rung, at once"
    assert driver.journey.open_escalations[0].round == 2


def test_rule_20_worse_said_at_a_visit_is_reviewed_before_she_leaves(driver: CoreDriver) -> None:
    driver.do(cmd.RecordScores, "nurse", purpose="pre_dose", mood="worse")
    assert [(f.tier, f.open) for f in driver.journey.flags] == [(Tier.REVIEW, True)]
    assert not driver.pages()
    driver.to(driver.now + timedelta(minutes=31))
    assert driver.pages()


def test_rule_20_an_answer_taken_down_late_stands_where_she_gave_it(driver: CoreDriver) -> None:
    without_mobile(driver)
    tells(driver, Mood.SAME)
    driver.do(
        cmd.RecordScores,
        purpose="24h",
        mood="better",
        remote=True,
        happened_at=clock(WEDNESDAY, "16:00"),
    )
    assert [m.mood for m in driver.journey.messages.moods] == [Mood.BETTER, Mood.SAME]


def test_rule_26_crisis_words_from_a_wrong_number_are_a_flag_and_get_no_text(
    driver: CoreDriver,
) -> None:
    driver.do(
        cmd.RecordReply, "patient", by="patient", crisis=True, wrong_number=True, message="m1"
    )
    assert [f.kind for f in driver.journey.flags] == [FlagKind.CRISIS_WORDS]
    assert driver.journey.messages.phone_doubt is not None
    assert driver.pages()[0][0] == "on_call_clinician"
    assert driver.journey.open_escalations[0].what == "no automatic answer could be sent: call now"
    assert not driver.texts()


def test_rule_20_worse_and_item_nine_at_once_are_two_flags(driver: CoreDriver) -> None:
    without_mobile(driver)
    driver.do(cmd.RecordScores, purpose="24h", mood="worse", phq9=phq9(20, 2), remote=True)
    assert [f.id for f in driver.journey.flags] == ["f1", "f2"]
    assert [e.id for e in driver.journey.open_escalations] == ["e1", "e2"]
