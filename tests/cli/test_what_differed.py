"""`waymark show` prints what is to be signed and what was corrected, to those who may read it."""

from datetime import timedelta

from core_driver import ZONE, CoreDriver, clock
from core_steps import WEDNESDAY, infuse, leave, prepare

from cli.what_differed import what_differed
from config.loader import load_protocol
from pathway import commands as cmd
from pathway.overview import overview
from pathway.roles import Role
from pathway.seen import seen_by


def told(driver: CoreDriver, role: Role) -> list[str]:
    seen = seen_by(overview(driver.journey), role)
    return [line.plain for line in what_differed(seen.treatments[0], ZONE)]


def opened() -> CoreDriver:
    return CoreDriver.open(load_protocol()).admitted()


def test_rule_1_what_differed_is_shown_until_it_is_signed_and_after() -> None:
    driver = opened()
    prepare(driver)
    driver.to(clock(WEDNESDAY, "11:00"))
    driver.do(
        cmd.StartInfusion,
        "nurse",
        treatment=1,
        dose_mg_per_kg=0.5,
        milligrams=35.0,
        already_running="found her with the pump on",
    )
    lines = told(driver, Role.PRESCRIBER)
    assert lines
    assert all("TO BE SIGNED" in line for line in lines)
    assert told(driver, Role.COORDINATOR) == []
    driver.do(cmd.SignDeviations, "prescriber", treatment=1)
    assert told(driver, Role.PRESCRIBER)
    assert not any("TO BE SIGNED" in line for line in told(driver, Role.PRESCRIBER))


def test_rule_2_a_corrected_entry_stays_readable() -> None:
    driver = opened()
    infuse(driver)
    leave(driver)
    right = driver.journey.treatments[0].infusion_ended_at
    assert right is not None
    fields = {"what": "infusion_end", "right_time": right - timedelta(minutes=5)}
    driver.do(cmd.Correct, "nurse", treatment=1, reason="typed wrongly", **fields)
    (line,) = [line for line in told(driver, Role.NURSE) if "corrected" in line]
    assert "infusion end, was Wed" in line
    assert "typed wrongly (nadia)" in line
