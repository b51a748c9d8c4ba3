"""Worker, console and server are killed between any two steps of a reply and of a send.

Each step has a name. Who has come there is held by a gate in the database, or by the network's
answer that does not come, and is then killed with SIGKILL. One kill serves all who are held.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from by_day import where_it_is_day
from console_keeper import ConsoleKeeper
from database_proxy import Proxy
from gates import Gates, gates_in
from network_fixtures import OURS as NUMBER
from network_fixtures import a_provider
from processes import worker_environment
from real_stand import PatientLiveJourney, RealStand, real_stand
from sqlalchemy import URL

from local.ports import free_port
from records import inbound, patients
from records.inbound import InboundState
from records.text_model import OPEN, StoredText, TextState
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind, Match
from simulator.model import Received
from workers import collecting
from workers.collecting import Collector

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

DANGER = "I want to die"
DANGER_AND_STOP = "I want to die, please stop texting me"
HELD_SECONDS = 12.0
"""How long the network holds an answer: shorter than the client's patience."""
WORKER_STEPS = ("reserved", "posting", "settled", "journal", "routed", "opted_out")
CONSOLE_STEPS = ("stored", "whose", "opted_out", "told")
CREATES: tuple[FaultKind | None, ...] = (
    None,
    FaultKind.ACCEPT_THEN_DROP,
    FaultKind.RATE_LIMIT,
    FaultKind.SERVER_ERROR_500,
)
"""The others prove nothing else of a POST; the product in process has them all."""


@dataclass
class Writer:
    """Somebody who writes, and what is to come of it."""

    journey: PatientLiveJourney
    wrote: list[str] = field(default_factory=list)
    stops: bool = False


@dataclass
class Theatre:
    """The whole system with its console, and the gates in its database."""

    stand: RealStand
    console: ConsoleKeeper
    gates: Gates
    writers: list[Writer] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    phones: Any = field(default_factory=lambda: count(1000))

    async def somebody(self) -> Writer:
        # By night the opt-in text would wait, and come between what is held at the gates.
        journey = await self.stand.enrolled(f"+1212600{next(self.phones)}", where_it_is_day())
        writer = Writer(journey)
        self.writers.append(writer)
        return writer

    async def write(self, writer: Writer, body: str) -> str:
        writer.stops = writer.stops or "stop" in body.lower()
        control = self.stand.network.control
        (text,) = await asyncio.to_thread(control.write, writer.journey.phone, body, to=NUMBER)
        writer.wrote.append(text.sid)
        return text.sid

    async def kill_worker(self, *more: str) -> None:
        """With all who wait; the gates open while nobody is there."""
        steps = [*await self.gates.reached(), *more]
        self.kills.update(f"worker: {step}" for step in steps)
        dying = asyncio.create_task(self.stand.worker.kill())
        await asyncio.sleep(0.2)
        await self.gates.open_all()
        await dying

    async def kill_console(self, *more: str) -> None:
        steps = [*await self.gates.reached(), *more]
        self.kills.update(f"console: {step}" for step in steps)
        await self.console.kill()
        await self.gates.open_all()
        await self.console.start()

    async def text_at(self, writer: Writer) -> str:
        """The sid of the first text that her phone has got."""
        async with asyncio.timeout(30):
            while True:
                got = await asyncio.to_thread(
                    self.stand.network.control.ledger, writer.journey.phone
                )
                if hers := [text.sid for text in got if not text.from_carrier]:
                    return hers[0]
                await asyncio.sleep(0.05)


@pytest.fixture
async def wire(phones: BackgroundNetwork) -> AsyncIterator[Proxy]:
    """The way from the worker to the network."""
    address = urlsplit(phones.url)
    proxy = Proxy(URL.create("http", host=address.hostname, port=address.port))
    async with proxy.listening():
        yield proxy


@pytest.fixture
async def theatre(
    wire: Proxy,
    private_server: Callable[..., Any],
    own_postgres_url: str,
    phones: BackgroundNetwork,
    tmp_path: Path,
) -> AsyncIterator[Theatre]:
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    more = {
        "WAYMARK_PUBLIC_URL": public,
        "WAYMARK_PORT_CONSOLE": str(port),
        "WAYMARK_TWILIO_API_BASE": f"http://127.0.0.1:{wire.port}",
    }
    phones.control.direct_inbound(f"{public}/twilio/inbound#rc=5&rp=all")
    environment = worker_environment(
        "127.0.0.1:9",
        "none",
        tmp_path,
        WAYMARK_DATABASE_URL=own_postgres_url,
        **more,
    )
    async with (
        real_stand(private_server, own_postgres_url, phones, tmp_path, **more) as stand,
        gates_in(own_postgres_url) as gates,
        ConsoleKeeper({**os.environ, **environment}, port) as console,
    ):
        yield Theatre(stand, console, gates)


