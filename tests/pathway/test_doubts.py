"""A text whose outcome nobody knows is asked about, never sent again; what breaks is told."""

from datetime import timedelta

import pytest
from core_driver import MONDAY, CoreDriver, Fate, clock, kind_fate
from core_steps import WEDNESDAY, book, decide, infuse, leave, session

from pathway.escalation import TaskKind
from pathway.facts import Step
from pathway.items import AgendaItem, AlertAct, LookUpAct, PageAct, TextAct

TUESDAY = MONDAY + timedelta(days=1)
KEY = "t1/preparation/a1/text/appointment-24h"
SENT_AT = clock(TUESDAY, "13:00")


def doubtful(driver: CoreDriver, *answers: str) -> CoreDriver:
    """The text of Tuesday at one is in doubt; the provider answers these, one by one."""
    left = list(answers)

    def fate(item: AgendaItem) -> Fate:
        if isinstance(item.act, TextAct):
            return Fate("ambiguous", "timeout")
        if isinstance(item.act, LookUpAct):
            return Fate(left.pop(0))
        return kind_fate(item)

    driver.fate = fate
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(SENT_AT + timedelta(hours=1))
    return driver


def asked(driver: CoreDriver) -> list[timedelta]:
    return [ran.at - SENT_AT for ran in driver.ran if isinstance(ran.item.act, LookUpAct)]


def minutes(*wanted: int) -> list[timedelta]:
    return [timedelta(minutes=m) for m in wanted]


def test_one_match_adopts_it(driver: CoreDriver) -> None:
    doubtful(driver, "none", "one")
    assert asked(driver) == minutes(2, 10)
    assert driver.outcomes(KEY)[-1] == ("adopted", "one")
    assert (driver.journey.doubtful, driver.journey.tasks) == ((), ())


def test_none_is_asked_again_and_then_given_to_a_person(driver: CoreDriver) -> None:
    doubtful(driver, "none", "none", "none")
    assert asked(driver) == minutes(2, 10, 30)
    assert driver.outcomes(KEY)[-1] == ("handed_to_staff", "none")
    (task,) = driver.journey.tasks
    assert (task.kind, task.key, task.to) == (TaskKind.CHECK, f"{KEY}/unknown", "coordinator")


@pytest.mark.parametrize("found", ["several", "not_posted"])
def test_what_is_not_one_goes_to_a_person_at_once(driver: CoreDriver, found: str) -> None:
    doubtful(driver, found)
    assert asked(driver) == minutes(2)
    assert [task.key for task in driver.journey.tasks] == [f"{KEY}/unknown"]


def test_it_is_never_sent_again(driver: CoreDriver) -> None:
    doubtful(driver, "none", "none", "none")
    assert [item.key for item in driver.started_texts()] == [KEY]


def test_a_doubtful_text_counts_against_the_cap(driver: CoreDriver) -> None:
    doubtful(driver, "one")
    assert driver.counted() == [(KEY, True)]


def test_an_answer_about_a_doubt_that_is_gone_changes_nothing(driver: CoreDriver) -> None:
    doubtful(driver, "one")
    late = next(ran.item for ran in driver.ran if isinstance(ran.item.act, LookUpAct))
    before = driver.journey
    driver.commit(driver.outcome(late, Fate("several")))
    assert (driver.journey.tasks, driver.journey.doubtful) == (before.tasks, before.doubtful)
    cleared = next(e for e in driver.log if e.kind == "text_cleared")
    driver.commit((cleared,))
    assert driver.journey.doubtful == ()


def test_a_look_up_that_breaks_goes_to_a_person(driver: CoreDriver) -> None:
    driver.fate = lambda item: (
        Fate("ambiguous", "timeout") if isinstance(item.act, TextAct) else Fate("broken")
    )
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(SENT_AT + timedelta(hours=1))
    assert driver.journey.doubtful == ()
    assert f"{KEY}/look-up/0/broken" in [task.key for task in driver.journey.tasks]


# Broken items


def test_a_broken_item_goes_to_a_person_and_ops_are_told_once(driver: CoreDriver) -> None:
    driver.fate = lambda item: Fate("broken") if isinstance(item.act, TextAct) else Fate("alerted")
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(SENT_AT)
    (task,) = driver.journey.tasks
    assert (task.kind, task.to) == (TaskKind.CHECK, "coordinator")
    assert task.line == (
        "The system failed to do this, do it by hand: "
        "text: preparation appointment, appointment - 24h"
    )
    alerts = [ran.item.act for ran in driver.ran if isinstance(ran.item.act, AlertAct)]
    assert [(alert.code, alert.detail) for alert in alerts] == [("task_failed", f"{KEY}/broken")]


def test_an_alert_that_breaks_is_not_alerted_about(driver: CoreDriver) -> None:
    driver.fate = lambda _: Fate("broken")
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(SENT_AT + timedelta(minutes=1))
    assert [task.key for task in driver.journey.tasks] == [
        f"{KEY}/broken",
        f"{KEY}/broken/alert/broken",
    ]


def test_ops_are_not_told_again_when_the_next_treatment_opens(driver: CoreDriver) -> None:
    driver.fate = lambda item: Fate("broken") if isinstance(item.act, PageAct) else kind_fate(item)
    infuse(driver)
    leave(driver)
    session(driver)
    driver.to(driver.now + timedelta(days=2, hours=1))
    decide(driver)
    driver.to(driver.now + timedelta(hours=1))
    assert "e1/r1/0/0/broken" in [task.key for task in driver.journey.tasks]
    alerts = [ran.item.key for ran in driver.ran if isinstance(ran.item.act, AlertAct)]
    assert len(alerts) == len(set(alerts)) > 0


@pytest.mark.parametrize(
    ("status", "reason", "settled"),
    [
        ("withheld", "texts_held", ("skipped", "texts_held")),
        ("withheld", "in_hospital", ("skipped", "in_hospital")),
        ("withheld", "deceased", ("skipped", "deceased")),
        ("withheld", "opted_out", ("call", "opted_out")),
        ("withheld", "same_text_again", ("call", "same_text_again")),
        ("withheld", "too_many_texts_a_day", ("call", "too_many_texts_a_day")),
        ("refused", "landline", ("call", "landline")),
        ("gave_up", "too_late", ("skipped", "too_late")),
    ],
)
def test_what_the_sender_says_decides_what_becomes_of_it(
    driver: CoreDriver, status: str, reason: str, settled: tuple[str, str]
) -> None:
    driver.fate = lambda _: Fate(status, reason)
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    driver.to(SENT_AT)
    assert driver.outcomes(KEY) == [settled]
    assert bool(driver.journey.tasks) is (settled[0] == "call")
