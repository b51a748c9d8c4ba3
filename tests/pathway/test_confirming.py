"""Told by telephone that she comes, or that her interpreter does (the Today page, group D)."""

from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import WEDNESDAY, book, move

from pathway import commands as cmd
from pathway.facts import Step
from pathway.overview import overview
from pathway.refusals import Reason, Refused
from pathway.today import Ready


def _ready(driver: CoreDriver) -> Ready:
    (row,) = [row for row in overview(driver.journey).owed if row.key.startswith("step/")]
    assert row.shows.ready is not None
    return row.shows.ready


def _confirms(driver: CoreDriver, step: Step = Step.INFUSION, **fields: Any) -> None:
    driver.do(cmd.ConfirmVisit, treatment=1, step=step, **{"revision": 1, **fields})


def test_her_word_by_telephone_ticks_her_visit(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "10:00"))
    assert (_ready(driver).confirmed, _ready(driver).interpreter) == (False, False)
    _confirms(driver)
    assert (_ready(driver).confirmed, _ready(driver).interpreter) == (True, False)
    _confirms(driver, interpreter=True)
    assert _ready(driver).interpreter is True


def test_it_holds_for_the_appointment_as_it_stands(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, clock(WEDNESDAY, "10:00"))
    _confirms(driver)
    _confirms(driver, interpreter=True)
    move(driver, Step.INFUSION, clock(WEDNESDAY, "14:00"))
    assert (_ready(driver).confirmed, _ready(driver).interpreter) == (False, False)
    with pytest.raises(Refused) as refused:
        _confirms(driver)
    assert refused.value.code is Reason.STALE_REVISION


def test_what_is_not_booked_is_not_confirmed(driver: CoreDriver) -> None:
    with pytest.raises(Refused) as refused:
        _confirms(driver)
    assert refused.value.code is Reason.NOT_BOOKED


def test_who_has_said_so_is_not_asked_again(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "13:00"))
    _confirms(driver, Step.PREPARATION)
    driver.to(clock(WEDNESDAY, "12:00"))
    asked = [i.act.asks for i in driver.started_texts() if i.act.kind == "text"]
    assert asked
    assert not any(asked)
