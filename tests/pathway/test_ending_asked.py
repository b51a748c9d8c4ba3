"""A request to cancel the workflow ends nobody's care: a line and an alert say what to use."""

from core_driver import CoreDriver

from pathway import commands as cmd
from pathway.agenda import agenda
from pathway.apply import apply_all
from pathway.ending_asked import CANCEL_REFUSED, cancel_asked
from pathway.items import AlertAct


def asked(driver: CoreDriver) -> int:
    """Ask it to cancel; how many events that gave."""
    events = cancel_asked(driver.journey, driver.now)
    driver.journey = apply_all(driver.journey, events)
    return len(events)


def alerts(driver: CoreDriver) -> list[str]:
    acts = [item.act for item in agenda(driver.journey)]
    return [act.code for act in acts if isinstance(act, AlertAct)]


def test_it_is_one_line_and_one_alert_until_somebody_has_closed_the_line(
    driver: CoreDriver,
) -> None:
    assert (asked(driver), asked(driver)) == (1, 0)
    assert alerts(driver) == [CANCEL_REFUSED]
    (line,) = [t for t in driver.journey.tasks if t.key.startswith("cancel-asked/")]
    driver.do(cmd.CloseLine, "coordinator", task=line.key, note="told them")
    assert alerts(driver) == []
    assert asked(driver) == 1


def test_after_the_end_there_is_nothing_to_say(driver: CoreDriver) -> None:
    driver.do(cmd.Close, "coordinator", outcome="not_suitable", reason="chose another way")
    assert asked(driver) == 0
