"""After the course: check-ins, questionnaires, a relapse, the end, and back into treatment."""

from datetime import timedelta

import pytest
from core_driver import CoreDriver
from core_steps import decide, infuse, leave, score, session

from pathway import commands as cmd
from pathway.facts import Choice
from pathway.facts.scores import Purpose
from pathway.journey import Stage
from pathway.progress import progress
from pathway.protocol import PhaseName
from pathway.refusals import Reason, Refused
from pathway.roles import Role

DAY = timedelta(days=1)


@pytest.fixture
def after(driver: CoreDriver) -> CoreDriver:
    """A course of one treatment, which helped her: it ended on Wednesday at one o'clock."""
    score(driver, 20)
    infuse(driver)
    leave(driver)
    session(driver)
    decide(driver, Choice.COMPLETE)
    assert driver.journey.stage is Stage.FOLLOW_UP
    return driver


def lines(driver: CoreDriver) -> list[tuple[Role, str]]:
    return [(t.to, t.key) for t in driver.journey.tasks]


def review(driver: CoreDriver, *, suitable: bool = True) -> None:
    driver.do(cmd.RecordIntervalReview, "prescriber", suitable=suitable, reason="as before")


def come_back(driver: CoreDriver, way: str, role: str = "prescriber") -> None:
    driver.do(cmd.ReturnToTreatment, role, way=way, reason="it fades")


