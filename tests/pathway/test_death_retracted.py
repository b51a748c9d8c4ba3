"""A death that was recorded for the wrong patient is taken back, and nothing is lost by it."""

from datetime import timedelta

import pytest
from core_driver import CoreDriver, Fate, clock
from core_steps import THURSDAY, WEDNESDAY, book, infuse, leave
from safety_steps import assess

from pathway import commands as cmd
from pathway import events as ev
from pathway.agenda import agenda
from pathway.facts import Step
from pathway.flags import open_flags
from pathway.items import AgendaItem, PageAct, TextAct
from pathway.overview import overview
from pathway.refusals import Reason, Refused
from pathway.roles import Role

WRONG = {"reason": "it was the patient before in the list"}


def _died(driver: CoreDriver) -> None:
    driver.do(cmd.ReportDeath, "nurse")
    driver.to(driver.now + timedelta(minutes=10))


def _lives(driver: CoreDriver, role: str = "nurse") -> None:
    driver.do(cmd.RetractDeath, role, **WRONG)


def test_rule_17_what_a_death_put_away_is_there_again(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "13:00"))
    fields = {"what": "a fall", "severity": "severe", "serious": ["hospitalisation"]}
    driver.do(cmd.ReportAdverseEvent, "nurse", **fields)
    before = driver.journey
    assert before.open_escalations
    assert before.tasks
    _died(driver)
    _lives(driver)
    after = driver.journey
    assert (after.deceased_at, after.end, after.put_away) == (None, None, None)
    assert [e.id for e in after.open_escalations] == [e.id for e in before.open_escalations]
    assert open_flags(after) == open_flags(before)
    *others, last = after.tasks
    assert tuple(others) == before.tasks
    assert "taken back" in last.line
    assert last.to is Role.COORDINATOR
    assert overview(after).ended is None


def test_rule_21_a_ladder_climbs_on_where_it_stood(driver: CoreDriver) -> None:
    driver.do(cmd.RaiseFlag, "nurse")
    driver.do(cmd.ReportDeath, "nurse")
    driver.to(driver.now + timedelta(hours=2))
    paged = len(driver.pages())
    _lives(driver)
    driver.to(driver.now + timedelta(minutes=30))
    assert len(driver.pages()) > paged, "nobody hears of the flag any more"
    assess(driver)
    assert not driver.journey.open_escalations


def test_rule_23_texts_stay_held_until_somebody_lets_them_go(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(THURSDAY, "11:00"))
    _died(driver)
    _lives(driver)
    hold = driver.journey.hold
    assert hold is not None
    assert hold.by == "nadia"
    driver.to(clock(WEDNESDAY, "07:00"))
    assert driver.texts() == []
    driver.do(cmd.ReleaseTexts, reason="spoken with the patient")
    driver.to(clock(THURSDAY, "10:00"))
    assert driver.texts()


@pytest.mark.parametrize("outcome", ["sent", "ambiguous", "withdrawn"])
def test_a_text_in_flight_at_the_death_does_not_go_twice(driver: CoreDriver, outcome: str) -> None:
    def slow(item: AgendaItem) -> Fate:
        text = isinstance(item.act, TextAct)
        return Fate(outcome if text else "paged", "chosen", timedelta(minutes=5 if text else 0))

    driver.fate = slow
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "08:00"))
    assert driver.under_way, "no text is in flight"
    (key,) = driver.under_way
    _died(driver)
    _lives(driver)
    driver.do(cmd.ReleaseTexts, reason="spoken with the patient")
    driver.to(clock(THURSDAY, "20:00"))
    assert [item.key for item in driver.started_texts()].count(key) == 1


def test_a_text_that_nobody_knew_of_is_looked_up_again(driver: CoreDriver) -> None:
    driver.fate = lambda item: Fate("ambiguous" if isinstance(item.act, TextAct) else "none")
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "08:00"))
    doubtful = driver.journey.doubtful
    assert doubtful
    driver.do(cmd.ReportDeath, "nurse")
    assert driver.journey.doubtful == ()
    driver.do(cmd.RetractDeath, "nurse", **WRONG)
    assert driver.journey.doubtful == doubtful
    driver.to(clock(THURSDAY, "20:00"))
    assert driver.journey.doubtful == ()


def test_one_that_had_ended_before_stays_ended(opened: CoreDriver) -> None:
    opened.do(cmd.Close, outcome="not_suitable", reason="chose another way")
    _died(opened)
    _lives(opened)
    seen = overview(opened.journey)
    assert (seen.ended, seen.deceased) == ("not_suitable", False)
    assert (opened.journey.tasks, agenda(opened.journey), opened.journey.hold) == ((), (), None)


def test_one_that_had_ended_over_a_danger_is_at_work_for_it_again(opened: CoreDriver) -> None:
    opened.do(cmd.Close, outcome="not_suitable", reason="chose another way")
    opened.do(cmd.RecordReply, "patient", crisis=True)
    paged = len(opened.pages())
    _died(opened)
    assert overview(opened.journey).owed == ()
    _lives(opened)
    (row,) = overview(opened.journey).owed
    assert row.group == "danger"
    opened.to(opened.now + timedelta(minutes=30))
    assert len(opened.pages()) > paged


def test_it_is_taken_back_by_a_clinician(driver: CoreDriver) -> None:
    _died(driver)
    with pytest.raises(Refused) as refused:
        _lives(driver, "coordinator")
    assert refused.value.code is Reason.ROLE
    assert driver.journey.deceased_at is not None


def test_nothing_is_taken_back_of_somebody_who_lives(driver: CoreDriver) -> None:
    assert driver.do(cmd.RetractDeath, "nurse", **WRONG) == ()
    assert driver.journey.hold is None


def test_a_death_can_be_recorded_and_taken_back_again(driver: CoreDriver) -> None:
    driver.do(cmd.RaiseFlag, "nurse")
    for _ in range(2):
        _died(driver)
        _lives(driver)
    assert len(driver.journey.open_escalations) == 1
    keys = [task.key for task in driver.journey.tasks]
    assert len(keys) == len(set(keys))


def test_both_stay_readable(driver: CoreDriver) -> None:
    _died(driver)
    _lives(driver)
    kinds = [type(event) for event in driver.log]
    assert kinds.index(ev.DeathReported) < kinds.index(ev.DeathRetracted)


def test_a_page_called_back_by_the_death_goes_again(driver: CoreDriver) -> None:
    slow = timedelta(minutes=1)
    driver.fate = lambda item: Fate("paged" if isinstance(item.act, PageAct) else "sent", "", slow)
    driver.do(cmd.RaiseFlag, "nurse")
    assert driver.under_way, "no page is on its way"
    driver.do(cmd.ReportDeath, "nurse")
    assert not driver.under_way
    driver.do(cmd.RetractDeath, "nurse", **WRONG)
    assert [ran.item.key for ran in driver.ran][-1] in driver.under_way