async def _worker_round(theatre: Theatre, create: FaultKind | None) -> None:
    """A text is held at each step of a reply and of its answer; then all die at once."""
    control = theatre.stand.network.control
    held = [(step, await theatre.somebody()) for step in WORKER_STEPS]
    waiting = await theatre.somebody()
    control.fault(FaultKind.SLOW, match=Match(to=waiting.journey.phone), seconds=HELD_SECONDS)
    for step, writer in held:
        subject = writer.journey.reference if step == "journal" else writer.journey.phone
        await theatre.gates.shut(step, subject)
        if create is not None and step != "opted_out":
            control.fault(create, match=Match(to=writer.journey.phone))
    for step, writer in held:
        await theatre.write(writer, DANGER_AND_STOP if step == "opted_out" else DANGER)
    await theatre.write(waiting, DANGER)
    await theatre.text_at(waiting)
    await theatre.gates.crowded(WORKER_STEPS)
    await theatre.kill_worker("answer held")


async def _console_round(theatre: Theatre, step: str, fault: FaultKind | None) -> None:
    control = theatre.stand.network.control
    writer = await theatre.somebody()
    phone = writer.journey.phone
    if step == "told":
        control.fault(FaultKind.CALLBACK_DELAYED, match=Match(to=phone), seconds=1, times=9)
        await theatre.write(writer, DANGER)
        await theatre.gates.shut(step, await theatre.text_at(writer))
    else:
        if fault is not None:
            control.fault(fault, match=Match(from_number=phone))
        await theatre.gates.shut(step, writer.journey.reference if step == "whose" else phone)
        await theatre.write(writer, "STOP" if step == "opted_out" else DANGER)
    await theatre.gates.crowded([step])
    await theatre.kill_console()


async def _before_the_post_round(theatre: Theatre, wire: Proxy) -> None:
    """The records say posting, and the request has not reached the network when all dies."""
    writer = await theatre.somebody()
    wire.freeze()
    await theatre.write(writer, DANGER)
    async with asyncio.timeout(30):
        while TextState.POSTING not in {t.state for t in await writer.journey.stored_texts()}:
            await asyncio.sleep(0.05)
    await theatre.kill_worker("before the post")
    assert theatre.stand.network.control.ledger(writer.journey.phone) == ()
    wire.thaw()


async def _server_round(theatre: Theatre) -> None:
    """The server goes while an answer is held; what came of the POST cannot be told it."""
    writer = await theatre.somebody()
    phone = writer.journey.phone
    theatre.stand.network.control.fault(FaultKind.SLOW, match=Match(to=phone), seconds=2)
    await theatre.write(writer, DANGER)
    await theatre.text_at(writer)
    restarting = asyncio.create_task(theatre.stand.kill_server())
    await theatre.write(writer, "STOP")
    await restarting
    await theatre.kill_worker("after the server")
    theatre.kills["server"] += 1


