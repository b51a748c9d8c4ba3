"""Pages that did not arrive: kept word for word, climbed past at once, told to ops once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from a_page import a_page, page_due
from enrolled import enrolled
from journey_stand import LiveJourney, Stand
from sqlalchemy import select
from temporalio.client import Client

from activities.paging import Paging
from config.clinic import load_clinic
from pathway import commands as cmd
from records import deliveries, page_deliveries, pages, text_status
from records.database import Records
from records.deliveries import Callback
from records.page_model import Post
from records.tables import PageText
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from simulator.model import PhoneKind
from workers import page_deliveries as sweeps
from workers.calling import Caller
from workers.page_deliveries import climb_past_failures
from workers.silence import PAGES, ask_about_silent

CLINIC = load_clinic()
OPS = CLINIC.ops_phone
HALE = "+14155550107"
AHEAD = timedelta(seconds=-5)
"""What happens now counts as long ago."""


@pytest.fixture
async def journey(stand: Stand, records: Records) -> LiveJourney:
    started = await stand.start(reference=await enrolled(records))
    await started.do(cmd.RaiseFlag, "nurse")
    return started


async def paged(paging: Paging, journey: LiveJourney, person: str) -> str:
    """Her page of the first rung; its intent."""
    now = datetime.now(UTC)
    page = a_page(reference=journey.reference, person=person, since=now, as_of=now)
    await paging.send_page(page)
    return f"{journey.reference}/e1/r1/0/0/{person}"


async def sid_of(records: Records, intent: str) -> str:
    async with records.session() as session:
        sid = await session.scalar(select(PageText.sid).where(PageText.intent == intent))
    assert sid is not None
    return sid


async def said(records: Records, sid: str, word: str, code: int | None = None) -> None:
    callback = Callback(sid=sid, status=word, at=datetime.now(UTC), provider_code=code)
    assert await deliveries.take(records, [callback]) == {sid}


async def rungs(journey: LiveJourney) -> int:
    return max(begun.index for begun in (await journey.overview()).escalations[0].begun) + 1


async def test_callbacks_of_a_page_are_kept_and_not_parked(
    records: Records, paging: Paging, journey: LiveJourney
) -> None:
    sid = await sid_of(records, await paged(paging, journey, "dr.hale"))
    for word in ("sent", "delivered", "sent", "undelivered"):
        await said(records, sid, word)
    history = await text_status.history(records, sid)
    assert {each.status for each in history} == {"sent", "delivered", "undelivered"}
    assert await deliveries.parked(records) == ()


async def test_a_callback_claims_a_page_whose_answer_was_lost(
    records: Records, paging: Paging, journey: LiveJourney, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.ACCEPT_THEN_DROP)
    with pytest.raises(Exception, match="not taken"):
        await paged(paging, journey, "dr.hale")
    assert [f.fired for f in network.control.faults()] == [1]
    (text,) = network.control.ledger(HALE)
    intent = f"{journey.reference}/e1/r1/0/0/dr.hale"
    callback = Callback(sid=text.sid, status="sent", at=datetime.now(UTC), intent=intent)
    assert await deliveries.take(records, [callback]) == {text.sid}
    await paged(paging, journey, "dr.hale")
    assert len(network.control.ledger(HALE)) == 1, "it went out, so it does not go again"


@pytest.mark.parametrize(("word", "code"), [("undelivered", 30003), ("failed", 21610)])
async def test_a_page_that_did_not_arrive_climbs_at_once_and_ops_hear_it_once(
    records: Records,
    client: Client,
    caller: Caller,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
    word: str,
    code: int,
) -> None:
    sid = await sid_of(records, await paged(paging, journey, "dr.hale"))
    before = await rungs(journey)
    await said(records, sid, word, code)
    sweep = climb_past_failures(records, client, caller)
    assert await sweep.work() == 1
    assert await rungs(journey) == before + 1
    assert await sweep.work() == 0
    (told,) = network.control.ledger(OPS)
    assert "1 pages did not reach dr.hale" in told.body
    assert ("START" in told.body) is (code == 21610)


async def test_ops_hear_it_once_although_the_answer_is_lost(
    records: Records,
    client: Client,
    caller: Caller,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    sid = await sid_of(records, await paged(paging, journey, "dr.hale"))
    await said(records, sid, "undelivered", 30003)
    network.control.fault(FaultKind.ACCEPT_THEN_500, times=100)
    sweep = climb_past_failures(records, client, caller)
    for _ in range(3):
        await sweep.work()
    assert len(network.control.ledger(OPS)) == 1


async def test_while_somebody_else_has_it_the_next_rung_keeps_its_time(
    records: Records, client: Client, caller: Caller, paging: Paging, journey: LiveJourney
) -> None:
    first = await sid_of(records, await paged(paging, journey, "dr.hale"))
    second = await sid_of(records, await paged(paging, journey, "dr.moreau"))
    before = await rungs(journey)
    await said(records, first, "undelivered", 30003)
    sweep = climb_past_failures(records, client, caller)
    assert await sweep.work() == 1
    assert await rungs(journey) == before
    await said(records, second, "undelivered", 30003)
    assert await sweep.work() == 1
    assert await rungs(journey) == before + 1


async def test_one_that_was_delivered_first_stands(
    records: Records,
    client: Client,
    caller: Caller,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    sid = await sid_of(records, await paged(paging, journey, "dr.hale"))
    before = await rungs(journey)
    await said(records, sid, "delivered")
    await said(records, sid, "failed", 30008)
    assert await climb_past_failures(records, client, caller).work() == 1
    assert await rungs(journey) == before
    assert network.control.ledger(OPS) == ()


async def test_two_workers_that_find_it_at_once_are_one_act(
    records: Records, client: Client, caller: Caller, paging: Paging, journey: LiveJourney
) -> None:
    sid = await sid_of(records, await paged(paging, journey, "dr.hale"))
    await said(records, sid, "failed", 30005)
    one, other = (climb_past_failures(records, client, caller) for _ in range(2))
    assert sum(await asyncio.gather(one.work(), other.work())) >= 1
    events = (await journey.settled()).events
    assert await one.work() == await other.work() == 0
    assert (await journey.settled()).events == events


async def test_ops_whose_phone_takes_nothing_hold_up_nobody(
    records: Records,
    client: Client,
    caller: Caller,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    sid = await sid_of(records, await paged(paging, journey, "dr.hale"))
    before = await rungs(journey)
    await said(records, sid, "failed", 30005)
    network.control.fault(FaultKind.RATE_LIMIT)
    sweep = climb_past_failures(records, client, caller)
    assert await sweep.work() == 1
    assert [f.fired for f in network.control.faults()] == [1]
    assert await rungs(journey) == before + 1
    assert network.control.ledger(OPS) == ()
    await sweep.work()
    assert len(network.control.ledger(OPS)) == 1, "told as soon as it can be"


async def test_a_page_that_never_had_a_final_word_is_asked_about(
    records: Records,
    client: Client,
    caller: Caller,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    network.control.declare(HALE, PhoneKind.UNKNOWN_HANDSET)
    intent = await paged(paging, journey, "dr.hale")
    sid = await sid_of(records, intent)
    ask = ask_about_silent(records, caller.provider, PAGES)
    assert await ask.work() == 0, "not yet: most callbacks come by themselves"
    at_once = replace(PAGES, silent_for=AHEAD, again_after=AHEAD)
    async with asyncio.timeout(10):
        while not await ask_about_silent(records, caller.provider, at_once).work():
            await asyncio.sleep(0.1)
    history = await text_status.history(records, sid)
    assert [each.status for each in history if each.status in text_status.TERMINAL]
    assert len(await page_deliveries.unheard(records, 10)) == 1
    assert await climb_past_failures(records, client, caller).work() == 1


async def test_a_page_that_the_provider_does_not_know_has_failed(
    records: Records,
    caller: Caller,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    await paged(paging, journey, "dr.hale")
    network.control.reset()
    at_once = replace(PAGES, silent_for=AHEAD)
    assert await ask_about_silent(records, caller.provider, at_once).work() == 1
    assert len(await page_deliveries.unheard(records, 10)) == 1


async def test_a_refusal_at_once_is_told_to_ops_too(
    records: Records,
    client: Client,
    caller: Caller,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    network.control.declare(HALE, opted_out=True)
    await paged(paging, journey, "dr.hale")
    assert await climb_past_failures(records, client, caller).work() == 1
    told = [text.body for text in network.control.ledger() if "dr.hale (opted_out)" in text.body]
    assert len(told) == 2, "ops, and who keeps the rota"


async def test_ops_hear_of_one_silent_phone_now_and_then(
    records: Records,
    client: Client,
    caller: Caller,
    paging: Paging,
    stand: Stand,
    journey: LiveJourney,
    network: BackgroundNetwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sweep = climb_past_failures(records, client, caller)
    others = [await stand.start(reference=await enrolled(records, name)) for name in ("Bo", "Cy")]
    for n, each in enumerate((journey, *others)):
        if n:
            await each.do(cmd.RaiseFlag, "nurse")
        sid = await sid_of(records, await paged(paging, each, "dr.hale"))
        await said(records, sid, "undelivered", 30003)
        assert await sweep.work() == 1
    assert len(network.control.ledger(OPS)) == 1
    monkeypatch.setattr(sweeps, "OPS_AGAIN_AFTER", timedelta(seconds=-1))
    await sweep.work()
    assert "2 pages did not reach dr.hale" in network.control.ledger(OPS)[-1].body


async def test_one_text_for_many_that_did_not_arrive_climbs_for_each(
    records: Records,
    client: Client,
    caller: Caller,
    stand: Stand,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    other = await stand.start(reference=await enrolled(records, "Bo"))
    await other.do(cmd.RaiseFlag, "nurse")
    before = [await rungs(each) for each in (journey, other)]
    now = datetime.now(UTC)
    minute = timedelta(minutes=1)
    due = [
        page_due(reference, "dr.hale", HALE, now)
        for reference in ("J-0000000001", journey.reference, other.reference)
    ]
    for page in due:
        await pages.take_turn(records, page, minute)
    later = due[1].model_copy(update={"at": now + minute})
    turn = await pages.take_turn(records, later, minute)
    assert isinstance(turn, Post)
    await pages.went_out(records, turn.intent, "SM" + "9" * 32)
    await said(records, "SM" + "9" * 32, "undelivered", 30003)
    assert await climb_past_failures(records, client, caller).work() == 1
    assert [await rungs(each) for each in (journey, other)] == [n + 1 for n in before]
    (told,) = network.control.ledger(OPS)
    assert "2 pages did not reach dr.hale" in told.body