def test_she_is_asked_how_she_feels_on_the_days_of_the_protocol(after: CoreDriver) -> None:
    ended = after.now
    after.to(ended + 91 * DAY)
    asked = [(r.at - ended) // DAY for r in after.ran if "follow-up/checkin" in r.item.key]
    assert asked == [7, 14, 21, 30, 60, 90]


def test_questionnaires_and_attendance_are_lines_after_a_month(after: CoreDriver) -> None:
    after.to(after.now + 30 * DAY)
    assert [key for _, key in lines(after) if "checkin" not in key] == [
        "t1/follow-up/attendance/30d",
        "t1/follow-up/questionnaire/30d",
    ]


def test_what_is_recorded_takes_its_line_away(after: CoreDriver) -> None:
    after.to(after.now + 30 * DAY)
    score(after, 8, Purpose.FOLLOW_UP)
    after.do(cmd.RecordAttendance, "nurse", attending=True)
    assert [key for _, key in lines(after) if "checkin" not in key] == []


def test_a_recent_questionnaire_is_not_asked_for_again(after: CoreDriver) -> None:
    after.to(after.now + 20 * DAY)
    score(after, 8, Purpose.FOLLOW_UP)
    after.to(after.now + 11 * DAY)
    assert not [key for _, key in lines(after) if "questionnaire" in key]


def test_rule_16_a_relapse_after_a_response_is_the_prescribers_line(after: CoreDriver) -> None:
    after.to(after.now + DAY)
    score(after, 8, Purpose.FOLLOW_UP)
    after.to(after.now + 10 * DAY)
    score(after, 16, Purpose.FOLLOW_UP)
    assert [to for to, key in lines(after) if "/review/" in key] == [Role.PRESCRIBER]
    after.to(after.now + DAY)
    score(after, 17, Purpose.FOLLOW_UP)
    assert len([key for _, key in lines(after) if "/review/" in key]) == 1


def test_rule_16_no_relapse_without_a_response(after: CoreDriver) -> None:
    after.to(after.now + DAY)
    score(after, 17, Purpose.FOLLOW_UP)
    after.to(after.now + DAY)
    score(after, 18, Purpose.FOLLOW_UP)
    assert not [key for _, key in lines(after) if "/review/" in key]


def test_nothing_clinical_stands_in_a_line(after: CoreDriver) -> None:
    after.to(after.now + DAY)
    score(after, 8, Purpose.FOLLOW_UP)
    score(after, 16, Purpose.FOLLOW_UP)
    after.to(after.now + 100 * DAY)
    said = " ".join(t.line.lower() for t in after.journey.tasks)
    assert not [word for word in ("relapse", "phq", "score", "depress", "16") if word in said]


def test_a_person_ends_the_follow_up(after: CoreDriver) -> None:
    after.to(after.now + 93 * DAY)
    assert (Role.COORDINATOR, "t1/follow-up/over") in lines(after)
    assert not after.journey.over
    after.do(cmd.Close, outcome="completed", reason="well")
    assert after.journey.stage is Stage.ENDED


# Back into treatment


def test_rule_15_a_return_needs_an_interval_review(after: CoreDriver) -> None:
    with pytest.raises(Refused) as refused:
        come_back(after, "booster")
    assert refused.value.code is Reason.OUT_OF_ORDER
    after.to(after.now + DAY)
    review(after)
    come_back(after, "booster")
    assert after.journey.stage is Stage.PREPARATION
    assert after.journey.treatment is not None
    assert after.journey.treatment.number == 2


def test_rule_15_a_review_that_finds_her_unsuitable_leads_nowhere(after: CoreDriver) -> None:
    after.to(after.now + DAY)
    review(after, suitable=False)
    with pytest.raises(Refused):
        come_back(after, "booster")


def test_a_return_is_the_prescribers(after: CoreDriver) -> None:
    after.to(after.now + DAY)
    review(after)
    with pytest.raises(Refused) as refused:
        come_back(after, "booster", "therapist")
    assert refused.value.code is Reason.ROLE


def test_nobody_returns_from_a_course_that_goes_on(driver: CoreDriver) -> None:
    with pytest.raises(Refused) as refused:
        come_back(driver, "booster")
    assert refused.value.code is Reason.OUT_OF_ORDER


def test_a_return_ends_the_follow_up_and_another_end_begins_it_anew(after: CoreDriver) -> None:
    after.to(after.now + 30 * DAY)
    review(after)
    come_back(after, "maintenance")
    assert not [key for _, key in lines(after) if "follow-up" in key]
    assert not [key for key in after.agenda_keys() if "follow-up" in key]
    treatment = after.journey.treatment
    assert treatment is not None
    assert treatment.orders.phase is PhaseName.MAINTENANCE
    infuse(after, after.now.date() + 2 * DAY)
    leave(after)
    session(after)
    decide(after, Choice.COMPLETE)
    assert "t2/follow-up/checkin/7d" in after.agenda_keys()


def test_a_booster_keeps_the_baseline_and_a_repeat_course_takes_its_own(
    after: CoreDriver,
) -> None:
    after.to(after.now + 30 * DAY)
    score(after, 14, Purpose.FOLLOW_UP)
    review(after)
    come_back(after, "repeat_course")
    assert after.journey.course_from == 2
    assert progress(after.journey).baseline == 14


def test_a_booster_is_measured_from_the_first_baseline(after: CoreDriver) -> None:
    after.to(after.now + 30 * DAY)
    score(after, 14, Purpose.FOLLOW_UP)
    review(after)
    come_back(after, "booster")
    assert progress(after.journey).baseline == 20


def test_a_repeat_course_asks_for_its_own_goal(after: CoreDriver) -> None:
    after.to(after.now + 30 * DAY)
    review(after)
    come_back(after, "repeat_course")
    infuse(after, after.now.date() + 2 * DAY)
    leave(after)
    session(after)
    with pytest.raises(Refused) as refused:
        after.do(
            cmd.RecordDecision, "prescriber", treatment=2, choice="continue_same", reason="well"
        )
    assert refused.value.code is Reason.NOT_SAID


def test_who_does_not_answer_for_two_days_is_called(after: CoreDriver) -> None:
    after.to(after.now + 8 * DAY)
    assert not [key for _, key in lines(after) if "no-answer" in key]
    after.to(after.now + 2 * DAY)
    assert (Role.COORDINATOR, "t1/follow-up/checkin/7d/no-answer") in lines(after)
