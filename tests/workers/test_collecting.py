"""What Twilio could not deliver to us is fetched: nothing dropped, nothing twice, STOP honoured."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from console_stand import Console, a_console, console_settings
from enrolled import PHONE, enrolled, opted_out
from pydantic import SecretStr
from structlog.testing import LogCapture
from twilio_caller import ACCOUNT, NUMBER, TOKEN
from twilio_caller import inbound as webhook
from webhook_receiver import Receiver, webhook_receiver

from activities.provider import Provider
from records import inbound
from records.database import Records
from records.inbound import StoredInbound
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind, Match
from simulator.model import Inbound, Pace, Written
from simulator.network import Network, NetworkSettings
from workers import collecting
from workers.collecting import Collector

HOUR = timedelta(hours=1)
POLICY = "#rc=1&rp=all&ct=100&rt=500&tt=500"


class Hours:
    """The network's clock, so that an hour's trouble need not take an hour."""

    def __init__(self) -> None:
        self.ago = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) - self.ago


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Hours:
    hours = Hours()
    monkeypatch.setattr(Network, "now", lambda _: hours.now())
    return hours


@pytest.fixture
def clinic() -> Iterator[Receiver]:
    """A web server in the console's place."""
    with webhook_receiver(TOKEN) as receiver:
        yield receiver


@pytest.fixture
def network(tmp_path: Path, clock: Hours, clinic: Receiver) -> Iterator[BackgroundNetwork]:
    settings = NetworkSettings(
        state_dir=tmp_path / "phones",
        accounts={ACCOUNT: TOKEN},
        senders=frozenset({NUMBER}),
        pace=Pace(accepted=0, sending=0, sent=0, done=0),
        inbound=Inbound(url=clinic.hook + POLICY),
    )
    with BackgroundNetwork(settings) as opened:
        yield opened


@pytest.fixture
def provider(network: BackgroundNetwork) -> Iterator[Provider]:
    opened = Provider(ACCOUNT, SecretStr(TOKEN), NUMBER, network.url, None, 5)
    yield opened
    opened.close()


@pytest.fixture
def collector(records: Records, provider: Provider) -> Collector:
    return Collector(records, provider, NUMBER, None)


@pytest.fixture
async def console(records: Records, records_url: str, tmp_path: Path) -> AsyncIterator[Console]:
    async with a_console(records_url, console_settings(tmp_path)) as opened:
        yield opened


async def stored(records: Records) -> list[StoredInbound]:
    return list(await inbound.not_routed(records, 1000))


async def test_an_hour_without_a_webhook_drops_nothing_and_honours_stop(
    records: Records,
    network: BackgroundNetwork,
    clinic: Receiver,
    clock: Hours,
    collector: Collector,
    lines: LogCapture,
) -> None:
    reference = await enrolled(records)
    bodies = [f"text {n}" for n in range(18)] + ["Please call me ✓", "STOP"]
    clinic.answers.extend([503] * 100)
    wrote: list[Written] = []
    for minute, body in zip(range(62, 2, -3), bodies, strict=True):
        clock.ago = timedelta(minutes=minute)
        wrote += network.control.write(PHONE, body, to=NUMBER)
    clock.ago = timedelta()
    failed = network.control.settled(20, within_seconds=60)
    assert not any(each.taken for each in failed), "the webhook did not fail"
    assert await stored(records) == []

    assert await collector.collect() == 20
    found = await stored(records)
    assert [(each.sid, each.body) for each in found] == [(each.sid, each.body) for each in wrote]
    assert {(each.sender, each.recipient) for each in found} == {(PHONE, NUMBER)}
    assert await opted_out(records, reference)
    assert [(e["event"], e["count"]) for e in lines.entries] == [("webhooks_missed", 20)]
    assert await collector.collect() == 0
    assert len(await stored(records)) == 20


async def test_the_webhook_may_come_before_and_after(
    records: Records,
    network: BackgroundNetwork,
    clock: Hours,
    collector: Collector,
    console: Console,
) -> None:
    clock.ago = HOUR
    first, second = network.control.write(PHONE, "hello", to=NUMBER, copies=2)
    assert await console.twilio.post("/twilio/inbound", webhook(MessageSid=first.sid)) == 204
    assert await collector.collect() == 1
    for each in (first, second):
        assert await console.twilio.post("/twilio/inbound", webhook(MessageSid=each.sid)) == 204
    assert {each.sid for each in await stored(records)} == {first.sid, second.sid}
    assert len(await stored(records)) == 2


