"""Danger is paged about once, at once, whatever else fails or stands before it."""

from datetime import timedelta

import pytest
from away import Away
from enrolled import PHONE, enrolled
from journey_stand import LiveJourney
from sqlalchemy import text
from temporalio.client import Client
from written import CLINIC, STRANGER, on_call, states, to_staff, wrote

from config.reply_words import shipped_reply_words
from records import inbound, inbound_claims
from records.columns import written_now
from records.database import Records
from records.errors import RecordsUnavailableError
from records.inbound import InboundState
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from workers import danger
from workers.calling import Caller
from workers.routing import Router

RECEIVED, ROUTED = InboundState.RECEIVED, InboundState.ROUTED
NURSE = "+14155550110"
DANGER = "I want to kill myself"


@pytest.fixture
def router(records: Records, client: Client, caller: Caller) -> Router:
    return Router(records, client, shipped_reply_words(), caller)


@pytest.fixture
def without_temporal(records: Records, caller: Caller) -> Router:
    return Router(records, Away(), shipped_reply_words(), caller)  # type: ignore[arg-type]


async def fails(*_: object, **__: object) -> None:
    """The records do not answer."""
    raise RecordsUnavailableError


def phones(network: BackgroundNetwork) -> list[str]:
    return sorted(each.to for each in network.control.ledger())


# Behind others


