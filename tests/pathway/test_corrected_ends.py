"""How an infusion ended, and what was seen of it, typed wrongly; scores that came late (rule 2)."""

from datetime import datetime, timedelta

import pytest
from core_driver import CoreDriver, clock
from core_steps import WEDNESDAY, infuse, prepare, ready, score
from visits import dose_fields, reading

from pathway import commands as cmd
from pathway.events import EntryCorrected
from pathway.facts import Infusion, SideEffect, StopReason
from pathway.facts.corrections import Correctable
from pathway.journey import Treatment
from pathway.preflight import SCORES_MISSING
from pathway.refusals import Refused


def _first(driver: CoreDriver) -> Treatment:
    return driver.journey.treatments[0]


def _infusion(driver: CoreDriver) -> Infusion:
    infusion = _first(driver).infusion
    assert infusion is not None
    return infusion


def _correct(driver: CoreDriver, what: Correctable, **fields: object) -> None:
    said = {"treatment": 1, "reason": "typed wrongly", **fields}
    driver.do(cmd.Correct, "nurse", what=what, **said)


def test_a_partial_infusion_was_complete_after_all_rule_2(driver: CoreDriver) -> None:
    infuse(driver)
    _correct(
        driver,
        Correctable.COMPLETENESS,
        complete=False,
        stopped_for="vomiting",
        end_reason="she vomited",
    )
    infusion = _infusion(driver)
    assert (infusion.complete, infusion.stopped_for) == (False, StopReason.VOMITING)
    assert infusion.end_reason == "she vomited"
    _correct(driver, Correctable.COMPLETENESS, stopped_for="agitation")
    assert _infusion(driver).stopped_for is StopReason.AGITATION
    _correct(driver, Correctable.COMPLETENESS, complete=True)
    infusion = _infusion(driver)
    assert (infusion.complete, infusion.stopped_for, infusion.end_reason) == (True, None, None)
    assert infusion.ended_at == clock(WEDNESDAY, "11:40"), "its time stands"
    assert [s.what for s in _first(driver).superseded] == [Correctable.COMPLETENESS] * 3


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"complete": False}, "needs its reason"),
        ({"stopped_for": "vomiting"}, "was not stopped"),
        ({"never_happened": True}, "without its dose and its end"),
        ({}, "right_time"),
    ],
)
def test_what_cannot_be_is_refused(
    driver: CoreDriver, fields: dict[str, object], says: str
) -> None:
    infuse(driver)
    with pytest.raises(Refused, match=says):
        _correct(driver, Correctable.COMPLETENESS, **fields)


def test_side_effects_typed_wrongly_rule_2(driver: CoreDriver) -> None:
    infuse(driver)
    with pytest.raises(Refused, match="record it"):
        _correct(driver, Correctable.SIDE_EFFECTS, side_effects=["nausea"])
    driver.do(
        cmd.RecordVitals,
        "nurse",
        treatment=1,
        readings=[reading(driver.now)],
        side_effects=["nausea", "vomiting"],
    )
    _correct(driver, Correctable.SIDE_EFFECTS, side_effects=["headache"])
    assert _first(driver).side_effects == (SideEffect.HEADACHE,)
    _correct(driver, Correctable.SIDE_EFFECTS, side_effects=["none"])
    assert _first(driver).side_effects == ()
    old = [e for e in driver.log if isinstance(e, EntryCorrected)]
    for event in old:
        again = EntryCorrected.model_validate_json(event.model_dump_json())
        assert again == event, "it is kept as what it was"


def _on_paper(driver: CoreDriver, begins: datetime) -> None:
    """An infusion entered after the outage, without any questionnaire."""
    prepare(driver)
    driver.to(begins)
    ready(driver)
    driver.to(begins + timedelta(minutes=30))
    said = dose_fields(driver.journey.protocol, driver.journey)
    driver.do(cmd.StartInfusion, "prescriber", treatment=1, happened_at=begins, **said)


def test_scores_entered_late_were_not_missing_rule_2(driver: CoreDriver) -> None:
    begins = clock(WEDNESDAY, "11:00")
    _on_paper(driver, begins)
    assert SCORES_MISSING in _infusion(driver).deviations
    score(driver, happened_at=begins + timedelta(minutes=10))
    assert SCORES_MISSING in _infusion(driver).deviations, "filled in after the start"
    score(driver, happened_at=begins - timedelta(hours=1))
    assert SCORES_MISSING not in _infusion(driver).deviations


def test_scores_corrected_to_their_time_were_not_missing_rule_2(driver: CoreDriver) -> None:
    begins = clock(WEDNESDAY, "11:00")
    _on_paper(driver, begins)
    score(driver)
    assert SCORES_MISSING in _infusion(driver).deviations
    _correct(driver, Correctable.SCORES, right_time=begins - timedelta(hours=1))
    assert SCORES_MISSING not in _infusion(driver).deviations