async def test_words_count_in_the_order_in_which_they_were_written(
    records: Records, network: BackgroundNetwork, clock: Hours, collector: Collector
) -> None:
    """Her START came through by its webhook; the STOP before it is fetched later."""
    reference = await enrolled(records)
    clock.ago = HOUR
    network.control.write(PHONE, "STOP", to=NUMBER)
    at = datetime.now(UTC)
    start = inbound.Written(
        sid="SM" + "a" * 32, sender=PHONE, recipient=NUMBER, body="START", received_at=at
    )
    await inbound.store(records, [start])
    assert await collector.collect() == 1
    assert not await opted_out(records, reference)


async def test_of_one_second_what_was_written_first_comes_first(
    records: Records,
    network: BackgroundNetwork,
    clock: Hours,
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twilio's list tells whole seconds, the newest first."""
    second = datetime.now(UTC) - HOUR
    bodies = ["1", "no, call me", "2", "4", "STOP", "START", "5", "thanks"]
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: second)
        for body in bodies:
            network.control.write(PHONE, body, to=NUMBER)
    assert await collector.collect() == len(bodies)
    assert [each.body for each in await stored(records)] == bodies


async def test_a_webhook_has_a_minute_for_itself(
    network: BackgroundNetwork, clock: Hours, collector: Collector
) -> None:
    network.control.write(PHONE, "hello", to=NUMBER)
    assert await collector.collect() == 0
    clock.ago = timedelta(minutes=2)
    network.control.write(PHONE, "hello", to=NUMBER)
    assert await collector.collect() == 1


async def test_all_pages_are_read(
    network: BackgroundNetwork,
    clock: Hours,
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("activities.provider._LARGEST_PAGE", 3)
    monkeypatch.setattr(inbound, "MOST_AT_ONCE", 4)
    clock.ago = HOUR
    network.control.write(PHONE, "hello", to=NUMBER, copies=11)
    assert await collector.collect() == 11
    assert network.control.requests()["lists"] == 4


async def test_a_look_that_failed_is_made_up_for(
    records: Records,
    network: BackgroundNetwork,
    clock: Hours,
    collector: Collector,
    lines: LogCapture,
) -> None:
    now = datetime.now(UTC)
    collector.complete_until = now - 30 * HOUR
    clock.ago = 29 * HOUR
    network.control.write(PHONE, "hello", to=NUMBER)
    network.control.fault(FaultKind.LIST_UNAVAILABLE, match=Match(to=NUMBER))
    assert await collector.collect() == 0
    assert [each.fired for each in network.control.faults()] == [1]
    assert [entry["event"] for entry in lines.entries] == ["provider_not_asked"]
    assert await collector.collect() == 1
    # It lies before what is looked at from now on.
    clock.ago = 29 * HOUR
    network.control.write(PHONE, "hello", to=NUMBER)
    assert await collector.collect() == 0


async def test_it_looks_back_a_week_after_a_start_and_no_further(
    network: BackgroundNetwork, clock: Hours, collector: Collector
) -> None:
    for ago in (collecting.FIRST_LOOK + HOUR, collecting.FIRST_LOOK - HOUR):
        clock.ago = ago
        network.control.write(PHONE, "hello", to=NUMBER)
    clock.ago = timedelta()
    assert await collector.collect() == 1


async def test_neither_our_own_texts_nor_those_to_others_are_taken(
    network: BackgroundNetwork, clock: Hours, collector: Collector, provider: Provider
) -> None:
    clock.ago = HOUR
    network.control.write(PHONE, "hello", to="+15005550010")
    provider.create(NUMBER, "from us to ourselves", "intent")
    assert await collector.collect() == 0
    collector.service_sid = "MG" + "a" * 32
    assert await collector.collect() == 0
    clock.ago = HOUR / 2
    network.control.write(PHONE, "hello", to=NUMBER)
    assert await collector.collect() == 1
