"""Pages: who gets them, once each, and what stands in them."""

from datetime import UTC, datetime, timedelta

import pytest
from a_page import MONDAY_NOON, a_page
from temporalio.exceptions import ApplicationError

from activities.page_words import page_words
from activities.paging import Paging
from activities.provider import Provider
from config.clinic import load_clinic
from pathway.ending_asked import CANCEL_REFUSED
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from workflows.messages import OpsAlert


@pytest.fixture
def paging(provider: Provider, network: BackgroundNetwork) -> Paging:
    return Paging(provider, load_clinic())


async def test_everybody_on_shift_is_paged_once(paging: Paging, network: BackgroundNetwork) -> None:
    outcome = await paging.send_page(a_page())
    again = await paging.send_page(a_page())
    clinic = load_clinic()
    on_shift = clinic.on_shift("on_call_clinician", MONDAY_NOON)
    assert len(on_shift) > 0
    assert outcome.reached == again.reached == tuple(sorted(who.id for who in on_shift))
    assert sorted(t.to for t in network.control.ledger()) == sorted(w.phone for w in on_shift)


async def test_nobody_on_shift_is_told_as_nobody(
    paging: Paging, network: BackgroundNetwork
) -> None:
    midnight = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    outcome = await paging.send_page(a_page(role="coordinator", as_of=midnight))
    assert outcome.reached == ()
    assert network.control.ledger() == ()


async def test_a_page_that_was_not_taken_is_tried_again_for_that_person_alone(
    paging: Paging, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.RATE_LIMIT)
    with pytest.raises(ApplicationError, match="not taken"):
        await paging.send_page(a_page())
    outcome = await paging.send_page(a_page())
    assert [f.fired for f in network.control.faults()] == [1]
    assert len(network.control.ledger()) == len(outcome.reached)


async def test_rule_4_an_all_clear_in_doubt_is_not_sent_again_and_a_page_is(
    paging: Paging, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.ACCEPT_THEN_500, times=2)
    nothing_needed = a_page(key="e1/clear/dr.hale", all_clear=True, person="dr.hale")
    outcome = await paging.send_page(nothing_needed)
    assert outcome.reached == ("dr.hale",)
    with pytest.raises(ApplicationError, match="not taken"):
        await paging.send_page(a_page(person="dr.hale"))
    await paging.send_page(a_page(person="dr.hale"))
    assert len(network.control.ledger()) == 3


ALERT = OpsAlert(reference="J-0000000001", code="nobody_reachable", detail="e1", as_of=MONDAY_NOON)


async def test_an_alert_in_doubt_goes_to_ops_five_times_a_minute_apart(
    paging: Paging, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.ACCEPT_THEN_500, times=6)
    for _ in range(4):
        with pytest.raises(ApplicationError, match="not taken") as raised:
            await paging.alert_ops(ALERT)
        assert raised.value.next_retry_delay == timedelta(minutes=1)
    await paging.alert_ops(ALERT)
    assert len(network.control.ledger(load_clinic().ops_phone)) == 5
    with pytest.raises(ApplicationError, match="not taken"):
        await paging.alert_ops(ALERT)


async def test_an_alert_that_has_not_left_is_tried_until_it_has(
    paging: Paging, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.RATE_LIMIT, times=9)
    for _ in range(9):
        with pytest.raises(ApplicationError, match="not taken") as raised:
            await paging.alert_ops(ALERT)
        assert raised.value.next_retry_delay is None
    await paging.alert_ops(ALERT)
    assert len(network.control.ledger(load_clinic().ops_phone)) == 1


async def test_ops_are_told_a_code_and_a_reference(
    paging: Paging, network: BackgroundNetwork
) -> None:
    await paging.alert_ops(ALERT)
    (text,) = network.control.ledger(load_clinic().ops_phone)
    assert "J-0000000001: nobody_reachable (e1)" in text.body


async def test_ops_are_told_what_to_use_instead_of_cancelling(
    paging: Paging, network: BackgroundNetwork
) -> None:
    alert = OpsAlert(
        reference="J-0000000001", code=CANCEL_REFUSED, detail="cancel-asked/7", as_of=MONDAY_NOON
    )
    await paging.alert_ops(alert)
    (text,) = network.control.ledger(load_clinic().ops_phone)
    assert "waymark do close" in text.body


def test_a_page_can_be_taken_by_the_line_it_carries() -> None:
    words = page_words(a_page(), "America/Los_Angeles")
    assert words.endswith("waymark ack J-0000000001 e1 --role on_call_clinician")
    owner = page_words(a_page(person="dr.hale"), "America/Los_Angeles")
    assert owner.endswith("waymark ack J-0000000001 e1")


def test_rule_4_an_all_clear_asks_for_nothing() -> None:
    words = page_words(a_page(all_clear=True, person="dr.hale"), "America/Los_Angeles")
    assert words == (
        "Waymark J-0000000001: done since, nothing is needed "
        "(a safety flag needs a clinician, since Mon 12:00)."
    )


async def test_a_deputy_is_paged_while_the_first_is_away(
    paging: Paging, network: BackgroundNetwork
) -> None:
    """Dr. Moreau has the night's shift; the clinic's file says who covers and from when."""
    clinic = load_clinic()
    august = datetime(2026, 8, 5, 4, 0, tzinfo=UTC)
    outcome = await paging.send_page(a_page(since=august, as_of=august))
    # Dr. Tamm is the night's second and away; Dr. Hale stands in for her.
    assert outcome.reached == ("dr.hale", "dr.moreau")
    numbers = {str(person.phone) for i in outcome.reached if (person := clinic.staff(i))}
    assert {text.to for text in network.control.ledger()} == numbers
