"""Two workers, or two rounds, at the same texts at the same time."""

import asyncio

import pytest
from away import Away
from enrolled import enrolled
from journey_stand import LiveJourney, Stand
from temporalio.client import Client
from written import STRANGER, on_call, states, to_staff, wrote

from config.reply_words import shipped_reply_words
from pathway.commands import Command
from records import inbound, inbound_claims
from records.columns import written_now
from records.database import Records
from records.errors import RecordsUnavailableError
from records.inbound import InboundState, StoredInbound
from simulator.background import BackgroundNetwork
from workers import routing
from workers.calling import Caller
from workers.routing import Router
from workers.telling import Heard, Told

RECEIVED, ROUTED, HANDLED = InboundState
HALE = "+14155550107"
OTHER = "+14155550188"


def a_router(records: Records, client: Client, caller: Caller) -> Router:
    return Router(records, client, shipped_reply_words(), caller)


@pytest.fixture
def two(
    records: Records, client: Client, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> tuple[Router, Router]:
    """Two workers that have both seen what waits before either begins."""
    both, look = asyncio.Barrier(2), inbound.not_routed

    async def seen_by_both(of: Records) -> tuple[StoredInbound, ...]:
        found = await look(of)
        await both.wait()
        return found

    monkeypatch.setattr(inbound, "not_routed", seen_by_both)
    return a_router(records, client, caller), a_router(records, client, caller)


async def test_two_workers_answer_a_reply_of_the_staff_once(
    two: tuple[Router, Router], records: Records, network: BackgroundNetwork
) -> None:
    (sid,) = await wrote(records, "L", sender=HALE)
    assert sorted(await asyncio.gather(*(each.route() for each in two))) == [0, 1]
    assert len(network.control.ledger(HALE)) == 1
    assert await states(records, [sid]) == [HANDLED]


async def test_two_workers_page_about_danger_once(
    two: tuple[Router, Router], records: Records, network: BackgroundNetwork
) -> None:
    (sid,) = await wrote(records, "quiero morir", sender=STRANGER)
    assert sorted(await asyncio.gather(*(each.route() for each in two))) == [0, 1]
    assert len(to_staff(network)) == len(on_call())
    assert await states(records, [sid]) == [ROUTED]


async def test_what_a_worker_died_over_another_takes_in_its_order(
    records: Records,
    client: Client,
    caller: Caller,
    journey: LiveJourney,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sids = await wrote(records, "Can I bring my sister?", "1")
    assert await inbound_claims.claim(records, sids[0])
    router = a_router(records, client, caller)
    assert await router.route() == 0
    assert await states(records, sids) == [RECEIVED, RECEIVED]
    later = written_now() + inbound_claims.IN_HAND
    monkeypatch.setattr(inbound_claims, "written_now", lambda: later)
    assert await router.route() == 2


async def test_a_text_that_could_not_be_handed_on_is_free_at_once(
    records: Records, client: Client, caller: Caller, journey: LiveJourney
) -> None:
    await wrote(records, "Can I bring my sister?")
    away = Router(records, Away(), shipped_reply_words(), caller)  # type: ignore[arg-type]
    assert await away.route() == 0
    assert await a_router(records, client, caller).route() == 1


async def test_a_round_ends_with_the_last_of_its_phones_whatever_fails(
    records: Records,
    client: Client,
    caller: Caller,
    stand: Stand,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the next round would begin on texts that are still in hand."""
    ada = await enrolled(records)
    await enrolled(records, "Bo", OTHER)

    async def told(_: Client, reference: str, command: Command) -> Told:
        if reference == ada:
            return Told(Heard.NOT_REACHED)
        await asyncio.sleep(0.3)
        return Told(Heard.TAKEN, happened=("reply_received",))

    async def not_noted(*_: object) -> None:
        raise RecordsUnavailableError

    monkeypatch.setattr(routing, "tell", told)
    monkeypatch.setattr(inbound, "note_failure", not_noted)
    sids = [*await wrote(records, "hello"), *await wrote(records, "hello", sender=OTHER)]
    assert await a_router(records, client, caller).route() == 1
    assert await states(records, sids) == [RECEIVED, ROUTED]