async def test_kills_between_any_two_steps_lose_double_and_drop_nothing(
    theatre: Theatre, wire: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for create in CREATES:
        await _worker_round(theatre, create)
    for step in CONSOLE_STEPS:
        for fault in (None, FaultKind.INBOUND_CUT):
            if step != "told" or fault is None:
                await _console_round(theatre, step, fault)
    for _ in range(2):
        await _before_the_post_round(theatre, wire)
        await _server_round(theatre)
    monkeypatch.setattr(collecting, "WEBHOOK_FIRST", timedelta())
    collected = await _collected(theatre)
    await _all_routed(theatre)
    await _settled(theatre)
    await _judged(theatre, collected)
    assert theatre.kills["worker: answer held"] == len(CREATES)
    for step in WORKER_STEPS:
        assert theatre.kills[f"worker: {step}"] >= 1, step
    for step in CONSOLE_STEPS:
        assert theatre.kills[f"console: {step}"] >= 1, step


async def _collected(theatre: Theatre) -> int:
    """What no webhook brought, since nobody was there when it was tried."""
    await asyncio.to_thread(theatre.stand.network.control.settled, 1, 60)
    provider = a_provider(theatre.stand.network)
    collector = Collector(theatre.stand.records, provider, NUMBER, None)
    collected = await collector.collect()
    provider.close()
    return collected


async def _all_routed(theatre: Theatre) -> None:
    async with asyncio.timeout(90):
        while await inbound.not_routed(theatre.stand.records):
            await asyncio.sleep(0.5)


async def _settled(theatre: Theatre) -> None:
    """Time passes for those whose text is in doubt, until the last look at it."""
    at_once = asyncio.Semaphore(6)

    async def one(writer: Writer) -> None:
        async with at_once:
            await _answered(writer)
            for minutes in (3, 10, 25, 25):
                if not {text.state for text in await writer.journey.stored_texts()} & OPEN:
                    return
                until = await writer.journey.now() + timedelta(minutes=minutes)
                await writer.journey.to(until)
                # Skipped time does not wait for what it has set off.
                await _looked_up(writer)
            await _none_in_doubt(writer)

    await asyncio.gather(*map(one, theatre.writers))


async def _answered(writer: Writer) -> None:
    """Until the answer to her words of danger is on its way: they may have been routed just now."""

    async def reserved() -> bool:
        rows = await writer.journey.stored_texts()
        return any(row.template == "support_numbers" for row in rows)

    if not writer.stops:
        await _waited(40, reserved)


async def _none_in_doubt(writer: Writer) -> None:
    """Until the last look has ended, which pages that are due as well may have held up."""

    async def ended() -> bool:
        return not {text.state for text in await writer.journey.stored_texts()} & OPEN

    await _waited(40, ended)


async def _looked_up(writer: Writer) -> None:
    """Until no look that is due by now is still under way, or for so long.

    A page may be due for a minute longer: several go together.
    """

    async def none_due() -> bool:
        seen, now = await writer.journey.overview(), await writer.journey.now()
        return all(item.at > now for item in seen.next_items if "/look-up/" in item.key)

    await _waited(15, none_due)


async def _waited(seconds: float, holds: Callable[[], Awaitable[bool]]) -> None:
    """Until it holds, or for so long: what did not come is judged."""
    for _ in range(int(seconds / 0.5)):
        if await holds():
            return
        await asyncio.sleep(0.5)


def _by_intent(received: Iterable[Received]) -> Counter[str]:
    queries = (parse_qs(urlsplit(text.status_callback or "").query) for text in received)
    return Counter(query["i"][0] for query in queries if "i" in query)


async def _judged(theatre: Theatre, collected: int) -> None:
    control = theatre.stand.network.control
    got = _by_intent(control.ledger())
    rows = [row for w in theatre.writers for row in await w.journey.stored_texts()]
    lost = [(r.intent, r.state) for r in rows if not await _accounted(theatre, r, got[r.intent])]
    wrote = [sid for writer in theatre.writers for sid in writer.wrote]
    stored = [await inbound.get(theatre.stand.records, sid) for sid in wrote]
    dropped = [s for s, text in zip(wrote, stored, strict=True) if text is None]
    stopped = [writer for writer in theatre.writers if writer.stops]
    honoured = [writer for writer in stopped if await _has_stopped(theatre, writer)]
    fired = [fault.fired for fault in control.faults()]
    figures = {
        "kills": sum(theatre.kills.values()),
        "faults_fired": sum(fired),
        "intended": len(rows),
        "received": sum(got[row.intent] for row in rows),
        "duplicated": sum(got[row.intent] > 1 for row in rows),
        "lost": len(lost),
        "handed_to_staff": sum(row.state is TextState.TO_STAFF for row in rows),
        "written": len(wrote),
        "dropped": len(dropped),
        "collected": collected,
        "stop_honoured": f"{len(honoured)} of {len(stopped)}",
    }
    print(", ".join(f"{name} {n}" for name, n in figures.items()))  # noqa: T201
    print(dict(theatre.kills))  # noqa: T201
    assert figures["duplicated"] == 0
    assert lost == []
    assert dropped == []
    assert {text.state for text in stored if text} <= {InboundState.ROUTED, InboundState.HANDLED}
    assert honoured == stopped
    assert min(fired) >= 1, "a fault that never fired proves nothing"
    for writer in theatre.writers:
        await _heard(writer)


async def _accounted(theatre: Theatre, row: StoredText, received: int) -> bool:
    """It arrived and is known to have, or did not and a person or a reason says so."""
    if received:
        gone = row.state in {TextState.SENT, TextState.ADOPTED}
        return gone or (row.state is TextState.TO_STAFF and row.posted_at is not None)
    return row.state in {TextState.WITHHELD, TextState.REFUSED, TextState.TO_STAFF}


async def _has_stopped(theatre: Theatre, writer: Writer) -> bool:
    stored = await patients.get(theatre.stand.records, writer.journey.reference)
    assert stored is not None
    return stored.opted_out and (await writer.journey.overview()).opted_out


async def _heard(writer: Writer) -> None:
    """Her words of danger have reached people, once, and her answer is accounted for."""
    if writer.stops:
        return
    seen = await writer.journey.overview()
    safety = [each for each in seen.escalations if each.level == "safety"]
    assert len(safety) == 1, "danger was dropped, or told twice"
    templates = [row.template for row in await writer.journey.stored_texts()]
    assert templates.count("support_numbers") == 1
