"""In the building: from her coming, not only from her start (the Today page, group B)."""

from datetime import timedelta

import pytest
from core_driver import CoreDriver, clock
from core_steps import WEDNESDAY, book, move, start

from pathway import commands as cmd
from pathway.facts import Step
from pathway.journey import Treatment
from pathway.overview import OwedRow, overview
from pathway.refusals import Refused


def _row(driver: CoreDriver) -> OwedRow:
    (row,) = [row for row in overview(driver.journey).owed if row.key.startswith("step/")]
    return row


def _treatment(driver: CoreDriver) -> Treatment:
    assert driver.journey.treatment is not None
    return driver.journey.treatment


def _comes(driver: CoreDriver) -> CoreDriver:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "10:00"))
    driver.to(clock(WEDNESDAY, "09:30"))
    driver.do(cmd.RecordArrival, treatment=1, chair="window")
    return driver


def _starts(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "10:00"))
    start(driver, driver.now, already_running="it was begun at once")


def test_who_has_come_stands_in_the_building_before_her_start(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "09:00"))
    assert _row(driver).group == "waiting"
    row = _row(_comes(driver))
    assert (row.group, row.since) == ("building", clock(WEDNESDAY, "09:30"))
    chair = row.shows.chair
    assert chair is not None
    assert (chair.chair, chair.state, chair.with_her) == ("window", "not started", None)
    assert chair.started_at is None


def test_a_chair_is_changed_and_her_coming_stays(driver: CoreDriver) -> None:
    _comes(driver).to(clock(WEDNESDAY, "09:40"))
    driver.do(cmd.RecordArrival, treatment=1, nurse="nadia")
    driver.do(cmd.RecordArrival, treatment=1, chair="2")
    chair = _row(driver).shows.chair
    assert chair is not None
    assert (chair.chair, chair.with_her) == ("2", "nadia")
    assert chair.arrived_at == clock(WEDNESDAY, "09:30")
    assert not driver.do(cmd.RecordArrival, treatment=1, chair="2"), "said before"


def test_the_chair_goes_on_to_her_infusion(driver: CoreDriver) -> None:
    _comes(driver)
    driver.do(cmd.RecordArrival, treatment=1, chair="2", nurse="nia")
    _starts(driver)
    chair = _row(driver).shows.chair
    assert chair is not None
    assert (chair.chair, chair.with_her, chair.state) == ("2", "nia", "running")
    assert chair.started_at is not None


def test_no_infusion_today_takes_her_out(driver: CoreDriver) -> None:
    _comes(driver).do(cmd.SendHome, treatment=1, reason="a fever")
    assert _row(driver).group == "waiting"
    driver.to(clock(WEDNESDAY, "14:00"))
    driver.do(cmd.RecordArrival, treatment=1)
    assert _row(driver).group == "building", "she has come back"


@pytest.mark.parametrize("falls", ["moved", "cancelled", "left"])
def test_a_visit_that_falls_takes_her_out(driver: CoreDriver, falls: str) -> None:
    _comes(driver)
    move(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    assert _row(driver).group == "building", "an hour later is still today"
    if falls == "moved":
        move(driver, Step.INFUSION, clock(WEDNESDAY + timedelta(days=1), "11:00"))
    elif falls == "cancelled":
        driver.do(
            cmd.Cancel,
            treatment=1,
            step=Step.INFUSION,
            revision=2,
            wish_of="clinic",
            reason="no stock",
        )
    else:
        driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="against_advice")
    assert _row(driver).group != "building"


def test_nothing_refuses_her_coming_rule_1(driver: CoreDriver) -> None:
    driver.do(cmd.RecordArrival, treatment=1, happened_at=driver.now - timedelta(hours=2))
    assert _row(driver).group == "building", "unbooked, unprepared, entered late"


def test_who_is_not_here_cannot_be_sent_home(driver: CoreDriver) -> None:
    with pytest.raises(Refused, match="arrival is not recorded"):
        driver.do(cmd.SendHome, treatment=1, reason="a fever")
    _comes(driver)
    _starts(driver)
    with pytest.raises(Refused, match="how the patient leaves"):
        driver.do(cmd.SendHome, treatment=1, reason="a fever")


def test_an_arrival_is_corrected_rule_2(driver: CoreDriver) -> None:
    _comes(driver)
    at = clock(WEDNESDAY, "09:10")
    driver.do(cmd.Correct, treatment=1, what="arrival", right_time=at, reason="mistyped")
    assert _row(driver).since == at
    (old,) = _treatment(driver).superseded
    assert (old.said_at, old.now_at) == (clock(WEDNESDAY, "09:30"), at)
    driver.do(cmd.Correct, treatment=1, what="arrival", never_happened=True, reason="another one")
    assert _row(driver).group == "waiting"
