"""A therapist's answer by link that a journey refuses is a line for a person (rules 4, 9)."""

import pytest
from core_driver import CoreDriver

from pathway import commands as cmd
from pathway.escalation import StaffTask, TaskKind
from pathway.overview import overview
from pathway.refusals import Refused
from pathway.roles import Role

SENTENCE = "The psychotherapy appointment has revision 2 now: look at it again."


def refused(driver: CoreDriver, link: str = "aB-1_", **fields: object) -> None:
    said = {"treatment": 1, "answer": "not held", "refusal": SENTENCE} | fields
    driver.do(cmd.RecordRefusedAnswer, "therapist", by="one-time-link", link=link, **said)


def lines(driver: CoreDriver) -> list[StaffTask]:
    return [task for task in driver.journey.tasks if task.key.startswith("link/")]


def test_rule_9_a_refused_answer_is_the_coordinators_with_its_sentence(driver: CoreDriver) -> None:
    refused(driver)
    (line,) = lines(driver)
    assert (line.to, line.kind, line.treatment) == (Role.COORDINATOR, TaskKind.CHECK, 1)
    assert "not held, treatment 1" in line.line
    assert SENTENCE in line.line
    shown = [row for row in overview(driver.journey).owed if row.key == line.key]
    assert [(row.role, row.group) for row in shown] == [(Role.COORDINATOR, "today")]


def test_a_refused_answer_is_told_once_and_each_of_two_links(driver: CoreDriver) -> None:
    refused(driver)
    refused(driver)
    refused(driver, "2nd", treatment=7)
    assert [line.key for line in lines(driver)] == ["link/aB-1_/refused", "link/2nd/refused"]


def test_rule_5_a_refused_answer_stays_until_somebody_says_what_was_done(
    driver: CoreDriver,
) -> None:
    refused(driver)
    (line,) = lines(driver)
    driver.do(cmd.RecordContactAttempt, task=line.key, outcome="reached")
    assert [kept.key for kept in lines(driver)] == [line.key]
    driver.do(cmd.CloseLine, task=line.key, note="asked her: it was held, and is recorded")
    assert lines(driver) == []


def test_the_longest_refusal_fits_a_line(driver: CoreDriver) -> None:
    refused(driver, answer="x" * 60, refusal="y" * 300)
    assert len(lines(driver)) == 1


def test_after_the_end_a_refused_answer_opens_nothing(driver: CoreDriver) -> None:
    driver.do(cmd.ReportDeath, "nurse")
    try:
        refused(driver)
    except Refused:
        pytest.fail("what she answered is a fact")
    assert lines(driver) == []