async def test_rule_19_danger_behind_what_cannot_be_handed_on_is_paged_at_once(
    router: Router,
    without_temporal: Router,
    records: Records,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    await wrote(records, "ok thanks")
    assert await without_temporal.route() == 0
    assert phones(network) == []
    await wrote(records, "see you", DANGER)
    assert await without_temporal.route() == 0
    assert phones(network) == on_call(), "it does not wait for those before it"
    assert all(journey.reference in page for page in to_staff(network))
    assert [await without_temporal.route() for _ in range(2)] == [0, 0]
    assert phones(network) == on_call(), "once"
    assert await router.route() == 3
    assert (await journey.overview()).escalations, "its journey takes it up in its turn"
    assert phones(network) == on_call()


async def test_what_is_not_danger_waits_and_pages_nobody(
    without_temporal: Router, records: Records, journey: LiveJourney, network: BackgroundNetwork
) -> None:
    sids = await wrote(records, "ok thanks", "see you")
    assert await without_temporal.route() == 0
    assert phones(network) == []
    assert await states(records, sids) == [RECEIVED, RECEIVED]


# After other failures


async def test_a_failure_of_the_first_try_uses_up_no_page(
    without_temporal: Router,
    records: Records,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    (sid,) = await wrote(records, DANGER)
    await inbound.note_failure(records, sid, "RecordsUnavailableError")
    assert await without_temporal.route() == 0
    assert phones(network) == on_call()


async def test_a_row_of_the_patient_that_does_not_open_keeps_danger_from_nobody(
    router: Router, records: Records, network: BackgroundNetwork
) -> None:
    reference = await enrolled(records)
    async with records.begin() as session:
        await session.execute(text("UPDATE patients SET given_name = 'x'"))
    (sid,) = await wrote(records, DANGER)
    assert [await router.route() for _ in range(3)] == [0, 0, 0]
    assert phones(network) == on_call()
    assert all(reference in page for page in to_staff(network))
    assert await states(records, [sid]) == [RECEIVED]


@pytest.mark.parametrize("step", ["mark_from_staff", "mark_routed"])
async def test_danger_from_a_phone_of_the_staff_is_paged_once_whatever_fails(
    router: Router,
    records: Records,
    network: BackgroundNetwork,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    (sid,) = await wrote(records, f"she says {DANGER}", sender=NURSE)
    with monkeypatch.context() as patch:
        patch.setattr(inbound, step, fails)
        assert [await router.route(), await router.route()] == [0, 0]
    assert phones(network) == on_call()
    assert await router.route() == 1
    assert phones(network) == on_call()
    assert await states(records, [sid]) == [ROUTED]


async def test_that_somebody_was_paged_outlives_the_worker(
    without_temporal: Router,
    records: Records,
    caller: Caller,
    journey: LiveJourney,
    network: BackgroundNetwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await wrote(records, DANGER)
    await without_temporal.route()
    next_day = written_now() + timedelta(days=1)
    monkeypatch.setattr(inbound_claims, "written_now", lambda: next_day)
    monkeypatch.setattr(danger, "TAKEN_UP_WITHIN", timedelta(0))
    other = Router(records, without_temporal.client, shipped_reply_words(), caller)
    assert await other.route() == 0
    assert await other.danger.look() == 0
    assert phones(network) == on_call()


async def test_while_the_records_keep_nothing_it_is_paged_once_all_the_same(
    without_temporal: Router,
    records: Records,
    journey: LiveJourney,
    network: BackgroundNetwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await wrote(records, DANGER)
    for step in ("claim", "claim_danger", "danger_paged"):
        monkeypatch.setattr(inbound_claims, step, fails)
    assert [await without_temporal.route() for _ in range(3)] == [0, 0, 0]
    assert phones(network) == on_call()


# The provider


async def test_a_page_in_doubt_is_tried_again_and_not_at_once(
    router: Router,
    records: Records,
    network: BackgroundNetwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (sid,) = await wrote(records, DANGER, sender=STRANGER)
    network.control.fault(FaultKind.ACCEPT_THEN_500, times=100)
    assert [await router.route() for _ in range(4)] == [0] * 4
    first = sorted([*on_call(), CLINIC.ops_phone])
    assert phones(network) == first, "everybody once, and ops"
    assert await states(records, [sid]) == [RECEIVED]
    later = written_now() + danger.IN_DOUBT_AGAIN
    monkeypatch.setattr(inbound_claims, "written_now", lambda: later)
    assert await router.route() == 0
    assert phones(network) == sorted(first * 2)


# Whoever has it in hand


async def test_danger_in_the_hands_of_a_dead_worker_is_paged_within_seconds(
    router: Router,
    records: Records,
    journey: LiveJourney,
    network: BackgroundNetwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, _ = await wrote(records, "ok thanks", DANGER)
    assert await inbound_claims.claim(records, first)
    assert await router.route() == 0
    assert await router.danger.look() == 0, "a living one would have handed it on by then"
    monkeypatch.setattr(danger, "TAKEN_UP_WITHIN", timedelta(0))
    assert [await router.danger.look() for _ in range(3)] == [1, 0, 0]
    assert phones(network) == on_call()


async def test_what_its_journey_has_is_no_business_of_the_sweep(
    router: Router,
    records: Records,
    journey: LiveJourney,
    network: BackgroundNetwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(danger, "TAKEN_UP_WITHIN", timedelta(0))
    await wrote(records, DANGER)
    assert await router.route() == 1
    assert await router.danger.look() == 0
    assert phones(network) == [], "her journey pages, with its ladder"


async def test_danger_behind_hundreds_of_messages_is_read_too(
    router: Router, records: Records, network: BackgroundNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(danger, "TAKEN_UP_WITHIN", timedelta(0))
    monkeypatch.setattr(inbound, "MOST_AT_ONCE", 3)
    await wrote(records, *["Is this the clinic?"] * 7, sender=STRANGER)
    await wrote(records, DANGER, sender=PHONE)
    assert [await router.danger.look() for _ in range(4)] == [0, 0, 1, 0]
    assert phones(network) == on_call()


async def test_of_two_workers_that_find_it_at_once_one_pages(
    router: Router,
    without_temporal: Router,
    records: Records,
    network: BackgroundNetwork,
) -> None:
    (sid,) = await wrote(records, DANGER, sender=STRANGER)
    (found,) = await inbound.named(records, [sid])
    one, other = router.danger, without_temporal.danger
    assert [await each.page(found, "x") for each in (one, other, one)] == [True, False, True]
    assert phones(network) == on_call()


async def test_what_a_worker_died_over_in_the_middle_of_a_page_is_paged_by_another(
    router: Router, records: Records, network: BackgroundNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sid,) = await wrote(records, DANGER, sender=STRANGER)
    assert await inbound_claims.claim_danger(records, sid)
    assert await router.route() == 0
    later = written_now() + inbound_claims.PAGING
    monkeypatch.setattr(inbound_claims, "written_now", lambda: later)
    assert await router.route() == 1
    assert phones(network) == on_call()
