"""Events are the truth: each survives JSON, and a journey rebuilt from them is the same."""

from datetime import timedelta
from typing import Any, get_args

import pytest
from core_driver import CoreDriver, Fate, clock
from core_steps import (
    THURSDAY,
    WEDNESDAY,
    book,
    cancel,
    decide,
    infuse,
    leave,
    move,
    whole_treatment,
)
from pydantic import TypeAdapter, ValidationError
from shown_days import SHOWN_DAYS

from pathway import commands as cmd
from pathway import events as ev
from pathway.apply import apply, apply_all, open_journey
from pathway.apply.base import change
from pathway.facts import Choice, Step
from pathway.items import LookUpAct, PageAct, TextAct
from pathway.journey import Contact, Journey
from pathway.overview import details, explain, overview
from pathway.protocol import Protocol

EVENT: TypeAdapter[ev.Event] = TypeAdapter(ev.Event)
KINDS = get_args(get_args(ev.Event)[0])


def busy_journey(protocol: Protocol) -> CoreDriver:
    """One of everything that can happen to a journey, except its end."""
    driver = CoreDriver.open(protocol).admitted()
    driver.fate = lambda item: Fate(
        {TextAct: "ambiguous", PageAct: "nobody", LookUpAct: "none"}.get(type(item.act), "alerted")
    )
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    book(driver, Step.INFUSION, clock(WEDNESDAY, "10:00"))
    move(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    cancel(driver, Step.PREPARATION)
    driver.outage(clock(WEDNESDAY, "06:00"))
    driver.do(cmd.HoldTexts, reason="asked to stop")
    driver.do(cmd.ReleaseTexts, reason="spoken with her")
    infuse(driver)
    driver.do(cmd.RecordVitals, "nurse", treatment=1, readings=[_reading(driver)])
    leave(driver)
    driver.to(clock(THURSDAY, "10:00"))
    driver.do(cmd.ProposeVisits, treatment=1)
    not_held = {"outcome": "not_held", "reason": "the therapist was ill"}
    driver.do(cmd.RecordPsychotherapy, "therapist", treatment=1, **not_held)
    driver.do(cmd.ChangeContact, contact=Contact(zone="America/New_York", mobile=False))
    driver.to(clock(THURSDAY, "13:00"))
    escalation = driver.journey.open_escalations[-1].id
    unheard = {"escalation": escalation, "person": "carla", "reason": "landline"}
    driver.do(cmd.RecordPageFailure, "ops", **unheard)
    driver.do(cmd.AcknowledgeEscalation, escalation=escalation)
    driver.do(cmd.HandOver, escalation=escalation, to="omar", note="shift ends")
    line = driver.journey.tasks[0].key
    driver.do(cmd.HandOver, task=line, to="carla", note="she knows her")
    driver.to(clock(THURSDAY, "18:00"))
    driver.do(
        cmd.RecordContactAttempt,
        task=driver.journey.tasks[0].key,
        outcome="no_answer",
        note="no answer",
        next_try=clock(THURSDAY, "20:00"),
    )
    driver.do(cmd.RecordPsychotherapy, "therapist", treatment=1, outcome="held_late")
    recommends = {"recommendation": "increase_dose", "reason": "as discussed"}
    driver.do(cmd.RecordRecommendation, "therapist", treatment=1, **recommends)
    decide(driver, Choice.INCREASE_DOSE)
    return driver


def _reading(driver: CoreDriver) -> dict[str, Any]:
    return {
        "at": driver.now,
        "systolic_mmhg": 120,
        "diastolic_mmhg": 80,
        "heart_rate": 60,
        "spo2_percent": 98,
    }


@pytest.fixture(scope="module")
def busy(protocol: Protocol) -> CoreDriver:
    driver = busy_journey(protocol)
    driver.outage(clock(THURSDAY, "22:00"))
    return driver


@pytest.fixture(scope="module")
def logs(protocol: Protocol, busy: CoreDriver) -> list[ev.Event]:
    closed = CoreDriver.open(protocol)
    closed.do(cmd.Close, outcome="not_suitable", reason="chose another way")
    closed.do(cmd.ReportDeath, "nurse")
    deferred = CoreDriver.open(protocol).admitted()
    book(deferred, Step.PREPARATION, clock(WEDNESDAY, "20:30"))
    deferred.outage(clock(WEDNESDAY - timedelta(days=1), "21:30"))
    shown = [event for day in SHOWN_DAYS for event in day(protocol).log]
    return [*busy.log, *closed.log, *deferred.log, *shown]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_happens_and_survives_json(logs: list[ev.Event], kind: type[ev.Event]) -> None:
    happened = [event for event in logs if type(event) is kind]
    assert happened, "no journey of this test shows this event"
    for event in happened:
        assert EVENT.validate_json(event.model_dump_json()) == event


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_has_its_change(kind: type[ev.Event]) -> None:
    assert change.dispatch(kind) is not change.dispatch(object)


def rebuilt(log: list[ev.Event]) -> Journey:
    first, *rest = [EVENT.validate_json(event.model_dump_json()) for event in log]
    assert isinstance(first, ev.JourneyOpened)
    return apply_all(open_journey(first), rest)


def test_a_journey_rebuilt_from_json_is_the_same(busy: CoreDriver) -> None:
    again = rebuilt(busy.log)
    assert again == busy.journey
    assert again.events == len(busy.log)
    assert Journey.model_validate_json(busy.journey.model_dump_json()) == again
    assert (overview(again), explain(again), details(again)) == (
        overview(busy.journey),
        explain(busy.journey),
        details(busy.journey),
    )


def test_a_journey_without_one_of_its_events_is_another(busy: CoreDriver) -> None:
    assert rebuilt(busy.log[:-1]) != busy.journey


def test_every_event_can_meet_every_state(busy: CoreDriver, logs: list[ev.Event]) -> None:
    """`apply` is total: an event that comes twice, or late, changes little and breaks nothing."""
    fresh = open_journey(busy.opened)
    for event in logs:
        if not isinstance(event, ev.JourneyOpened):
            for journey in (fresh, busy.journey):
                assert apply(journey, event).events == journey.events + 1


def test_a_journey_is_opened_once(busy: CoreDriver) -> None:
    with pytest.raises(TypeError, match="opened once"):
        apply(busy.journey, busy.opened)


def test_what_no_event_is_changes_nothing(busy: CoreDriver) -> None:
    with pytest.raises(TypeError, match="no change is written for str"):
        apply(busy.journey, "not an event")  # type: ignore[arg-type]


def test_an_unknown_kind_is_no_event() -> None:
    with pytest.raises(ValidationError):
        EVENT.validate_python({"kind": "journey_lost", "at": "2026-06-01T00:00:00Z"})


def test_a_next_treatment_carries_little_of_the_one_before(protocol: Protocol) -> None:
    driver = CoreDriver.open(protocol).admitted()
    sizes = []
    for week in range(6):
        whole_treatment(driver, WEDNESDAY + timedelta(weeks=week))
        sizes.append(len(driver.journey.settled))
    assert driver.journey.treatment is not None
    assert driver.journey.treatment.number == 7
    assert max(sizes[1:]) <= sizes[0] + 2
