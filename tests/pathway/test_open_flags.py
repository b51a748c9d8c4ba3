"""An open flag is in view, and comes back until a clinician has assessed (rule 18)."""

from datetime import timedelta

from core_driver import CoreDriver, clock
from core_steps import WEDNESDAY
from safety_steps import STABLE, assess, pages, screen

from pathway import commands as cmd
from pathway import events as ev
from pathway.escalation import Ending
from pathway.overview import OwedRow, details, overview
from pathway.protocol import ScreenAt


def danger(driver: CoreDriver) -> list[OwedRow]:
    return [row for row in overview(driver.journey).owed if row.group == "danger"]


def test_rule_18_a_flag_to_be_reviewed_stands_on_the_list_before_it_pages(
    driver: CoreDriver,
) -> None:
    screen(driver, ScreenAt.ASSESSMENT, **STABLE)
    raised = driver.now
    (row,) = danger(driver)
    assert (row.key, row.since, row.due) == ("flag/f1", raised, raised + timedelta(minutes=30))
    assert row.owner is None
    assert "f1" in details(driver.journey)
    assert [f.id for f in overview(driver.journey).flags] == ["f1"]
    driver.to(raised + timedelta(minutes=30))
    assert [row.key for row in danger(driver)] == ["e1"], "one line, not two"
    assess(driver)
    assert not danger(driver)
    (covered,) = overview(driver.journey).flags
    assert not covered.open


def test_rule_18_an_emergency_leaves_the_flag_in_view_and_pages_again(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "20:00"))
    screen(driver, wished_dead=True, thoughts_now=True)
    for escalation in ("e1", "e2"):
        called = {"escalation": escalation, "outcome": "emergency", "note": "ambulance called"}
        driver.do(cmd.ResolveEscalation, "nurse", **called)
        closed = driver.now
        assert not driver.journey.open_escalations
        (row,) = danger(driver)
        assert (row.key, row.due) == ("flag/f1", closed + timedelta(hours=4))
        paged = len(pages(driver))
        driver.to(closed + timedelta(hours=3, minutes=59))
        assert len(pages(driver)) == paged
        driver.to(closed + timedelta(hours=4))
        assert len(pages(driver)) == paged + 1
    assess(driver)
    assert [e.closed for e in driver.journey.escalations][-1] is Ending.ASSESSED
    assert not danger(driver)
    driver.to(driver.now + timedelta(days=2))
    assert not driver.journey.open_escalations


def test_rule_18_it_comes_back_after_the_next_treatment_has_opened(driver: CoreDriver) -> None:
    """What an escalation was is forgotten then; the flag is not."""
    screen(driver, wished_dead=True)
    fields = {"escalation": "e1", "outcome": "emergency", "note": "ambulance called"}
    driver.do(cmd.ResolveEscalation, "prescriber", **fields)
    driver.commit((opened(driver),))
    driver.to(driver.now + timedelta(hours=4))
    assert [e.about for e in driver.journey.open_escalations] == ["f1"]


def opened(driver: CoreDriver) -> ev.TreatmentOpened:
    return ev.TreatmentOpened(at=driver.now, number=2)
