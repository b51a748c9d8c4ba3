"""The opt-in text: once for each phone and consent, through the rules of every text (rule 25)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from core_driver import MONDAY, ZONE, CoreDriver, Fate, clock

from pathway import commands as cmd
from pathway.agenda import agenda
from pathway.escalation import TaskKind
from pathway.items import AgendaItem, LookUpAct, TextAct
from pathway.journey import Contact, Journey
from pathway.overview import explain
from pathway.protocol import Protocol

HELD: dict[str, Any] = {"reason": "a caller says that she has died"}


def _opened(protocol: Protocol, at: str = "09:00", **contact: Any) -> CoreDriver:
    reached = Contact.model_validate({"zone": ZONE, **contact})
    driver = CoreDriver.open(protocol, at=clock(MONDAY, at), contact=reached)
    driver.turn()
    return driver


def _changes(driver: CoreDriver, **contact: Any) -> None:
    changed = driver.journey.contact.model_copy(update=contact)
    driver.do(cmd.ChangeContact, contact=changed)


def _welcomes(driver: CoreDriver) -> list[str]:
    return [at for template, at in driver.texts(opt_in=True) if template == "welcome"]


def _calls(journey: Journey) -> list[str]:
    return [t.key for t in journey.tasks if t.kind is TaskKind.CALL]


def test_she_gets_it_when_her_journey_begins_rule_25(protocol: Protocol) -> None:
    driver = _opened(protocol)
    assert _welcomes(driver) == ["Mon 09:00"]
    driver.to(driver.now + timedelta(days=3))
    assert len(_welcomes(driver)) == 1


def test_it_waits_for_a_decent_hour_rule_25(protocol: Protocol) -> None:
    driver = _opened(protocol, "22:30")
    assert not _welcomes(driver)
    driver.to(clock(MONDAY + timedelta(days=1), "08:30"))
    (at,) = _welcomes(driver)
    assert at.startswith("Tue 08:")


@pytest.mark.parametrize(
    ("keeps", "why", "then"),
    [
        ({"text_consent": False}, "no_text_consent", {"text_consent": True}),
        ({"opted_out": True}, "opted_out", {"opted_out": False}),
        ({"mobile": False}, "no_mobile", {"mobile": True, "phone_changes": 1}),
        ({"phone_shared": True}, "phone_shared", {"phone_shared": False}),
    ],
)
def test_what_keeps_it_is_told_and_it_follows_rule_25(
    protocol: Protocol, keeps: dict[str, Any], why: str, then: dict[str, Any]
) -> None:
    driver = _opened(protocol, **keeps)
    driver.to(driver.now + timedelta(hours=2))
    said = [(e.outcome, e.reason) for e in explain(driver.journey).past if "welcome" in e.key]
    assert said == [("skipped", why)]
    assert not _calls(driver.journey), "nobody is to call in its place"
    _changes(driver, **then)
    assert _welcomes(driver) == ["Mon 11:00"]


def test_another_consent_or_phone_has_its_own_rule_25(protocol: Protocol) -> None:
    driver = _opened(protocol)
    driver.do(cmd.OptOut)
    driver.to(driver.now + timedelta(hours=1))
    _changes(driver, opted_out=False)
    driver.to(driver.now + timedelta(hours=1))
    _changes(driver, phone_changes=1)
    assert _welcomes(driver) == ["Mon 09:00", "Mon 10:00", "Mon 11:00"]
    _changes(driver, language="es")
    _changes(driver, phone_shared=True)
    _changes(driver, phone_shared=False)
    assert len(_welcomes(driver)) == 3, "the same phone and consent"


def test_a_hold_keeps_it_until_its_end_rule_23(protocol: Protocol) -> None:
    driver = _opened(protocol, "22:00")
    driver.do(cmd.HoldTexts, **HELD)
    driver.to(clock(MONDAY + timedelta(days=1), "10:00"))
    assert not _welcomes(driver)
    assert driver.outcomes("welcome")[-1] == ("skipped", "texts_held")
    driver.do(cmd.ReleaseTexts, "prescriber", reason="she is well")
    assert _welcomes(driver) == ["Tue 10:00"]
    driver.do(cmd.HoldTexts, **HELD)
    driver.do(cmd.ReleaseTexts, "prescriber", reason="she is well")
    assert len(_welcomes(driver)) == 1


def test_a_hold_that_ends_before_it_is_due_leaves_it_the_same_text_rule_23(
    protocol: Protocol,
) -> None:
    """In a history that was reset it may have gone already, and goes by this name alone."""
    driver = _opened(protocol, "22:00")
    before = [item.key for item in agenda(driver.journey) if item.key.startswith("welcome/")]
    driver.do(cmd.HoldTexts, **HELD)
    driver.do(cmd.ReleaseTexts, "prescriber", reason="she is well")
    after = [item.key for item in agenda(driver.journey) if item.key.startswith("welcome/")]
    assert before == after == ["welcome/1"]


def test_nothing_is_sent_to_the_dead_rule_23(protocol: Protocol) -> None:
    driver = _opened(protocol, "22:00")
    driver.do(cmd.ReportDeath)
    driver.to(driver.now + timedelta(days=2))
    assert not _welcomes(driver)


def test_a_phone_in_doubt_gets_it_once_it_is_confirmed_rule_26(protocol: Protocol) -> None:
    driver = _opened(protocol, "22:00")
    driver.do(cmd.DoubtPhone, why="name_does_not_fit")
    driver.to(clock(MONDAY + timedelta(days=1), "10:00"))
    assert driver.outcomes("welcome")[-1] == ("skipped", "phone_not_confirmed")
    driver.do(cmd.ConfirmPhone, note="she read it to me")
    assert _welcomes(driver) == ["Tue 10:00"]
    driver.do(cmd.DoubtPhone, why="name_does_not_fit")
    driver.do(cmd.ConfirmPhone, note="she read it to me again")
    assert len(_welcomes(driver)) == 1, "this phone has had it"


def test_one_that_did_not_arrive_goes_again_to_a_confirmed_phone_rule_26(
    protocol: Protocol,
) -> None:
    driver = _opened(protocol)
    (key,) = [ran.item.key for ran in driver.ran]
    driver.do(
        cmd.RecordDeliveryFailure,
        text=f"{driver.journey.reference}/{key}",
        reason="unknown_handset",
        number_at_fault=True,
    )
    assert not _calls(driver.journey)
    driver.do(cmd.ConfirmPhone, note="she read it to me")
    assert len(_welcomes(driver)) == 2


def _for_texts(status: str) -> Callable[[AgendaItem], Fate]:
    return lambda item: Fate(status if isinstance(item.act, TextAct) else "none", "chosen")


@pytest.mark.parametrize("status", ["refused", "withheld", "gave_up"])
def test_one_that_could_not_be_sent_asks_nobody_to_call_rule_25(
    protocol: Protocol, status: str
) -> None:
    driver = CoreDriver.open(protocol)
    driver.fate = _for_texts(status)
    driver.turn()
    assert driver.outcomes("welcome") == [("skipped", "chosen")]
    assert not driver.journey.tasks


def test_one_in_doubt_is_never_sent_again_rule_25(protocol: Protocol) -> None:
    driver = CoreDriver.open(protocol)
    driver.fate = _for_texts("ambiguous")
    driver.to(driver.now + timedelta(hours=3))
    assert any(isinstance(ran.item.act, LookUpAct) for ran in driver.ran)
    assert not driver.journey.tasks
    driver.do(cmd.HoldTexts, **HELD)
    driver.do(cmd.ReleaseTexts, "prescriber", reason="she is well")
    assert len(_welcomes(driver)) == 1


def test_it_keeps_away_from_a_start_rule_25(protocol: Protocol) -> None:
    driver = _opened(protocol, text_consent=False)
    driver.do(cmd.BookAssessment, at=clock(MONDAY, "10:00"), minutes=60)
    driver.to(clock(MONDAY, "09:50"))
    _changes(driver, text_consent=True)
    assert not _welcomes(driver)
    driver.to(clock(MONDAY, "11:00"))
    assert _welcomes(driver) == ["Mon 10:45"]
