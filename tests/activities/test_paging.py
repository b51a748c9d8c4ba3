"""Pages: who gets them, once each, and what stands in them."""

from datetime import UTC, datetime

import pytest
from temporalio.exceptions import ApplicationError

from activities.paging import Paging, page_words
from activities.provider import Provider
from config.clinic import load_clinic
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from workflows.messages import OpsAlert, SendPage

MONDAY_NOON = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)


def _page(**changes: object) -> SendPage:
    fields: dict[str, object] = {
        "reference": "J-0000000001",
        "escalation": "e1",
        "key": "e1/r1/0/0",
        "role": "on_call_clinician",
        "level": "safety",
        "what": "a safety flag needs a clinician",
        "since": MONDAY_NOON,
        "as_of": MONDAY_NOON,
    }
    return SendPage.model_validate(fields | changes)


@pytest.fixture
def paging(provider: Provider, network: BackgroundNetwork) -> Paging:
    return Paging(provider, load_clinic())


async def test_everybody_on_shift_is_paged_once(paging: Paging, network: BackgroundNetwork) -> None:
    outcome = await paging.send_page(_page())
    again = await paging.send_page(_page())
    clinic = load_clinic()
    on_shift = clinic.on_shift("on_call_clinician", MONDAY_NOON)
    assert len(on_shift) > 0
    assert outcome.reached == again.reached == tuple(sorted(who.id for who in on_shift))
    assert sorted(t.to for t in network.control.ledger()) == sorted(w.phone for w in on_shift)


async def test_nobody_on_shift_is_told_as_nobody(
    paging: Paging, network: BackgroundNetwork
) -> None:
    midnight = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    outcome = await paging.send_page(_page(role="coordinator", as_of=midnight))
    assert outcome.reached == ()
    assert network.control.ledger() == ()


async def test_a_page_that_was_not_taken_is_tried_again_for_that_person_alone(
    paging: Paging, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.RATE_LIMIT)
    with pytest.raises(ApplicationError, match="not taken"):
        await paging.send_page(_page())
    outcome = await paging.send_page(_page())
    assert [f.fired for f in network.control.faults()] == [1]
    assert len(network.control.ledger()) == len(outcome.reached)


async def test_ops_are_told_a_code_and_a_reference(
    paging: Paging, network: BackgroundNetwork
) -> None:
    alert = OpsAlert(
        reference="J-0000000001", code="nobody_reachable", detail="e1", as_of=MONDAY_NOON
    )
    await paging.alert_ops(alert)
    (text,) = network.control.ledger(load_clinic().ops_phone)
    assert "J-0000000001: nobody_reachable (e1)" in text.body


def test_a_page_can_be_taken_by_the_line_it_carries() -> None:
    words = page_words(_page(), "America/Los_Angeles")
    assert words.endswith("waymark ack J-0000000001 e1 --role on_call_clinician")
    owner = page_words(_page(person="dr.hale"), "America/Los_Angeles")
    assert owner.endswith("waymark ack J-0000000001 e1")
